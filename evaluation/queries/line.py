"""What a line behind a figure tells, and how rows become lines."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from evaluation.queries.measures import Measure
from evaluation.queries.scope import Scope
from journeys.models import Journey


@dataclass(frozen=True)
class Line:
    """One row: who, in which programme, when, what, in which state, and what it adds to the figure (None: nothing)."""

    person: str
    programme: str
    commune: str
    day: date
    what: str
    state: str
    value: float | None
    about: str
    """What it is about, as "journey:12" or the ledger's "session:3"."""
    journey: int


def of_journey(journey: Journey, **more: Any) -> Line:
    """A line about this journey."""
    commune = journey.project.commune
    return Line(
        person=str(journey.holder),
        programme=journey.programme.title,
        commune=commune.name if commune else "",
        journey=journey.pk,
        **more,
    )


Lines = Callable[[Iterable[Any], Measure, Scope], list[Line]]


def each(line: Callable[[Any, Measure], Line]) -> Lines:
    """Row by row."""
    return lambda batch, measure, scope: [line(row, measure) for row in batch]


Way = tuple[tuple[str, ...], Lines, tuple[str, ...]]
"""The order of rows, how a batch becomes lines, what else is read along."""
Ways = dict[Any, Way]
