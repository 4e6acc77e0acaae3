"""What a reader works out of a published table, by linear programming, and what else to hide until it is too little.

A table is cells and lines: in each line a total is the sum of its parts. Totals are cells too, so that one form serves
a list, a table with margins and parts of parts (a programme inside its organisation, a neighbourhood inside the QPV).

The rule: of each hidden cell that somebody is in, the least and the most it can be, given everything shown, are at
least the threshold apart. So it is not determined, and as counts begin at 0 the most is the threshold or more: a reader
cannot even tell that it is small. It is the "sliding protection level" of Fischetti and Salazar-González (2001),
Management Science 47:1008, and of Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapter 4. The lines
of a list, of two margins or of one nesting make a totally unimodular matrix: bounds over whole people are the same.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

Key = Hashable
Line = tuple[Key, tuple[Key, ...]]
"""A total and its parts."""
Bounds = dict[Key, tuple[float, float]]
SLACK = 1e-6
TOTAL = "total"


@dataclass(frozen=True)
class Table:
    """People in each cell; the lines in which a total is the sum of its parts."""

    values: Mapping[Key, int]
    lines: Sequence[Line]


def listed(people: Sequence[int]) -> Table:
    """A list (its cells are 0, 1, …) with its `TOTAL`."""
    return Table({**dict(enumerate(people)), TOTAL: sum(people)}, [(TOTAL, tuple(range(len(people))))])


def grid(people: Sequence[Sequence[int]]) -> Table:
    """A table (cells are (row, column)) with the totals of its rows ("row", r), columns ("column", c), and `TOTAL`."""
    rows, columns = range(len(people)), range(len(people[0]) if people else 0)
    values: dict[Key, int] = {(r, c): people[r][c] for r in rows for c in columns}
    lines: list[Line] = [(("row", r), tuple((r, c) for c in columns)) for r in rows]
    lines += [(("column", c), tuple((r, c) for r in rows)) for c in columns]
    values |= {total: sum(values[part] for part in parts) for total, parts in lines}
    lines += [(TOTAL, tuple(("row", r) for r in rows)), (TOTAL, tuple(("column", c) for c in columns))]
    return Table({**values, TOTAL: sum(map(sum, people))}, lines)


def bounds(table: Table, hidden: Collection[Key], *, asked: Collection[Key] | None = None) -> Bounds:
    """{hidden cell: the least and the most it can be}, given all others; inf where nothing holds it.

    `asked`: of these hidden cells only.
    """
    found: Bounds = {}
    wanted = set(hidden if asked is None else asked)
    for cells, lines in _together(table, set(hidden)):
        if not wanted.isdisjoint(cells):
            is_one = len(lines) == 1
            found |= _of_a_line(table, cells, lines[0]) if is_one else _programmed(table, cells, lines, wanted)
    return {key: both for key, both in found.items() if key in wanted}


def exposed(table: Table, hidden: Collection[Key], smallest: int, *, asked: Collection[Key] | None = None) -> list[Key]:
    """The hidden cells (those `asked`) with somebody in them whose bounds are less than `smallest` apart."""
    known = bounds(table, hidden, asked=asked)
    return [key for key, (low, high) in known.items() if table.values[key] and high - low < smallest - SLACK]


def protect(
    table: Table, smallest: int, *, hidden: Iterable[Key] = (), fixed: Collection[Key] = frozenset()
) -> set[Key]:
    """The cells to hide: those of 1 to `smallest` − 1 people, these `hidden`, and what else the rule asks for.

    `fixed` cells stay shown, as they are told elsewhere; where the rule cannot hold with them, all others are hidden
    and `exposed` says what still is not. What turns out not to be needed is shown after all, the greatest first.
    """
    must = {key for key, count in table.values.items() if 0 < count < smallest} | set(hidden)
    must -= set(fixed)
    found = set(must)
    while weak := exposed(table, found, smallest):
        partners = _partners(table, found, weak[0], smallest, fixed)
        if not partners - found:
            return set(table.values) - set(fixed)
        found |= partners
    for key in sorted(found - must, key=lambda one: (-table.values[one], str(one))):
        if not exposed(table, found - {key}, smallest):
            found.discard(key)
    return found


def _together(table: Table, hidden: set[Key]) -> list[tuple[list[Key], list[Line]]]:
    """The hidden cells that bear on one another, with the lines that hold them."""
    lines = [(line, {one for one in (line[0], *line[1]) if one in hidden}) for line in table.lines]
    left = {key: None for key in table.values if key in hidden}
    found = []
    while left:
        cells, held, news = set(), [], {next(iter(left))}
        while news:
            cells |= news
            held = [(line, parts) for line, parts in lines if parts & cells]
            news = set().union(*(parts for _line, parts in held)) - cells
        found.append(([key for key in left if key in cells], [line for line, _parts in held]))
        for key in cells:
            del left[key]
    return [(cells, held or [(cells[0], tuple(cells))]) for cells, held in found]


def _of_a_line(table: Table, cells: list[Key], line: Line) -> Bounds:
    total, parts = line
    if (total, parts) == (cells[0], tuple(cells)):
        return {total: (0.0, inf)}  # in no line at all
    shown = float(sum(table.values[part] for part in parts if part not in cells))
    if total in cells:
        rest = [part for part in cells if part != total]
        return {total: (shown, inf if rest else shown)} | dict.fromkeys(rest, (0.0, inf))
    left = table.values[total] - shown
    return dict.fromkeys(cells, (0.0, left) if len(cells) > 1 else (left, left))


def _programmed(table: Table, cells: list[Key], lines: list[Line], wanted: set[Key]) -> Bounds:
    places = {key: i for i, key in enumerate(cells)}
    sums, left = np.zeros((len(lines), len(cells))), np.zeros(len(lines))
    for i, (total, parts) in enumerate(lines):
        for key, sign in ((total, -1), *((part, 1) for part in parts)):
            if key in places:
                sums[i, places[key]] += sign
            else:
                left[i] -= sign * table.values[key]
    return {key: (_least(sums, left, i, 1), _least(sums, left, i, -1)) for key, i in places.items() if key in wanted}


def _least(sums: Any, left: Any, place: int, sign: int) -> float:
    """The least (`sign` 1) or the most (−1) of one unknown."""
    from scipy import optimize  # a third of what a command takes to start

    aim = np.zeros(sums.shape[1])
    aim[place] = sign
    made = optimize.linprog(aim, A_eq=sums, b_eq=left, bounds=(0, None), method="highs")
    return float(sign * made.fun) if made.status == 0 else inf


def _partners(table: Table, hidden: set[Key], weak: Key, smallest: int, fixed: Collection[Key]) -> set[Key]:
    """What to hide with `weak` so that it could be `smallest` more than it could be less, at the least cost in people.

    Two other tables that a reader could take for this one, one with more in the cell and one with less; what differs
    in either is hidden. Empty cells are a last resort. None: no such tables.
    """
    from scipy import optimize  # as above

    keys = [key for key in table.values if key not in fixed]
    n, places = len(keys), {key: i for i, key in enumerate(keys)}
    sums = np.zeros((len(table.lines), n))
    for i, (total, parts) in enumerate(table.lines):
        for key, sign in ((total, -1), *((part, 1) for part in parts)):
            if key in places:
                sums[i, places[key]] += sign
    one, none = np.eye(n), np.zeros((n, n))
    more, less = np.hstack([sums, 0 * sums, 0 * sums]), np.hstack([0 * sums, sums, 0 * sums])
    apart = np.zeros((1, 3 * n))
    apart[0, places[weak]], apart[0, n + places[weak]] = -1, 1
    either = ((one, none), (-one, none), (none, one), (none, -one))
    differs = [np.hstack([*both, -one]) for both in either]
    last = 1 + sum(table.values.values())
    costs = [SLACK if key in hidden else 1 + table.values[key] if table.values[key] else last for key in keys]
    ranges = [(-table.values[key], None) for key in keys]
    made = optimize.linprog(
        np.concatenate([np.zeros(2 * n), costs]), A_ub=np.vstack([apart, *differs]),
        b_ub=np.concatenate([[-smallest], np.zeros(4 * n)]), A_eq=np.vstack([more, less]),
        b_eq=np.zeros(2 * len(table.lines)), bounds=[*ranges, *ranges, *[(0, None)] * n], method="highs",
    )  # fmt: skip
    moves = made.x[2 * n :] if made.status == 0 else np.zeros(n)
    return {key for key, moved in zip(keys, moves, strict=True) if moved > SLACK}
