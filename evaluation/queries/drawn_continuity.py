"""How the measures of continuity become figures."""

from collections.abc import Sequence
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web.charts import number
from evaluation import statistics
from evaluation.queries import words
from evaluation.queries.drawn_base import Figure, Found
from evaluation.queries.measures import Measure
from journeys.queries.waits import Wait


def _told(found: Found) -> list[Wait]:
    return [wait for wait in found.waits.values() if wait.is_told]


def _people(waits: Sequence[Wait]) -> int:
    return len({wait.person for wait in waits})


def no_hole(measure: Measure, found: Found) -> Figure:
    told = _told(found)
    without = [wait for wait in told if not wait.has_hole]
    untold = [wait for wait in found.waits.values() if not wait.is_told]
    interval = statistics.wilson(len(without), len(told))
    if isinstance(interval, statistics.Undefined):
        note = _("no journey under way for long enough")
        return Figure(measure, None, "–", note=note, numerator=0, denominator=0, groups=[_people(untold)])
    note = ngettext("%(part)s of %(n)s journey", "%(part)s of %(n)s journeys", len(told)) % {
        "part": number(len(without)), "n": number(len(told)),
    }  # fmt: skip
    if untold:
        more = ngettext("%(n)s too young or paused", "%(n)s too young or paused", len(untold))
        note = f"{note}, {more % {'n': number(len(untold))}}"
    percent = 100 * interval.value
    return Figure(
        measure, percent, number(round(percent)), note=note, precision=words.in_ten(interval, len(told)),
        numerator=len(without), denominator=len(told), low=100 * interval.low, high=100 * interval.high, unit="%",
        groups=[_people(without), _people([wait for wait in told if wait.has_hole]), _people(untold)],
    )  # fmt: skip


def longest_hole(measure: Measure, found: Found) -> Figure:
    """Published, the longest of all is not told: it is one person’s. Who is left out is no small group either."""
    told = _told(found)
    if not told:
        note = _("no journey under way for long enough")
        return Figure(measure, None, "–", note=note, unit=measure.unit, numerator=None, denominator=0)
    days = sorted(wait.longest for wait in told)
    middle = median(days)
    note = ngettext("over %(n)s journey", "over %(n)s journeys", len(told)) % {"n": number(len(told))}
    if not found.scope.is_published:
        longest = ngettext("the longest of all: %(n)s day", "the longest of all: %(n)s days", days[-1])
        note = f"{note}, {longest % {'n': number(days[-1])}}"
    return Figure(
        measure, middle, number(round(middle)), note=note, denominator=len(told), unit=measure.unit,
        groups=[_people(told), _people([wait for wait in found.waits.values() if not wait.is_told])],
    )  # fmt: skip
