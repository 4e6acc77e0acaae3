"""The groups that a figure is told of: cohorts, programmes, places, gender, mentors; and the last quarters."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import Organisation
from evaluation.models import IndicatorVersion
from evaluation.queries.breakdown import groups_of
from evaluation.queries.choices import cohorts_of
from evaluation.queries.due import shifted
from evaluation.queries.indicators.measured import measure_of
from evaluation.queries.measures import Measure
from evaluation.queries.mentored import KINDS
from evaluation.queries.scope import NOT_KNOWN, Scope
from journeys.models import Holder

DIMENSIONS: dict[str, Promise] = {
    "year": gettext_lazy("Year of the start"),
    "half": gettext_lazy("Half-year of the start"),
    "programme": gettext_lazy("Programme"),
    "gender": gettext_lazy("Gender"),
    "mentor": gettext_lazy("Kind of mentor"),
    "qpv": gettext_lazy("Priority neighbourhood"),
    "commune": gettext_lazy("Commune"),
    "neighbourhood": gettext_lazy("Neighbourhood"),
}
COHORTS = ("year", "half")
PLACES = ("commune", "qpv", "neighbourhood")
OVER_THE_TERRITORY = ("communes", "rate")
"""Measures over the whole territory: of one place they would say nothing."""
QUARTERS = 12


@dataclass(frozen=True)
class Part:
    """One group: its name, and the filters that leave it alone, as an address has them."""

    key: str
    label: str
    where: dict[str, str]

    def of(self, scope: Scope) -> Scope:
        """The scope, narrowed to this group."""
        found: dict[str, Any] = dict(self.where)
        if "programme" in found:
            found["programme"] = int(found["programme"])
        return scope.narrowed(**found)


def dimensions_of(measure: Measure, scope: Scope, *, is_past: bool = False) -> dict[str, Promise]:
    """By what this figure can be told apart in this scope: not by what the scope is narrowed to already, nor on a past
    day by mentors, whose past is not kept."""
    gone = set(PLACES) if measure.code in OVER_THE_TERRITORY else set()
    if is_past:
        gone.add("mentor")
    if scope.programme is not None:
        gone.add("programme")
    if scope.cohort:
        gone |= set(COHORTS)
    return {name: words for name, words in DIMENSIONS.items() if name not in gone}


def dimensions_within(version: IndicatorVersion, scope: Scope, *, is_past: bool = False) -> dict[str, Promise]:
    """The same of an indicator: nor by what its definition narrows already."""
    gone: set[str] = {"programme"} if version.indicator.programme_id is not None else set()
    if "cohort" in version.narrow:
        gone |= set(COHORTS)
    if {"commune", "neighbourhood"} & set(version.narrow):
        gone |= set(PLACES)
    if "qpv" in version.narrow:
        gone.add("qpv")
    if version.denominator in OVER_THE_TERRITORY:
        gone |= set(PLACES)
    told = dimensions_of(measure_of(version), scope, is_past=is_past)
    return {name: words for name, words in told.items() if name not in gone}


def parts_of(scope: Scope, dimension: str) -> list[Part]:
    """Every group of a dimension, in order; a query at most. KeyError for a dimension that there is not."""
    if dimension in COHORTS:
        return _cohorts(scope, is_half=dimension == "half")
    if dimension == "gender":
        told = [Part(value, str(label), {"gender": value}) for value, label in Holder.Gender.choices if value]
        return [*told, Part(NOT_KNOWN, _("gender not told"), {"gender": NOT_KNOWN})]
    if dimension == "mentor":
        return [Part(kind, str(label), {"mentor": kind}) for kind, label in KINDS.items()]
    found = groups_of(scope, {name: name for name in DIMENSIONS}[dimension])
    return [Part(NOT_KNOWN if one.key is None else str(one.key), one.label, one.where) for one in found]


def _cohorts(scope: Scope, *, is_half: bool) -> list[Part]:
    ids = [scope.organisation] if scope.organisation is not None else _everywhere()
    found = [(key, label) for key, label in cohorts_of(ids) if ("-h" in key) == is_half and (is_half or "-" not in key)]
    return [Part(key, label, {"cohort": key}) for key, label in found]


def _everywhere() -> list[int]:
    return list(Organisation.objects.order_by("pk").values_list("pk", flat=True))


def quarters(until: date) -> list[tuple[date, date]]:
    """The last twelve quarters, first and last day of each, the earliest first; the last one ends with `until`."""
    first = date(until.year, 3 * ((until.month - 1) // 3) + 1, 1)
    starts = [shifted(first, -3 * back, 0) for back in range(QUARTERS - 1, -1, -1)]
    return [(start, min(shifted(start, 3, -1), until)) for start in starts]
