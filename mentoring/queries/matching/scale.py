"""Matching at the size of a region, with the optional extra `[scale]` (OR-tools' minimum cost flow)."""

from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

FIRST_BEST = 150
"""The best mentors of each person that are looked at first: within 0.1 % of the optimum (`tests/bench/matching.py`)."""
Scores = NDArray[np.integer[Any]]
NOBODY = -1


def is_there() -> bool:
    """Is the extra installed?"""
    return find_spec("ortools") is not None


def flow(
    scores: Scores, seats: NDArray[np.int64], allowed: NDArray[np.bool_], best: int = FIRST_BEST
) -> NDArray[np.intp]:
    """For each row its column or NOBODY: as many rows as can be, and nearly the greatest sum of scores.

    Only the `best` columns of each row are looked at; then every row from which a free seat can be reached through
    exchanges gets all its columns, until nobody who can be matched is left out.
    """
    edges = _best_of(scores, allowed, best)
    while True:
        chosen = _solve(scores, seats, edges)
        widened = _within_reach(chosen, seats, allowed)
        if not widened.any() or not (allowed[widened] & ~edges[widened]).any():
            return chosen
        edges[widened] = allowed[widened]


def _best_of(scores: Scores, allowed: NDArray[np.bool_], best: int) -> NDArray[np.bool_]:
    """Which pairs are among the `best` of their row."""
    if best >= scores.shape[1]:
        return allowed.copy()
    edges = np.zeros_like(allowed)
    for start in range(0, scores.shape[0], 500):  # a slice at a time keeps the memory flat
        part = np.where(allowed[start : start + 500], scores[start : start + 500], -1)
        top = np.argpartition(part, -best, axis=1)[:, -best:]
        np.put_along_axis(edges[start : start + 500], top, True, axis=1)
    edges &= allowed
    return edges


def _solve(scores: Scores, seats: NDArray[np.int64], edges: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Source → each row → its columns → sink, with a way past every column at a price above all others."""
    from ortools.graph.python import min_cost_flow

    count, width = scores.shape
    rows, columns = (axis.astype(np.int32) for axis in np.nonzero(edges))
    top = int(scores.max(initial=0))
    source, sink, nobody = count + width, count + width + 1, count + width + 2
    every_row, every_column = np.arange(count, dtype=np.int32), np.arange(count, count + width, dtype=np.int32)
    tails = np.concatenate([np.full(count, source), rows, every_row, every_column, [nobody]]).astype(np.int32)
    heads = np.concatenate([every_row, columns + count, np.full(count, nobody), np.full(width, sink), [sink]]).astype(
        np.int32
    )
    ones = np.ones(count, dtype=np.int64)
    most = np.concatenate([ones, np.ones(rows.size, dtype=np.int64), ones, seats, [count]])
    never = (top + 1) * (count + 1)
    price = np.concatenate([0 * ones, top - scores[rows, columns], never * ones, np.zeros(width + 1, dtype=np.int64)])
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(tails, heads, most, price)
    solver.set_nodes_supplies(np.array([source, sink], dtype=np.int32), np.array([count, -count], dtype=np.int64))
    if solver.solve() != solver.OPTIMAL:  # the way past every column always leaves an answer
        raise RuntimeError("the flow has no answer")
    used = np.asarray(solver.flows(np.arange(count, count + rows.size, dtype=np.int32))) > 0
    chosen = np.full(count, NOBODY, dtype=np.intp)
    chosen[rows[used]] = columns[used]
    return chosen


def _within_reach(chosen: NDArray[np.intp], seats: NDArray[np.int64], allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The rows reached from those without a column through exchanges, if a free seat is reached too; else none."""
    reached = chosen == NOBODY
    free = np.bincount(chosen[~reached], minlength=seats.size) < seats
    frontier = reached.copy()
    seen = np.zeros(seats.size, dtype=bool)
    while frontier.any():
        columns = allowed[frontier].any(axis=0) & ~seen
        if (columns & free).any():
            return reached
        seen |= columns
        frontier = ~reached & (chosen != NOBODY) & columns[chosen]
        reached |= frontier
    return np.zeros_like(reached)
