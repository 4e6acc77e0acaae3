"""How the measures of continuity become figures."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web.charts import number
from evaluation import statistics
from evaluation.queries import words
from evaluation.queries.drawn_base import Figure, Found
from evaluation.queries.measures import Measure


def no_hole(measure: Measure, found: Found) -> Figure:
    waits = found.waits
    without, told, untold = waits.without.n, waits.told.n, waits.untold
    interval = statistics.wilson(without, told)
    if isinstance(interval, statistics.Undefined):
        note = _("no journey under way for long enough")
        return Figure(measure, None, "–", note=note, numerator=0, denominator=0, groups=[untold.people])
    note = ngettext("%(part)s of %(n)s journey", "%(part)s of %(n)s journeys", told) % {
        "part": number(without), "n": number(told),
    }  # fmt: skip
    if untold.n:
        more = ngettext("%(n)s too young or paused", "%(n)s too young or paused", untold.n)
        note = f"{note}, {more % {'n': number(untold.n)}}"
    percent = 100 * interval.value
    return Figure(
        measure, percent, number(round(percent)), note=note, precision=words.in_ten(interval, told),
        numerator=without, denominator=told, low=100 * interval.low, high=100 * interval.high, unit="%",
        groups=[waits.without.people, waits.holed.people, untold.people],
    )  # fmt: skip


def longest_hole(measure: Measure, found: Found) -> Figure:
    """Published, the longest of all is not told: it is one person’s. Who is left out is no small group either."""
    told = found.waits.told
    if not told.n:
        note = _("no journey under way for long enough")
        return Figure(measure, None, "–", note=note, unit=measure.unit, numerator=None, denominator=0)
    middle, most = found.waits.middle, max(told.journeys)
    note = ngettext("over %(n)s journey", "over %(n)s journeys", told.n) % {"n": number(told.n)}
    if not found.scope.is_published:
        longest = ngettext("the longest of all: %(n)s day", "the longest of all: %(n)s days", most)
        note = f"{note}, {longest % {'n': number(most)}}"
    return Figure(
        measure, middle, number(round(middle)), note=note, denominator=told.n, unit=measure.unit,
        groups=[told.people, found.waits.untold.people],
    )  # fmt: skip
