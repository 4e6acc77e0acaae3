"""Which cells of a published table are hidden, so that nobody is recognised, nor found by subtraction."""

from collections.abc import Sequence

SMALLEST_GROUP = 5
"""A group is shown from five people up."""


def hide_in_list(people: Sequence[int], smallest: int = SMALLEST_GROUP) -> set[int]:
    """The places to hide in a list whose total is published.

    Groups of 1 to `smallest` − 1 are hidden; then the next smallest ones, until at least two are hidden and the hidden
    together are at least `smallest` people. Empty groups are shown: there is nobody in them to recognise.
    """
    hidden = {i for i, count in enumerate(people) if 0 < count < smallest}
    others = sorted((count, i) for i, count in enumerate(people) if count >= smallest)
    while hidden and others and (len(hidden) < 2 or sum(people[i] for i in hidden) < smallest):
        hidden.add(others.pop(0)[1])
    return hidden


def hide_in_table(people: Sequence[Sequence[int]], smallest: int = SMALLEST_GROUP) -> set[tuple[int, int]]:
    """The cells (row, column) to hide in a table whose row and column totals are published.

    Small cells first; then, in each row and column with one hidden cell only, its next smallest, until none is alone.
    """
    hidden = {(r, c) for r, row in enumerate(people) for c, count in enumerate(row) if 0 < count < smallest}
    lines = [[(r, c) for c in range(len(row))] for r, row in enumerate(people)]
    lines += [[(r, c) for r in range(len(people))] for c in range(len(people[0]) if people else 0)]
    changed = True
    while changed:
        changed = False
        for line in lines:
            if len(hidden.intersection(line)) == 1:
                rest = [(people[r][c], r, c) for r, c in line if (r, c) not in hidden and people[r][c] > 0]
                if rest:
                    hidden.add(min(rest)[1:])
                    changed = True
    return hidden
