"""What matching proposes: mentors ranked for one journey, the best pairs for a cohort. Nothing is decided here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from journeys.models import Journey
from mentoring.models import Mentor, MentorQuerySet
from mentoring.queries.matching.assignment import NOBODY, Prices, Rows, Scores, assign, prices, total
from mentoring.queries.matching.criteria import Tables, read_tables, weights_of
from mentoring.queries.matching.words import Reasons, cost_words, reasons_of, why_nobody, why_not_kept

OTHERS = 3
EVERY = slice(None)


@dataclass(frozen=True)
class Ranked:
    """One mentor for one journey, her score out of 1,000 and the reasons."""

    mentor: Mentor
    score: int
    reasons: Reasons

    @property
    def is_free(self) -> bool:
        return not self.reasons.forbids

    @property
    def percent(self) -> int:
        return round(self.score / 10)


@dataclass(frozen=True)
class Other:
    """Another choice for a person, and what it costs everybody together; None where it was not reckoned."""

    ranked: Ranked
    people: int | None
    points: int | None

    @property
    def cost(self) -> str:
        return cost_words(self.people, self.points)


@dataclass(frozen=True)
class Line:
    """One person of the cohort: the mentor proposed (None: nobody is left), kept or not, and the other choices.

    `why_not_kept`: the pair that was to be kept cannot be.
    """

    journey: Journey
    ranked: Ranked | None
    is_kept: bool
    kept_people: int | None
    kept_points: int | None
    others: list[Other]
    why_nobody: str = ""
    why_not_kept: str = ""

    @property
    def kept_cost(self) -> str:
        return cost_words(self.kept_people, self.kept_points)


@dataclass(frozen=True)
class Plan:
    """The best pairs around those that are kept, and what keeping them costs. `lines` may be some of the `count`."""

    lines: list[Line]
    count: int
    kept: int
    weights: dict[str, int]
    matched: int
    points: int
    best_matched: int
    best_points: int

    @property
    def left(self) -> int:
        """How many are left without a mentor."""
        return self.count - self.matched

    @property
    def cost(self) -> str:
        """What the pairs that are kept cost everybody together."""
        return cost_words(self.lost_people, self.lost_points)

    @property
    def lost_people(self) -> int:
        return self.best_matched - self.matched

    @property
    def lost_points(self) -> int:
        return self.best_points - self.points


def mentors_to_match(organisation_id: int) -> MentorQuerySet:
    """Every mentor of the organisation, but those who have left, as `read_tables` wants them."""
    return (
        Mentor.objects.here()
        .filter(organisation=organisation_id)
        .with_load()
        .select_related("user", "commune")
        .prefetch_related("communes")
        .order_by("user__last_name", "user__first_name", "pk")
    )


def ranked_for(journey: Journey, weights: Mapping[str, int] | None = None) -> list[Ranked]:
    """Every mentor of the organisation for this journey: those who can be chosen first, the best first."""
    organisation = journey.programme.organisation_id
    tables = read_tables([journey], mentors_to_match(organisation))
    scores = tables.scores(weights_of(organisation, weights))
    found = [_ranked(tables, scores[0, column], 0, column) for column in range(len(tables.mentors))]
    return sorted(found, key=lambda one: (not one.is_free, -one.score))


def cohort_plan(
    journeys: Iterable[Journey],
    organisation_id: int,
    *,
    weights: Mapping[str, int] | None = None,
    kept: Mapping[int, int] | None = None,
    shown: slice = EVERY,
    mentors: Iterable[Mentor] | None = None,
) -> Plan:
    """The best pairs for these journeys together; `kept` maps journeys to mentors that are settled.

    All are matched, whichever lines are `shown`. A kept pair that may not be, or has no place left, is dropped, and its
    line says why. Of these `mentors` only (read as `mentors_to_match` does), when they are given.
    """
    tables = read_tables(journeys, mentors_to_match(organisation_id) if mentors is None else mentors)
    used = weights_of(organisation_id, weights)
    scores = tables.scores(used)
    free = assign(scores, tables.places, tables.allowed)
    settled = _settled(tables, kept or {})
    chosen = assign(scores, tables.places, tables.allowed, settled) if settled else free
    priced = prices(scores, tables.places, tables.allowed, free)
    rows = range(len(tables.journeys))[shown]
    lines = [_line(tables, scores, priced, chosen, settled, row, kept or {}) for row in rows]
    matched, points = total(scores, chosen)
    best_matched, best_points = total(scores, free)
    return Plan(lines, len(tables.journeys), len(settled), used, matched, points, best_matched, best_points)


def _settled(tables: Tables, kept: Mapping[int, int]) -> dict[int, int]:
    """(row → column) of the kept pairs that may be, within the places of each mentor, in the order of the rows."""
    column_of = {mentor.pk: place for place, mentor in enumerate(tables.mentors)}
    left = tables.places.copy()
    settled: dict[int, int] = {}
    for row, journey in enumerate(tables.journeys):
        column = column_of.get(kept.get(journey.pk, 0))
        if column is not None and tables.allowed[row, column] and left[column] > 0:
            settled[row] = column
            left[column] -= 1
    return settled


def _ranked(tables: Tables, score: Any, row: int, column: int) -> Ranked:
    return Ranked(tables.mentors[column], int(score), reasons_of(tables, row, column))


def _line(
    tables: Tables,
    scores: Scores,
    priced: Prices | None,
    chosen: Rows,
    settled: Mapping[int, int],
    row: int,
    kept: Mapping[int, int],
) -> Line:
    mine = int(chosen[row])
    may = np.flatnonzero(tables.allowed[row] & (tables.places > 0))
    rest = sorted(
        (column for column in may.tolist() if column != mine), key=lambda column: _rank(scores, priced, row, column)
    )
    others = [
        Other(_ranked(tables, scores[row, column], row, column), *_price(priced, row, column))
        for column in rest[:OTHERS]
    ]
    is_kept = row in settled
    people, points = _price(priced, row, mine) if is_kept else (None, None)
    ranked = None if mine == NOBODY else _ranked(tables, scores[row, mine], row, mine)
    why = "" if ranked else why_nobody(tables, row)
    dropped = "" if is_kept else why_not_kept(tables, row, kept.get(tables.journeys[row].pk, 0))
    return Line(tables.journeys[row], ranked, is_kept, people, points, others, why, dropped)


def _price(priced: Prices | None, row: int, column: int) -> tuple[int | None, int | None]:
    if priced is None:
        return None, None
    return int(priced.people[row, column]), int(priced.points[row, column])


def _rank(scores: Scores, priced: Prices | None, row: int, column: int) -> tuple[int, int, int]:
    """The cheapest for everybody first, then the best for the person."""
    people, points = _price(priced, row, column)
    return people or 0, points or 0, -int(scores[row, column])
