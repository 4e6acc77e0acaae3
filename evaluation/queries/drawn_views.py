"""How progress beyond noise and the agreement of two views become figures."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.lib.texts import agrees_with
from backend.web.charts import number
from evaluation import statistics
from evaluation.queries import agreement_words, words
from evaluation.queries.drawn_base import Figure, Found
from evaluation.queries.measures import Measure
from evaluation.queries.views_compared import overall_noise
from evaluation.statistics import Undefined


def reliable(measure: Measure, found: Found) -> Figure:
    """Published, how many went down is not told: they could be few. Nor anything where those of whom no change is known
    are: the figure of posture hides then, and this one would give it away."""
    made = found.gains
    known = made.overall().known
    untold = [made.answered, made.asked - made.answered, made.answered - len(known)]
    empty = Figure(
        measure, None, "–", numerator=0, denominator=len(known), unit="%", groups=[len(known), *untold]
    )  # fmt: skip
    if not known:
        return replace(empty, note=_("known of nobody"))
    noise = overall_noise(made.areas, found.areas)
    if isinstance(noise, Undefined):
        return replace(empty, note=words.reason(noise))
    up, down = noise.beyond(known)
    interval = statistics.wilson(up, len(known))
    assert not isinstance(interval, Undefined)
    note = words.of(up, len(known))
    if down and not found.scope.is_published:
        told = ngettext("%(n)s went down beyond noise", "%(n)s went down beyond noise", down)
        note = f"{note}, {told % {'n': number(down)}}"
    percent = 100 * interval.value
    return replace(
        empty, value=percent, shown=number(round(percent)), note=note, precision=words.in_ten(interval, len(known)),
        numerator=up, low=100 * interval.low, high=100 * interval.high, groups=[up, len(known) - up, *untold],
    )  # fmt: skip


def agreement(measure: Measure, found: Found) -> Figure:
    views = found.views
    n = len(views.scores)
    note = ngettext("on %(n)s journey that both answered", "on %(n)s journeys that both answered", n)
    empty = Figure(
        measure, None, "–", note=note % {"n": number(n)} if n else _("no journey that both answered"), denominator=n,
        groups=[n],
    )  # fmt: skip
    agreed = statistics.absolute_agreement(views.scores)
    told = replace(empty, precision=agreement_words.alike(agreed) if n else "")
    if n < words.FEWEST or isinstance(agreed, Undefined):
        return told
    gap = sum(mentor - holder for holder, mentor in views.scores) / n
    said = ngettext(
        "%(note)s; on average mentors score them %(gap)s point",
        "%(note)s; on average mentors score them %(gap)s points",
        agrees_with(round(gap, 1)),
    )
    note = said % {"note": told.note, "gap": words.signed(gap)}
    told = replace(told, note=note)
    return replace(told, value=agreed.value, shown=words.coefficient(agreed.value), low=agreed.low, high=agreed.high)
