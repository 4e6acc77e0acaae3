"""A figure or an indicator, quarter after quarter or group by group, as its chart and its table show it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from backend.lib import clock
from backend.web.charts import number
from backend.web.reading import with_unit
from evaluation.models import Indicator, IndicatorVersion, Target
from evaluation.queries import words
from evaluation.queries.comparing import before
from evaluation.queries.comparing.parts import parts_of, quarters
from evaluation.queries.drawn_base import Figure
from evaluation.queries.figures import figure
from evaluation.queries.indicators.aims import aimed_at, current, grows
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.indicators.valued import Valued, valued, wanted
from evaluation.queries.measures import Measure
from evaluation.queries.scope import Scope
from evaluation.queries.working import bounds

MINUTES = 60
LEAST_QUARTERS = 4
OF_ROWS = ("left", "immersions", "milestones", "cooperations", "communes")
"""Counts that are told out of as many."""


@dataclass(frozen=True)
class Point:
    """One quarter or one group. `value`, `low`, `high` in the unit told; `shown`, `interval`, `of` in words; `where`
    opens its rows."""

    label: str
    value: float | None
    shown: str
    low: float | None = None
    high: float | None = None
    interval: str = ""
    of: str = ""
    precision: str = ""
    where: dict[str, str] = field(default_factory=dict)
    short: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Aimed:
    """A target: its line (or the two of a band) where the drawing is in its unit and period, its words anyway."""

    title: str
    words: str
    lines: list[float]
    pk: int


Draw = Callable[[Scope], "Point | None"]


def of_measure(measure: Measure) -> Draw:
    """How one figure is drawn of any scope."""
    return lambda scope: _of_figure(figure(measure, scope))


def of_version(version: IndicatorVersion) -> Draw:
    """How one definition is drawn of any scope; None where that scope looks elsewhere."""

    def draw(scope: Scope) -> Point | None:
        pool = Pool(scope)
        wanted(version, pool)
        found = valued(version, pool)
        return _of_valued(found) if found else None

    return draw


def _of_figure(made: Figure) -> Point:
    per = MINUTES if made.measure.is_time else 1
    return Point(
        "", None if made.value is None else made.value / per, with_unit(made.shown, made.unit_apart), low=made.low,
        high=made.high, interval=bounds(made) if made.low is not None else "", of=_of(made), precision=made.precision,
    )  # fmt: skip


def _of_valued(found: Valued) -> Point:
    made = found.figure
    return Point(
        "", found.value, found.shown, low=made.low, high=made.high,
        interval=bounds(made) if made.low is not None else "", of=_of(made), precision=made.precision,
    )  # fmt: skip


def _of(made: Figure) -> str:
    """ "12 of 40" of a share, else how many it stands on."""
    if made.measure.is_time or not made.denominator:
        return ""
    is_part = made.numerator is not None and (made.unit == "%" or made.code in OF_ROWS)
    return words.of(made.numerator or 0, made.denominator) if is_part else number(made.denominator)


def by_quarter(draw: Draw, scope: Scope) -> list[Point]:
    """The last twelve quarters up to the last day of the scope, from the first with something in it; as many queries as
    one figure takes, twelve times."""
    found: list[tuple[Point, date, date]] = []
    for since, until in quarters(scope.until):
        point = draw(scope.narrowed(since=since, until=until))
        if point is not None:
            found.append((point, since, until))
    while len(found) > LEAST_QUARTERS and not found[0][0].value:
        del found[0]
    return [_named(*one, is_first=place == 0) for place, one in enumerate(found)]


def _named(point: Point, since: date, until: date, *, is_first: bool) -> Point:
    quarter = _("Q%(quarter)s") % {"quarter": (since.month + 2) // 3}
    where = {"period": "dates", "since": since.isoformat(), "until": until.isoformat()}
    year = str(since.year) if is_first or since.month == 1 else ""
    return _with(point, f"{quarter} {since.year}", where, (quarter, year))


def by_part(draw: Draw, scope: Scope, dimension: str) -> list[Point]:
    """Every group there is, those without anything last."""
    found = [(part, draw(part.of(scope))) for part in parts_of(scope, dimension)]
    points = [_with(point, part.label, part.where, ("", "")) for part, point in found if point is not None]
    return sorted(points, key=lambda one: one.value is None)


def _with(point: Point, label: str, where: dict[str, str], short: tuple[str, str]) -> Point:
    return Point(
        label, point.value, point.shown, point.low, point.high, point.interval, point.of, point.precision, where, short
    )


def finding(points: Sequence[Point]) -> str:
    """From the first to the last that is known, and whether their intervals tell them apart."""
    known = [one for one in points if one.value is not None]
    if len(known) < 2:
        return _("Too few quarters are known to show a course.")
    first, last = known[0], known[-1]
    told = _("From %(first)s in %(begin)s to %(last)s in %(end)s.") % {
        "first": first.shown, "begin": first.label, "last": last.shown, "end": last.label,
    }  # fmt: skip
    if first.low is None or first.high is None or last.low is None or last.high is None:
        return told
    apart = last.low > first.high or last.high < first.low
    return told if apart else _("%(told)s Their intervals overlap: the data do not show a change.") % {"told": told}


def aimed(indicators: Iterable[Indicator]) -> list[Aimed]:
    """The targets that hold today. What builds up over a period has no line: its target is of the whole period."""
    found = []
    for one in indicators:
        version: IndicatorVersion | None = one.published[0] if one.published else None  # type: ignore[attr-defined]  # prefetched
        target: Target | None = current(one.standing, clock.today())  # type: ignore[attr-defined]  # prefetched
        if version is None or target is None:
            continue
        version.indicator = one
        ends = [] if grows(version) else [float(end) for end in dict.fromkeys(target.bounds)]
        found.append(Aimed(version.title, aimed_at(version, target), ends, one.pk))
    return found


def indicators_of(rows: Any, measure: Measure, scope: Scope) -> list[Indicator]:
    """Of these indicators, those that show this very figure of this very scope."""
    return [
        one for one in rows
        if one.published and one.published[0].measure == measure.code and one.programme_id == scope.programme
        and one.published[0].shape == IndicatorVersion.Shape.FIGURE and not one.published[0].narrow
        and not one.published[0].matures_after
    ]  # fmt: skip


def trend(version: IndicatorVersion, now: Figure, scope: Scope) -> str:
    """An indicator beside itself a year before, in words; a ratio has no interval, and is told none."""
    then = before.year_before(scope)
    if then is None or version.shape == IndicatorVersion.Shape.RATIO:
        return ""
    pool = Pool(then)
    wanted(version, pool)
    was = valued(version, pool)
    return before.beside(now, was.figure, before.named(then)) if was else ""
