"""Cronbach's alpha with Feldt's interval, and the reliable change of one person."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluation.statistics import Alpha, Reason, ReliableChange, Undefined, cronbach_alpha, reliable_change
from evaluation.statistics.reliability import feldt
from tests.evaluation.statistics.published import JUDGES, VECTORS

pytestmark = pytest.mark.any_database

WHOLE, LISTWISE = VECTORS["cronbach"]
RCI = VECTORS["rci_jacobson_truax"]
sheets = st.tuples(st.integers(2, 9), st.integers(2, 5)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(1, 8), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def alpha_of(answers: list[list[float]]) -> Alpha:
    found = cronbach_alpha(answers)
    assert isinstance(found, Alpha)
    return found


def answers_that_vary(people: int, items: int, *, of_items: float, of_total: float) -> list[list[float]]:
    """Sheets whose items have these variances in sum, and whose totals have that one."""
    each = of_items / items
    shared = (of_total - of_items) / (items * (items - 1))
    covariance = np.full((items, items), shared) + np.eye(items) * (each - shared)
    drawn = np.random.default_rng(2).normal(size=(people, items))
    independent, _rest = np.linalg.qr(drawn - drawn.mean(axis=0))
    made = sqrt(people - 1) * independent @ np.linalg.cholesky(covariance).T
    return (4 + made).tolist()


def test_alpha_of_fifteen_people_and_ten_items() -> None:
    found = alpha_of(answers_that_vary(15, 10, of_items=WHOLE["sum_item_var"], of_total=WHOLE["total_var"]))
    assert found.value == pytest.approx(WHOLE["alpha"], abs=1e-9)
    assert (round(found.low, 3), round(found.high, 2)) == tuple(WHOLE["ci95"])
    assert (found.n, found.items, found.dropped) == (15, 10, 0)


def test_interval_of_the_twelve_who_answered_all_eleven_items() -> None:
    found = feldt(LISTWISE["alpha"], 12, 11)
    assert (found.value, round(found.low, 3), round(found.high, 3)) == (LISTWISE["alpha"], *LISTWISE["ci95"])


@given(sheets)
def test_alpha_is_the_one_of_the_variances_written_out(answers: list[list[float]]) -> None:
    found = cronbach_alpha(answers)
    totals = [sum(row) for row in answers]
    if len(set(totals)) == 1:
        assert found == Undefined(Reason.ALL_ALIKE, len(answers))
        return
    k = len(answers[0])
    items = [np.var(column, ddof=1) for column in zip(*answers, strict=True)]
    expected = k / (k - 1) * (1 - sum(items) / np.var(totals, ddof=1))
    if isinstance(found, Undefined):
        assert (found.reason, found.value, expected) == (Reason.PERFECT, 1.0, pytest.approx(1))
        return
    assert found.value == pytest.approx(expected, abs=1e-9)
    assert found.low < found.value < found.high < 1


@given(sheets, st.integers(-5, 5))
def test_alpha_knows_no_order_of_items_and_no_zero_of_the_scale(answers: list[list[float]], shift: int) -> None:
    turned = [[value + shift for value in reversed(row)] for row in reversed(answers)]
    found, other = cronbach_alpha(answers), cronbach_alpha(turned)
    if isinstance(found, Alpha) and isinstance(other, Alpha):
        assert (found.value, found.low, found.high) == pytest.approx((other.value, other.low, other.high), abs=1e-9)
    else:
        assert found == other


def test_alpha_is_the_agreement_of_the_mean_of_fixed_judges() -> None:
    # ICC(3,k) of Shrout & Fleiss (1979), table 4: 0.91
    found = alpha_of(JUDGES)
    assert round(found.value, 2) == 0.91
    assert (found.n, found.items) == (6, 4)
    f = 1 / (1 - found.value)
    assert 1 - 1 / (f / stats.f.isf(0.025, 5, 15)) == pytest.approx(found.low)
    assert 1 - 1 / (f * stats.f.isf(0.025, 15, 5)) == pytest.approx(found.high)


def test_feldts_interval_holds_the_true_alpha_in_95_surveys_of_100() -> None:
    random = np.random.default_rng(8)
    held = 0
    for _survey in range(600):
        person = random.normal(size=(12, 1))
        found = alpha_of((person + random.normal(size=(12, 4))).tolist())
        held += found.low <= 0.8 <= found.high  # 4 items that share half their variance
    assert 0.93 <= held / 600 <= 0.97


def test_who_left_an_item_out_is_dropped_and_counted() -> None:
    found = alpha_of([*JUDGES, [1, None, 3, 4], [None] * 4])
    assert (found.value, found.n, found.dropped) == (alpha_of(JUDGES).value, 6, 2)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([], Undefined(Reason.NOBODY)),
        ([[None, 2]], Undefined(Reason.NOBODY)),
        ([[1, 2]], Undefined(Reason.ONE, 1)),
        ([[1], [2], [3]], Undefined(Reason.ONE_ITEM, 3)),
        ([[4, 4], [4, 4], [4, 4]], Undefined(Reason.ALL_ALIKE, 3)),
        ([[1, 3], [2, 2], [3, 1]], Undefined(Reason.ALL_ALIKE, 3)),
        ([[1, 2], [2, 3], [3, 4]], Undefined(Reason.PERFECT, 3, 1.0)),
        ([[0.1, 0.3], [0.2, 0.4], [0.7, 0.9]], Undefined(Reason.PERFECT, 3, 1.0)),
    ],
)
def test_alpha_that_is_not_defined_has_its_reason(answers: list[list[float | None]], why: Undefined) -> None:
    assert cronbach_alpha(answers) == why


def test_a_table_has_rows_of_one_length_and_finite_numbers() -> None:
    with pytest.raises(ValueError, match="one place for each column"):
        cronbach_alpha([[1, 2], [1]])
    with pytest.raises(ValueError, match="finite"):
        cronbach_alpha([[1, 2], [1, float("nan")]])


def changed(before: float, after: float, *, sd: float, reliability: float) -> ReliableChange:
    found = reliable_change(before, after, sd=sd, reliability=reliability)
    assert isinstance(found, ReliableChange)
    return found


def test_reliable_change_of_jacobson_and_truax() -> None:
    found = changed(RCI["pre"], RCI["post"], sd=RCI["sd"], reliability=RCI["rxx"])
    assert found.index == pytest.approx(RCI["rci"], abs=5e-5)
    assert (found.change, found.is_beyond_noise) == (-15, True)
    assert found.noise == pytest.approx(1.959964 * RCI["s_diff"], rel=2e-5)
    assert sqrt(2) * RCI["se_m"] == pytest.approx(RCI["s_diff"], abs=5e-5)


@given(st.floats(1, 8), st.floats(1, 8), st.floats(0.1, 3), st.floats(0.05, 0.95))
def test_a_change_is_beyond_the_noise_when_its_index_is(before: float, after: float, sd: float, rxx: float) -> None:
    found, back = (changed(*pair, sd=sd, reliability=rxx) for pair in ((before, after), (after, before)))
    assert found.index == -back.index
    assert found.noise * found.index == pytest.approx(stats.norm.ppf(0.975) * found.change, abs=1e-9)
    assert found.is_beyond_noise == back.is_beyond_noise == (abs(found.change) > found.noise)


def test_who_has_not_changed_is_found_beyond_the_noise_5_times_in_100() -> None:
    random = np.random.default_rng(4)
    true = random.normal(0, sqrt(0.8), 4000)  # scores of sd 1 with reliability 0.8
    first, second = (true + random.normal(0, sqrt(0.2), 4000) for _time in range(2))
    beyond = [changed(a, b, sd=1, reliability=0.8).is_beyond_noise for a, b in zip(first, second, strict=True)]
    assert 0.04 <= sum(beyond) / 4000 <= 0.06


def test_noise_that_is_not_defined_has_its_reason() -> None:
    assert reliable_change(3, 5, sd=0, reliability=0.8) == Undefined(Reason.ALL_ALIKE, 1, 2)
    assert reliable_change(3, 5, sd=1, reliability=1) == Undefined(Reason.PERFECT, 1, 2)
    for rxx in (0, -0.4):
        assert reliable_change(3, 5, sd=1, reliability=rxx) == Undefined(Reason.UNRELIABLE, 1, 2)
    for sd, rxx in ((-1, 0.5), (1, 1.2)):
        with pytest.raises(ValueError, match="never"):
            reliable_change(3, 5, sd=sd, reliability=rxx)
