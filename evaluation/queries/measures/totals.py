"""Measures added up by the database: the whole or by group, all those that share their rows in one query.

A share is a sum of numerators over a sum of denominators, whatever the grouping; percentages are never averaged.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from evaluation.queries.measures.by_subject import added_up
from evaluation.queries.measures.measure import NONE, ONE, Measure
from evaluation.queries.scope import Scope


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
Groups = dict[Any, Total]
"""{key: total}; the key is a value of the field grouped by, or a tuple of several."""


def totals(measures: Iterable[Measure], scope: Scope) -> dict[str, Total]:
    """{code: the total of all its rows}; one query for all measures that share their rows."""
    found: dict[str, Total] = {}
    for together in _by_base(measures):
        made, sums = _summed(together, scope)
        subject = together[0].subject
        alike = all(one.subject == subject for one in together)
        line = added_up(made, subject, sums.terms, sums.people) if alike else made.aggregate(**sums.terms)
        found |= {one.code: sums.total(one.code, line) for one in together}
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
        found |= {one.code: {} for one in together}
        made, sums = _summed(together, scope, has_sides=has_sides)
        names = [name if is_own else f"{together[0].path}{name}" for name in by]
        for line in made.values(*names).annotate(**sums.terms):
            for one in together:
                total = sums.total(one.code, line)
                if total.rows:
                    found[one.code][_key(line, names)] = total
    return found


def _key(line: dict[str, Any], names: Sequence[str]) -> Hashable:
    values = tuple(line[name] for name in names)
    return values[0] if len(values) == 1 else values


def _by_base(measures: Iterable[Measure]) -> list[list[Measure]]:
    found: dict[Any, list[Measure]] = {}
    for one in measures:
        found.setdefault(one.base, []).append(one)
    return list(found.values())


class _Sums:
    """The sums to take, each different one once, and which of them each part of a total is."""

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}
        self.terms: dict[str, Any] = {}
        self.names: dict[tuple[Any, ...], str] = {}
        self.parts: dict[str, list[str]] = {}
        self.people: dict[str, Q] = {}
        """Of the terms that count people: which rows count somebody."""

    def add(self, one: Measure, *, has_sides: bool) -> None:
        """What this measure adds up."""
        if one.is_once:
            value, weight = (self._people(one, name) for name in ("value", "weight"))
            self.parts[one.code] = [value, weight, "", self._rows(one), self._people(one), value, "", "", ""]
        else:
            sums = [self._sum(one, name) for name in ("value", "weight", "part")]
            sides = [self._people(one), *self._sides(one)] if has_sides else [""] * 5
            self.parts[one.code] = [*sums, self._rows(one), *sides]

    def total(self, code: str, line: dict[str, Any]) -> Total:
        return Total(*(line[name] if name else 0 for name in self.parts[code]))

    def _term(self, key: tuple[Any, ...], term: Any) -> str:
        name = self.names.setdefault(key, f"sum_{len(self.names)}")
        self.terms.setdefault(name, term)
        return name

    def _given(self, one: Measure, part: str) -> str:
        """One for each expression: the same measure narrowed in many ways gives its own once."""
        made = getattr(one, part)
        name = self.names.setdefault(("given", id(made)), f"given_{len(self.names)}")
        self.given[name] = made
        return name

    def _rows(self, one: Measure) -> str:
        return self._term(("rows", one.only), Count("pk", filter=one.only))

    def _sum(self, one: Measure, part: str) -> str:
        if getattr(one, part) is ONE:
            return self._rows(one)
        if getattr(one, part) is NONE:
            return ""
        name = self._given(one, part)
        return self._term((name, one.only), Sum(name, filter=one.only, default=0))

    def _sides(self, one: Measure) -> list[str]:
        """Who is counted and who is not; who has a part and who has none."""
        return [
            self._people(one, "value"),
            "" if one.value is ONE or one.unit else self._people(one, "value", is_none=True),
            "" if one.part is NONE else self._people(one, "part"),
            self._people(one) if one.part is NONE else self._people(one, "part", is_none=True),
        ]

    def _people(self, one: Measure, part: str = "", *, is_none: bool = False) -> str:
        if not part or getattr(one, part) is ONE:
            return self._counted((one.subject, one.only), one.subject, one.only)
        name = self._given(one, part)
        which = one.only & Q(**{f"{name}__lte" if is_none else f"{name}__gt": 0})
        return self._counted((one.subject, name, is_none, one.only), one.subject, which)

    def _counted(self, key: tuple[Any, ...], subject: str, which: Q) -> str:
        name = self._term(key, Count(subject, distinct=True, filter=which))
        self.people[name] = which
        return name


def _summed(measures: Sequence[Measure], scope: Scope, *, has_sides: bool = True) -> tuple["QuerySet[Any]", _Sums]:
    """Rows with what each measure makes of them, and the sums to take."""
    sums = _Sums()
    for one in measures:
        sums.add(one, has_sides=has_sides)
    return measures[0].base(scope).order_by().annotate(**sums.given), sums
