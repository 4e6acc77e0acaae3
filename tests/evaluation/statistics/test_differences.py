"""Differences of two groups, against scipy, published examples and what they must always keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluation.statistics import (
    Interval,
    Reason,
    Sample,
    Undefined,
    newcombe_difference,
    poisson_garwood,
    recovered_difference,
    welch_difference,
    wilson,
)

numbers = st.lists(st.floats(-50, 50), min_size=2, max_size=20)


def sample(values: list[float]) -> Sample:
    return Sample.of_sums(len(values), sum(values), sum(one * one for one in values))


@pytest.mark.parametrize(
    ("first", "second"),
    [([1, 2, 3, 4, 9], [2, 2, 3, 3, 3, 4]), ([0.5, 0.75], [10, 30, 20])],
)
def test_the_difference_of_two_means_is_that_of_scipy(first: list[float], second: list[float]) -> None:
    found = welch_difference(sample(first), sample(second))
    meant = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    assert isinstance(found, Interval)
    assert (found.low, found.high) == pytest.approx((meant.low, meant.high), rel=1e-9)


@given(numbers, numbers)
def test_turned_round_it_is_the_same_with_the_other_sign(first: list[float], second: list[float]) -> None:
    there, back = welch_difference(sample(first), sample(second)), welch_difference(sample(second), sample(first))
    if isinstance(there, Undefined) or isinstance(back, Undefined):
        assert isinstance(there, Undefined) and isinstance(back, Undefined)
    else:
        assert (there.low, there.high) == pytest.approx((-back.high, -back.low), rel=1e-6, abs=1e-9)


def test_of_one_number_or_of_equal_ones_there_is_none() -> None:
    many = sample([1, 2, 3])
    assert welch_difference(sample([4]), many) == Undefined(Reason.ONE, 1, 2.0)
    assert welch_difference(Sample.of_sums(0, 0, 0), many) == Undefined(Reason.NOBODY, 0, None)
    assert welch_difference(sample([2, 2]), sample([5, 5, 5])) == Undefined(Reason.ALL_ALIKE, 2, -3.0)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
       st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))  # fmt: skip
def test_with_wilson_it_is_newcombes_method(first: tuple[int, int], second: tuple[int, int]) -> None:
    a, b, meant = wilson(*first), wilson(*second), newcombe_difference(first, second)
    assert isinstance(a, Interval) and isinstance(b, Interval) and isinstance(meant, Interval)
    found = recovered_difference(a, b)
    assert (found.value, found.low, found.high) == pytest.approx((meant.value, meant.low, meant.high))


def test_two_counts_of_rare_events_by_hand() -> None:
    """12 and 5 over the same people: Garwood (6.20, 20.96) and (1.62, 11.67), joined by squares."""
    found = recovered_difference(poisson_garwood(12), poisson_garwood(5))
    assert found.value == 7
    assert found.low == pytest.approx(7 - ((12 - 6.2006) ** 2 + (11.6683 - 5) ** 2) ** 0.5, abs=1e-3)
    assert found.high == pytest.approx(7 + ((20.9616 - 12) ** 2 + (5 - 1.6235) ** 2) ** 0.5, abs=1e-3)


def test_no_numbers_give_negative_sums() -> None:
    with pytest.raises(ValueError, match="never negative"):
        Sample.of_sums(2, 1, -1)


def test_where_one_group_is_all_alike_the_other_alone_varies() -> None:
    found = welch_difference(sample([7, 7, 7]), sample([1, 2, 3, 4]))
    reach = 3.182446305 * (5 / 3 / 4) ** 0.5
    assert isinstance(found, Interval)
    assert (found.value, found.low, found.high) == pytest.approx((4.5, 4.5 - reach, 4.5 + reach))
