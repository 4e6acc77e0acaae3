"""How the measures of what came of journeys become figures."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web.charts import number
from evaluation import statistics
from evaluation.queries import words
from evaluation.queries.after import SURVIVAL_DAYS
from evaluation.queries.drawn_base import Figure, Found
from evaluation.queries.measures import Measure, Total, grouped
from evaluation.queries.small_groups import few
from journeys.models import Outcome


def created(measure: Measure, found: Found) -> Figure:
    total = found.total(measure.code)
    return Figure(measure, total.value, number(total.value), numerator=total.value, groups=[total.value])


def cooperations(measure: Measure, found: Found) -> Figure:
    total = found.total(measure.code)
    waiting = total.rows - total.value
    note = ngettext("%(n)s more said by one side only", "%(n)s more said by one side only", waiting)
    return Figure(
        measure, total.value, number(total.value), note=note % {"n": number(waiting)} if waiting else "",
        numerator=total.value, denominator=total.rows, groups=[total.counted, total.uncounted],
    )  # fmt: skip


def exits(measure: Measure, found: Found) -> Figure:
    """Journeys; the people on each side hide it."""
    total = found.total(measure.code)
    told = ngettext("%(part)s of %(n)s journey", "%(part)s of %(n)s journeys", total.weight)
    return _share(measure, total, told, total.rows - total.weight, [total.counted, total.uncounted])


def helped(measure: Measure, found: Found) -> Figure:
    total = found.total(measure.code)
    told = ngettext("%(part)s of %(n)s person", "%(part)s of %(n)s people", total.weight)
    return _share(measure, total, told, total.missing, [total.value, total.weight - total.value])


def _share(measure: Measure, total: Total, told: str, missing: int, sides: list[int]) -> Figure:
    interval = statistics.wilson(total.value, total.weight)
    more = ngettext("%(n)s not known", "%(n)s not known", missing) % {"n": number(missing)}
    if isinstance(interval, statistics.Undefined):
        note = _("known of nobody yet: %(missing)s") % {"missing": more} if missing else _("nobody to ask yet")
        return Figure(measure, None, "–", note=note, numerator=0, denominator=0, unit="%", groups=[missing])
    note = told % {"part": number(total.value), "n": number(total.weight)}
    percent = 100 * interval.value
    return Figure(
        measure, percent, number(round(percent)), note=f"{note}, {more}" if missing else note,
        precision=words.in_ten(interval, total.weight), numerator=total.value, denominator=total.weight,
        low=100 * interval.low, high=100 * interval.high, unit="%", groups=[*sides, missing],
    )  # fmt: skip


def jobs(measure: Measure, found: Found) -> Figure:
    """None told is not none: without any line there is no figure. Published, what is missing is not told."""
    total = found.total(measure.code)
    value = float(total.value) if total.rows else None
    shown = _signed(value) if value is not None else "–"
    note = _untold(found, found.after.unknown.jobs) or ("" if total.rows else _("nothing noted in the period"))
    return Figure(measure, value, shown, note=note, unit=measure.unit, groups=[total.subjects])


def funding(measure: Measure, found: Found) -> Figure:
    """By kind, the greatest first; published, neither the kinds nor what is missing are told."""
    total = found.total(measure.code)
    value = float(total.value) if total.rows else None
    note = _untold(found, found.after.unknown.funding) or ("" if total.rows else _("nothing noted in the period"))
    if total.rows and not found.scope.is_published:
        kinds = _by_kind(measure, found)
        note = _("%(kinds)s; %(missing)s") % {"kinds": kinds, "missing": note} if kinds and note else kinds or note
    shown = "–" if value is None else number(value, "€", decimals=0 if value.is_integer() else 2)
    return Figure(measure, value, shown, note=note, unit=measure.unit, groups=[total.subjects])


def _by_kind(measure: Measure, found: Found) -> str:
    named = dict(Outcome.Funding.choices)
    kinds = grouped([measure], found.scope, "code", is_own=True)[measure.code]
    found_of = sorted(((float(one.value), str(named.get(code, code))) for code, one in kinds.items()), reverse=True)
    return ", ".join(f"{name} {number(euros, '€', decimals=0)}" for euros, name in found_of)


def _signed(value: float) -> str:
    places = 0 if value.is_integer() else 1 if (10 * value).is_integer() else 2
    return f"{'+' if value > 0 else ''}{number(value, decimals=places)}"


def _untold(found: Found, missing: int) -> str:
    if not missing or found.scope.is_published:
        return ""
    every = found.after.unknown.projects
    told = ngettext(
        "not told of %(n)s project of %(every)s",
        "not told of %(n)s projects of %(every)s",
        missing,
    )
    return told % {"n": number(missing), "every": number(every)}


def survival(measure: Measure, found: Found) -> Figure:
    """No verdict on fewer than five projects followed for three years. Published, how many were is told only where
    neither they nor those lost from sight on the way are few."""
    curve = found.after.survival
    if isinstance(curve, statistics.Undefined):
        note = _("no project created a year ago or more")
        return Figure(measure, None, "–", note=note, denominator=0, unit="%")
    at_risk = curve.at_risk(SURVIVAL_DAYS)
    note = ngettext("%(n)s project followed", "%(n)s projects followed", curve.n) % {"n": number(curve.n)}
    early = sum(drop.events for drop in curve.drops if drop.time <= SURVIVAL_DAYS)
    sides = (at_risk, curve.n - at_risk, max(0, curve.n - early - at_risk))
    if not (found.scope.is_published and few(sides, found.scope.smallest_group)):
        note = _("%(note)s, %(stopped)s stopped before three years, %(long)s followed for three years") % {
            "note": note, "stopped": number(early), "long": number(at_risk),
        }  # fmt: skip
    drawn = Figure(
        measure, None, "–", note=note, precision=_("too few to conclude"), denominator=curve.n, unit="%",
        groups=[curve.events, curve.n - curve.events, early, curve.n - early],
    )  # fmt: skip
    share = curve.at(SURVIVAL_DAYS)
    if at_risk < words.FEWEST or share.value is None:
        return drawn
    if isinstance(share, statistics.Undefined):
        return _shared(drawn, share.value, words.reason(share))
    return _shared(drawn, share.value, words.in_ten(share, at_risk), share.low, share.high)


def _shared(drawn: Figure, value: float, precision: str, low: float | None = None, high: float | None = None) -> Figure:
    return Figure(
        drawn.measure, 100 * value, number(round(100 * value)), note=drawn.note, precision=precision,
        denominator=drawn.denominator, unit="%", groups=drawn.groups,
        low=None if low is None else 100 * low, high=None if high is None else 100 * high,
    )  # fmt: skip
