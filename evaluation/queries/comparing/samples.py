"""What is compared of a figure, group by group: a share, a mean, a rate or a score, each with its interval and its n.

A count by itself is no sample: what is compared of it is its share of those planned, or its rate per person.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.db.models import F, FloatField, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from backend.web.charts import number
from evaluation import statistics
from evaluation.models import IndicatorVersion, Item
from evaluation.queries import words
from evaluation.queries.comparing.parts import Part
from evaluation.queries.drawn import DRAWN, PER
from evaluation.queries.drawn_base import Figure
from evaluation.queries.drawn_questions import drawn
from evaluation.queries.figures import Found
from evaluation.queries.indicators.measured import measure_of
from evaluation.queries.indicators.narrow import of_denominator, scope_of
from evaluation.queries.indicators.valued import divided
from evaluation.queries.measures import Measure
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.questions import How, asked_in
from evaluation.queries.scope import Scope
from evaluation.statistics import Interval, Sample, Undefined

Shape = IndicatorVersion.Shape
PER_PEOPLE = 100
MINUTES = 60


class Way(StrEnum):
    """How two groups are compared: by what is known of the law of their difference."""

    SHARE = "share"
    MEAN = "mean"
    RATE = "rate"
    SCORE = "score"
    PLAIN = "plain"
    """Told side by side; nothing says how sure a difference is."""


@dataclass(frozen=True)
class Compared:
    """One group of a comparison. `value`, `low`, `high` in the unit told (per cent, points, hours per person, per 100
    people); `n`: how many people, answers or rows it stands on; `counts`: (top, n) of a share; `sample`: of a mean.

    `series`: what was asked, where answers only compare with answers to the same questions.
    """

    part: Part
    figure: Figure
    way: Way
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    counts: tuple[int, int] = (0, 0)
    sample: Sample | None = None
    series: Hashable = None

    @property
    def is_few(self) -> bool:
        return self.n < words.FEWEST

    @property
    def is_time(self) -> bool:
        """Is `value` in hours?"""
        return self.way == Way.MEAN and self.figure.measure.is_time

    @property
    def interval(self) -> Interval | None:
        if self.value is None or self.low is None or self.high is None:
            return None
        return Interval(self.value, self.low, self.high)

    @property
    def of(self) -> str:
        """ "12 of 40", else how many it stands on."""
        return words.of(*self.counts) if self.way == Way.SHARE else number(self.n)


def way_of(measure: Measure) -> Way:
    """How groups are compared for this figure."""
    if isinstance(measure, SurveyMeasure):
        how = measure.question.how
        return Way.SCORE if how == How.RECOMMEND else Way.SHARE if how in (How.YES, How.CHOSEN) else Way.MEAN
    return WAYS.get(measure.code, Way.PLAIN)


WAYS = {
    **dict.fromkeys(("women", "qpv", "no_hole", "reliable", "exits", "helped", "response"), Way.SHARE),
    **dict.fromkeys(("left", "immersions", "milestones"), Way.SHARE),
    **dict.fromkeys(("posture", "hours", "hours_training", "hours_mentoring", "hours_immersion"), Way.MEAN),
    **dict.fromkeys(("rate", "created", "bridges", "cooperations"), Way.RATE),
    "survival": Way.SCORE,
}


def compared(measure: Measure, scope: Scope, part: Part) -> Compared:
    """This figure of one group; a handful of queries."""
    found = Found(part.of(scope))
    figure = DRAWN.get(measure.code, drawn)(measure, found)
    way = way_of(measure)
    plain = Compared(part, figure, way, _n(figure, found), figure.value, figure.low, figure.high, str(figure.unit))
    return MADE[way](measure, found, plain)


def way_of_version(version: IndicatorVersion) -> Way:
    """How groups are compared for this indicator: a share of two counts as a share, hours a person as a mean, what
    happens to people as a rate; any other ratio is told side by side."""
    measure = measure_of(version)
    way = way_of(measure)
    if version.shape == Shape.FIGURE:
        return way
    if version.shape == Shape.SHARE:
        return Way.PLAIN if measure.is_time else Way.SHARE
    is_a_person = version.denominator == "people" and way in ((Way.MEAN,) if measure.is_time else (Way.RATE,))
    return way if is_a_person else Way.PLAIN


def compared_version(version: IndicatorVersion, scope: Scope, part: Part, way: Way) -> Compared:
    """This indicator of one group; nothing where its definition looks elsewhere. A handful of queries."""
    measure, within = measure_of(version), scope_of(version, part.of(scope))
    if within is None:
        return Compared(part, Figure(measure, None, "–"), way, 0)
    found = Found(within)
    figure = DRAWN.get(measure.code, drawn)(measure, found)
    if version.shape != Shape.FIGURE:
        figure = divided(version, found, Found(of_denominator(within)), figure)
    plain = Compared(part, figure, way, _n(figure, found), figure.value, figure.low, figure.high, str(figure.unit))
    return MADE[way](measure, found, plain)


def _n(figure: Figure, found: Found) -> int:
    if figure.denominator is not None and not figure.measure.is_time:
        return figure.denominator
    return found.total("people").value


def _share(measure: Measure, found: Found, plain: Compared) -> Compared:
    top, n = plain.figure.numerator or 0, plain.figure.denominator or 0
    if top > n:
        return replace(plain, way=Way.PLAIN)  # of two measures the first is no part of the second
    made = replace(plain, n=n, counts=(top, n), unit="%", series=_series(measure, found))
    interval = statistics.wilson(top, n)
    if isinstance(interval, Undefined):
        return replace(made, value=None, low=None, high=None)
    return replace(made, value=100 * interval.value, low=100 * interval.low, high=100 * interval.high)


def _mean(measure: Measure, found: Found, plain: Compared) -> Compared:
    sample = _sample(measure, found)
    unit = _("h a person") if measure.is_time else plain.unit
    made = replace(
        plain, n=sample.n, sample=sample, unit=unit, value=sample.mean if sample.n else None, low=None, high=None,
        series=_series(measure, found),
    )  # fmt: skip
    squares = sample.variance * (sample.n - 1) + sample.n * sample.mean**2
    interval = statistics.mean_of_sums(sample.n, sample.n * sample.mean, max(squares, 0.0))
    if isinstance(interval, Undefined):
        return made
    low = max(interval.low, 0.0) if measure.is_time else interval.low  # nobody receives less than no hours
    return replace(made, low=low, high=interval.high)


def _sample(measure: Measure, found: Found) -> Sample:
    if isinstance(measure, SurveyMeasure):
        said = found.answers(measure)
        return Sample.of_sums(said.answered, said.value, said.part)
    if measure.code == "posture":
        gaps = [after - before for before, after in found.gains.overall().known]
        return Sample.of_sums(len(gaps), sum(gaps), sum(gap * gap for gap in gaps))
    return _each_persons_hours(measure, found)


def _each_persons_hours(measure: Measure, found: Found) -> Sample:
    """Hours of each person accompanied; who received none counts as none. One query."""
    each = (
        measure.base(found.scope)
        .filter(measure.only)
        .order_by()
        .values(who=F(measure.subject))
        .annotate(hours=Cast(Sum("minutes"), FloatField()) / MINUTES)
    )
    sums: dict[str, Any] = each.aggregate(
        people=Sum(F("hours") * 0 + 1, default=0.0), total=Sum("hours", default=0.0),
        squares=Sum(F("hours") * F("hours"), default=0.0),
    )  # fmt: skip
    n = max(found.total("people").value, round(sums["people"]))
    return Sample.of_sums(n, sums["total"], sums["squares"])


def _rate(measure: Measure, found: Found, plain: Compared) -> Compared:
    """Events over those they could happen to: inhabitants for the rate of people, else people accompanied."""
    total = found.total(measure.code).value
    is_people = measure.code != "rate"
    exposed = found.total("people").value if is_people else found.territory.inhabitants
    per = PER_PEOPLE if is_people else PER
    unit = _("per 100 people") if is_people else _("per 10,000 inhabitants")
    made = replace(plain, n=exposed, unit=unit, value=None, low=None, high=None)
    if not exposed:
        return made
    interval = statistics.poisson_garwood(total)
    value, low, high = (per * one / exposed for one in (interval.value, interval.low, interval.high))
    return replace(made, value=value, low=low, high=high)


def _score(measure: Measure, found: Found, plain: Compared) -> Compared:
    return replace(plain, series=_series(measure, found))


def _series(measure: Measure, found: Found) -> Hashable:
    """What was asked, of a figure of answers."""
    if isinstance(measure, SurveyMeasure):
        asked = asked_in([measure.question], found.scope)[measure.question]
        return frozenset(Item.objects.filter(pk__in=asked.items).order_by().values_list("code", "series"))
    if measure.code in ("posture", "reliable"):
        return frozenset((code, area.items) for code, area in found.gains.areas.items())
    return None


MADE: dict[Way, Callable[[Measure, Found, Compared], Compared]] = {
    Way.SHARE: _share,
    Way.MEAN: _mean,
    Way.RATE: _rate,
    Way.SCORE: _score,
    Way.PLAIN: lambda _measure, _found, plain: plain,
}
