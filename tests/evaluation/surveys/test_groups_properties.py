"""Groups of two kinds, told of the same sheets: no subtraction of what is told leaves a few people."""

from collections.abc import Iterable, Sequence
from itertools import combinations, product
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.queries.results import narrowing
from evaluation.queries.results.narrowing import DIMENSIONS, groups_of, split
from evaluation.queries.results.sheets import Row
from evaluation.statistics.disclosure import SMALLEST_GROUP

People = frozenset[int]
VALUES = {
    "phase": ["emergence", "creation", None],
    "qpv": ["inside", "outside", "unknown"],
    "commune": ["44109", "44143", None],
}
CROSSED = list(product(*VALUES.values()))
ALIKE = list(zip(*VALUES.values(), strict=True))
FEW, MANY = st.sampled_from([0] * 8 + [1, 2, 4]), st.integers(0, 12)
COUNTS = st.tuples(*(MANY if one in ALIKE else FEW for one in CROSSED))
"""Most of each phase in one place: what makes two kinds of groups differ by a few."""


def sheets(counts: Sequence[int]) -> list[Row]:
    """So many sheets of each crossing of a phase, a neighbourhood and a commune."""
    facts = [
        dict(zip(VALUES, values, strict=True)) for values, n in zip(CROSSED, counts, strict=True) for _n in range(n)
    ]
    return [Row(1, {}, person=str(place), facts=one) for place, one in enumerate(facts)]


def told_of(rows: list[Row]) -> dict[str, list[People]]:
    """{dimension: who is in each group that is shown, and together in all that are not}."""
    with patch.object(narrowing, "_names", lambda: dict.fromkeys(DIMENSIONS, str)):
        groups = groups_of(rows, protected=True)
    found: dict[str, list[People]] = {}
    for dimension in {one.dimension for one in groups}:
        people = {value: frozenset(int(row.person) for row in part) for value, part in split(rows, dimension).items()}
        shown = [people[one.value] for one in groups if one.dimension == dimension and not one.is_hidden]
        rest = frozenset(range(len(rows))).difference(*shown)
        found[dimension] = [one for one in [*shown, rest] if one]
    return found


def unions(parts: list[People]) -> Iterable[People]:
    for size in range(len(parts) + 1):
        for chosen in combinations(parts, size):
            yield frozenset().union(*chosen)


def fewest_apart(told: dict[str, list[People]]) -> int:
    """The fewest people by which anything added up of one dimension differs from anything of another, or of itself."""
    added = {dimension: set(unions(parts)) for dimension, parts in told.items()}
    apart = {
        len(one ^ other)
        for first, second in product(added, repeat=2)
        for one, other in product(added[first], added[second])
    }
    return min(apart - {0}, default=SMALLEST_GROUP)


@given(COUNTS)
@settings(max_examples=100)
def test_nothing_told_less_anything_else_told_leaves_a_few_people(counts: tuple[int, ...]) -> None:
    assert fewest_apart(told_of(sheets(counts))) >= SMALLEST_GROUP


@pytest.mark.parametrize(("across", "is_shown"), [(4, False), (5, True)])
def test_groups_that_differ_by_enough_are_shown(across: int, is_shown: bool) -> None:
    """Not everything is hidden: twenty in each place, of whom so many are of the other phase."""
    counts = dict.fromkeys(CROSSED, 0)
    for phase, qpv, n in (
        ("emergence", "inside", 20), ("creation", "outside", 20), ("emergence", "outside", across),
    ):  # fmt: skip
        counts[phase, qpv, "44109"] = n
    told = told_of(sheets(list(counts.values())))
    assert (len(told["phase"]), len(told["qpv"])) == (2, 2 if is_shown else 1)
