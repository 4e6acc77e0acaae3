"""Which rows a definition counts, within the scope of a page: as a scope, and as a condition on rows."""

from dataclasses import replace
from typing import Any

from django.db.models import Q

from evaluation.models import IndicatorVersion
from evaluation.queries import rows
from evaluation.queries.due import shifted
from evaluation.queries.measures import Measure
from evaluation.queries.scope import Scope

KINDS_OF: dict[Any, tuple[str, ...]] = {rows.contact_deliveries: ("kind", "state"), rows.planned_steps: ("milestone",)}
"""base → what else than journeys its rows can be narrowed by"""


def scope_of(version: IndicatorVersion, scope: Scope) -> Scope | None:
    """The scope of a page narrowed to what this definition counts; None where the page looks elsewhere."""
    indicator = version.indicator
    if scope.organisation not in (None, indicator.organisation_id):
        return None
    wanted = dict(version.narrow)
    if indicator.programme_id is not None:
        wanted["programme"] = indicator.programme_id
    if any(getattr(scope, name) not in (None, "", value) for name, value in wanted.items()):
        return None
    return ripe(version, replace(scope, organisation=indicator.organisation_id, **wanted))


def ripe(version: IndicatorVersion, scope: Scope) -> Scope:
    """Only journeys that started (or ended) so many months before the end of the period."""
    if not version.matures_after:
        return scope
    last = shifted(scope.until, -version.matures_after, 0)
    ended = version.matures_from == IndicatorVersion.Ripe.ENDED
    return replace(scope, ended_by=last) if ended else replace(scope, started_by=last)


def is_whole(version: IndicatorVersion) -> bool:
    """Does it count all that the scope of a page counts?"""
    return version.indicator.programme_id is None and not version.narrow and not version.matures_after


def of_denominator(scope: Scope) -> Scope:
    """The same journeys, whatever the kind of row: that narrows the first of two measures only (hours confirmed)."""
    return replace(scope, kind="", state="", milestone="")


def narrowed(measure: Measure, scope: Scope, code: str) -> Measure:
    """The measure over this part only, under a name of its own."""
    return replace(measure, code=code, only=measure.only & condition(measure, scope), made_of=(measure, scope))


def condition(measure: Measure, scope: Scope) -> Q:
    """On the rows of a measure, what this scope asks beyond the period."""
    kinds = {name: getattr(scope, name) for name in KINDS_OF.get(measure.base, ()) if getattr(scope, name)}
    if "state" in kinds:
        kinds["state__in"] = rows.states_of(kinds.pop("state"))
    if "milestone" in kinds:
        kinds["title_fr"] = kinds.pop("milestone")
    return scope.journeys(measure.path) & Q(**kinds)
