"""Why an indicator has changed between two days: its rows, and which definition held."""

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from evaluation.models import Indicator, IndicatorVersion
from evaluation.queries.indicators.measured import find_measures
from evaluation.queries.indicators.opened import rows_of
from evaluation.queries.measures import MEASURES
from evaluation.queries.past.former import in_force
from evaluation.queries.past.why import Counted, Why, why_between
from evaluation.queries.scope import Scope


def indicator_why(
    indicator: Indicator, scope: Scope, before: datetime, after: datetime, *, is_second: bool = False
) -> Why | None:
    """The four causes, of the rows of its first measure or of its second. None where nothing is counted: another
    scope, no such measure, nothing published.

    A definition counts from its publication on; the first one also before.
    """
    versions = versions_on(indicator, before, after)
    if not versions:
        return None
    was, now = (rows_of(one, scope, is_second=is_second) for one in versions)
    if was is None or now is None:
        return None
    return why_between(_as_of(was, before), _as_of(now, after), before, after)


def versions_on(indicator: Indicator, *moments: datetime) -> list[IndicatorVersion]:
    """The definition that held at each of these moments, with its measure at hand; nothing where none was ever
    published. Three queries at most."""
    published = list(indicator.versions.published().order_by("published_at", "number").select_related("indicator"))
    find_measures(published)
    return [_in_force(published, moment) for moment in moments] if published else []


def _as_of(counted: Counted, moment: datetime) -> Counted:
    """By the definition of then of its measure, where it is of the catalogue."""
    code = counted.measure.code
    return replace(counted, measure=in_force(code, timezone.localdate(moment))) if code in MEASURES else counted


def _in_force(published: list[IndicatorVersion], moment: datetime) -> IndicatorVersion:
    since = [one for one in published if one.published_at and one.published_at <= moment]
    return since[-1] if since else published[0]
