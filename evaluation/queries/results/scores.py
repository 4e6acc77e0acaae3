"""The score of a section: of each person, of a group, how it changed, and whether its questions belong together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean

from django.utils.translation import gettext as _

from evaluation import statistics
from evaluation.queries.given import Kept
from evaluation.queries.results.change import ItemChange, change_of, pairs_of
from evaluation.queries.results.sheets import Asked, Key, Row
from evaluation.statistics import Alpha, Undefined


@dataclass(frozen=True)
class Scoring:
    """A score is the mean of the scales that a person answered, from `least` up.

    `scales`: one series of each, for a scale that broke on the way is not two questions; `versions`: all at work.
    """

    scales: frozenset[Key]
    least: int
    versions: dict[int, Asked]

    @cached_property
    def series(self) -> dict[str, int]:
        return dict(self.scales)

    def of(self, row: Row) -> float | None:
        """None when too few of its scales are answered, or when its version asks one of them in another series."""
        asked = self.versions[row.version].scales
        if any(self.series.get(code, series) != series for code, series in asked):
            return None
        mine = asked & self.scales
        values = [kept.value for code, _series in mine if (kept := row.answers.get(code)) and kept.value is not None]
        return mean(values) if len(values) >= self.least else None

    def of_all(self, rows: Sequence[Row]) -> list[float]:
        return [score for row in rows if (score := self.of(row)) is not None]

    def change(self, before: Sequence[Row], after: Sequence[Row]) -> ItemChange:
        """Of the same people, where every scale of it stays in its series; else why not."""
        if not all(self.scales <= self.versions[row.version].scales for row in before):
            return ItemChange(why_not=_("Not all of its questions were asked in the same way in the wave before."))
        found = [(self.of(a), self.of(b)) for a, b in pairs_of(before, after)]
        return change_of([(a, b) for a, b in found if a is not None and b is not None])

    def alpha(self, rows: Sequence[Row], keys: Sequence[Key]) -> Alpha | Undefined | None:
        """How far those of its scales hold together, over the sheets that answer all of them; None for one scale."""
        scales = [key for key in keys if key in self.scales]
        if len(scales) < 2:
            return None
        return statistics.cronbach_alpha([self._points(row, scales) for row in rows])

    def _points(self, row: Row, scales: Sequence[Key]) -> list[float | None]:
        asked = self.versions[row.version].scales
        return [row.answers.get(key[0], Kept()).value if key in asked else None for key in scales]
