"""Which cells of a published table are hidden, so that nobody is recognised, nor found by subtraction."""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import product

Cell = tuple[int, int]
"""Row and column."""
Way = tuple[int, int, frozenset[Cell]]
LINES = ("row", "column")
SMALLEST_GROUP = 5
"""A group is shown from five people up."""


def hide_in_list(people: Sequence[int], smallest: int = SMALLEST_GROUP, *, gone: Iterable[int] = ()) -> set[int]:
    """The places to hide in a list whose total is published.

    Groups of 1 to `smallest` − 1 are hidden; then the next smallest ones, until the hidden together are at least
    `smallest` people, which takes two of them. Empty groups are shown: there is nobody in them to recognise.
    `gone`: places that are not shown anyway, and protected alike.
    """
    hidden = {i for i, count in enumerate(people) if 0 < count < smallest} | set(gone)
    others = sorted((count, i) for i, count in enumerate(people) if count >= smallest and i not in hidden)
    while others and 0 < sum(people[i] for i in hidden) < smallest:
        hidden.add(others.pop(0)[1])
    return hidden


def hide_in_table(people: Sequence[Sequence[int]], smallest: int = SMALLEST_GROUP) -> set[Cell]:
    """The cells (row, column) to hide in a table whose row and column totals are published.

    Small cells first. A hidden cell can be worked out unless other hidden cells lead from its row to its column, from
    row to column to row: along them it may be less, or more, and the totals the same. So around each the way over the
    fewest people is hidden too, empty cells only where there is no other. Cox (1980), JASA 75:377.
    """
    small = sorted((count, r, c) for r, row in enumerate(people) for c, count in enumerate(row) if 0 < count < smallest)
    hidden = {(r, c) for _count, r, c in small}
    for _count, r, c in small:
        ways = [way for falling in LINES if (way := _way_around(people, hidden, (r, c), falling)) is not None]
        hidden |= min(ways, default=(0, 0, frozenset()))[2]
    return hidden


def _way_around(people: Sequence[Sequence[int]], hidden: set[Cell], around: Cell, falling: str) -> Way | None:
    """The shortest way (Dijkstra) from the row of a cell to its column without it: people newly hidden, cells, which.

    What is left from a line of the kind `falling` becomes less, so there must be somebody in it. None: no such way.
    """
    last_resort = 1 + sum(map(sum, people))
    start, end = ("row", around[0]), ("column", around[1])
    ways: list[tuple[int, int, tuple[str, int], frozenset[Cell]]] = [(0, 0, start, frozenset())]
    reached = set()
    while ways:
        cost, length, line, way = heappop(ways)
        if line == end:
            return cost, length, way
        if line in reached:
            continue
        reached.add(line)
        for r, c in _cells(people, line):
            if (r, c) != around and (people[r][c] or line[0] != falling):
                price = 0 if (r, c) in hidden else people[r][c] or last_resort
                other = ("column", c) if line[0] == "row" else ("row", r)
                heappush(ways, (cost + price, length + 1, other, way | {(r, c)}))
    return None


def _cells(people: Sequence[Sequence[int]], line: tuple[str, int]) -> list[Cell]:
    kind, place = line
    if kind == "row":
        return [(place, c) for c in range(len(people[place]))]
    return [(r, place) for r in range(len(people))]


def differ_by_few(people: Sequence[Sequence[int]], smallest: int = SMALLEST_GROUP) -> bool:
    """Is there a union of rows and a union of columns that fewer than `smallest` people keep apart? Where row and
    column totals are published, what those few said is then one less the other.

    Each row and column holds at least `smallest` people, or nobody; two by the power of the shorter side are looked at.
    """
    rows = people if len(people) <= len(people[0]) else list(zip(*people, strict=True))
    for chosen in product((True, False), repeat=len(rows)):
        apart = 0
        for column in zip(*rows, strict=True):  # taken where most of it is chosen
            inside = sum(n for n, is_in in zip(column, chosen, strict=True) if is_in)
            apart += min(inside, sum(column) - inside)
        if 0 < apart < smallest:
            return True
    return False
