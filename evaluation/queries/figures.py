"""The figures of a scope: each with its working. A dozen queries, however many people there are."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from backend.lib.texts import pick
from backend.web import reading
from backend.web.charts import number
from evaluation import statistics
from evaluation.models import Request
from evaluation.queries import rows, words
from evaluation.queries.gains import AreaGain, Gains, gains
from evaluation.queries.measures import MEASURES, Measure
from evaluation.queries.scope import Scope
from evaluation.statistics.disclosure import SMALLEST_GROUP
from journeys.models import Bridge, Delivery, Step, StepKind
from journeys.queries.ledger import tally

Text = str | Promise
STATES = [Delivery.State.SIGNED, Delivery.State.CONFIRMED, Delivery.State.DECLARED, Delivery.State.DISPUTED]
"""The surest first."""


@dataclass(frozen=True)
class Figure:
    """One computed value with its working. `value` None: nothing to say yet, or hidden."""

    measure: Measure
    value: float | None
    shown: str
    note: str = ""
    precision: str = ""
    numerator: int | None = None
    denominator: int | None = None
    low: float | None = None
    high: float | None = None
    unit: Text = ""
    is_hidden: bool = False

    @property
    def code(self) -> str:
        return self.measure.code


@dataclass(frozen=True)
class HoursRow:
    """One kind of hours: minutes in each state, surest first; None = hidden."""

    kind: str
    label: Text
    minutes: list[int | None]
    total: int

    @property
    def cells(self) -> list[tuple[str, int | None]]:
        return list(zip([str(state.value) for state in STATES], self.minutes, strict=True))


@dataclass(frozen=True)
class Hours:
    """The ledger of a period: contact hours by kind and state; preparation and travel apart."""

    kinds: list[HoursRow]
    states: list[int]
    total: int
    preparation: int
    travel: int

    @property
    def sure(self) -> int:
        """Confirmed by the person who received them, or signed."""
        return sum(self.states[:2])


@dataclass(frozen=True)
class Counted:
    """Steps done of those that fall in the period; `people`: journeys they belong to (published pages only)."""

    key: str
    label: str
    done: int
    total: int
    people: int = 0
    is_hidden: bool = False


@dataclass(frozen=True)
class Board:
    """Everything the page of figures shows about its scope."""

    scope: Scope
    people: int
    hours: Hours
    immersions: Counted
    milestones: Counted
    bridges: Counted
    by_milestone: list[Counted]
    gains: Gains
    states: dict[str, int]
    is_small: bool
    figures: list[Figure] = field(default_factory=list)

    @property
    def posture(self) -> list[AreaGain]:
        """All areas together, then each."""
        return [self.gains.overall(), *self.gains.by_area()]


def board(scope: Scope) -> Board:
    """All the figures of one scope."""
    people = count_people(scope)
    by_kind = step_counts(scope)
    made = Board(
        scope=scope,
        people=people,
        hours=hours(scope),
        immersions=_sum(by_kind[StepKind.IMMERSION]),
        milestones=_sum(by_kind[StepKind.MILESTONE]),
        bridges=count_bridges(scope),
        by_milestone=_hide_small(by_kind[StepKind.MILESTONE]) if scope.is_published else by_kind[StepKind.MILESTONE],
        gains=gains(scope),
        states=request_states(scope),
        is_small=scope.is_published and 0 < people < SMALLEST_GROUP,
    )
    made.figures.extend(_figures(made))
    return made


def figure(code: str, scope: Scope) -> Figure:
    """One figure alone, for the page of its rows. KeyError for a measure that there is not."""
    made: dict[str, Callable[[], Figure]] = {
        "people": lambda: _people(count_people(scope)),
        "hours": lambda: _hours(hours(scope)),
        "immersions": lambda: _share("immersions", _sum(step_counts(scope)[StepKind.IMMERSION])),
        "milestones": lambda: _share("milestones", _sum(step_counts(scope)[StepKind.MILESTONE])),
        "posture": lambda: _posture(gains(scope)),
        "response": lambda: _response(request_states(scope)),
        "bridges": lambda: _bridges(count_bridges(scope)),
    }
    return made[code]()


def count_people(scope: Scope) -> int:
    """Different people; the same as the rows of `rows.people`, counted by the database in one pass."""
    return rows.active_journeys(scope).order_by().values("holder__user").distinct().count()


def hours(scope: Scope) -> Hours:
    """One query; two on published pages, which ask how many people stand behind each cell."""
    found = tally(rows.deliveries(scope))
    table = [[found.minutes(state, kind=kind) for state in STATES] for kind in Delivery.Kind]
    hidden = _hidden_cells(scope) if scope.is_published else set()

    kinds = [
        HoursRow(
            kind.value,
            kind.label,
            [None if (r, c) in hidden else cell for c, cell in enumerate(table[r])],
            sum(table[r]),
        )
        for r, kind in enumerate(Delivery.Kind)
    ]
    return Hours(
        kinds=kinds,
        states=[sum(row[c] for row in table) for c in range(len(STATES))],
        total=sum(map(sum, table)),
        preparation=found.standing(sort=Delivery.Sort.PREPARATION),
        travel=found.standing(sort=Delivery.Sort.TRAVEL),
    )


def _hidden_cells(scope: Scope) -> set[tuple[int, int]]:
    """Cells of kinds × states with few people behind, and what would give them away."""
    found = rows.contact_deliveries(scope).order_by().values_list("kind", "state")
    people = {(kind, state): n for kind, state, n in found.annotate(n=Count("journey__holder__user", distinct=True))}
    return statistics.hide_in_table(
        [[people.get((kind.value, state.value), 0) for state in STATES] for kind in Delivery.Kind]
    )


def step_counts(scope: Scope) -> dict[str, list[Counted]]:
    """Immersion and milestone steps by title, in one query: done and all."""
    names = ("kind", "title_fr", "title_en", "state")
    counts: dict[str, dict[str, list[int]]] = {StepKind.IMMERSION: {}, StepKind.MILESTONE: {}}
    labels: dict[str, str] = {}
    for kind, title_fr, title_en, state, n in _by(rows.planned_steps(scope), names):
        line = counts[kind].setdefault(title_fr, [0, 0])
        line[0] += n if state == Step.State.DONE else 0
        line[1] += n
        labels[title_fr] = pick(Step(title_fr=title_fr, title_en=title_en), "title")
    return {
        kind: [
            Counted(title, labels[title], done, total, people=total) for title, (done, total) in sorted(lines.items())
        ]
        for kind, lines in counts.items()
    }


def _by(steps: "QuerySet[Step]", names: tuple[str, ...]) -> "QuerySet[Step, tuple[str, str, str, str, int]]":
    return steps.order_by(*names).values_list(*names).annotate(n=Count("pk"))


def _hide_small(lines: list[Counted]) -> list[Counted]:
    hidden = statistics.hide_in_list([line.people for line in lines])
    return [
        Counted(line.key, line.label, line.done, line.total, line.people, is_hidden=i in hidden)
        for i, line in enumerate(lines)
    ]


def _sum(lines: list[Counted]) -> Counted:
    return Counted("", "", sum(line.done for line in lines), sum(line.total for line in lines))


def count_bridges(scope: Scope) -> Counted:
    """All of them, those instead of the first as `done`, and how many different people crossed. One query."""
    found: dict[str, int] = rows.bridges(scope).aggregate(
        moves=Count("pk", filter=Q(kind=Bridge.Kind.MOVE)),
        all=Count("pk"),
        people=Count("to_journey__holder__user", distinct=True),
    )
    hidden = scope.is_published and 0 < found["people"] < SMALLEST_GROUP
    return Counted("", "", found["moves"], found["all"], found["people"], is_hidden=hidden)


def request_states(scope: Scope) -> dict[str, int]:
    found = rows.requests(scope).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(found)


def _figures(made: Board) -> list[Figure]:
    drawn = [
        _people(made.people),
        _hours(made.hours),
        _share("immersions", made.immersions),
        _share("milestones", made.milestones),
        _posture(made.gains),
        _response(made.states),
        _bridges(made.bridges, says_kinds=not made.scope.is_published),
    ]
    if not made.scope.is_published:
        return drawn
    small = {figure.code for figure in drawn if made.is_small or _is_small(figure)}
    small |= {"bridges"} if made.bridges.is_hidden else set()
    return [_hidden(figure) if figure.code in small else figure for figure in drawn]


def _is_small(figure: Figure) -> bool:
    group = figure.denominator if figure.denominator is not None else figure.numerator
    return figure.code != "hours" and group is not None and 0 < group < SMALLEST_GROUP


def _hidden(figure: Figure) -> Figure:
    words_ = _("Fewer than five people: hidden so that nobody is recognised.")
    return Figure(figure.measure, None, "–", note=words_, is_hidden=True)


def _people(count: int) -> Figure:
    return Figure(MEASURES["people"], count, number(count), numerator=count)


def _hours(found: Hours) -> Figure:
    note = _("of which %(sure)s confirmed by those who received them") % {"sure": reading.hours(found.sure)}
    return Figure(
        MEASURES["hours"], found.total, reading.hours(found.total), note=note if found.total else "",
        numerator=found.sure, denominator=found.total, unit=_("minutes"),
    )  # fmt: skip


def _bridges(found: Counted, *, says_kinds: bool = True) -> Figure:
    note = _("%(moves)s instead of the first programme, %(beside)s beside it") % {
        "moves": number(found.done),
        "beside": number(found.total - found.done),
    }
    shown = note if found.total and says_kinds else ""
    return Figure(MEASURES["bridges"], found.total, number(found.total), note=shown, numerator=found.total)


def _share(code: str, found: Counted) -> Figure:
    interval = statistics.wilson(found.done, found.total)
    if interval is None:
        return Figure(MEASURES[code], None, "–", note=_("none planned in the period"), numerator=0, denominator=0)
    words_ = _("of %(total)s planned immersions") if code == "immersions" else _("of %(total)s planned milestones")
    note = words_ % {"total": number(found.total)}
    return Figure(
        MEASURES[code], found.done, number(found.done), note=note, numerator=found.done, denominator=found.total
    )


def _posture(found: Gains) -> Figure:
    overall = found.overall()
    note = _("%(answered)s answered of %(asked)s asked") % {"answered": found.answered, "asked": found.asked}
    unsure = Figure(
        MEASURES["posture"], None, "–", note=note, precision=words.gain(None), numerator=found.answered,
        denominator=found.asked, unit=_("points"),
    )  # fmt: skip
    change = overall.change
    if change is None or not overall.is_enough:
        return unsure
    shown, precision = words.signed(change.mean), words.gain(change)
    return replace(unsure, value=change.mean, shown=shown, precision=precision, low=change.low, high=change.high)


def _response(states: dict[str, int]) -> Figure:
    asked, complete = sum(states.values()), states.get(Request.State.COMPLETE, 0)
    interval = statistics.wilson(complete, asked)
    measure = MEASURES["response"]
    if interval is None:
        return Figure(measure, None, "–", note=_("nobody asked in the period"), numerator=0, denominator=0)
    note = _("%(complete)s complete of %(asked)s asked") % {"complete": number(complete), "asked": number(asked)}
    waiting = sum(states.get(state, 0) for state in Request.OPEN)
    if waiting:
        note = _("%(note)s, %(waiting)s still open") % {"note": note, "waiting": number(waiting)}
    return Figure(
        measure, 100 * interval.value, number(round(100 * interval.value)), note=note,
        precision=words.in_ten(interval, asked), numerator=complete, denominator=asked, low=100 * interval.low,
        high=100 * interval.high, unit="%",
    )  # fmt: skip
