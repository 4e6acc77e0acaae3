"""Places that companies have: taken by stays and by requests under way, and from when one is free."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.lib import clock
from journeys.models import Company, HostAsk, Immersion

CLOSED = (Immersion.State.REJECTED, Immersion.State.CANCELLED)
MONTHS_AHEAD = 24


@dataclass(frozen=True)
class Places:
    """The places of one company, this year and ahead."""

    a_year: int
    used: int
    """Stays that begin this year, those called off left out."""
    asked: int
    """Requests under way, and accepted ones not yet drafted: each holds a place of this year."""
    free_from: date | None
    """The first day a new stay may begin; None when none can within two years."""

    @property
    def left(self) -> int:
        return max(0, self.a_year - self.used - self.asked)

    @property
    def has_one(self) -> bool:
        return self.left > 0 and self.free_from is not None


@dataclass
class Taken:
    """What is counted against the places of one company."""

    starts: Counter[tuple[int, int]] = field(default_factory=Counter)
    asked: int = 0


def next_free(
    today: date, *, a_year: int, a_month: int | None, starts: Mapping[tuple[int, int], int], asked: int = 0
) -> date | None:
    """The first day from `today` on whose year has a place left and whose month has room for one more start.

    `starts`: {(year, month): stays that begin then}. `asked` have no day yet and count in the year of `today`.
    None when there is none within two years.
    """
    year, month = today.year, today.month
    for _step in range(MONTHS_AHEAD):
        of_year = sum(count for (y, _m), count in starts.items() if y == year) + (asked if year == today.year else 0)
        has_room = a_month is None or starts.get((year, month), 0) < a_month
        if of_year < a_year and has_room:
            return max(today, date(year, month, 1))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return None


def holding(asks: "QuerySet[HostAsk]") -> "QuerySet[HostAsk]":
    """The requests that hold a place: under way, or accepted this year; once drafted, the stay itself holds it."""
    drafted = Immersion.objects.filter(
        step=OuterRef("step"), company=OuterRef("company"), created_at__gte=OuterRef("created_at")
    )
    called_off = (Immersion.State.REJECTED, Immersion.State.CANCELLED)
    under_way = Q(state__in=HostAsk.LIVE) & ~Exists(drafted.exclude(state__in=called_off))
    accepted = Q(state=HostAsk.State.ACCEPTED, answered_at__year=clock.today().year) & ~Exists(drafted)
    return asks.filter(under_way | accepted)


class Limits(NamedTuple):
    """What a company says of its places, without the rest of it."""

    pk: int
    places_a_year: int
    starts_a_month: int | None


def places_of(companies: Iterable[Company | Limits], *, among: Any = None) -> dict[int, Places]:
    """{company: its places}, in two queries however many; `among`: a query that gives the ids of many."""
    rows, today = list(companies), clock.today()
    ids = [row.pk for row in rows] if among is None else among
    taken: dict[int, Taken] = defaultdict(Taken)
    stays = Immersion.objects.filter(company__in=ids, starts_on__year__gte=today.year).exclude(state__in=CLOSED)
    for pk, starts_on in stays.order_by().values_list("company", "starts_on"):
        taken[pk].starts[starts_on.year, starts_on.month] += 1
    for pk in holding(HostAsk.objects.filter(company__in=ids)).order_by().values_list("company", flat=True):
        taken[pk].asked += 1
    found = {}
    for row in rows:
        its = taken[row.pk]
        used = sum(count for (year, _month), count in its.starts.items() if year == today.year)
        free = next_free(
            today, a_year=row.places_a_year, a_month=row.starts_a_month, starts=its.starts, asked=its.asked
        )
        found[row.pk] = Places(row.places_a_year, used, its.asked, free)
    return found
