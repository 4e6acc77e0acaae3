"""What a comparison says, in words: never more than the interval of the difference."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.web import reading
from backend.web.charts import number
from evaluation import statistics
from evaluation.queries.comparing.samples import MINUTES, Compared, Way
from evaluation.statistics import Interval, Undefined

METHODS = {
    Way.SHARE: gettext_lazy(
        "Shares: Wilson’s interval for each group; the difference by Newcombe’s hybrid score (1998, method 10)."
    ),
    Way.MEAN: gettext_lazy("Means: Student’s interval for each group; the difference by Welch (1947)."),
    Way.RATE: gettext_lazy(
        "Rates: Garwood’s interval for each group (1936); the difference from both intervals (Zou and Donner 2008)."
    ),
    Way.SCORE: gettext_lazy("Scores: the interval of each group; the difference from both (Zou and Donner 2008)."),
    Way.PLAIN: gettext_lazy("It is told side by side; nothing says how sure a difference between groups would be."),
}


@dataclass(frozen=True)
class Finding:
    """One group beside the first: the sentence, and the difference (this group less the first) where it is known."""

    other: Compared
    sentence: str
    difference: Interval | None = None


def difference(other: Compared, first: Compared) -> Interval | None:
    """This group less the first, in the unit told; None where it can’t be known."""
    if other.way == Way.SHARE:
        found: Interval | Undefined = statistics.newcombe_difference(other.counts, first.counts)
        if isinstance(found, Undefined):
            return None
        return Interval(100 * found.value, 100 * found.low, 100 * found.high)
    if other.way == Way.MEAN and other.sample and first.sample:
        found = statistics.welch_difference(other.sample, first.sample)
        return None if isinstance(found, Undefined) else found
    if other.way in (Way.RATE, Way.SCORE) and other.interval and first.interval:
        return statistics.recovered_difference(other.interval, first.interval)
    return None


def finding(other: Compared, first: Compared) -> Finding:
    """The sentence of one group beside the first."""
    names = {"other": other.part.label, "first": first.part.label}
    if other.way == Way.PLAIN:
        return Finding(other, _("%(other)s and %(first)s stand side by side: no interval tells them apart.") % names)
    if other.is_few or first.is_few:
        return Finding(other, _too_few(other, first))
    if other.series != first.series:
        return Finding(other, _("%(other)s and %(first)s were asked other questions: they are not compared.") % names)
    gap = difference(other, first)
    if gap is None:
        return Finding(other, _("Too few to conclude: nothing varies within %(other)s and %(first)s.") % names)
    return Finding(other, _sentence(gap, other, names), gap)


def _too_few(other: Compared, first: Compared) -> str:
    few = [one.part.label for one in (first, other) if one.is_few]
    if len(few) == 1:
        return _("Too few to conclude: fewer than five in the group “%(group)s”.") % {"group": few[0]}
    told = {"first": few[0], "other": few[1]}
    return _("Too few to conclude: fewer than five in the group “%(first)s”, and in the group “%(other)s”.") % told


def _sentence(gap: Interval, other: Compared, names: dict[str, str]) -> str:
    told = names | bounds(gap, other)
    if gap.low > 0:
        return _("Higher in %(other)s than in %(first)s, by between %(low)s and %(high)s.") % told
    if gap.high < 0:
        told |= bounds(Interval(-gap.value, -gap.high, -gap.low), other)
        return _("Lower in %(other)s than in %(first)s, by between %(low)s and %(high)s.") % told
    told |= signed_bounds(gap, other)
    return (
        _("The data show no difference between %(other)s and %(first)s: it may lie between %(low)s and %(high)s.")
        % told
    )


def bounds(gap: Interval, one: Compared) -> dict[str, str]:
    """Its ends in words, the unit once: “3” and “12 points of per cent”."""
    if one.is_time:
        return {"low": hours_told(gap.low), "high": hours_a_person(hours_told(gap.high))}
    high = number(gap.high, decimals=1)
    return {"low": number(gap.low, decimals=1), "high": f"{high}{unit_after(one, high)}"}


def signed_bounds(gap: Interval, one: Compared) -> dict[str, str]:
    if one.is_time:
        low, high = (
            f"+{hours_told(end)}" if round(MINUTES * end) > 0 else hours_told(end) for end in (gap.low, gap.high)
        )
        return {"low": low, "high": hours_a_person(high)}
    low, high = (f"+{text}" if value > 0 else text for value, text in _both(gap))
    return {"low": low, "high": f"{high}{unit_after(one, high)}"}


def _both(gap: Interval) -> list[tuple[float, str]]:
    return [(round(one, 1), number(one, decimals=1)) for one in (gap.low, gap.high)]


def hours_told(value: float) -> str:
    """7.4 → “7 h 24”."""
    return reading.hours(MINUTES * value)


def hours_a_person(told: str) -> str:
    return _("%(hours)s a person") % {"hours": told}


def unit_after(one: Compared, shown: str) -> str:
    """The unit of a difference: of two percentages it is points."""
    unit = _("points") if one.unit == "%" else one.unit
    return f"\u00a0{reading.agreeing(unit, shown)}" if unit else ""
