"""Hours received, always split by how sure we are. One way of adding up, for every page and for the API."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from journeys.models import Delivery
from journeys.models.ledger import DeliveryQuerySet

State = Delivery.State
SURE = (State.CONFIRMED, State.SIGNED)
COLUMNS = (State.DECLARED, State.CONFIRMED, State.SIGNED, State.DISPUTED)
ALWAYS_SHOWN = (State.DECLARED, State.CONFIRMED)


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
    def percent_sure(self) -> int:
        return round(100 * self.sure / self.total.minutes) if self.total.minutes else 0


def _line(label: str, states: Iterable[str], found: dict[str, tuple[int, int]]) -> Line:
    cells = [found.get(state, (0, 0))[0] for state in states]
    return Line(label, cells, sum(number for _minutes, number in found.values()))


def ledger(rows: DeliveryQuerySet) -> Ledger:
    """The totals of these deliveries, in one query."""
    found: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    grouped = (
        rows.standing().order_by().values("sort", "kind", "state").annotate(total=Sum("minutes"), number=Count("pk"))
    )
    for row in grouped:
        apart = row["sort"] != Delivery.Sort.CONTACT
        key = (row["sort"], "" if apart else row["kind"])
        cell = found.setdefault(key, {})
        minutes, number = cell.get(row["state"], (0, 0))
        cell[row["state"]] = (minutes + row["total"], number + row["number"])
    used = {state for cell in found.values() for state in cell}
    states = [state for state in COLUMNS if state in used or state in ALWAYS_SHOWN]
    contact = [(kind, found.get((Delivery.Sort.CONTACT, kind.value), {})) for kind in Delivery.Kind]
    lines = [_line(str(kind.label), states, cell) for kind, cell in contact]
    aside = [
        _line(str(sort.label), states, found[sort.value, ""])
        for sort in (Delivery.Sort.PREPARATION, Delivery.Sort.TRAVEL)
        if (sort.value, "") in found
    ]
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
