"""Every formula against published or independently computed values."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import statistics
from evaluation.statistics import change

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "statistics_vectors.json").read_text())
SLEEP = VECTORS["paired_t"][0]


@pytest.mark.parametrize("case", VECTORS["paired_t"], ids=lambda case: case["name"])
def test_paired_change_is_the_one_of_the_textbook(case: dict[str, Any]) -> None:
    found = statistics.paired_change(case["pre"], case["post"])
    assert found is not None
    assert found.n == case["n"]
    assert (found.mean, found.sd, found.t) == pytest.approx((case["mean_diff"], case["sd_diff"], case["t"]), abs=1e-9)
    assert (found.low, found.high) == pytest.approx(case["ci95"], abs=1e-9)
    assert found.p == pytest.approx(case["p_two_sided"], abs=1e-9)
    assert found.d_z == pytest.approx(case.get("d_z", case["mean_diff"] / case["sd_diff"]), abs=1e-9)
    assert found.interval.value == found.mean


def test_paired_change_needs_two_pairs_and_knows_when_all_moved_alike() -> None:
    assert statistics.paired_change([1], [2]) is None
    alike = statistics.paired_change([1, 2, 3], [2, 3, 4])
    assert alike is not None
    assert (alike.mean, alike.low, alike.high, alike.p) == (1, 1, 1, 0)
    still = statistics.paired_change([1, 2], [1, 2])
    assert still is not None
    assert (still.mean, still.d_z, still.p) == (0, 0, 1)
    with pytest.raises(ValueError, match="do not pair"):
        statistics.paired_change([1], [1, 2])


@pytest.mark.parametrize("case", VECTORS["wilson"], ids=lambda case: f"{case['x']} of {case['n']}")
def test_wilson_interval(case: dict[str, Any]) -> None:
    found = statistics.wilson(case["x"], case["n"])
    assert found is not None
    assert (found.low, found.high) == pytest.approx(case["ci95"], abs=1e-4)


def test_wilson_of_nobody_is_nothing_and_of_nonsense_an_error() -> None:
    assert statistics.wilson(0, 0) is None
    with pytest.raises(ValueError, match="5 of 4"):
        statistics.wilson(5, 4)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_its_value_and_stays_a_proportion(case: tuple[int, int]) -> None:
    found = statistics.wilson(*case)
    assert found is not None
    assert 0 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize("case", VECTORS["newcombe_diff"], ids=lambda case: f"{case['a']} {case['b']}")
def test_newcombe_difference(case: dict[str, Any]) -> None:
    found = statistics.newcombe_difference(tuple(case["a"]), tuple(case["b"]))
    assert found is not None
    assert found.value == pytest.approx(case["diff"], abs=1e-4)
    assert (found.low, found.high) == pytest.approx(case["ci95"], abs=1e-4)


def test_newcombe_of_an_empty_group_is_nothing() -> None:
    assert statistics.newcombe_difference((1, 2), (0, 0)) is None


@pytest.mark.parametrize("case", VECTORS["nps"], ids=lambda case: f"{case['nps']:.0f}")
def test_recommendation_score(case: dict[str, Any]) -> None:
    found = statistics.recommendation_score(case["detractors"], case["passives"], case["promoters"])
    assert found is not None
    low, high = case.get("adj_wald95") or case["adj_wald95_unclipped"]
    assert found.value == pytest.approx(case["nps"], abs=1e-9)
    assert (found.low, found.high) == pytest.approx((low, min(high, 100)), abs=1e-6)


def test_recommendation_score_of_nobody_is_nothing() -> None:
    assert statistics.recommendation_score(0, 0, 0) is None
    with pytest.raises(ValueError, match="never negative"):
        statistics.recommendation_score(-1, 2, 3)


@pytest.mark.parametrize("count", [int(count) for count in VECTORS["poisson_garwood95"]])
def test_poisson_interval(count: int) -> None:
    found = statistics.poisson_garwood(count)
    assert (found.low, found.high) == pytest.approx(VECTORS["poisson_garwood95"][str(count)], abs=1e-4)


def test_a_count_is_never_negative() -> None:
    with pytest.raises(ValueError, match="never negative"):
        statistics.poisson_garwood(-1)


def test_signed_rank_counts_every_sign_pattern() -> None:
    case = VECTORS["wilcoxon_signed_rank"][0]
    found = statistics.signed_rank(SLEEP["pre"], SLEEP["post"])
    assert found is not None
    assert (found.n, found.zeros) == (case["n_used"], case["n_zero"])
    assert (found.w_plus, found.w_minus) == (case["W_plus"], case["W_minus"])
    assert found.p == pytest.approx(case["p_exact_permutation"], abs=1e-12)


def test_normal_approximation_of_the_signed_rank_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "EXACT_UP_TO", 0)
    found = statistics.signed_rank(SLEEP["pre"], SLEEP["post"])
    assert found is not None
    assert found.p == pytest.approx(VECTORS["wilcoxon_signed_rank"][0]["p_normal_cc (R documented style)"], abs=1e-8)


def test_differences_that_only_floats_tell_apart_are_ties() -> None:
    case = VECTORS["wilcoxon_signed_rank"][1]
    found = statistics.signed_rank(case["y"], case["x"])
    assert found is not None
    assert found.w_plus == case["after_rounding"]["W"]


def test_signed_rank_when_nobody_changed_is_nothing() -> None:
    assert statistics.signed_rank([1, 2], [1, 2]) is None


def test_hodges_lehmann_is_the_median_of_pairwise_averages() -> None:
    found = statistics.hodges_lehmann([0, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 30])
    assert found is not None
    assert (found.n, found.value) == (6, 3.5)
    assert (found.low, found.high) == (1, 30)
    assert statistics.hodges_lehmann([], []) is None


def test_the_interval_holds_the_shifts_that_the_signed_rank_test_does_not_reject() -> None:
    after = np.random.default_rng(11).normal(1, 2, 12).tolist()
    found = statistics.hodges_lehmann([0.0] * 12, after)
    assert found is not None

    def p(shift: float) -> float:
        test = statistics.signed_rank([shift] * 12, after)
        assert test is not None
        return test.p

    inside, outside = [found.low + 1e-6, found.value, found.high - 1e-6], [found.low - 1e-6, found.high + 1e-6]
    assert min(map(p, inside)) > 0.05
    assert max(map(p, outside)) <= 0.05


def test_hodges_lehmann_by_halving_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    after = np.random.default_rng(7).normal(1, 2, 80).tolist()
    made = statistics.hodges_lehmann([0.0] * 80, after)
    monkeypatch.setattr(change, "WALSH_UP_TO", 0)
    halved = statistics.hodges_lehmann([0.0] * 80, after)
    assert made is not None
    assert halved is not None
    assert (halved.low, halved.value, halved.high) == pytest.approx((made.low, made.value, made.high), abs=1e-8)


def test_response_rates_are_aapors() -> None:
    case = VECTORS["response_rates_own"]
    given_ = statistics.Disposition(case["I"], case["P"], case["R"], case["NC"], case["U"])
    found = statistics.response_rates(given_)
    assert found == pytest.approx({name: case[name] for name in ("RR1", "RR2", "RR5", "RR6")}, abs=1e-9)
    assert (given_.known, given_.asked) == (38, 40)


def test_response_rates_of_nobody_are_nothing() -> None:
    assert set(statistics.response_rates(statistics.Disposition()).values()) == {None}


def test_small_cells_are_hidden_with_what_would_give_them_away() -> None:
    case = VECTORS["suppression"][0]
    hidden = statistics.hide_in_table(case["table"], case["k"])
    assert hidden == {tuple(cell) for cell in case["min_sum_pattern"]}


def test_a_small_group_takes_the_next_smallest_with_it() -> None:
    assert statistics.hide_in_list([20, 3, 9, 0, 6]) == {1, 4}
    assert statistics.hide_in_list([20, 1, 2, 9]) == {1, 2, 3}
    assert statistics.hide_in_list([4, 4, 20]) == {0, 1}
    assert statistics.hide_in_list([9, 0, 12]) == set()
    assert statistics.hide_in_list([]) == set()


@given(st.lists(st.integers(0, 30), max_size=24))
def test_nobody_is_found_by_subtraction(people: list[int]) -> None:
    hidden = statistics.hide_in_list(people)
    shown = [count for i, count in enumerate(people) if i not in hidden]
    assert not any(0 < count < 5 for count in shown)
    left_over = sum(people) - sum(shown)
    assert left_over == 0 or left_over >= 5 or not any(count >= 5 for count in people)
