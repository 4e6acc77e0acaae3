"""The best pairs for everybody at once, on plain tables of numbers: who they stand for is not known here.

As many people as possible are matched; among the ways of doing that, the sum of the scores is the greatest, and among
those that are equal in both, people are spread over the mentors as evenly as can be. Exact:
`scipy.optimize.linear_sum_assignment` with each mentor repeated once for each free place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mentoring.queries.matching import scale

Scores = NDArray[np.integer[Any]]
Rows = NDArray[np.intp]
NOBODY = -1
EXACT_CELLS = 4_000_000
"""Up to so many cells (people × places) the table is solved as it is."""
PRICED_MENTORS = 600
"""Up to so many mentors every other choice is priced: the time grows with the cube of their number."""


@dataclass(frozen=True)
class Prices:
    """What each choice (row, column) costs everybody together: people left without a mentor, then points.

    Both n × m; `people` is NOBODY where the pair may not be.
    """

    people: NDArray[np.int64]
    points: NDArray[np.int64]


def assign(
    scores: Scores, places: NDArray[np.int64], allowed: NDArray[np.bool_], kept: Mapping[int, int] | None = None
) -> Rows:
    """For each row (a person) the column (a mentor) of the best assignment, or NOBODY.

    `scores` is n × m, whole numbers from 0 up; `places` (m) how many each mentor can take; `allowed` (n × m) which
    pairs may be; `kept` rows whose column is settled, within `places`. The same tables always give the same answer.
    """
    chosen: Rows = np.full(scores.shape[0], NOBODY, dtype=np.intp)
    left = np.maximum(places, 0).astype(np.int64)
    for row, column in (kept or {}).items():
        chosen[row] = column
        left[column] -= 1
    if left.size and left.min() < 0:
        raise ValueError("more pairs are kept than a mentor has places")
    open_rows = np.flatnonzero(chosen == NOBODY)
    if not open_rows.size or not scores.shape[1]:
        return chosen
    table, may = scores[open_rows], allowed[open_rows]
    seats = np.minimum(left, may.sum(axis=0))
    if table.shape[0] * int(seats.sum()) > EXACT_CELLS and scale.is_there():
        chosen[open_rows] = scale.flow(table, seats, may)
    else:
        chosen[open_rows] = _exact(table, seats, may)
    return chosen


def _exact(scores: Scores, seats: NDArray[np.int64], allowed: NDArray[np.bool_]) -> Rows:
    """Each column repeated as often as it has seats; a pair that may not be costs more than all others together.

    The second seat of a mentor costs a little, the third twice that: less, for everybody, than one point.
    """
    from scipy.optimize import linear_sum_assignment  # a third of what a command takes to start

    columns = np.repeat(np.arange(seats.size), seats)
    chosen: Rows = np.full(scores.shape[0], NOBODY, dtype=np.intp)
    if not columns.size:
        return chosen
    nth = np.arange(columns.size) - np.repeat(np.cumsum(seats) - seats, seats)
    point = 1 + scores.shape[0] * int(nth.max())
    top = int(scores.max(initial=0))
    never = float((top + 1) * (scores.shape[0] + 1) * point)
    cost = np.where(allowed, (top - scores) * float(point), never)[:, columns] + nth
    rows, picked = linear_sum_assignment(cost)
    holds = allowed[rows, columns[picked]]
    chosen[rows[holds]] = columns[picked[holds]]
    return chosen


def total(scores: Scores, chosen: Rows) -> tuple[int, int]:
    """(people matched, sum of their scores)."""
    matched = np.flatnonzero(chosen != NOBODY)
    return matched.size, int(scores[matched, chosen[matched]].sum())


def prices(scores: Scores, places: NDArray[np.int64], allowed: NDArray[np.bool_], best: Rows) -> Prices | None:
    """What everybody together loses when one pair is imposed, the rest being as good as it can be around it.

    `best` is the answer of `assign` without kept pairs. None over `PRICED_MENTORS` columns. Exact: the best assignment
    leaves no chain of exchanges that gains, so imposing a pair costs the cheapest chain that makes way for it: a
    shortest path between mentors (recurrence of Floyd and Warshall).
    """
    count, width = scores.shape
    if width > PRICED_MENTORS:
        return None
    person = float((int(scores.max(initial=0)) + 1) * (count + 1))
    # One more column is nobody: open to all, without end, at the price of a person.
    cost = np.column_stack([np.where(allowed, -scores.astype(float), np.inf), np.full(count, person)])
    at = np.where(best == NOBODY, width, best)
    now = cost[np.arange(count), at]
    way = _ways(cost - now[:, None], at, places)
    loss = (cost - now[:, None] + np.minimum(way[: width + 1, at].T, way[: width + 1, -1]))[:, :width]
    loss[np.arange(count)[at < width], at[at < width]] = 0.0
    may = allowed & (places > 0)[None, :]
    loss = np.where(may, loss, 0.0)
    people = np.rint(loss / person)
    points = np.where(may, loss - people * person, 0).astype(np.int64)
    return Prices(np.where(may, people, NOBODY).astype(np.int64), points)


def _ways(change: NDArray[np.float64], at: Rows, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """The cheapest chain of exchanges between any two mentors (and nobody, the last but one).

    From a mentor to another: the least it costs that one of hers goes there. The last node is a free place: whoever has
    one leads there, and whoever has somebody may give back a place of hers.
    """
    width = places.size
    way = np.full((width + 2, width + 2), np.inf)
    for column in np.unique(at):
        way[column, : width + 1] = change[at == column].min(axis=0)
    taken = np.bincount(at, minlength=width + 1)
    way[: width + 1, -1] = np.where(np.append(taken[:width] < places, True), 0.0, np.inf)
    way[-1, : width + 1] = np.where(taken > 0, 0.0, np.inf)
    np.fill_diagonal(way, 0.0)
    for node in range(width + 2):
        np.minimum(way, way[:, node, None] + way[None, node], out=way)
    return way
