"""Figures released one after the other give no small group away by subtraction."""

from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evaluation.statistics.differencing import apart, isolated, may_release, too_close

pytestmark = pytest.mark.any_database
SCOPES = st.one_of(
    st.sets(st.integers(0, 15), min_size=1),
    st.tuples(st.integers(0, 15), st.integers(1, 16)).map(lambda days: set(range(days[0], days[0] + days[1]))),
)
"""Any people, or those of a period: the ones whose number lies between two days."""


def counted(people: set[int], value: int = 1) -> dict[int, int]:
    return dict.fromkeys(people, value)


def found_by_subtraction(released: list[set[int]], smallest: int) -> set[frozenset[int]]:
    """Brute force: every sum and difference of released figures that counts a small group, each of it alike."""
    found = set()
    everybody = sorted(set().union(*released))
    for signs in product((-1, 0, 1), repeat=len(released)):
        counts = {p: sum(sign for sign, one in zip(signs, released, strict=True) if p in one) for p in everybody}
        group = {person: count for person, count in counts.items() if count}
        if 0 < len(group) < smallest and len(set(group.values())) == 1:
            found.add(frozenset(group))
    return found


@settings(max_examples=80, deadline=None)
@given(st.lists(SCOPES, min_size=2, max_size=6), st.integers(3, 5))
@example([set(range(10)), set(range(12))], 5)
@example([set(range(8)), set(range(8, 16)), set(range(14))], 5)
@example([set(range(6)), set(range(6, 12)), set(range(14)), set(range(12, 16)) | set(range(5))], 4)
def test_releases_in_any_order_pass_or_are_refused_and_no_attacker_finds_few(
    scopes: list[set[int]], smallest: int
) -> None:
    for order in (scopes, scopes[::-1]):
        released: list[set[int]] = []
        for scope in order:
            if may_release(counted(scope), [counted(one) for one in released], smallest):
                released.append(scope)
        if released:
            assert found_by_subtraction(released, smallest) == set()


def test_a_longer_period_and_a_part_of_the_whole_are_refused() -> None:
    whole = counted(set(range(20)))
    assert too_close(counted(set(range(22))), [whole], 5) == (0, 2)
    assert not may_release(counted(set(range(17))), [whole], 5)
    assert may_release(counted(set(range(15))), [whole], 5)
    assert may_release(whole, [whole], 5)


def test_a_figure_after_a_correction_of_two_is_refused() -> None:
    before = counted(set(range(20)), 60)
    after = before | {3: 90, 4: 0}
    assert apart(before, after) == 2
    assert too_close(after, [before], 5) == (0, 2)


def test_three_figures_that_two_by_two_tell_nothing_are_refused_together() -> None:
    parts = [counted(set(range(10))), counted(set(range(10, 20)))]
    whole = counted(set(range(22)))
    assert too_close(whole, parts, 5) is None
    assert isolated([*parts, whole], 5) == 2
    assert not may_release(whole, parts, 5)
