"""How hours given become figures."""

from dataclasses import replace

from django.utils.translation import gettext as _

from backend.web import reading
from evaluation.queries.drawn_base import HOURS_BY_KIND, Figure, Found
from evaluation.queries.hours_given import givers, people_told_twice
from evaluation.queries.measures import Measure, Total


def _hours(measure: Measure, total: Total, note: str) -> Figure:
    return Figure(
        measure, total.value, reading.hours(total.value), note=note if total.value else "", numerator=total.part,
        denominator=total.value, unit=measure.unit, groups=[total.subjects],
    )  # fmt: skip


def _discreet(drawn: Figure, found: Found, *more: int) -> Figure:
    """Published: hidden with the hours received, from which it would tell the hidden ones; no part of it is told."""
    if not found.scope.is_published:
        return drawn
    kinds = [found.total(code).subjects for code in HOURS_BY_KIND]
    return replace(drawn, note="", numerator=None, denominator=None, groups=[*drawn.groups, *kinds, *more])


def _of_mentors(measure: Measure, found: Found, note: str, *more: int) -> Figure:
    """Published, those who gave are no small group either."""
    drawn = _hours(measure, found.total(measure.code), note)
    if not found.scope.is_published:
        return drawn
    return _discreet(drawn, found, givers(found.scope, measure.only), *more)


def by_mentors(measure: Measure, found: Found) -> Figure:
    """Published, what group sessions would count again is of no few people: it is the hours received less these."""
    note = _sure(found.total(measure.code))
    return _of_mentors(measure, found, note, people_told_twice(found.scope) if found.scope.is_published else 0)


def by_companies(measure: Measure, found: Found) -> Figure:
    total = found.total(measure.code)
    return _discreet(_hours(measure, total, _sure(total)), found)


def apart(measure: Measure, found: Found) -> Figure:
    total = found.total(measure.code)
    note = _("%(preparation)s of preparation, %(travel)s of travel") % {
        "preparation": reading.hours(total.part), "travel": reading.hours(total.value - total.part),
    }  # fmt: skip
    return _of_mentors(measure, found, note)


def _sure(total: Total) -> str:
    return _("of which %(sure)s confirmed by those who received them") % {"sure": reading.hours(total.part)}
