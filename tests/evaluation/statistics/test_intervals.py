"""Proportions, counts and the recommendation score."""

from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluation.statistics import (
    Interval,
    Reason,
    Undefined,
    newcombe_difference,
    poisson_garwood,
    recommendation_score,
    wilson,
    wilson_corrected,
)
from evaluation.statistics.intervals import Z
from tests.evaluation.statistics.published import VECTORS

pytestmark = pytest.mark.any_database

shares = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
answers = st.tuples(*[st.integers(0, 60)] * 3).filter(any)


def sure(found: Interval | Undefined) -> Interval:
    assert isinstance(found, Interval)
    return found


@pytest.mark.parametrize("case", VECTORS["wilson"], ids=lambda case: f"{case['x']} of {case['n']}")
def test_wilson_interval(case: dict[str, Any]) -> None:
    found = sure(wilson(case["x"], case["n"]))
    assert (found.low, found.high) == pytest.approx(case["ci95"], abs=6e-5)


@pytest.mark.parametrize("case", [case for case in VECTORS["wilson"] if "cc" in case], ids=lambda case: str(case["x"]))
def test_wilson_interval_with_continuity_correction(case: dict[str, Any]) -> None:
    found = sure(wilson_corrected(case["x"], case["n"]))
    assert (found.low, found.high) == pytest.approx(case["cc"], abs=6e-5)


@given(shares)
def test_the_corrected_interval_is_scipys_and_holds_the_other(case: tuple[int, int]) -> None:
    found, plain = sure(wilson_corrected(*case)), sure(wilson(*case))
    expected = stats.binomtest(*case).proportion_ci(0.95, method="wilsoncc")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0 <= found.low <= plain.low + 1e-12 and plain.high - 1e-12 <= found.high <= 1


@given(shares)
def test_wilson_is_scipys_and_holds_its_value(case: tuple[int, int]) -> None:
    found = sure(wilson(*case))
    expected = stats.binomtest(*case).proportion_ci(0.95, method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(st.integers(1, 100).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_bounds_are_the_shares_that_a_score_test_just_rejects(case: tuple[int, int]) -> None:
    yes, n = case
    found = sure(wilson(yes, n))
    for bound in (found.low, found.high):
        if 0 < bound < 1:
            assert abs(found.value - bound) == pytest.approx(Z * sqrt(bound * (1 - bound) / n), abs=1e-9)


@given(shares)
def test_no_is_the_mirror_of_yes(case: tuple[int, int]) -> None:
    yes, n = case
    there, back = sure(wilson(yes, n)), sure(wilson(n - yes, n))
    assert (back.value, back.low, back.high) == pytest.approx((1 - there.value, 1 - there.high, 1 - there.low))


@pytest.mark.parametrize("case", VECTORS["newcombe_diff"], ids=lambda case: f"{case['a']} {case['b']}")
def test_newcombe_difference(case: dict[str, Any]) -> None:
    found = sure(newcombe_difference(tuple(case["a"]), tuple(case["b"])))
    assert found.value == pytest.approx(case["diff"], abs=6e-5)
    assert (found.low, found.high) == pytest.approx(case["ci95"], abs=6e-5)


@given(shares, shares)
def test_a_difference_holds_its_value_and_turns_with_its_groups(a: tuple[int, int], b: tuple[int, int]) -> None:
    there, back = sure(newcombe_difference(a, b)), sure(newcombe_difference(b, a))
    assert -1 - 1e-12 <= there.low <= there.value <= there.high <= 1 + 1e-12
    assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low), abs=1e-12)


@pytest.mark.parametrize("case", VECTORS["nps"], ids=lambda case: f"{case['nps']:.0f}")
def test_recommendation_score(case: dict[str, Any]) -> None:
    found = sure(recommendation_score(case["detractors"], case["passives"], case["promoters"]))
    low, high = case.get("adj_wald95") or case["adj_wald95_unclipped"]
    assert found.value == pytest.approx(case["nps"], abs=1e-9)
    assert (found.low, found.high) == pytest.approx((low, min(high, 100)), abs=1e-6)


@given(answers)
def test_a_score_holds_its_value_and_is_less_sure_than_the_unadjusted_one_when_all_agree(
    given_: tuple[int, int, int],
) -> None:
    found = sure(recommendation_score(*given_))
    back = sure(recommendation_score(*reversed(given_)))
    assert -100 <= found.low <= found.value <= found.high <= 100
    assert (back.value, back.low, back.high) == pytest.approx((-found.value, -found.high, -found.low), abs=1e-9)
    assert found.high - found.low > 0


@pytest.mark.parametrize("count", [int(count) for count in VECTORS["poisson_garwood95"]])
def test_poisson_interval(count: int) -> None:
    found = poisson_garwood(count)
    assert found.value == count
    assert (found.low, found.high) == pytest.approx(VECTORS["poisson_garwood95"][str(count)], abs=6e-5)


@given(st.integers(1, 400))
def test_poisson_bounds_leave_two_and_a_half_in_a_hundred_on_each_side(count: int) -> None:
    found = poisson_garwood(count)
    assert stats.poisson.sf(count - 1, found.low) == pytest.approx(0.025, abs=1e-9)
    assert stats.poisson.cdf(count, found.high) == pytest.approx(0.025, abs=1e-9)
    assert found.low < count < found.high


def test_of_nobody_there_is_nothing_and_nonsense_is_an_error() -> None:
    nobody = Undefined(Reason.NOBODY)
    assert (
        wilson(0, 0)
        == wilson_corrected(0, 0)
        == newcombe_difference((1, 2), (0, 0))
        == newcombe_difference((0, 0), (1, 2))
        == nobody
    )
    assert recommendation_score(0, 0, 0) == nobody
    assert poisson_garwood(0).low == 0
    for wrong in ((5, 4), (-1, 4)):
        with pytest.raises(ValueError, match="is not a proportion"):
            wilson(*wrong)
    with pytest.raises(ValueError, match="never negative"):
        recommendation_score(-1, 2, 3)
    with pytest.raises(ValueError, match="never negative"):
        poisson_garwood(-1)
