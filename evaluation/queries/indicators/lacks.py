"""What a definition lacks before it counts something sensible."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from evaluation.models import IndicatorVersion
from evaluation.queries.indicators import iris
from evaluation.queries.indicators.measured import measure_named
from evaluation.queries.indicators.narrow import KINDS_OF
from evaluation.queries.measures import MEASURES, Measure
from evaluation.queries.measures.measure import NOT_KNOWN
from evaluation.queries.measures.survey import SurveyMeasure

Shape = IndicatorVersion.Shape
OVER_THE_TERRITORY = ("communes", "rate")
"""Measures over the whole territory: narrowed to one place they would say nothing."""
PLACES = ("commune", "qpv", "neighbourhood")


@dataclass(frozen=True)
class Lack:
    """One thing to mend, and the field it stands beside."""

    field: str
    sentence: str


def adds_up(measure: Measure) -> bool:
    """Are its rows added up by the database? Changes of scores are worked out from the answers."""
    return measure.value is not NOT_KNOWN


def lack_of(facts: Mapping[str, Any], organisation: int | None = None) -> Lack | None:
    """The first thing to mend in the facts of a definition; None where it can be published. `organisation`: whose it
    is, which counts its own questions and the shared ones only.
    """
    first = measure_named(facts.get("measure", ""))
    if isinstance(first, SurveyMeasure) and first.organisation not in (None, organisation):
        return Lack("measure", _("Choose what is counted."))
    for check in (_title, _measures, _narrowing, _links):
        if found := check(facts):
            return found
    return None


def _title(facts: Mapping[str, Any]) -> Lack | None:
    return None if facts.get("title_fr", "").strip() else Lack("title_fr", _("Give it a title in French."))


def _measures(facts: Mapping[str, Any]) -> Lack | None:
    shape, first, second = (facts.get(name, "") for name in ("shape", "measure", "denominator"))
    if measure_named(first) is None:
        return Lack("measure", _("Choose what is counted."))
    if (shape or Shape.FIGURE) == Shape.FIGURE:
        return Lack("denominator", _("A second measure goes with a share or a ratio only.")) if second else None
    if first not in MEASURES:
        return Lack("shape", _("Answers are a mean or a share already: they are shown as the measure gives them."))
    if second not in MEASURES:
        return Lack("denominator", _("Choose the second measure."))
    for name, code in (("measure", first), ("denominator", second)):
        if not adds_up(MEASURES[code]):
            return Lack(name, _("Changes of scores can’t be divided: choose a count, or hours."))
    kinds = {MEASURES[code].is_time for code in (first, second)}
    if shape == Shape.SHARE and len(kinds) > 1:
        return Lack("denominator", _("Hours are no part of a count: choose a ratio, or two measures of one kind."))
    if first == second and not any((facts.get("narrow") or {}).get(name) for name in ("kind", "state", "milestone")):
        return Lack("denominator", _("A measure divided by itself is always one: choose another."))
    return None


def _narrowing(facts: Mapping[str, Any]) -> Lack | None:
    narrow, measure = facts.get("narrow") or {}, measure_named(facts["measure"])
    assert measure is not None  # _measures says so
    allowed = KINDS_OF.get(measure.base, ())
    for name in ("kind", "state"):
        if narrow.get(name) and name not in allowed:
            return Lack(name, _("Only hours have a kind and a state."))
    if narrow.get("milestone") and "milestone" not in allowed:
        return Lack("milestone", _("Only milestones can be narrowed to one of them."))
    if measure.code in OVER_THE_TERRITORY and any(narrow.get(name) for name in PLACES):
        place = next(name for name in PLACES if narrow.get(name))
        return Lack(place, _("This measure is over the whole territory: it can’t be narrowed to a part of it."))
    return None


def _links(facts: Mapping[str, Any]) -> Lack | None:
    unknown = [one for one in facts.get("iris") or [] if one not in iris.NAMES]
    if unknown:
        return Lack("iris", _("%(code)s is no identifier of IRIS+ that we know.") % {"code": unknown[0]})
    return None
