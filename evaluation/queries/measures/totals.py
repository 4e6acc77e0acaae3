"""Measures added up by the database: the whole or by group, all those that share their rows in one query.

A share is a sum of numerators over a sum of denominators, whatever the grouping; percentages are never averaged.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateTimeField

from backend.lib.prepared import Made, prepared
from evaluation.queries.measures.measure import Measure
from evaluation.queries.measures.statement import Read, Statement, Text, read
from evaluation.queries.scope import Scope, midnight


@dataclass(frozen=True)
class Total:
    """What the rows of a measure add up to. Where a subject counts once, `value` and `weight` count subjects."""

    value: int = 0
    weight: int = 0
    part: int = 0
    rows: int = 0
    subjects: int = 0
    counted: int = 0
    """Subjects of whom some row adds to the value."""
    uncounted: int = 0
    """Subjects of whom some row adds nothing to it."""
    parted: int = 0
    """Subjects of whom some row has a part."""
    unparted: int = 0
    """Subjects of whom some row has none."""

    @property
    def missing(self) -> int:
        """Subjects counted once of whom it is not known."""
        return self.subjects - self.weight


NOTHING = Total()


def added(parts: Iterable[Total]) -> Total:
    """The total of totals. Of subjects that count once it would count those again who are in several."""
    told = [(one.value, one.weight, one.part, one.rows) for one in parts]
    return Total(*map(sum, zip(*told, strict=True))) if told else NOTHING


Groups = dict[Any, Total]
"""{key: total}; the key is a value of the field grouped by, or a tuple of several."""
Spans = Sequence[tuple[date, date]]
"""First and last day of each, one after the other."""


def totals(measures: Iterable[Measure], scope: Scope, *, has_sides: bool = True) -> dict[str, Total]:
    """{code: the total of all its rows}; one query for all measures that share them. `has_sides` as in `grouped`."""
    found: dict[str, Total] = {}
    for together in _by_base(measures):

        def made(together: list[Measure] = together) -> Made:
            return Statement(together, has_sides=has_sides).made(together[0].base(scope))

        alone = _groups(together, _read(together, ("totals", scope, has_sides), made), 0)
        found |= {code: groups.get((), NOTHING) for code, groups in alone.items()}
    return found


def grouped(
    measures: Iterable[Measure], scope: Scope, *by: str, is_own: bool = False, has_sides: bool = True
) -> dict[str, Groups]:
    """{code: {key: total}} by a field of the journey (of the rows, `is_own`); by several, keys are tuples.

    One query for all measures that share their rows. Groups without any row are left out. Not `has_sides`: who stands
    on which side is not asked, nor how many people there are, unless they are what is counted; both are dear.
    """
    found: dict[str, Groups] = {}
    for together in _by_base(measures):
        paths = [name if is_own else f"{together[0].path}{name}" for name in by]

        def made(together: list[Measure] = together, paths: list[str] = paths) -> Made:
            statement = Statement(together, has_sides=has_sides)
            keys = [Text(statement.columns.path(path)) for path in paths]
            return statement.made(together[0].base(scope), keys)

        answer = _read(together, ("grouped", scope, has_sides, *paths), made)
        found |= _groups(together, answer, len(paths))
    return found


def by_span(measures: Iterable[Measure], scope: Scope, spans: Spans, day: str = "") -> dict[str, dict[int, Total]]:
    """{code: {place of the span: total}}, without sides as in `grouped`; one query for those that share their rows.

    Rows count in the span in which their `day` falls. Without one they are journeys, and count in each span in which
    they are under way.
    """
    found: dict[str, dict[int, Total]] = {}
    for together in _by_base(measures):

        def made(together: list[Measure] = together) -> Made:
            return _by_span(together, scope, spans, day)

        found |= _groups(together, _read(together, ("by_span", scope, day, *spans), made), 1)
    return found


def _by_span(measures: Sequence[Measure], scope: Scope, spans: Spans, day: str) -> Made:
    statement, rows = Statement(measures, has_sides=False), measures[0].base(scope)
    if day:
        column, beside = statement.columns.path(day), None
        key = _span_of(column, spans, is_moment=isinstance(rows.query.resolve_ref(day).output_field, DateTimeField))
    else:
        start, end = (statement.columns.path(name) for name in ("started_on", "ended_on"))
        key, beside = Text("q.place"), _under_way(start, end, spans)
    return statement.made(rows, [key], beside)


def _read(measures: Sequence[Measure], key: Hashable, made: Callable[[], Made]) -> Read | None:
    """What the database answers; None where there can be no row."""
    names = [(one.code, one if one.made_of is None else one.made_of) for one in measures]
    try:
        return read(prepared((key, *names), made))
    except EmptyResultSet:
        return None


def _span_of(column: str, spans: Spans, *, is_moment: bool) -> Text:
    """The place of the span of a day or a moment; those before the first are in it, those after the last too."""
    ops = connection.ops
    starts = [
        ops.adapt_datetimefield_value(midnight(start)) if is_moment else ops.adapt_datefield_value(start)
        for start, _end in spans[1:]
    ]
    cases = " ".join(f"WHEN {column} < %s THEN {place}" for place in range(len(starts)))
    return Text(f"CASE {cases} ELSE {len(starts)} END", starts)


def _under_way(start: str, end: str, spans: Spans) -> Text:
    """Each journey beside each span in which it is under way, pauses included."""
    day = connection.ops.adapt_datefield_value
    typed = "text" if connection.vendor == "sqlite" else "date"
    first = f"SELECT 0 AS place, CAST(%s AS {typed}) AS since, CAST(%s AS {typed}) AS until"
    each = " UNION ALL ".join([first, *(f"SELECT {place}, %s, %s" for place in range(1, len(spans)))])
    return Text(
        f"JOIN ({each}) q ON {start} <= q.until AND ({end} IS NULL OR {end} >= q.since)",
        [day(one) for span in spans for one in span],
    )


def _groups(measures: Iterable[Measure], answer: Read | None, keys: int) -> dict[str, Groups]:
    found: dict[str, Groups] = {one.code: {} for one in measures}
    if answer is None:
        return found
    for code, groups in found.items():
        for key, parts in answer.of(code, keys):
            total = Total(*parts)
            if total.rows:
                groups[_key(key)] = total
    return found


def _key(values: tuple[Any, ...]) -> Hashable:
    return values[0] if len(values) == 1 else values


def _by_base(measures: Iterable[Measure]) -> list[list[Measure]]:
    found: dict[Any, list[Measure]] = {}
    for one in measures:
        found.setdefault(one.base, []).append(one)
    return list(found.values())
