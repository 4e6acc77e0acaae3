"""What the tool itself asks of people: the time a log takes, the letters they get, how often they are asked again."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q

from backend.accounts.models import Membership, Organisation
from backend.lib import clock
from backend.mail.models import AREAS, Email
from journeys.models import Delivery
from mentoring.models import Session

CONFIRM_WITHIN = timedelta(days=7)
ROLES = (Membership.Role.HOLDER, Membership.Role.MENTOR, Membership.Role.LEAD)


@dataclass(frozen=True)
class Spread:
    """Half of them are at most `middle`, nine in ten at most `high`; `count` are known and `missing` are not."""

    count: int
    missing: int = 0
    middle: float | None = None
    high: float | None = None
    most: float | None = None


def spread(values: Iterable[float | None]) -> Spread:
    """Median, and the 90th centile by nearest rank (the least value that nine in ten do not exceed)."""
    given = list(values)
    known = sorted(value for value in given if value is not None)
    if not known:
        return Spread(0, len(given))
    high = known[ceil(0.9 * len(known)) - 1]
    return Spread(len(known), len(given) - len(known), median(known), high, known[-1])


@dataclass(frozen=True)
class Share:
    """`part` of `whole`."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole else None


class RoleLetters(NamedTuple):
    """Letters a week of whoever has this role."""

    role: str
    a_week: Spread


class KindLetters(NamedTuple):
    """How many letters from here were about this."""

    about: str
    letters: int


@dataclass(frozen=True)
class Letters:
    """Letters a person a week, over those who got one from here at least; by role, and by subject (numbers).

    What is written here is `total` and `by_kind`. What a person gets in a week is all she gets, from whichever
    organisation: two that write three letters each ask six of her.
    """

    total: int
    people: int
    a_week: Spread
    by_role: list[RoleLetters]
    by_kind: list[KindLetters]

    @property
    def chart(self) -> list[tuple[str, float]]:
        """(role, median letters a person a week)."""
        return [(role, round(found.middle, 1)) for role, found in self.by_role if found.middle is not None]


@dataclass(frozen=True)
class Burden:
    """One organisation over some days, the first and the last included."""

    seconds: Spread
    taps: Spread
    keys: Spread
    days_to_log: Spread
    unasked: Share
    """Logged without having been asked a second time, of those logged."""
    unlogged: Share
    """Over and never said anything about, of those over."""
    confirmed: Share
    """Lines of hours confirmed within a week, of those declared over a week ago."""
    letters: Letters

    @property
    def is_empty(self) -> bool:
        return not (self.unlogged.whole or self.letters.total or self.unasked.whole)


def burden(organisation: Organisation, starts_on: date, ends_on: date) -> Burden:
    """Sessions that ended, hours declared and letters written in these days. A constant number of queries."""
    zone = ZoneInfo(organisation.time_zone)
    first = datetime.combine(starts_on, time.min, zone)
    after = min(datetime.combine(ends_on + timedelta(days=1), time.min, zone), clock.now() + timedelta(seconds=1))
    over = Session.objects.filter(
        mentorship__journey__programme__organisation=organisation, ends_at__gte=first, ends_at__lt=after
    )
    rows = list(
        over.order_by("pk").values_list(
            "state", "log_seconds", "log_taps", "log_keys", "log_reminded_at", "ends_at", "logged_at"
        )
    )
    logged = [row for row in rows if row[0] in (Session.State.HELD, Session.State.NO_SHOW) and row[6] is not None]
    open_ones = sum(row[0] == Session.State.PLANNED for row in rows)
    return Burden(
        seconds=spread(row[1] for row in logged),
        taps=spread(row[2] for row in logged),
        keys=spread(row[3] for row in logged),
        days_to_log=spread(max(0.0, (row[6] - row[5]) / timedelta(days=1)) for row in logged if row[6]),
        unasked=Share(sum(row[4] is None for row in logged), len(logged)),
        unlogged=Share(open_ones, len(logged) + open_ones),
        confirmed=_confirmed(organisation, first, after),
        letters=_letters(organisation, first, after),
    )


def _confirmed(organisation: Organisation, first: datetime, after: datetime) -> Share:
    """Of those that had their week; what was voided since is nobody's burden."""
    rows = Delivery.objects.standing().filter(
        journey__programme__organisation=organisation, kind=Delivery.Kind.MENTORING, sort=Delivery.Sort.CONTACT,
        created_at__gte=first, created_at__lt=min(after, clock.now() - CONFIRM_WITHIN),
    )  # fmt: skip
    in_time = rows.filter(confirmed_at__lte=F("created_at") + CONFIRM_WITHIN)
    return Share(in_time.count(), rows.count())


def _letters(organisation: Organisation, first: datetime, after: datetime) -> Letters:
    """What left or will leave; a letter replaced before it left was read by nobody."""
    every = Email.objects.filter(created_at__gte=first, created_at__lt=after).exclude(state=Email.State.SUPERSEDED)
    here = every.filter(organisation=organisation).order_by()
    written = Q(to_user__in=here.exclude(to_user=None).values("to_user")) | Q(
        to_user=None, to_address__in=here.filter(to_user=None).values("to_address")
    )
    weeks = max(1.0, (after - first) / timedelta(weeks=1))
    people: Counter[int | str] = Counter()
    kinds: Counter[str] = Counter()
    facts = ("to_address", "to_user", "organisation", "template", "method")
    for address, user, writer, template, method, number in (
        every.filter(written).order_by().values_list(*facts).annotate(number=Count("pk"))
    ):
        people[user or address] += number
        if writer == organisation.pk:
            kinds["dates" if method else template.partition("/")[0]] += number
    roles = _roles(organisation)
    by_role = []
    for role in ROLES:
        hers = [number / weeks for person, number in people.items() if role in roles.get(person, ())]
        if hers:
            by_role.append(RoleLetters(str(role.label), spread(hers)))
    return Letters(
        total=kinds.total(),
        people=len(people),
        a_week=spread(number / weeks for number in people.values()),
        by_role=by_role,
        by_kind=[KindLetters(str(AREAS.get(kind, kind)), number) for kind, number in kinds.most_common()],
    )


def _roles(organisation: Organisation) -> dict[int | str, Sequence[str]]:
    """{person: the roles she holds or held here}."""
    found: dict[int | str, list[str]] = defaultdict(list)
    rows = Membership.objects.filter(organisation=organisation).order_by("pk").values_list("user", "role")
    for user, role in rows:
        found[user].append(role)
    return dict(found)
