"""The board by phase: a column each with its health, and the small table of phase by health. Counted in sets."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.db.models import Count, QuerySet
from django.utils.text import capfirst
from django.utils.translation import pgettext

from backend.accounts.models import User
from journeys.models import Journey, Phase
from journeys.queries.board import SIGN_LABELS, UNDER_WAY, Filters, Row, board, rows_of
from journeys.queries.signs import SHARED, signs_by_phase

Address = Callable[..., str]
"""`address(phase="creation", sign="")`: where the board is shown so, the other filters kept."""

BAD = ("stay_wrong", "disputed", "unsigned", "hole")
TONES = dict.fromkeys(SHARED, "warn") | dict.fromkeys(BAD, "bad") | {"hole_ahead": "info", "pair_waits": "info"}
TONES["none"] = "good"
AT_REST = (Journey.State.PAUSED, Journey.State.COMPLETED, Journey.State.LEFT)
KINDS = (*SHARED, "none", *AT_REST)
"""What is counted in each phase: every sign, those without any, those at rest or ended."""

Counts = Counter[tuple[str, str]]
"""{(phase, kind): how many journeys}."""


@dataclass(frozen=True)
class Cell:
    """How many journeys of a phase are so, and where to see them."""

    kind: str
    label: str
    tone: str
    count: int
    url: str


@dataclass(frozen=True)
class Line:
    """One phase: how many journeys, and how many have each health. A journey with two signs counts under both."""

    label: str
    count: int
    url: str
    cells: list[Cell] = field(default_factory=list)

    @property
    def said(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.count]


@dataclass(frozen=True)
class Column:
    """One phase with its first cards; the others are behind `url`."""

    line: Line
    total: int
    rows: list[Row]
    url: str


def _counts(rows: "QuerySet[Journey]") -> Counts:
    """How many journeys of each phase are of each kind, and how many there are (kind ""); two queries."""
    found: Counts = Counter()
    for phase, state, count in rows.order_by().values_list("project__phase", "state").annotate(count=Count("pk")):
        found[phase, ""] += count
        found[phase, "none" if state in UNDER_WAY else state] += count
    for phase, under_way, signs in signs_by_phase(rows):
        found[phase, "none"] -= under_way
        for code, count in signs.items():
            found[phase, code] += count
    return found


def _label(kind: str) -> str:
    return str(SIGN_LABELS[kind] if kind in SIGN_LABELS else capfirst(Journey.State(kind).label))


def crossing(user: User, filters: Filters, address: Address) -> list[Line]:
    """Phase by health of everything that fits the other filters; the last line is their sum. Only kinds that occur."""
    counts = _counts(board(user, replace(filters, phase="", sign="", sort="name")))
    phases = [phase for phase in Phase.values if counts[phase, ""]]
    kinds = [kind for kind in KINDS if any(counts[phase, kind] for phase in phases)]
    for kind in ("", *kinds):
        counts["", kind] = sum(counts[phase, kind] for phase in phases)

    def line(phase: str, label: str) -> Line:
        cells = []
        for kind in kinds:
            asked = {"state": kind, "sign": ""} if kind in AT_REST else {"sign": kind}
            url = address(phase=phase, **asked)
            cells.append(Cell(kind, _label(kind), TONES.get(kind, "neutral"), counts[phase, kind], url))
        return Line(label, counts[phase, ""], address(phase=phase, sign=""), cells)

    lines = [line(phase, str(capfirst(Phase(phase).label))) for phase in phases]
    return [*lines, line("", pgettext("sum of a table", "Together"))] if lines else []


def columns(user: User, filters: Filters, address: Address, *, each: int) -> tuple[list[Column], list[Line]]:
    """A column a phase (one alone if filtered) with its first `each` cards in the order asked for; and the crossing."""
    lines = crossing(user, filters, address)
    by_label = {line.label: line for line in lines}
    fitting: dict[str, list[int]] = {phase: [] for phase in ([filters.phase] if filters.phase else Phase.values)}
    for pk, phase in board(user, filters).values_list("pk", "project__phase"):
        fitting[phase].append(pk)
    read = {row.journey.pk: row for row in rows_of([pk for ids in fitting.values() for pk in ids[:each]])}
    found = []
    for phase, ids in fitting.items():
        label = str(capfirst(Phase(phase).label))
        line = by_label.get(label) or Line(label, 0, address(phase=phase, sign=""))
        url = address(view="table", phase=phase)
        found.append(Column(line, len(ids), [read[pk] for pk in ids[:each]], url))
    return found, lines
