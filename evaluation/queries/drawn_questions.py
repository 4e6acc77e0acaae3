"""How what was answered becomes figures: means, shares, scores of recommendation, changes seen looking back."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web.charts import number
from evaluation import statistics
from evaluation.queries import words
from evaluation.queries.answers_counted import Answers
from evaluation.queries.drawn_base import Figure, Found
from evaluation.queries.measures import Measure
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.questions import How
from evaluation.statistics import Interval, Undefined


def drawn(measure: Measure, found: Found) -> Figure:
    """The figure of a question. Published, how many were asked and did not answer is not told: it could be few."""
    assert isinstance(measure, SurveyMeasure)
    said = found.answers(measure)
    how = measure.question.how
    empty = Figure(measure, None, "–", note=_note(measure, said, found), unit=measure.unit, groups=said.sides)
    if not said.answered:
        why = empty.note if said.asked else _("nobody asked in the period")
        return replace(empty, note=why, numerator=0, denominator=0)
    if how == How.RECOMMEND:
        return _recommendation(empty, said)
    return _share(empty, said) if how in (How.YES, How.CHOSEN) else _mean(empty, said, measure)


def _share(empty: Figure, said: Answers) -> Figure:
    top = round(said.value)
    interval = statistics.wilson(top, said.answered)
    if isinstance(interval, Undefined):
        return empty
    percent = 100 * interval.value
    return replace(
        empty, value=percent, shown=number(round(percent)), precision=words.in_ten(interval, said.answered), unit="%",
        numerator=top, denominator=said.answered, low=100 * interval.low, high=100 * interval.high,
    )  # fmt: skip


def _recommendation(empty: Figure, said: Answers) -> Figure:
    would = round(said.part)
    rather_not = would - round(said.value)
    score = statistics.recommendation_score(rather_not, said.answered - would - rather_not, would)
    if isinstance(score, Undefined):
        return empty
    shown = f"{'+' if score.value > 0 else '−' if round(score.value) < 0 else ''}{number(abs(round(score.value)))}"
    return replace(
        empty, value=score.value, shown=shown, precision=words.recommendation(score, said.answered), low=score.low,
        high=score.high, numerator=would - rather_not, denominator=said.answered,
    )  # fmt: skip


def _mean(empty: Figure, said: Answers, measure: SurveyMeasure) -> Figure:
    is_change = measure.question.how == How.GAIN
    mean = said.value / said.answered
    interval = _within(statistics.mean_of_sums(said.answered, said.value, said.part), measure)
    known = replace(
        empty, value=mean, shown=words.signed(mean) if is_change else number(mean, decimals=1),
        precision=_precision(interval, said.answered, is_change), denominator=said.answered,
    )  # fmt: skip
    return known if isinstance(interval, Undefined) else replace(known, low=interval.low, high=interval.high)


def _within(found: Interval | Undefined, measure: SurveyMeasure) -> Interval | Undefined:
    """No bound beyond the ends of the scale."""
    if isinstance(found, Undefined) or measure.low is None or measure.high is None:
        return found
    return Interval(found.value, max(found.low, measure.low), min(found.high, measure.high))


def _precision(interval: Interval | Undefined, n: int, is_change: bool) -> str:
    if n < words.FEWEST:
        return _("too few answers to conclude")
    if isinstance(interval, Undefined):
        return _("everybody answered the same")
    if is_change:
        told = {"low": words.signed(interval.low), "high": words.signed(interval.high)}
        return _("between %(low)s and %(high)s points") % told
    return words.between(interval.low, interval.high)


def _note(measure: SurveyMeasure, said: Answers, found: Found) -> str:
    if found.scope.is_published:
        told = ngettext("%(n)s answer", "%(n)s answers", said.answered) % {"n": number(said.answered)}
    else:
        told = _("%(answered)s answered of %(asked)s asked") % {
            "answered": number(said.answered), "asked": number(said.asked),
        }  # fmt: skip
    parts = [told]
    if measure.low is not None and measure.question.how in (How.MEAN, How.SCORE):
        parts.append(_("on a scale of %(low)s to %(high)s") % {"low": measure.low, "high": measure.high})
    if said.aside and not found.scope.is_published:
        told = ngettext("%(n)s does not apply or is not said", "%(n)s do not apply or are not said", said.aside)
        parts.append(told % {"n": number(said.aside)})
    if said.otherwise and not found.scope.is_published:
        told = ngettext("%(n)s asked otherwise, not counted", "%(n)s asked otherwise, not counted", said.otherwise)
        parts.append(told % {"n": number(said.otherwise)})
    if said.apart:
        told = ngettext("%(n)s of them without a row", "%(n)s of them without a row", said.apart)
        parts.append(told % {"n": number(said.apart)})
    return ", ".join(parts)
