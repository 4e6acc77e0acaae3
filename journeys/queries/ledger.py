"""Hours received, always split by how sure we are. One way of adding up, for every page, file and for the API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from journeys.models import Delivery
from journeys.models.ledger import DeliveryQuerySet

State = Delivery.State
SURE = (State.CONFIRMED, State.SIGNED)
COLUMNS = (State.DECLARED, State.CONFIRMED, State.SIGNED, State.DISPUTED)
ALWAYS_SHOWN = (State.DECLARED, State.CONFIRMED)
APART = (Delivery.Sort.PREPARATION, Delivery.Sort.TRAVEL)
Cells = dict[str, tuple[int, int]]
"""{state: (minutes, lines)}"""


@dataclass(frozen=True)
class Line:
    """One kind of time: minutes by state, in the order of the ledger's columns."""

    label: str
    cells: list[int]
    count: int

    @property
    def minutes(self) -> int:
        return sum(self.cells)


@dataclass(frozen=True)
class Ledger:
    """Contact time by kind and state, and apart from it preparation and travel. Minutes. Void lines are not in it."""

    columns: list[str]
    lines: list[Line]
    aside: list[Line]
    total: Line
    sure: int
    """Confirmed or signed minutes of contact time."""

    @property
    def minutes(self) -> int:
        return self.total.minutes

    @property
    def unsure(self) -> int:
        return self.total.minutes - self.sure

    @property
    def states(self) -> list[tuple[str, int]]:
        """(state, minutes of contact time) for each state that has some."""
        return [(state, minutes) for state, minutes in zip(self.columns, self.total.cells, strict=True) if minutes]


def _line(label: str, states: Iterable[str], found: dict[str, tuple[int, int]]) -> Line:
    cells = [found.get(state, (0, 0))[0] for state in states]
    return Line(label, cells, sum(number for _minutes, number in found.values()))


@dataclass(frozen=True)
class Tally:
    """What one grouping of the ledger gives: minutes and lines by (sort, kind), then by state, void ones included."""

    cells: Mapping[tuple[str, str], Cells]

    def minutes(self, state: str, *, sort: str = Delivery.Sort.CONTACT, kind: str = "") -> int:
        """Minutes of one state and sort of time, of one kind or of all."""
        return sum(
            cell.get(state, (0, 0))[0]
            for (one, other), cell in self.cells.items()
            if one == sort and kind in ("", other)
        )

    def standing(self, *, sort: str = Delivery.Sort.CONTACT, kind: str = "") -> int:
        """Minutes received, however sure: neither planned nor void."""
        return sum(self.minutes(state, sort=sort, kind=kind) for state in COLUMNS)


NOTHING = Tally({})


def tallies(rows: "QuerySet[Delivery]", *by: str) -> dict[Any, Tally]:
    """{(values of the fields `by`): their tally}, in one query. Every total of hours in the house is read from here."""
    return tallies_in(tally_lines(rows, *by))


def tally_lines(rows: "QuerySet[Delivery]", *by: str) -> "QuerySet[Delivery, Any]":
    """A line for each group, sort, kind and state: what `tallies_in` reads."""
    grouped = rows.order_by().values_list(*by, "sort", "kind", "state")
    return grouped.annotate(total=Sum("minutes"), number=Count("pk"))


def tallies_in(lines: Iterable[tuple[Any, ...]]) -> dict[Any, Tally]:
    """{(values of the fields grouped by): their tally}"""
    found: dict[Any, dict[tuple[str, str], Cells]] = {}
    for *values, sort, kind, state, minutes, number in lines:
        found.setdefault(tuple(values), {}).setdefault((sort, kind), {})[state] = (minutes, number)
    return {values: Tally(cells) for values, cells in found.items()}


def tally(rows: "QuerySet[Delivery]") -> Tally:
    """The tally of all these lines, in one query."""
    return tallies(rows).get((), NOTHING)


def in_period(rows: DeliveryQuerySet, starts_on: date, ends_on: date, zone: str) -> DeliveryQuerySet:
    """Lines that happened from the first day to the last, both included, on the clock of `zone`."""
    first = datetime.combine(starts_on, time.min, ZoneInfo(zone))
    after = datetime.combine(ends_on + timedelta(days=1), time.min, ZoneInfo(zone))
    return rows.filter(happened_at__gte=first, happened_at__lt=after)


def ledger(rows: DeliveryQuerySet) -> Ledger:
    """The totals of these deliveries, in one query."""
    return ledger_of(tally(rows.standing()))


def ledger_of(tally: Tally) -> Ledger:
    """The totals of a tally as a page shows them; planned and void lines are not in it."""
    found: dict[tuple[str, str], Cells] = {}
    for (sort, kind), cells in tally.cells.items():
        cell = found.setdefault((sort, kind if sort == Delivery.Sort.CONTACT else ""), {})
        for state, (minutes, number) in cells.items():
            if state in COLUMNS:
                had = cell.get(state, (0, 0))
                cell[state] = (had[0] + minutes, had[1] + number)
    used = {state for cell in found.values() for state in cell}
    states = [state for state in COLUMNS if state in used or state in ALWAYS_SHOWN]
    contact = [(kind, found.get((Delivery.Sort.CONTACT, kind.value), {})) for kind in Delivery.Kind]
    lines = [_line(str(kind.label), states, cell) for kind, cell in contact]
    aside = [_line(str(sort.label), states, found[sort.value, ""]) for sort in APART if found.get((sort.value, ""))]
    sums = [sum(line.cells[i] for line in lines) for i in range(len(states))]
    total = Line(_("Total"), sums, sum(line.count for line in lines))
    sure = sum(sums[states.index(state)] for state in SURE if state in states)
    return Ledger([str(state.label) for state in states], lines, aside, total, sure)


def to_confirm(rows: DeliveryQuerySet) -> DeliveryQuerySet:
    """Declared lines that wait for the person who received the hours, oldest first."""
    return rows.filter(state=State.DECLARED).order_by("happened_at", "pk")


def lines_of(rows: DeliveryQuerySet) -> DeliveryQuerySet:
    """Every line, void ones too, with what a page shows of it."""
    return rows.select_related(
        "step",
        "declared_by",
        "confirmed_by",
        "replaced_by",
        "journey__holder__user",
        "journey__programme__organisation",
        "journey__project",
    )
