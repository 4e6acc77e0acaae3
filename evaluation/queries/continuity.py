"""The rows behind the figures of continuity: journeys under way in the period, and how long they waited in it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Case, F, Func, IntegerField, QuerySet, Value, When

from evaluation.queries.rows import active_journeys
from evaluation.queries.scope import Scope
from journeys.models import Journey
from journeys.queries.waits import Summary, Wait, longest, sides, summary, waits

TOP = 50
"""So many journeys are put in order, the longest wait first; those after them by name."""


def waits_of(scope: Scope) -> Summary:
    """The waits of all journeys within the period. One query, whatever their number."""
    return summary(scope, lambda: active_journeys(scope), scope.since, scope.until)


def waits_among(journeys: list[int], scope: Scope) -> dict[int, Wait]:
    """{journey: its waits within the period} of these few. One query."""
    return waits(journeys, scope.since, scope.until)


def followed_journeys(scope: Scope) -> "QuerySet[Journey]":
    """Journeys under way in the period, by `side`: 0 those that had no time for a hole, 1 those without, 2 with one.

    Sorted out beforehand: asked for within the statement, waits may be worked out anew for each journey. One query.
    """
    found = active_journeys(scope)
    without, holed = sides(found, scope.since, scope.until)
    side = Case(When(Among(holed), then=2), When(Among(without), then=1), default=0, output_field=IntegerField())
    return found.annotate(side=side)


def longest_first(scope: Scope) -> "QuerySet[Journey]":
    """The same journeys with their `place` by the longest wait: of the fifty longest, then 50 for all others."""
    top = longest(active_journeys(scope), scope.since, scope.until, TOP)
    places = [When(pk=pk, then=Value(place)) for place, pk in enumerate(top)]
    return active_journeys(scope).annotate(place=Case(*places, default=Value(TOP), output_field=IntegerField()))


class Among(Func):
    """Is the key of the row one of these numbers? They are one value: as many would be too much for a statement."""

    output_field = BooleanField()

    def __init__(self, numbers: Iterable[int]) -> None:
        self.numbers = ",".join(map(str, numbers))
        super().__init__(F("pk"))

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        key, values = compiler.compile(self.source_expressions[0])
        return f"{key} IN (SELECT value FROM json_each(%s))", (*values, f"[{self.numbers}]")  # noqa: S608 - a key of ours

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        key, values = compiler.compile(self.source_expressions[0])
        return f"{key} = ANY(%s::bigint[])", (*values, f"{{{self.numbers}}}")
