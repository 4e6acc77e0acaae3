"""Change by ranks: Wilcoxon's test and the Hodges–Lehmann estimate."""

from itertools import product
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluation.statistics import (
    Location,
    Reason,
    SignedRank,
    Undefined,
    hodges_lehmann,
    ranks,
    signed_rank,
)
from tests.evaluation.statistics.published import SLEEP, VECTORS

pytestmark = pytest.mark.any_database

SLEEP_RANKS, FLOAT_TRAP = VECTORS["wilcoxon_signed_rank"]
changes = st.lists(st.integers(-6, 6), min_size=1, max_size=10)


def ranked(after: list[float], before: list[float] | None = None) -> SignedRank:
    found = signed_rank(before or [0.0] * len(after), after)
    assert isinstance(found, SignedRank)
    return found


def located(after: list[float]) -> Location:
    found = hodges_lehmann([0.0] * len(after), after)
    assert isinstance(found, Location)
    return found


def test_signed_rank_counts_every_sign_pattern() -> None:
    found = ranked(SLEEP["post"], SLEEP["pre"])
    assert (found.n, found.zeros) == (SLEEP_RANKS["n_used"], SLEEP_RANKS["n_zero"])
    assert (found.w_plus, found.w_minus) == (SLEEP_RANKS["W_plus"], SLEEP_RANKS["W_minus"])
    assert found.p == pytest.approx(SLEEP_RANKS["p_exact_permutation"], abs=1e-12)


def test_above_sixty_differences_the_law_is_normal_with_its_correction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranks, "EXACT_UP_TO", 0)
    found = ranked(SLEEP["post"], SLEEP["pre"])
    assert found.p == pytest.approx(SLEEP_RANKS["p_normal_cc (R documented style)"], abs=1e-9)


def test_normal_approximation_of_any_ranks() -> None:
    gaps = np.abs(np.round(np.array(SLEEP["post"]) - np.array(SLEEP["pre"]), 9))
    dropped = stats.rankdata(gaps[gaps != 0])
    pratt = stats.rankdata(gaps)[gaps != 0]  # the zero takes the first rank, then goes
    assert ranks.normal_p(dropped, 0, correction=0) == pytest.approx(SLEEP_RANKS["p_normal_nocc"], abs=1e-9)
    assert ranks.normal_p(pratt, 0) == pytest.approx(SLEEP_RANKS["p_pratt_cc"], abs=1e-9)
    assert ranks.normal_p(pratt, 0, correction=0) == pytest.approx(SLEEP_RANKS["p_pratt_nocc"], abs=1e-9)


def test_differences_that_only_floats_tell_apart_are_ties() -> None:
    found = ranked(FLOAT_TRAP["x"], FLOAT_TRAP["y"])
    assert found.w_plus == FLOAT_TRAP["after_rounding"]["W"]
    assert found.p == 1.0  # twice the 0.5 of one side


@given(changes)
def test_exact_p_is_that_of_all_sign_patterns_written_out(gap: list[int]) -> None:
    found = signed_rank([0] * len(gap), gap)
    used = [one for one in gap if one]
    if not used:
        assert found == Undefined(Reason.NO_CHANGE, len(gap), 0.0)
        return
    assert isinstance(found, SignedRank)
    places = [(sum(abs(b) < abs(a) for b in used) + sum(abs(b) <= abs(a) for b in used) + 1) / 2 for a in used]
    sums = [sum(p for p, up in zip(places, signs, strict=True) if up) for signs in product((0, 1), repeat=len(used))]
    observed = sum(p for p, one in zip(places, used, strict=True) if one > 0)
    middle = sum(places) / 2
    assert (found.n, found.zeros, found.w_plus) == (len(used), len(gap) - len(used), observed)
    assert found.w_plus + found.w_minus == 2 * middle
    assert found.p == pytest.approx(sum(abs(s - middle) >= abs(observed - middle) for s in sums) / len(sums), abs=1e-12)


@pytest.mark.parametrize("n", [20, 40, 60])
def test_exact_p_is_scipys_without_ties(n: int) -> None:
    after = np.random.default_rng(n).normal(0.3, 1, n)
    assert ranked(after.tolist()).p == pytest.approx(stats.wilcoxon(after, method="exact").pvalue, rel=1e-9)


def test_normal_p_is_scipys_with_ties_and_zeros() -> None:
    after = np.random.default_rng(5).integers(-3, 5, 150).astype(float)
    expected = stats.wilcoxon(after, zero_method="wilcox", correction=True, method="asymptotic").pvalue
    assert ranked(after.tolist()).p == pytest.approx(expected, rel=1e-9)


@given(changes)
def test_the_way_back_has_the_same_p_and_the_opposite_typical_change(gap: list[int]) -> None:
    there, back = signed_rank([0] * len(gap), gap), signed_rank(gap, [0] * len(gap))
    if isinstance(there, SignedRank) and isinstance(back, SignedRank):
        assert (back.w_plus, back.w_minus, back.p) == (there.w_minus, there.w_plus, there.p)
    out, home = hodges_lehmann([0] * len(gap), gap), hodges_lehmann(gap, [0] * len(gap))
    assert out.n == home.n == len(gap)
    assert home.value == (-out.value if out.value else 0)
    if isinstance(out, Location) and isinstance(home, Location) and out.low is not None and out.high is not None:
        assert (home.low, home.high) == (-out.high, -out.low)


@given(changes)
def test_hodges_lehmann_is_the_median_of_pairwise_averages(gap: list[int]) -> None:
    found = hodges_lehmann([0] * len(gap), gap)
    walsh = [(a + b) / 2 for i, a in enumerate(gap) for b in gap[i:]]
    assert found.value == median(walsh)
    if isinstance(found, Location) and found.low is not None and found.high is not None:
        assert min(gap) <= found.low <= median(walsh) <= found.high <= max(gap)


def test_typical_change_of_the_depression_data() -> None:
    # Hollander & Wolfe, example 3.1: Hamilton scores of nine people under a tranquilizer; R's wilcox.test has the same.
    before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    found, test = hodges_lehmann(before, after), signed_rank(before, after)
    assert isinstance(found, Location) and isinstance(test, SignedRank)
    assert (found.value, found.low, found.high) == pytest.approx((-0.46, -0.786, -0.010), abs=1e-9)
    assert (test.w_minus, test.p) == (40, pytest.approx(0.0390625, abs=1e-12))


@pytest.mark.parametrize("n", [6, 12, 20])
def test_the_interval_holds_the_shifts_that_the_signed_rank_test_does_not_reject(n: int) -> None:
    after = np.random.default_rng(n).normal(1, 2, n).tolist()
    found = located(after)
    assert found.low is not None and found.high is not None

    def p(shift: float) -> float:
        return ranked(after, [shift] * n).p

    assert min(map(p, [found.low + 1e-6, found.value + 1e-7, found.high - 1e-6])) > 0.05
    assert max(map(p, [found.low - 1e-6, found.high + 1e-6])) <= 0.05


@pytest.mark.parametrize("n", [61, 80, 150, 300])
def test_the_normal_bound_is_the_exact_one_or_just_wider(n: int) -> None:
    ways = ranks.rank_sums(n)
    exact = int(np.searchsorted(np.cumsum(ways) / ways.sum(), 0.025, side="right"))
    assert ranks.bound_rank(n) in {exact - 1, exact}


def test_under_six_pairs_no_interval_is_given() -> None:
    assert located([1, 2, 3, 4, 30]) == Location(5, 3.0, None, None)
    assert located([1, 2, 3, 4, 5, 30]) == Location(6, 3.5, 1, 30)


def test_hodges_lehmann_by_halving_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    after = np.random.default_rng(7).normal(1, 2, 80).tolist()
    made = located(after)
    monkeypatch.setattr(ranks, "WALSH_UP_TO", 0)
    halved = located(after)
    assert (halved.low, halved.value, halved.high) == pytest.approx((made.low, made.value, made.high), abs=1e-8)


def test_nobody_one_and_all_alike_have_their_reasons() -> None:
    assert signed_rank([], []) == hodges_lehmann([], []) == Undefined(Reason.NOBODY)
    assert signed_rank([1, 2], [1, 2]) == Undefined(Reason.NO_CHANGE, 2, 0.0)
    assert hodges_lehmann([1], [4]) == Undefined(Reason.ONE, 1, 3.0)
    assert hodges_lehmann([1, 2], [3, 4]) == Undefined(Reason.SAME_CHANGE, 2, 2.0)
    assert signed_rank([1], [4]) == SignedRank(1, 0, 1.0, 0.0, 1.0)
