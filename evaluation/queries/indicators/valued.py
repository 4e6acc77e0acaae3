"""The value of an indicator: one definition, in one scope, with its working; in the unit people read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from backend.web import reading
from backend.web.charts import number
from evaluation import statistics
from evaluation.models import IndicatorVersion
from evaluation.queries import drawn_questions, words
from evaluation.queries.choices import kind_words
from evaluation.queries.drawn import DRAWN
from evaluation.queries.drawn_base import Figure, Found
from evaluation.queries.figures import too_few
from evaluation.queries.indicators.describing import part_words
from evaluation.queries.indicators.lacks import adds_up
from evaluation.queries.indicators.measured import counts_answers, is_known, measure_of, measure_or_none
from evaluation.queries.indicators.narrow import is_whole, of_denominator, scope_of
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.measures import MEASURES, Measure
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.questions import How
from evaluation.queries.scope import Scope

Shape = IndicatorVersion.Shape
MINUTES = 60


@dataclass(frozen=True)
class Valued:
    """One definition valued. `value` in the unit people read: hours, per cent, points. `is_closed`: told to the
    organisation only, since it counts a part whose rest could be found by subtraction."""

    version: IndicatorVersion
    figure: Figure
    is_closed: bool = False

    @property
    def value(self) -> float | None:
        return said(self.version, self.figure)

    @property
    def shown(self) -> str:
        return write(self.version, self.value)

    @property
    def note(self) -> str:
        """What it is made from, and of whom alone: what narrows it, and after how long."""
        made = self.figure.note
        part = "" if self.figure.is_hidden else part_words(self.version)
        return _("%(made)s. %(part)s") % {"made": made, "part": part} if made and part else made or part


def said(version: IndicatorVersion, figure: Figure) -> float | None:
    """The value in the unit people read: hours, not minutes."""
    return as_read(version, figure.value)


def as_read(version: IndicatorVersion, value: float | None) -> float | None:
    """A value or a bound of its figure, in the unit people read."""
    if value is None:
        return None
    as_hours = version.shape == Shape.FIGURE and measure_of(version).is_time
    return value / MINUTES if as_hours else value


def is_hours(version: IndicatorVersion) -> bool:
    """Is it in hours, or in hours for each of something?"""
    first, second = measure_or_none(version), MEASURES.get(version.denominator)
    return first is not None and first.is_time and version.shape != Shape.SHARE and not (second and second.is_time)


def unit_of(version: IndicatorVersion) -> str:
    """What a person types after a target: "%", "h", "points", nothing for a count."""
    measure = measure_or_none(version)
    if measure is None:
        return ""
    if version.shape == Shape.SHARE or (version.shape == Shape.FIGURE and measure.is_share):
        return "%"
    if is_hours(version):
        return "h"
    return str(measure.unit) if version.shape == Shape.FIGURE else ""


def write(version: IndicatorVersion, value: float | None) -> str:
    """A value of this indicator with its unit: "12 h 30", "45 %", "+0.8 points", "120"."""
    if value is None:
        return "–"
    unit = unit_of(version)
    if unit == "h":
        return reading.hours(round(float(value) * MINUTES))
    if unit == "%":
        return reading.percent(number(round(value)))
    if _is_mean(version):
        return reading.with_unit(number(float(value), decimals=1), unit)
    if unit:
        told = words.signed(float(value)) if unit == _("points") else number(float(value))
        return reading.with_unit(told, unit)
    return number(float(value))


def _is_mean(version: IndicatorVersion) -> bool:
    """Is it a mean of answers: points of a scale, a number, not a change of them?"""
    measure = measure_or_none(version)
    return isinstance(measure, SurveyMeasure) and measure.question.how in (How.MEAN, How.SCORE)


def valued(version: IndicatorVersion, pool: Pool) -> Valued | None:
    """The value of this definition in the scope of the pool; None where that scope looks elsewhere."""
    part = scope_of(version, pool.scope)
    if part is None or not is_known(version):
        return None
    empty = Figure(measure_of(version), None, "–")
    if pool.scope.is_published and (counts_answers(version) or not is_whole(version)):
        told = _("Told to the organisation only: it counts a part of the people accompanied.")
        if counts_answers(version):
            told = _("Told to the organisation only: it counts what people answered.")
        return Valued(version, replace(empty, note=told, is_hidden=True), is_closed=True)
    first, second = pool.narrowed(part), pool.narrowed(of_denominator(part))
    made = draw(measure_of(version), first)
    if version.shape != Shape.FIGURE:
        made = divided(version, first, second, made)
    if pool.scope.is_published and statistics.hide_in_list(
        [*made.groups, pool.total("people").subjects], pool.scope.smallest_group
    ):
        made = replace(empty, note=too_few(pool.scope), is_hidden=True)
    return Valued(version, made)


def draw(measure: Measure, found: Found) -> Figure:
    """The figure of a measure: of the catalogue, or of a question."""
    return DRAWN.get(measure.code, drawn_questions.drawn)(measure, found)


WORKED_OUT = ("no_hole",)
"""Figures that are drawn from elsewhere than the totals of their rows."""


def wanted(version: IndicatorVersion, pool: Pool) -> None:
    """Have what this definition needs added up along with the rest."""
    part = scope_of(version, pool.scope)
    if part is None or not is_known(version):
        return
    measure = measure_of(version)
    if isinstance(measure, SurveyMeasure) and counts_answers(version):
        if not pool.scope.is_published:
            pool.wants_answers(measure, part)
        return
    if pool.scope.is_published and not is_whole(version):
        return
    if adds_up(measure) and (version.denominator or version.measure not in WORKED_OUT):
        pool.wants(version.measure, part)
    if version.denominator:
        pool.wants(version.denominator, of_denominator(part))


def divided(version: IndicatorVersion, first: Found, second: Found, made: Figure) -> Figure:
    """Sums over sums: the total of the first measure over that of the second, in the same scope."""
    other = DRAWN[version.denominator](MEASURES[version.denominator], second)
    above, below = first.total(version.measure).value, second.total(version.denominator).value
    plain = Figure(
        measure_of(version), None, "–", numerator=above, denominator=below, groups=[*made.groups, *other.groups]
    )
    if not below:
        return replace(plain, note=_("nothing to divide by in this period"))
    amounts = {
        "above": _amount(version.measure, above, kind_words(first.scope)),
        "below": _amount(version.denominator, below),
    }
    note = _("%(above)s for %(below)s") % amounts
    if version.shape == Shape.RATIO:
        return _ratio(version, replace(plain, note=note), above, below)
    return _share(replace(plain, note=note), above, below, is_time=measure_of(version).is_time)


def _amount(code: str, value: int, only: Sequence[str] = ()) -> str:
    """ "54 h (hours received, signed or confirmed)" """
    measure = MEASURES[code]
    told = reading.hours(value) if measure.is_time else number(value)
    return _("%(amount)s (%(measure)s)") % {"amount": told, "measure": ", ".join([str(measure.title), *only])}


def _ratio(version: IndicatorVersion, plain: Figure, above: int, below: int) -> Figure:
    times = [MEASURES[code].is_time for code in (version.measure, version.denominator)]
    value = above / below / (MINUTES if times == [True, False] else 1) * (MINUTES if times == [False, True] else 1)
    return replace(plain, value=value, shown=write(version, value))


def _share(plain: Figure, above: int, below: int, *, is_time: bool) -> Figure:
    """In per cent; with an interval only where it counts things, not minutes, and one is a part of the other."""
    percent = 100 * above / below
    made = replace(plain, value=percent, shown=number(round(percent)), unit="%")
    if is_time or above > below:
        return made
    interval = statistics.wilson(above, below)
    if isinstance(interval, statistics.Undefined):
        return made
    return replace(
        made, precision=words.in_ten(interval, below), low=100 * interval.low, high=100 * interval.high,
        groups=[*plain.groups, above, below - above],
    )  # fmt: skip


def is_beside(version: IndicatorVersion, scope: Scope) -> bool:
    """Is what this definition replaced shown beside it? In the period the change falls in, and until it has run out."""
    if not version.is_material or version.published_at is None or version.beside_until is None:
        return False
    began: date = timezone.localdate(version.published_at)
    return scope.until >= began and (scope.since is None or scope.since <= version.beside_until)
