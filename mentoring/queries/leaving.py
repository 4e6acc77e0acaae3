"""A mentor who leaves: what she has in hand, and who might follow. Nothing is decided here."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import prepared
from journeys.models import Commitment
from mentoring.models import Gathering, Mentor, MentorQuerySet, Mentorship, MentorshipQuerySet, Session
from mentoring.queries.busy import sessions_of_people, taken
from mentoring.queries.health import HolderLine, holder_lines
from mentoring.queries.matching import Line, cohort_plan, mentors_to_match

WISH, STAY, LEFT = "wish_to_leave", "stay", "leave_mentor"
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Wish:
    """She has said that she wishes to leave: from when, in her words, said when."""

    leaves_on: date
    words: str
    said_at: datetime


def wish_of(mentor: Mentor) -> Wish | None:
    """What she last said, unless she stays after all or has left since."""
    said = history.last(WISH, mentor)
    if said is None:
        return None
    later = (history.last(verb, mentor) for verb in (STAY, LEFT))
    if any(one is not None and (one.at, one.pk) > (said.at, said.pk) for one in later):
        return None
    return Wish(date.fromisoformat(said.details["leaves_on"]), str(said.details.get("words", "")), said.at)


def has_left(mentor: Mentor) -> bool:
    """Her role here has ended, or she may not sign in any more."""
    return not Mentor.objects.here().filter(pk=mentor.pk).exists()


def gone_with_pairs(organisation_ids: Iterable[int]) -> list[Mentor]:
    """Mentors of these organisations without access, however they lost it, with whom pairs still live: `load` says how
    many. A lead decides who follows.
    """
    ids = tuple(sorted(organisation_ids))

    def gone() -> MentorQuerySet:
        rows = Mentor.objects.filter(organisation__in=ids).with_presence().with_load()
        rows = rows.filter(Q(is_here=False), Q(load__gt=0)).select_related("user", "organisation")
        return rows.order_by("user__last_name", "user__first_name", "pk")

    return prepared.objects(("gone_with_pairs", *ids), gone)


@dataclass(frozen=True)
class Ahead:
    """One session still to come, and whether whoever follows is free then."""

    session: Session
    is_free: bool


@dataclass(frozen=True)
class LeavingLine:
    """One of her pairs: how the person is doing, what is ahead, what is open, and whom the matcher proposes."""

    health: HolderLine
    ahead: list[Ahead]
    commitments: list[Commitment]
    suggestion: Line
    to: Mentor | None
    """Who follows as the page stands: as chosen, else as proposed."""
    asks: bool = False
    """Both are asked first, as the page stands."""

    @property
    def pair(self) -> Mentorship:
        return self.health.pair


@dataclass(frozen=True)
class MeetingAhead:
    """A meeting of several still to come, and the mentor with whom most of them go on, if she is free then."""

    gathering: Gathering
    sessions: list[Session]
    to: Mentor | None
    followers: list[Mentor]
    """Who might take it, as the page stands: whoever most go on with first."""

    @property
    def starts_at(self) -> datetime:
        return self.sessions[0].starts_at

    @property
    def holders(self) -> str:
        return ", ".join(str(one.mentorship.journey.holder) for one in self.sessions)


@dataclass(frozen=True)
class Leaving:
    """Everything that one screen decides."""

    mentor: Mentor
    lines: list[LeavingLine]
    mentors: list[Mentor] = field(default_factory=list)
    """Who might follow, with `load`."""
    meetings: list[MeetingAhead] = field(default_factory=list)
    to_log: int = 0
    proposed: int = 0
    """Pairs that are only proposed with her: they are withdrawn."""

    @property
    def is_empty(self) -> bool:
        """Nothing stands with her any more."""
        return not self.lines and not self.proposed


def leaving_of(
    mentor: Mentor, now: datetime, chosen: Mapping[int, int | None] | None = None, asked: Collection[int] = ()
) -> Leaving:
    """Her pairs under way, with the best assignment of all of them at once.

    `chosen`: {pair: mentor} already picked; `asked`: pairs whose two are asked first. A constant number of queries.
    """
    pairs = Mentorship.objects.filter(mentor=mentor, state=Mentorship.State.ACTIVE)
    health = holder_lines(pairs, now)
    mentors = list(mentors_to_match(mentor.organisation_id).exclude(pk=mentor.pk))
    plan = cohort_plan([one.journey for one in health], mentor.organisation_id, mentors=mentors)
    known = {one.pk: one for one in mentors}
    ahead = _ahead(pairs, now)
    tasks = _tasks(pairs, mentor)
    rows = []
    for one, line in zip(health, plan.lines, strict=True):
        suggested = line.ranked.mentor.pk if line.ranked else None
        to = known.get((chosen or {}).get(one.pair.pk, suggested) or 0)
        rows.append((one, line, to))
    busy = _busy({to.user for _one, _line, to in rows if to}, now)
    lines = []
    for one, line, to in rows:
        times = busy.get(to.user_id, []) if to else []
        alone = [session for session in ahead.get(one.pair.pk, []) if session.gathering_id is None]
        dates = [Ahead(session, _is_free(session, times)) for session in alone]
        lines.append(LeavingLine(one, dates, tasks.get(one.journey.pk, []), line, to, one.pair.pk in asked))
    to_log = Session.objects.filter(mentorship__mentor=mentor).to_log(now).count()
    proposed = mentor.mentorships.waiting().count()
    return Leaving(mentor, lines, mentors, _meetings(lines, ahead, busy), to_log, proposed)


def _meetings(
    lines: Iterable[LeavingLine], ahead: Mapping[int, list[Session]], busy: Mapping[int, list[Span]]
) -> list[MeetingAhead]:
    """Her meetings of several, the soonest first."""
    of_meeting: dict[int, list[Session]] = {}
    for session in (one for rows in ahead.values() for one in rows if one.gathering_id):
        of_meeting.setdefault(session.gathering_id or 0, []).append(session)
    follows = {one.pair.pk: one.to for one in lines if one.to and not one.asks}
    found = []
    for sessions in of_meeting.values():
        people = Counter(follows[one.mentorship_id] for one in sessions if one.mentorship_id in follows)
        followers = [one for one, _count in people.most_common()]
        free = [one for one in followers if _is_free(sessions[0], busy.get(one.user_id, []))]
        gathering = sessions[0].gathering
        assert gathering is not None
        found.append(MeetingAhead(gathering, sessions, free[0] if free else None, followers))
    return sorted(found, key=lambda one: (one.starts_at, one.gathering.pk))


def _ahead(pairs: MentorshipQuerySet, now: datetime) -> dict[int, list[Session]]:
    rows = Session.objects.filter(mentorship__in=pairs, state=Session.State.PLANNED, starts_at__gt=now)
    found: dict[int, list[Session]] = {}
    rows = rows.select_related("gathering", "mentorship__journey__holder__user")
    for session in rows.order_by("starts_at", "pk"):
        found.setdefault(session.mentorship_id, []).append(session)
    return found


def _tasks(pairs: MentorshipQuerySet, mentor: Mentor) -> dict[int, list[Commitment]]:
    """What she has still to do, by journey."""
    rows = Commitment.objects.open().filter(owner=mentor.user_id, journey__mentorships__in=pairs)
    found: dict[int, list[Commitment]] = {}
    for one in rows.order_by("due_on", "pk"):
        found.setdefault(one.journey_id, []).append(one)
    return found


def _busy(people: Collection[User], now: datetime) -> dict[int, list[Span]]:
    """{person: from when to when} of all that stands in their calendars from now on."""
    numbers = {person.pk for person in people}
    found: dict[int, list[Span]] = {}
    rows = sessions_of_people(numbers).filter(ends_at__gt=now).order_by("starts_at", "pk")
    for mentor, holder, starts_at, ends_at in rows.values_list(
        "mentorship__mentor__user", "mentorship__journey__holder__user", "starts_at", "ends_at"
    ):
        for person in {mentor, holder} & numbers:
            found.setdefault(person, []).append((starts_at, ends_at))
    for one in taken(people, now):
        found.setdefault(one.person, []).append((one.starts_at, one.ends_at))
    return found


def _is_free(session: Session, busy: Iterable[Span]) -> bool:
    return not any(start < session.ends_at and end > session.starts_at for start, end in busy)
