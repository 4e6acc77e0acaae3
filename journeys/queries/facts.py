"""What the health of many journeys is read from, gathered table by table: as many queries for one as for a thousand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from backend.calendars.models import Invite, InviteAttendee
from backend.lib import clock, prepared
from journeys.models import Commitment, Delivery, Enrolment, Immersion, Journey, Step
from journeys.queries.sets import (
    ENDED_STAYS,
    OPEN_STEPS,
    Part,
    heard_above,
    ids_of,
    lives,
    once,
    read,
    read_day,
    with_parts,
)
from journeys.queries.signs import signs_of_each


@dataclass
class Facts:
    """What is known of one journey, on the day it is read. Moments are None when there was none."""

    today: date
    state: str
    started_on: date
    last_seen_at: datetime | None = None
    last_delivery_at: datetime | None = None
    last_commitment_at: datetime | None = None
    last_answer_at: datetime | None = None
    """Heard by the apps above."""
    codes: list[str] = field(default_factory=list)
    """Its signs, as the database decides them (see `signs`), the most pressing first."""
    since: date | None = None
    disputed: int = 0
    done_weight: int = 0
    total_weight: int = 0
    late_milestones: int = 0
    planned_end_on: date | None = None
    review_on: date | None = None
    ahead: list[date] = field(default_factory=list)

    @property
    def next_on(self) -> date | None:
        """The day of the nearest dated thing: a session, a module date, a stay."""
        return min(self.ahead, default=None)

    @property
    def last_contact(self) -> datetime | None:
        """The last time anything was heard of this person: hours, a commitment, a sign-in, an answer."""
        heard = (self.last_delivery_at, self.last_commitment_at, self.last_seen_at, self.last_answer_at)
        return max((moment for moment in heard if moment), default=None)

    @property
    def percent(self) -> int:
        return round(100 * self.done_weight / self.total_weight) if self.total_weight else 0

    @property
    def days_without_hours(self) -> int:
        """Since the last hours received, or since the start or the end of a pause if that was later."""
        return (self.today - (self.since or self.started_on)).days


People = dict[tuple[int, int], list[int]]
"""{(holder's user, organisation): their journeys there}"""


def facts_of(journeys: list[int]) -> dict[int, Facts]:
    """{journey: what is known of it}, in seven queries whatever their number."""
    if not journeys:
        return {}
    found, people = _begun(journeys)
    _add_behind(found, journeys)
    _add_steps(found, journeys)
    _add_ahead(found, journeys)
    _add_invites(found, people)
    return found


def _begun(journeys: list[int]) -> tuple[dict[int, Facts], People]:
    """What stands in the rows of the journeys themselves."""
    found: dict[int, Facts] = {}
    people: People = {}
    today = clock.today()

    def asked() -> "QuerySet[Journey, Any]":
        return Journey.objects.filter(pk__in=ids_of(journeys)).order_by().values_list(
            "pk", "state", "started_on", "planned_end_on", "review_on", "holder__user__last_login", "holder__user",
            "programme__organisation",
        )  # fmt: skip

    lines = prepared.rows(("begun", *journeys), asked)
    for pk, state, started_on, end, review, seen, user, organisation in lines:
        found[pk] = Facts(today, state, started_on, last_seen_at=seen, planned_end_on=end, review_on=review)
        people.setdefault((user, organisation), []).append(pk)
    return found, people


def _by(rows: QuerySet[Any], path: str, **values: Any) -> QuerySet[Any, Any]:
    """Aggregates per journey: (journey, each of the values)."""
    return rows.order_by().values_list(path).annotate(**values)


def _add_behind(found: dict[int, Facts], journeys: list[int]) -> None:
    def hours() -> QuerySet[Any, Any]:
        received = Q(sort=Delivery.Sort.CONTACT, happened_at__lte=clock.now())
        standing = ~Q(state__in=[Delivery.State.VOID, Delivery.State.PLANNED]) & received
        disputed = Count("pk", filter=Q(state=Delivery.State.DISPUTED))
        rows = Delivery.objects.filter(journey__in=ids_of(journeys))
        return _by(rows, "journey", last=Max("happened_at", filter=standing), disputed=disputed)

    def promised() -> QuerySet[Any, Any]:
        rows = Commitment.objects.filter(journey__in=ids_of(journeys))
        return _by(rows, "journey", made=Max("created_at"), kept=Max("done_at"))

    for pk, last, count in prepared.rows(("facts_hours", *journeys), hours):
        found[pk].last_delivery_at, found[pk].disputed = last, count
    for pk, made, kept in prepared.rows(("facts_promised", *journeys), promised):
        found[pk].last_commitment_at = max(moment for moment in (made, kept) if moment)


def _add_steps(found: dict[int, Facts], journeys: list[int]) -> None:
    def steps() -> QuerySet[Any, Any]:
        late = Q(state__in=OPEN_STEPS) & Q(kind="milestone", due_on__lt=clock.today())
        return _by(
            Step.objects.filter(journey__in=ids_of(journeys)),
            "journey",
            done=Sum("weight", filter=Q(state=Step.State.DONE), default=0),
            total=Sum("weight", filter=~Q(state=Step.State.WAIVED), default=0),
            late=Count("pk", filter=late),
        )

    for pk, done, total, late in prepared.rows(("facts_steps", *journeys), steps):
        found[pk].done_weight, found[pk].total_weight, found[pk].late_milestones = done, total, late


def _add_ahead(found: dict[int, Facts], journeys: list[int]) -> None:
    def dates() -> QuerySet[Any, Any]:
        rows = Enrolment.objects.filter(
            step__journey__in=ids_of(journeys),
            state=Enrolment.State.ENROLLED,
            module_date__state="planned",
            module_date__ends_at__gt=clock.now(),
        )
        return _by(rows, "step__journey", first=Min("module_date__starts_at"))

    def stays() -> QuerySet[Any, Any]:
        rows = Immersion.objects.filter(step__journey__in=ids_of(journeys), ends_on__gte=clock.today())
        return _by(rows.exclude(state__in=ENDED_STAYS), "step__journey", first=Min("starts_on"))

    for pk, first in prepared.rows(("facts_dates", *journeys), dates):
        found[pk].ahead.append(timezone.localdate(first))
    for pk, first in prepared.rows(("facts_stays", *journeys), stays):
        found[pk].ahead.append(first)


def _add_invites(found: dict[int, Facts], people: People) -> None:
    """What stands in the holders' calendars: sessions first of all."""
    users = tuple(sorted({user for user, _organisation in people}))

    def invited() -> QuerySet[Any, Any]:
        return (
            InviteAttendee.objects.filter(
                user__in=users,
                removed_at=None,
                invite__state=Invite.State.CONFIRMED,
                invite__ends_at__gt=clock.now(),
            )
            .exclude(partstat=InviteAttendee.Partstat.DECLINED)
            .order_by()
            .values_list("user", "invite__organisation")
            .annotate(first=Min("invite__starts_at"))
        )

    for user, organisation, first in prepared.rows(("facts_invites", *users), invited):
        for pk in people.get((user, organisation), ()):
            found[pk].ahead.append(timezone.localdate(first))


def known_of(journeys: list[int]) -> dict[int, Facts]:
    """{journey: facts}, its signs and what the apps above have heard included: for the few rows that are shown."""
    found = facts_of(journeys)
    for pk, (codes, since) in signs_of_each(journeys).items():
        found[pk].codes, found[pk].since = codes, since
    _add_heard(found, journeys)
    return found


def _add_heard(found: dict[int, Facts], journeys: list[int]) -> None:
    for answer in heard_above(journeys):
        for pk, moment in answer:
            known = found[pk].last_answer_at
            found[pk].last_answer_at = max(known, moment) if known else moment


def _add_lives(found: dict[int, Facts], journeys: list[int]) -> None:
    """Since when active ones have no hours, and the nearest thing dated."""

    def statement() -> Part:
        return with_parts(lives(journeys), "SELECT journey, since, coming_on FROM lives")

    for pk, since, coming_on in read(once(("facts", tuple(journeys)), statement)):
        found[pk].since = read_day(since)
        if coming_on is not None:
            found[pk].ahead = [_sure(coming_on)]


def _sure(value: Any) -> date:
    day = read_day(value)
    assert day is not None
    return day


def facts_said(codes: Mapping[int, Sequence[str]]) -> dict[int, Facts]:
    """{journey: what the words of these signs of it say}: nothing else of it is read, nor anything without a sign."""
    said = {code for own in codes.values() for code in own}
    journeys = [pk for pk, own in codes.items() if own]
    if not journeys:
        return {}
    found, _people = _begun(journeys)
    if said & {"disputed", "silent"}:
        _add_behind(found, journeys)
    if "silent" in said:
        _add_heard(found, journeys)
    if "late" in said:
        _add_steps(found, journeys)
    if said & {"hole", "hole_ahead"}:
        _add_lives(found, journeys)
    return found
