"""What a figure is, and what figures are made from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.functional import Promise

from backend.web import reading
from evaluation.queries.after import After
from evaluation.queries.answers_counted import Answers
from evaluation.queries.gains import Gains
from evaluation.queries.measures import Measure, Total
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.scope import Scope
from evaluation.queries.series import Versions
from evaluation.queries.views_compared import Views
from journeys.queries.waits import Summary

HOURS_BY_KIND = ("hours_training", "hours_mentoring", "hours_immersion")


@dataclass(frozen=True)
class Figure:
    """One computed value with its working. `value` None: nothing to say yet, or hidden.

    `groups`: how many people (or answers) stand on each side; on published pages none may be few.
    """

    measure: Measure
    value: float | None
    shown: str
    note: str = ""
    precision: str = ""
    numerator: int | None = None
    denominator: int | None = None
    low: float | None = None
    high: float | None = None
    unit: str | Promise = ""
    is_hidden: bool = False
    groups: Sequence[int] = field(default=(), repr=False)

    @property
    def code(self) -> str:
        return self.measure.code

    @property
    def unit_apart(self) -> str:
        """The unit to write after `shown`: none where it stands in it already (hours, euros), or nothing is shown."""
        is_written = self.measure.is_time or bool(self.unit == "€" and "€" in self.shown)
        return "" if self.value is None or is_written else reading.agreeing(self.unit, self.shown)


@dataclass(frozen=True)
class Territory:
    """How many communes there are, and how many people live in them."""

    communes: int
    inhabitants: int


class Found(Protocol):
    """What figures are made from."""

    scope: Scope

    def total(self, code: str) -> Total:
        """What the rows of a measure add up to."""

    @property
    def areas(self) -> Versions: ...

    @property
    def gains(self) -> Gains: ...

    def answers(self, measure: SurveyMeasure) -> Answers:
        """What was answered to the question of a measure."""

    @property
    def views(self) -> Views: ...

    @property
    def waits(self) -> Summary: ...

    @property
    def after(self) -> After: ...

    @property
    def territory(self) -> Territory: ...

    @property
    def motives(self) -> list[tuple[str, Total]]: ...
