"""The figures of a page and of all its indicators, added up together: a query for each set of rows, not for each."""

from collections.abc import Sequence
from typing import Any

from evaluation.queries.figures import Found
from evaluation.queries.indicators.narrow import narrowed
from evaluation.queries.measures import Groups, Measure, Total, added, grouped, totals
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.scope import Scope


class Pool(Found):
    """What the figures of a scope are made from, and beside them the same measures narrowed further.

    Narrowings are told beforehand (`wants`), so that all those of the same rows are added up in one query.

    `by`: what the page shows these `codes` by, too. Totals are then added up from their groups, in the same query, but
    where a subject counts once; `groups` holds them.
    """

    def __init__(self, scope: Scope, *, by: str = "", codes: Sequence[str] = ()) -> None:
        super().__init__(scope)
        self.groups: dict[str, Groups] = {}
        self._by = by
        self._bases = {self.measures[code].base for code in codes} if by and not scope.is_published else set()
        self._derived: dict[str, Measure] = {}
        self._narrowed: dict[Scope, Narrowed] = {}

    def narrowed(self, scope: Scope) -> "Found | Narrowed":
        """The same, of this part of the scope."""
        if scope == self.scope:
            return self
        if scope not in self._narrowed:
            self._narrowed[scope] = Narrowed(self, scope, len(self._narrowed))
        return self._narrowed[scope]

    def wants(self, code: str, scope: Scope) -> None:
        """This measure of this part of the scope will be asked for."""
        found = self.narrowed(scope)
        if isinstance(found, Narrowed):
            self._derived.setdefault(found.name_of(code), found.derived(code))

    def wants_answers(self, measure: SurveyMeasure, scope: Scope) -> None:
        """What was answered to this question, in this part of the scope, will be asked for."""
        found = self.narrowed(scope)
        whole = found.alone if isinstance(found, Narrowed) else self
        whole.asked[measure.code] = measure

    def total(self, code: str) -> Total:
        if code not in self._totals:
            known, base = self._known, self._known[code].base
            together = [one for one in known.values() if one.base is base and one.code not in self._totals]
            self._totals |= self._added(together) if self._is_grouped(together) else self._summed(together)
        return self._totals[code]

    def _is_grouped(self, measures: Sequence[Measure]) -> bool:
        return measures[0].base in self._bases and not any(one.is_once for one in measures)

    def _added(self, measures: Sequence[Measure]) -> dict[str, Total]:
        found = grouped(measures, self.scope, self._by, has_sides=False)
        self.groups |= found
        return {code: added(groups.values()) for code, groups in found.items()}

    def _summed(self, measures: Sequence[Measure]) -> dict[str, Total]:
        return totals(measures, self.scope, has_sides=self.scope.is_published)

    @property
    def _known(self) -> dict[str, Measure]:
        return {**self.measures, **self._derived}


class Narrowed:
    """A part of a pool, for those who draw figures: it answers as a whole does."""

    def __init__(self, pool: Pool, scope: Scope, place: int) -> None:
        self.scope, self._pool, self._place = scope, pool, place
        self.alone = Found(scope)
        self._names: set[str] = set()

    def name_of(self, code: str) -> str:
        """Of the measure, narrowed to this part."""
        return f"{code}_part{self._place}"

    def derived(self, code: str) -> Measure:
        """The measure, narrowed to this part."""
        self._names.add(code)
        return narrowed(self._pool.measures[code], self.scope, self.name_of(code))

    def total(self, code: str) -> Total:
        """Of this measure, in this part; alone, with a query of its own, where nobody asked for it beforehand."""
        return self._pool.total(self.name_of(code)) if code in self._names else self.alone.total(code)

    @property
    def territory(self) -> Any:
        return self._pool.territory

    @property
    def motives(self) -> list[tuple[str, Total]]:
        """Left to the page of the indicator: they would take a query for each."""
        return []

    def __getattr__(self, name: str) -> Any:
        """What is worked out from answers: with queries of its own."""
        return getattr(self.alone, name)
