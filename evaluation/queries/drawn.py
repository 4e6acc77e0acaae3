"""How each measure becomes a figure: value, working and interval in words."""

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web import reading
from backend.web.charts import number
from evaluation import statistics
from evaluation.queries import drawn_continuity, drawn_given, drawn_outcomes, drawn_questions, drawn_views, words
from evaluation.queries.drawn_base import HOURS_BY_KIND, Figure, Found
from evaluation.queries.measures import Measure, Total
from evaluation.queries.small_groups import few

PER = 10_000
"""Inhabitants of a rate."""


def _is_few(found: Found, *sides: int) -> bool:
    return few(sides, found.scope.smallest_group)


def _people(measure: Measure, found: Found) -> Figure:
    count = found.total(measure.code).value
    return Figure(measure, count, number(count), numerator=count, groups=[count])


def _share_of_people(measure: Measure, found: Found) -> Figure:
    total = found.total(measure.code)
    interval = statistics.wilson(total.value, total.weight)
    if isinstance(interval, statistics.Undefined):
        return Figure(measure, None, "–", note=_("known of nobody"), numerator=0, denominator=0, groups=[total.missing])
    percent = 100 * interval.value
    return Figure(
        measure, percent, number(round(percent)), note=_with_missing(words.of(total.value, total.weight), total),
        precision=words.in_ten(interval, total.weight), numerator=total.value, denominator=total.weight,
        low=100 * interval.low, high=100 * interval.high, unit="%",
        groups=[total.value, total.weight - total.value, total.missing],
    )  # fmt: skip


def _with_missing(note: str, total: Total) -> str:
    if not total.missing:
        return note
    told = ngettext("%(n)s person not known", "%(n)s people not known", total.missing)
    return f"{note}, {told % {'n': number(total.missing)}}"


def _communes(measure: Measure, found: Found) -> Figure:
    total, every = found.total(measure.code), found.territory.communes
    note = ngettext("of %(n)s commune", "of %(n)s communes", every) % {"n": number(every)}
    return Figure(measure, total.value, number(total.value), note=note, numerator=total.value, denominator=every)


def _rate(measure: Measure, found: Found) -> Figure:
    total, inhabitants = found.total(measure.code), found.territory.inhabitants
    groups = [total.value, total.missing]
    if not inhabitants:
        return Figure(measure, None, "–", note=_("the number of inhabitants is not known"), groups=groups)
    interval = statistics.poisson_garwood(total.value)
    value, low, high = (PER * one / inhabitants for one in (interval.value, interval.low, interval.high))
    note = _("%(people)s people for %(inhabitants)s inhabitants") % {
        "people": number(total.value), "inhabitants": number(inhabitants),
    }  # fmt: skip
    return Figure(
        measure, value, number(value, decimals=1), note=_with_missing(note, total),
        precision=words.between(low, high) if total.value >= words.FEWEST else _("too few to conclude"),
        numerator=total.value, denominator=inhabitants, low=low, high=high, groups=groups,
    )  # fmt: skip


def _left(measure: Measure, found: Found) -> Figure:
    total, motives = found.total(measure.code), found.motives
    interval = statistics.wilson(total.value, total.rows)
    if isinstance(interval, statistics.Undefined):
        return Figure(measure, None, "–", note=_("no journey under way"), numerator=0, denominator=0)
    note = ngettext("of %(n)s journey", "of %(n)s journeys", total.rows) % {"n": number(total.rows)}
    if motives and not (found.scope.is_published and _is_few(found, *(one.counted for _name, one in motives))):
        told = ", ".join(f"{name} {number(one.value)}" for name, one in motives)
        note = _("%(note)s: %(motives)s") % {"note": note, "motives": told}
    return Figure(
        measure, total.value, number(total.value), note=note, precision=_of_those_under_way(interval, total.rows),
        numerator=total.value, denominator=total.rows, groups=[total.counted, total.subjects - total.counted],
    )  # fmt: skip


def _of_those_under_way(interval: statistics.Interval, n: int) -> str:
    """The interval is of a share, and stands under a count: it says of what."""
    told = words.in_ten(interval, n)
    return _("%(share)s of those under way") % {"share": told} if n >= words.FEWEST else told


def _hours(measure: Measure, found: Found) -> Figure:
    """Published, the sure part is not told: beside the table of hours it would give hidden cells away."""
    total = found.total(measure.code)
    note = _("of which %(sure)s confirmed by those who received them") % {"sure": reading.hours(total.part)}
    drawn = Figure(
        measure, total.value, reading.hours(total.value), note=note if total.value else "", numerator=total.part,
        denominator=total.value, unit=measure.unit, groups=[total.subjects],
    )  # fmt: skip
    return replace(drawn, note="", numerator=None, denominator=None) if found.scope.is_published else drawn


def _hours_of_a_kind(measure: Measure, found: Found) -> Figure:
    """Published, all kinds are shown or none is: one that is hidden is the total less the others."""
    return replace(_hours(measure, found), groups=[found.total(code).subjects for code in HOURS_BY_KIND])


def _steps(measure: Measure, found: Found) -> Figure:
    total = found.total(measure.code)
    if not total.rows:
        return Figure(measure, None, "–", note=_("none planned in the period"), numerator=0, denominator=0)
    told = (
        _("of %(total)s planned immersions") if measure.code == "immersions" else _("of %(total)s planned milestones")
    )
    return Figure(
        measure, total.value, number(total.value), note=told % {"total": number(total.rows)}, numerator=total.value,
        denominator=total.rows, groups=[total.counted, total.uncounted],
    )  # fmt: skip


def _posture(measure: Measure, found: Found) -> Figure:
    made = found.gains
    overall = made.overall()
    note = _("%(answered)s answered of %(asked)s asked") % {"answered": made.answered, "asked": made.asked}
    groups = [made.answered, made.asked - made.answered, overall.n, made.answered - overall.n]
    if made.others and not (found.scope.is_published and _is_few(found, made.others, made.answered - made.others)):
        told = _("%(note)s; %(others)s of them other questions, which are not compared")
        note = told % {"note": note, "others": made.others}
    unsure = Figure(
        measure, None, "–", note=note, precision=overall.precision, numerator=made.answered, denominator=made.asked,
        unit=measure.unit, groups=groups,
    )  # fmt: skip
    if not overall.is_enough:
        return unsure
    known, change = replace(unsure, value=overall.mean, shown=words.signed(overall.mean)), overall.change
    return replace(known, low=change.low, high=change.high) if isinstance(change, statistics.Change) else known


def _response(measure: Measure, found: Found) -> Figure:
    total = found.total(measure.code)
    interval = statistics.wilson(total.value, total.rows)
    if isinstance(interval, statistics.Undefined):
        note = _("nobody’s time to answer ended in the period")
        return Figure(measure, None, "–", note=note, numerator=0, denominator=0)
    note = _("%(complete)s complete of %(asked)s asked") % {
        "complete": number(total.value), "asked": number(total.rows),
    }  # fmt: skip
    percent = 100 * interval.value
    return Figure(
        measure, percent, number(round(percent)), note=note, precision=words.in_ten(interval, total.rows),
        numerator=total.value, denominator=total.rows, low=100 * interval.low, high=100 * interval.high, unit="%",
        groups=[total.counted, total.uncounted],
    )  # fmt: skip


def _bridges(measure: Measure, found: Found) -> Figure:
    total = found.total(measure.code)
    note = _("%(moves)s instead of the first programme, %(beside)s beside it") % {
        "moves": number(total.part), "beside": number(total.value - total.part),
    }  # fmt: skip
    shown = note if total.value and not found.scope.is_published else ""
    return Figure(measure, total.value, number(total.value), note=shown, numerator=total.value, groups=[total.subjects])


DRAWN: dict[str, Callable[[Measure, Found], Figure]] = {
    "people": _people,
    "women": _share_of_people,
    "qpv": _share_of_people,
    "communes": _communes,
    "rate": _rate,
    "left": _left,
    "hours": _hours,
    "hours_training": _hours_of_a_kind,
    "hours_mentoring": _hours_of_a_kind,
    "hours_immersion": _hours_of_a_kind,
    "immersions": _steps,
    "milestones": _steps,
    "posture": _posture,
    "response": _response,
    "bridges": _bridges,
    "no_hole": drawn_continuity.no_hole,
    "longest_hole": drawn_continuity.longest_hole,
    "recommendation": drawn_questions.drawn,
    "practice": drawn_questions.drawn,
    "perceived": drawn_questions.drawn,
    "reliable": drawn_views.reliable,
    "agreement": drawn_views.agreement,
    "given_mentors": drawn_given.by_mentors,
    "given_apart": drawn_given.apart,
    "given_companies": drawn_given.by_companies,
    "created": drawn_outcomes.created,
    "cooperations": drawn_outcomes.cooperations,
    "exits": drawn_outcomes.exits,
    "helped": drawn_outcomes.helped,
    "jobs": drawn_outcomes.jobs,
    "funding": drawn_outcomes.funding,
    "survival": drawn_outcomes.survival,
}
"""One for each measure of the catalogue."""
