"""A figure beside itself a year before, in words: no more is said than the two intervals allow."""

from datetime import date

from django.utils.translation import gettext as _

from backend.web import reading
from backend.web.charts import number
from evaluation import statistics
from evaluation.queries import words
from evaluation.queries.drawn_base import Figure
from evaluation.queries.due import shifted
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.scope import Scope
from evaluation.statistics import Interval, Undefined

LONGEST = 366
"""Days: of longer periods the one before would overlap, and says little."""
NOT_TOLD = ("communes", "longest_hole", "agreement", "survival", "posture", "reliable")
"""What is one number of the whole, or is made of answers to questions that may have been others a year before."""


def year_before(scope: Scope) -> Scope | None:
    """The same days of the year before; None of a period without a beginning, or longer than a year."""
    if scope.since is None or (scope.until - scope.since).days >= LONGEST:
        return None
    return scope.narrowed(since=shifted(scope.since, -12, 0), until=shifted(scope.until, -12, 0))


def named(scope: Scope) -> str:
    """ "in the same months of 2025", "in the same days of 2025", of the scope of the year before."""
    since: date = scope.since or scope.until
    if since.day == 1 and since.year == scope.until.year:
        return _("in the same months of %(year)s") % {"year": since.year}
    return _("in the same days a year before")


def beside(now: Figure, then: Figure, when: str) -> str:
    """ "12 more than in the same months of 2025 (22)"; "" where one of the two is not known."""
    if now.value is None or then.value is None or now.is_hidden or then.is_hidden or now.code in NOT_TOLD:
        return ""
    if isinstance(now.measure, SurveyMeasure):
        return ""
    gap, told = now.value - then.value, {"when": when, "then": reading.with_unit(then.shown, then.unit_apart)}
    if now.low is not None or then.low is not None or now.unit == "%":
        return _estimate(now, then, told)
    if not then.value:
        return _("nothing %(when)s") % told if now.value else _("nothing %(when)s either") % told
    if not round(gap, 2):
        return _("as much as %(when)s") % told
    told["gap"] = _written(now, abs(gap))
    more = _("%(gap)s more than %(when)s (%(then)s)")
    return more % told if gap > 0 else _("%(gap)s less than %(when)s (%(then)s)") % told


def _written(figure: Figure, gap: float) -> str:
    if figure.measure.is_time:
        return reading.hours(gap)
    shown = number(gap, decimals=0 if float(gap).is_integer() else 1)
    return reading.with_unit(shown, figure.unit)


def _estimate(now: Figure, then: Figure, told: dict[str, str]) -> str:
    """Of a share, a mean or a rate: a difference is said only where its interval leaves zero out."""
    if min(_n(now), _n(then)) < words.FEWEST:
        return _("%(then)s %(when)s: too few to compare") % told
    gap = _difference(now, then)
    if gap is None:
        return ""
    if gap.low > 0:
        return _("higher than %(when)s (%(then)s), beyond chance") % told
    if gap.high < 0:
        return _("lower than %(when)s (%(then)s), beyond chance") % told
    return _("%(then)s %(when)s: no sure change, the interval of the difference holds zero") % told


def _n(figure: Figure) -> int:
    return figure.denominator or 0


def _difference(now: Figure, then: Figure) -> Interval | None:
    """Of two shares by Newcombe, of anything else with two intervals by both of them (Zou and Donner 2008)."""
    if now.unit == "%" and now.numerator is not None and then.numerator is not None:
        found = statistics.newcombe_difference((now.numerator, _n(now)), (then.numerator, _n(then)))
        return None if isinstance(found, Undefined) else found
    ends = [
        None if one.value is None or one.low is None or one.high is None else Interval(one.value, one.low, one.high)
        for one in (now, then)
    ]
    return statistics.recovered_difference(ends[0], ends[1]) if ends[0] and ends[1] else None
