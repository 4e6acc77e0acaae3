"""Which letters belong to a journey: what was written about it, whether people come, and what they answered.

A letter says what it is about, one row of some table; each app names its rows of a journey (`Matter`). So a letter
needs no mark of its own, those of long ago are found too, and one about several journeys stands on each of them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from backend.accounts.models import User
from backend.calendars.models import Invite, InviteAnswer, InviteAttendee
from backend.mail.models import Email, Incoming, Mention
from journeys import policies, signals
from journeys.models import (
    Amendment,
    Assessment,
    Carrier,
    CheckIn,
    Commitment,
    Companion,
    Delivery,
    Enrolment,
    Extension,
    FollowUp,
    HostAsk,
    Immersion,
    Journey,
    MilestoneProposal,
    Outcome,
    Signature,
    Statement,
)

ON_THE_JOURNEY = (Companion, Delivery, Extension, FollowUp, Outcome, Statement)
ON_A_STEP = (Enrolment, HostAsk, Immersion, MilestoneProposal)
ON_A_STAY = (Amendment, Assessment, CheckIn, Signature)
OF_ALL_HER_JOURNEYS = ("journeys/letters/commitments_due", "journeys/letters/hours_waiting")
"""Letters that take all of somebody's journeys of an organisation together: they are about no row. A holder's stand on
each of hers; anybody else's on those of what they tell of."""
DATES = ("REQUEST", "CANCEL", "PUBLISH")
LETTERS, ANSWERS = "letters", "answers"
NO_ACCOUNT = "none"
# Where a line comes from.
LETTER, ANSWER, REPLY = "letter", "answer", "reply"


@dataclass(frozen=True)
class Matter:
    """Rows of a journey that letters and invites are about.

    `to`: of what several journeys share, only what went to these people (ids); `templates`: only these letters.
    `is_open`: whoever sees the journey sees the dates of these rows; else only who is invited too.
    """

    rows: QuerySet[Any, Any]
    to: tuple[int, ...] | None = None
    templates: tuple[str, ...] = ()
    is_open: bool = False


@dataclass(frozen=True)
class Asked:
    """What is wanted of the list: `show`, letters or answers ("" for both); `person`, an id, or "none" for people
    without an account ("" for everybody)."""

    show: str = ""
    person: str = ""


def matters_of(journey: Journey) -> list[Matter]:
    """The rows of this app, and those that the apps above name."""
    own = [
        Matter(Journey.objects.filter(pk=journey.pk), is_open=True),
        *(Matter(model._default_manager.filter(journey=journey), is_open=True) for model in ON_THE_JOURNEY),
        *(Matter(model._default_manager.filter(step__journey=journey), is_open=True) for model in ON_A_STEP),
        *(Matter(model._default_manager.filter(immersion__step__journey=journey), is_open=True) for model in ON_A_STAY),
        Matter(Carrier.objects.filter(project=journey.project_id, holder=journey.holder_id), is_open=True),
    ]
    answers: list[tuple[Any, Any]] = signals.letters_asked.send(Journey, journey=journey)
    return own + [matter for _receiver, matters in answers for matter in matters or []]


class Correspondence:
    """The letters of one journey that `user` may know of, with the answers to them: narrowed tables, read in parts that
    an index finds each. Letters: table by table of what they are about, then what took several journeys together."""

    def __init__(self, journey: Journey, user: User) -> None:
        self.journey, self.user = journey, user
        found = _rows(matters_of(journey))
        dates = list(_dates(found, user))
        shown = [one for one in dates if one.is_shown]
        told = Q(method__in=DATES, uid__in=[one.uid for one in shown])
        readable = policies.visible_letters(user, journey, told)
        about = Email.objects.filter(_about(found))
        of_all = Email.objects.filter(pk__in=self._of_all())
        # Table by table, so that PostgreSQL too reads no more than an index.
        by_table = [Email.objects.filter(_about(some)) for some in _by_table(found)]
        self.letters = [_those(rows, readable) for rows in (*by_table, of_all)]
        answered = Q(invite__in=[one.pk for one in shown])
        self.answers = InviteAnswer.objects.filter(
            _answering(dates), policies.visible_answers(user, journey, answered)
        ).exclude(kind=InviteAnswer.Kind.REFRESH)
        heard = policies.visible_replies(user, journey)
        to_these = [Incoming.objects.filter(letter__in=rows.order_by().values("pk")) for rows in (about, of_all)]
        self._replies = [_those(rows, heard).order_by().values_list("pk", flat=True) for rows in to_these]

    def _of_all(self) -> list[int]:
        """What was written about all the holder's journeys there, and about several at once, this one among them. One
        query."""
        due = Commitment.objects.filter(journey=self.journey).order_by().values("pk")
        told = Mention.objects.filter(thing_type=ContentType.objects.get_for_model(Commitment), thing_id__in=due)
        there = Q(organisation=self.journey.programme.organisation_id, template__in=OF_ALL_HER_JOURNEYS)
        there &= Q(about_type=None)
        hers = Email.objects.filter(there, to_user=self.journey.holder.user_id)
        others = _those(Email.objects.filter(pk__in=told.order_by().values("email")), there)
        return list(hers.order_by().values_list("pk", flat=True).union(others.order_by().values_list("pk", flat=True)))

    @cached_property
    def replies(self) -> QuerySet[Incoming]:
        """What was answered in words. One query finds them, among all that came in: their letters are many."""
        return Incoming.objects.filter(pk__in=list(self._replies[0].union(*self._replies[1:], all=True)))

    @cached_property
    def written_to(self) -> dict[int | None, int]:
        """{person: how many letters}; None for all who have no account. One query."""
        parts = [rows.order_by().values_list("to_user").annotate(letters=Count("pk")) for rows in self.letters]
        found: Counter[int | None] = Counter()
        for person, letters in parts[0].union(*parts[1:], all=True):
            found[person] += letters
        return dict(found)

    def people(self) -> list[tuple[str, str, str]]:
        """(id, first name, last name) of those written to; ("", "", "") when somebody has no account. One query, and
        that of `written_to`."""
        people = User.objects.filter(pk__in=[pk for pk in self.written_to if pk]).order_by("pk")
        nobody = [("", "", "")] if None in self.written_to else []
        return nobody + [(str(one.pk), one.first_name, one.last_name) for one in people]

    def lines(self, asked: Asked) -> "Lines":
        """What is asked of all that."""
        letters, others = list[QuerySet[Any, Any]](), list[QuerySet[Any, Any]]()
        if asked.show != ANSWERS:
            letters = [
                _keys(rows.filter(_of_person("to_user", asked.person)), "created_at", LETTER) for rows in self.letters
            ]
        if asked.show != LETTERS:
            answers = self.answers.filter(_of_person("attendee__user", asked.person))
            replies = self.replies.filter(_of_person("letter__to_user", asked.person))
            others = [_keys(answers, "received_at", ANSWER), _keys(replies, "received_at", REPLY)]
        return Lines(letters, self._count(asked.person) if letters else 0, others)

    def _count(self, person: str) -> int:
        if not person:
            return sum(self.written_to.values())
        return self.written_to.get(None if person == NO_ACCOUNT else int(person), 0)


Key = tuple[datetime, str, int]


class Lines(Sequence[Key]):
    """(moment, where it comes from, id) of each, the newest first, as a paginator reads them: counted, then some."""

    def __init__(self, letters: list[QuerySet[Any, Any]], count: int, others: list[QuerySet[Any, Any]]) -> None:
        self._letters, self._others, self._count = letters, others, count

    def __len__(self) -> int:
        """One query, for what came in: letters were counted with their readers."""
        return self._count + (self._union(self._others).count() if self._others else 0)

    def __getitem__(self, some: Any) -> Any:
        """A slice: one statement over all tables."""
        return self._union([*self._letters, *self._others]).order_by("-line_at", "line_source", "-pk")[some]

    def _union(self, parts: list[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
        return parts[0].union(*parts[1:], all=True)


Found = tuple[Matter, int, list[int]]


def _rows(matters: Sequence[Matter]) -> list[Found]:
    """Each matter with the number of its table and the ids of its rows: one query for all."""
    types = ContentType.objects.get_for_models(*{matter.rows.model for matter in matters})
    parts = [
        matter.rows.order_by().annotate(of_matter=Value(place, IntegerField())).values_list("of_matter", "pk")
        for place, matter in enumerate(matters)
    ]
    ids: list[list[int]] = [[] for _matter in matters]
    for place, pk in parts[0].union(*parts[1:], all=True):
        ids[place].append(pk)
    return [(matter, types[matter.rows.model].pk, ids[place]) for place, matter in enumerate(matters) if ids[place]]


def _by_table(found: list[Found]) -> list[list[Found]]:
    tables: dict[int, list[Found]] = {}
    for one in found:
        tables.setdefault(one[1], []).append(one)
    return list(tables.values())


def _those(rows: QuerySet[Any], condition: Q) -> QuerySet[Any]:
    """Those of `rows` where it holds, looked at one by one: SQLite, which keeps no statistics, would rather go through
    all that the organisation wrote, by its index."""
    holds = Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
    return rows.alias(holds=holds).filter(holds=1)


def _about(found: list[Found], *, people: str = "to_user") -> Q:
    """Letters about one of these rows, each to its people; or, without `people`, invites."""
    narrowed = Q(pk__in=[])
    for matter, table, ids in found:
        one = Q(about_type=table, about_id__in=ids)
        if matter.to is not None and people:
            one &= Q(**{f"{people}__in": matter.to})
        if matter.templates:
            one &= Q(template__in=matter.templates)
        narrowed |= one
    return narrowed


@dataclass(frozen=True)
class _Date:
    """An invite of the journey; `is_shown`: the reader sees the date itself. `to`: as in its matter."""

    pk: int
    uid: str
    is_shown: bool
    to: tuple[int, ...] | None


def _dates(found: list[Found], user: User) -> Iterator[_Date]:
    """The invites about these rows; two queries."""
    dated = [one for one in found if not one[0].templates]
    rows = list(Invite.objects.filter(_about(dated, people="")).order_by("pk").values_list(
        "pk", "uid", "about_type", "about_id"
    ))  # fmt: skip
    places = InviteAttendee.objects.filter(user=user, removed_at=None, invite__in=[row[0] for row in rows])
    invited = set(places.order_by().values_list("invite", flat=True))
    matters = {(table, pk): matter for matter, table, ids in dated for pk in ids}
    for pk, uid, table, about in rows:
        matter = matters[table, about]
        yield _Date(pk, uid, matter.is_open or pk in invited, matter.to)


def _answering(dates: list[_Date]) -> Q:
    """Answers to these invites; of what several journeys share, those of its own people."""
    narrowed = Q(invite__in=[one.pk for one in dates if one.to is None])
    for to in {one.to for one in dates if one.to is not None}:
        narrowed |= Q(invite__in=[one.pk for one in dates if one.to == to], attendee__user__in=to)
    return narrowed


def _of_person(field: str, person: str) -> Q:
    if person == NO_ACCOUNT:
        return Q(**{field: None})
    return Q(**{field: person}) if person else Q()


def _keys(rows: QuerySet[Any, Any], at: str, source: str) -> QuerySet[Any, Any]:
    return (
        rows.order_by().annotate(line_at=F(at), line_source=Value(source)).values_list("line_at", "line_source", "pk")
    )
