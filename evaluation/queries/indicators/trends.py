"""How figures and indicators went before: the last eight quarters.

All quarters of the rows that a figure counts are added up in one query, whatever the number of quarters and indicators.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from evaluation.models import IndicatorVersion
from evaluation.queries import rows
from evaluation.queries.drawn import DRAWN
from evaluation.queries.drawn_base import Figure, Territory
from evaluation.queries.due import shifted
from evaluation.queries.indicators.measured import is_known, measure_of
from evaluation.queries.indicators.narrow import narrowed, of_denominator, scope_of
from evaluation.queries.indicators.valued import Shape, divided, said
from evaluation.queries.measures import MEASURES, NOTHING, Measure, Total, by_span
from evaluation.queries.scope import Scope

QUARTERS = 8
DAYS: dict[Any, str] = {
    rows.contact_deliveries: "happened_at", rows.planned_steps: "day", rows.requests: "expires_at",
    rows.bridges: "crossed_on",
}  # fmt: skip
"""base → the day that says in which quarter a row falls"""
SPANS = rows.active_journeys
"""Journeys count in each quarter in which they are under way."""
UNTOLD = ("left",)
"""What each row adds depends on the whole period: not told by quarter."""


@dataclass(frozen=True)
class Fixed:
    """Totals already added up, for those who draw figures."""

    scope: Scope
    found: dict[str, Total]
    territory: Territory
    motives: Sequence[Any] = ()

    def total(self, code: str) -> Total:
        return self.found.get(code, NOTHING)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def is_told(code: str) -> bool:
    """Is this measure added up quarter by quarter?"""
    measure = MEASURES.get(code)
    if measure is None or code in UNTOLD:
        return False
    return measure.base in DAYS or measure.base is SPANS


def quarters(until: date) -> list[tuple[date, date]]:
    """The last eight, first and last day of each, the earliest first; the last one ends with `until`."""
    first = date(until.year, 3 * ((until.month - 1) // 3) + 1, 1)
    starts = [shifted(first, -3 * back, 0) for back in range(QUARTERS - 1, -1, -1)]
    return [(start, min(shifted(start, 3, -1), until)) for start in starts]


@dataclass(frozen=True)
class Course:
    """The totals of one measure in each quarter, and in the same days of the year before (None where not asked)."""

    quarters: list[Total]
    before: Total | None = None


def by_quarter(measures: Iterable[Measure], scope: Scope, before: Scope | None = None) -> dict[str, Course]:
    """{code: the totals of each quarter up to the last day of the scope}; one query for all that share their rows.

    `before`: the same days of the year before, which begin with a quarter (see `told_before`): in the same queries.
    """
    spans = quarters(scope.until)
    wide = scope.narrowed(since=spans[0][0])
    by_day: dict[str, list[Measure]] = {}
    for one in measures:
        by_day.setdefault(DAYS.get(one.base, ""), []).append(one)
    found: dict[str, Course] = {}
    for day, together in by_day.items():
        asked = _cut(spans, before) if day else [*spans, *([_span(before)] if before else [])]
        for code, groups in by_span(together, wide, asked, day).items():
            totals = [groups.get(place, NOTHING) for place in range(len(asked))]
            found[code] = _course(totals, asked, spans, before) if day else _apart(totals, len(spans))
    return found


def told_before(scope: Scope, before: Scope | None) -> Scope | None:
    """The year before, where the quarters tell it: from the first day of one of them."""
    starts = [start for start, _end in quarters(scope.until)]
    return before if before is not None and before.since in starts else None


def _span(before: Scope) -> tuple[date, date]:
    return before.since or before.until, before.until


def _cut(spans: list[tuple[date, date]], before: Scope | None) -> list[tuple[date, date]]:
    """The quarters, the one in which the year before ends in two parts."""
    found = []
    for start, end in spans:
        if before is not None and start <= before.until < end:
            found += [(start, before.until), (shifted(before.until, 0, 1), end)]
        else:
            found.append((start, end))
    return found


def _course(
    totals: list[Total], asked: list[tuple[date, date]], spans: list[tuple[date, date]], before: Scope | None
) -> Course:
    """Sums of the parts: rows with a day are in one of them each."""

    def within(since: date, until: date) -> Total:
        return _sum(total for total, (start, end) in zip(totals, asked, strict=True) if since <= start and end <= until)

    return Course([within(*span) for span in spans], within(*_span(before)) if before else None)


def _apart(totals: list[Total], quarters: int) -> Course:
    """Journeys count in each span in which they are under way, so each was added up by itself."""
    return Course(totals[:quarters], totals[quarters] if len(totals) > quarters else None)


def _sum(totals: Iterable[Total]) -> Total:
    """What is told without sides adds up: value, weight, part and rows."""
    value = weight = part = rows = 0
    for one in totals:
        value, weight, part, rows = value + one.value, weight + one.weight, part + one.part, rows + one.rows
    return Total(value, weight, part, rows)


@dataclass(frozen=True)
class History:
    """The values of figures and of definitions in each quarter: {code: values}, {version: values}; and both in
    the same days of the year before, as figures, by code or by version."""

    figures: dict[str, list[float | None]]
    values: dict[int, list[float | None]]
    before: dict[str | int, Figure]


def history(
    codes: Iterable[str], versions: Iterable[IndicatorVersion], scope: Scope, territory: Territory,
    before: Scope | None = None,
) -> History:  # fmt: skip
    """Of these figures and definitions; `before` as in `by_quarter`."""
    asked = {code: MEASURES[code] for code in codes if is_told(code)}
    followed = [one for one in versions if _is_told(one, scope)]
    parts = {one.pk: _parts(one, scope) for one in followed}
    derived = [measure for part in parts.values() for measure in part.values()]
    courses = by_quarter([*asked.values(), *derived], scope, before)
    found = {code: course.quarters for code, course in courses.items()}
    figures = {code: [_drawn(code, one, scope, territory).value for one in found[code]] for code in asked}
    then = {code: courses[code].before for code in asked}
    values = {
        one.pk: [said(one, _made(one, parts[one.pk], found, i, scope, territory)) for i in range(QUARTERS)]
        for one in followed
    }
    was: dict[str | int, Figure] = {
        code: _drawn(code, one, scope, territory) for code, one in then.items() if one is not None
    }
    if before is not None:
        past = {code: [course.before or NOTHING] for code, course in courses.items()}
        was |= {one.pk: _made(one, parts[one.pk], past, 0, scope, territory) for one in followed}
    return History(figures, values, was)


def _is_told(version: IndicatorVersion, scope: Scope) -> bool:
    if not is_known(version) or version.matures_after or scope_of(version, scope) is None:
        return False
    return all(is_told(code) for code in (version.measure, version.denominator) if code)


def _parts(version: IndicatorVersion, scope: Scope) -> dict[str, Measure]:
    """Its measures, narrowed to what it counts, under names of their own."""
    part = scope_of(version, scope)
    if part is None:
        return {}
    found = {"first": narrowed(MEASURES[version.measure], part, f"{version.measure}_v{version.pk}")}
    if version.denominator:
        name = f"{version.denominator}_w{version.pk}"
        found["second"] = narrowed(MEASURES[version.denominator], of_denominator(part), name)
    return found


def _drawn(code: str, total: Total, scope: Scope, territory: Territory) -> Figure:
    return DRAWN[code](MEASURES[code], Fixed(scope, {code: total}, territory))  # type: ignore[arg-type]  # no more is asked


def _made(
    version: IndicatorVersion, parts: dict[str, Measure], found: dict[str, list[Total]], place: int, scope: Scope,
    territory: Territory,
) -> Figure:  # fmt: skip
    first: Any = Fixed(scope, {version.measure: found[parts["first"].code][place]}, territory)
    made = DRAWN[version.measure](measure_of(version), first)
    if version.shape != Shape.FIGURE:
        second: Any = Fixed(scope, {version.denominator: found[parts["second"].code][place]}, territory)
        made = divided(version, first, second, made)
    return made
