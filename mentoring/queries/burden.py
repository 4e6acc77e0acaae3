"""What the tool itself asks of people: the time a log takes, the letters they get, how often they are asked again."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Count, F

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


@dataclass(frozen=True)
class Letters:
    """Letters a person a week, over those who got one at least; by role, and by what they are about (numbers)."""

    total: int
    people: int
    a_week: Spread
    by_role: list[tuple[str, Spread]]
    by_kind: list[tuple[str, int]]

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
    rows = Email.objects.filter(organisation=organisation, created_at__gte=first, created_at__lt=after)
    rows = rows.exclude(state=Email.State.SUPERSEDED)
    weeks = max(1.0, (after - first) / timedelta(weeks=1))
    people: Counter[str] = Counter()
    users: dict[str, int | None] = {}
    kinds: Counter[str] = Counter()
    grouped = rows.order_by().values_list("to_address", "to_user", "template", "method").annotate(number=Count("pk"))
    for address, user, template, method, number in grouped:
        people[address] += number
        users[address] = user
        kinds["dates" if method else template.partition("/")[0]] += number
    roles = _roles(organisation)
    by_role = []
    for role in ROLES:
        hers = [number / weeks for address, number in people.items() if role in roles.get(users[address] or 0, ())]
        if hers:
            by_role.append((str(role.label), spread(hers)))
    return Letters(
        total=sum(people.values()),
        people=len(people),
        a_week=spread(number / weeks for number in people.values()),
        by_role=by_role,
        by_kind=[(str(AREAS.get(kind, kind)), number) for kind, number in kinds.most_common()],
    )


def _roles(organisation: Organisation) -> dict[int, Sequence[str]]:
    """{person: the roles she holds or held here}."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Membership.objects.filter(organisation=organisation).order_by("pk").values_list("user", "role")
    for user, role in rows:
        found[user].append(role)
    return dict(found)
