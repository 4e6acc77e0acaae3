"""The mean change, in points and in standard deviations."""

from math import gamma, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluation.statistics import (
    Change,
    Reason,
    Undefined,
    paired_change,
    standardized_interval,
)
from evaluation.statistics.change import hedges_correction
from evaluation.statistics.noncentral import noncentral_t
from tests.evaluation.statistics.published import SLEEP, VECTORS

pytestmark = pytest.mark.any_database

scores = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), min_size=2, max_size=30)


def changed(before: list[Any], after: list[Any]) -> Change:
    found = paired_change(before, after)
    assert isinstance(found, Change)
    return found


@pytest.mark.parametrize("case", VECTORS["paired_t"], ids=lambda case: case["name"])
def test_paired_change_is_the_one_of_the_textbook(case: dict[str, Any]) -> None:
    found = changed(case["pre"], case["post"])
    assert found.n == case["n"]
    assert (found.mean, found.sd, found.t) == pytest.approx((case["mean_diff"], case["sd_diff"], case["t"]), abs=1e-9)
    assert (found.low, found.high) == pytest.approx(case["ci95"], abs=1e-9)
    assert found.p == pytest.approx(case["p_two_sided"], abs=1e-9)
    assert found.interval.value == found.mean


def test_effect_sizes_of_the_sleep_data() -> None:
    found = changed(SLEEP["pre"], SLEEP["post"])
    assert (found.d_z, found.d_av) == pytest.approx((SLEEP["d_z"], SLEEP["d_av"]), abs=1e-9)
    assert found.g_z == pytest.approx(SLEEP["hedges_gz_exact"], abs=1e-9)
    assert found.d_z * (1 - 3 / (4 * 9 - 1)) == pytest.approx(SLEEP["hedges_gz_approx"], abs=1e-9)
    interval = standardized_interval(found)
    assert (interval.low, interval.high) == pytest.approx(SLEEP["d_z_ci95_noncentral_t"], abs=1e-8)
    assert interval.value == found.d_z


@pytest.mark.parametrize("degrees", [2, 3, 9, 40, 100])
def test_hedges_correction_is_the_ratio_of_gammas(degrees: int) -> None:
    ratio = gamma(degrees / 2) / (sqrt(degrees / 2) * gamma((degrees - 1) / 2))
    assert hedges_correction(degrees) == pytest.approx(ratio, rel=1e-12)


def test_two_pairs_have_no_correction() -> None:
    assert changed([1, 2], [2, 5]).g_z is None
    with pytest.raises(ValueError, match="two degrees"):
        hedges_correction(1)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ([], [], Undefined(Reason.NOBODY)),
        ([1], [3], Undefined(Reason.ONE, 1, 2.0)),
        ([1, 2, 3], [2, 3, 4], Undefined(Reason.SAME_CHANGE, 3, 1.0)),
        ([1.1, 2.2, 3.3], [1.2, 2.3, 3.4], Undefined(Reason.SAME_CHANGE, 3, 0.1)),
        ([1, 2], [1, 2], Undefined(Reason.NO_CHANGE, 2, 0.0)),
    ],
)
def test_without_spread_there_is_a_reason_and_no_infinite_number(
    before: list[float], after: list[float], why: Undefined
) -> None:
    assert paired_change(before, after) == why


def test_what_is_no_pair_or_no_number_is_an_error() -> None:
    with pytest.raises(ValueError, match="1 measures before and 2 after"):
        paired_change([1], [1, 2])
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            paired_change([1, wrong], [1, 2])
        with pytest.raises(ValueError, match="finite"):
            paired_change([1, 2], [1, wrong])


@given(scores)
def test_change_is_the_one_of_scipy(pairs: list[tuple[int, int]]) -> None:
    before, after = map(list, zip(*pairs, strict=True))
    found = paired_change(before, after)
    if isinstance(found, Undefined):
        assert len({b - a for a, b in pairs}) == 1
        return
    expected = stats.ttest_rel(after, before)
    interval = expected.confidence_interval(0.95)
    assert (found.t, found.p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-12)
    assert found.low < found.mean < found.high


@given(scores)
def test_the_way_back_is_the_opposite_change(pairs: list[tuple[int, int]]) -> None:
    before, after = map(list, zip(*pairs, strict=True))
    there, back = paired_change(before, after), paired_change(after, before)
    if isinstance(there, Undefined) or isinstance(back, Undefined):
        assert there.n == back.n == len(pairs)
        return
    assert (back.mean, back.low, back.high, back.d_z, back.d_av) == pytest.approx(
        (-there.mean, -there.high, -there.low, -there.d_z, -there.d_av), abs=1e-12
    )
    assert (back.p, back.sd) == pytest.approx((there.p, there.sd))


@pytest.mark.parametrize("n", [2, 3, 12, 300])
def test_the_interval_of_d_z_holds_the_shifts_whose_tails_hold_the_observed_t(n: int) -> None:
    found = changed([0.0] * n, np.random.default_rng(n).normal(1, 1, n).tolist())
    interval = standardized_interval(found)
    assert interval.low < found.d_z < interval.high
    for bound, tail in ((interval.low, 0.975), (interval.high, 0.025)):
        assert stats.nct.cdf(found.t, n - 1, bound * sqrt(n)) == pytest.approx(tail, abs=1e-6)


@pytest.mark.parametrize("n", [2, 3, 9])
def test_the_interval_of_a_huge_d_z_is_that_of_the_standard_deviation_alone(n: int) -> None:
    found = changed([0.0] * n, [1000.0] * (n - 1) + [1000.001])
    interval = standardized_interval(found)
    shares = np.sqrt(stats.chi2.ppf([0.025, 0.975], n - 1) / (n - 1))
    assert (interval.low, interval.high) == pytest.approx(found.d_z * shares, rel=1e-4)


@given(st.floats(-60, 60), st.integers(1, 300))
def test_noncentral_t_without_shift_is_students(t: float, degrees: int) -> None:
    assert noncentral_t(t, degrees, 0.0) == pytest.approx(float(stats.t.cdf(t, degrees)), abs=1e-11)


@pytest.mark.parametrize("shift", [-2.0, 0.5, 3.0, 16.0])
@pytest.mark.parametrize("t", [-12.706, -1.0, 0.0, 0.4, 2.0, 12.706, 300.0])
@pytest.mark.parametrize("degrees", [1, 4, 33])
def test_noncentral_t_is_the_share_of_its_draws(t: float, degrees: int, shift: float) -> None:
    random = np.random.default_rng(3)
    drawn = (random.normal(shift, 1, 200_000)) / np.sqrt(random.chisquare(degrees, 200_000) / degrees)
    assert noncentral_t(t, degrees, shift) == pytest.approx(float((drawn <= t).mean()), abs=0.005)
