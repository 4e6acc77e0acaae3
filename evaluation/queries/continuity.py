"""The rows behind the figures of continuity: journeys under way in the period, and how long they waited in it."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from evaluation.queries.rows import active_journeys
from evaluation.queries.scope import Scope
from journeys.models import Journey
from journeys.queries.waits import HOLED, TOLD, Summary, Wait, journeys_where, longest, summary, waits

TOP = 50
"""So many journeys are put in order, the longest wait first; those after them by name."""


def waits_of(scope: Scope) -> Summary:
    """The waits of all journeys within the period. One query, whatever their number."""
    return summary(scope, lambda: active_journeys(scope), scope.since, scope.until)


def waits_among(journeys: list[int], scope: Scope) -> dict[int, Wait]:
    """{journey: its waits within the period} of these few. One query."""
    return waits(journeys, scope.since, scope.until)


def followed_journeys(scope: Scope) -> "QuerySet[Journey]":
    """Journeys under way in the period: `is_told`, had they time for a hole? `has_hole`: had they one?"""
    found = active_journeys(scope)
    return found.annotate(is_told=_among(TOLD, scope), has_hole=_among(HOLED, scope))


def longest_first(scope: Scope) -> "QuerySet[Journey]":
    """The same journeys with their `place` by the longest wait: of the fifty longest, then 50 for all others."""
    top = longest(active_journeys(scope), scope.since, scope.until, TOP)
    places = [When(pk=pk, then=Value(place)) for place, pk in enumerate(top)]
    return active_journeys(scope).annotate(place=Case(*places, default=Value(TOP), output_field=IntegerField()))


def _among(condition: str, scope: Scope) -> Any:
    try:
        part = journeys_where(condition, active_journeys(scope), scope.since, scope.until)
    except EmptyResultSet:
        return Value(False, output_field=BooleanField())
    which = Q(pk__in=RawSQL(part.text, part.params))  # noqa: S611 - our own statement, values apart
    return Case(When(which, then=True), default=False, output_field=BooleanField())
