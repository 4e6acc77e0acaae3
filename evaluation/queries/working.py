"""How a figure comes about, in numbers: what stands above and below, its interval, each under the name it has there."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backend.web import reading
from backend.web.charts import number
from evaluation.queries import words
from evaluation.queries.drawn_base import Figure
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.questions import How

Text = str | Promise
SHARE: tuple[Text, Text] = (gettext_lazy("Numerator"), gettext_lazy("Denominator"))
SURE: tuple[Text, Text] = (gettext_lazy("Of which confirmed"), gettext_lazy("In all"))
ANSWERS = gettext_lazy("Answers")
NAMED: dict[str, tuple[Text, Text]] = {
    "people": ("", ""),
    "created": ("", ""),
    "bridges": ("", ""),
    "women": (gettext_lazy("Women"), gettext_lazy("People whose gender is known")),
    "qpv": (gettext_lazy("Project in a QPV"), gettext_lazy("People of whom it is known")),
    "no_hole": (pgettext_lazy("journeys", "Without a hole"), gettext_lazy("Journeys long enough for one")),
    "reliable": (gettext_lazy("Progress beyond noise"), gettext_lazy("Measured both times")),
    "exits": (gettext_lazy("Positive exits"), gettext_lazy("Known exits")),
    "communes": (gettext_lazy("Communes reached"), gettext_lazy("Communes of the territory")),
    "rate": (gettext_lazy("People"), gettext_lazy("Inhabitants")),
    "left": (gettext_lazy("Left early"), gettext_lazy("Under way in the period")),
    "immersions": (pgettext_lazy("immersions", "Done"), pgettext_lazy("immersions", "Planned")),
    "milestones": (pgettext_lazy("milestones", "Reached"), pgettext_lazy("milestones", "Planned")),
    "posture": (gettext_lazy("Answered both times"), gettext_lazy("Asked both times")),
    "response": (gettext_lazy("Complete answers"), gettext_lazy("Asked")),
    "longest_hole": ("", gettext_lazy("Journeys")),
    "agreement": ("", gettext_lazy("Journeys that both answered")),
    "survival": ("", gettext_lazy("Projects followed")),
    "cooperations": (gettext_lazy("Confirmed by both"), gettext_lazy("Said by one side at least")),
    "given_apart": (gettext_lazy("Of which preparation"), gettext_lazy("In all")),
}
"""code → what its numerator and its denominator are; "" for one that says nothing more than the figure."""


def working(figure: Figure, *, second_is_time: bool | None = None) -> list[tuple[str, str]]:
    """(name, number) of what the figure is made from. `second_is_time`: of an indicator that divides by a second
    measure, whether that is in hours; None for a figure by itself.
    """
    is_time = figure.measure.is_time
    is_divided = second_is_time is not None
    above, below = SHARE if is_divided else _names(figure)
    found = [
        (str(above), _written(figure.numerator, is_time)),
        (str(below), _written(figure.denominator, bool(second_is_time) if is_divided else is_time)),
    ]
    made = [(name, value) for name, value in found if name and value]
    if figure.low is not None and figure.high is not None:
        made.append((_("Interval, 95 times in 100"), bounds(figure)))
    return made


def bounds(figure: Figure) -> str:
    """ "31.2 – 58.9%", "+0.4 – +1.2 points": with signs where the figure has one."""
    return reading.with_unit(" – ".join(_signs(figure)(one) for one in (figure.low, figure.high)), figure.unit)


def _signs(figure: Figure) -> Callable[[Any], str]:
    if is_signed(figure):
        return words.signed
    places = 2 if figure.code == "agreement" else 1
    return lambda value: number(value, decimals=places)


def is_signed(figure: Figure) -> bool:
    """Is it a change, or a score that may lie below zero?"""
    measure = figure.measure
    if isinstance(measure, SurveyMeasure):
        return measure.question.how in (How.GAIN, How.RECOMMEND)
    return measure.code == "posture"


def _names(figure: Figure) -> tuple[Text, Text]:
    measure = figure.measure
    if isinstance(measure, SurveyMeasure):
        if measure.question.how == How.RECOMMEND:
            return gettext_lazy("Would recommend, less those who would not"), ANSWERS
        return SHARE if measure.question.how in (How.YES, How.CHOSEN) else ("", ANSWERS)
    return NAMED.get(figure.code, SURE if measure.is_time else SHARE)


def _written(value: int | None, is_time: bool) -> str:
    if value is None:
        return ""
    return reading.hours(value) if is_time else number(value)
