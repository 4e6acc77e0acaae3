"""Response rates, and what the silent leave open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import Bounds, Disposition, Reason, Undefined, manski_bounds, response_rates
from tests.evaluation.statistics.published import VECTORS

pytestmark = pytest.mark.any_database

CASE = VECTORS["response_rates_own"]
GIVEN = Disposition(CASE["I"], CASE["P"], CASE["R"], CASE["NC"], CASE["U"])


def test_response_rates_are_aapors() -> None:
    expected = {name: CASE[name] for name in ("RR1", "RR2", "RR5", "RR6")}
    assert response_rates(GIVEN) == pytest.approx(expected, abs=1e-9)
    assert (GIVEN.known, GIVEN.asked) == (38, 40)


def test_response_rates_of_nobody_are_nothing() -> None:
    assert set(response_rates(Disposition()).values()) == {None}


def test_bounds_for_the_silent() -> None:
    low, high = CASE["manski_bounds_20_yes"]
    assert manski_bounds(20, GIVEN.complete, GIVEN.asked) == Bounds(low, high, answered=26, asked=40)


@given(st.lists(st.integers(1, 8), max_size=15), st.lists(st.integers(1, 8), max_size=15))
def test_bounds_hold_whatever_the_silent_would_have_said(said: list[int], silent: list[int]) -> None:
    asked = len(said) + len(silent)
    found = manski_bounds(sum(said), len(said), asked, lowest=1, highest=8)
    if not asked:
        assert found == Undefined(Reason.NOBODY)
        return
    assert isinstance(found, Bounds)
    assert found.low - 1e-12 <= (sum(said) + sum(silent)) / asked <= found.high + 1e-12
    assert found.high - found.low == pytest.approx(7 * len(silent) / asked)
    assert found.low == pytest.approx((sum(said) + len(silent)) / asked)


def test_without_silent_the_bounds_meet_and_without_answers_they_are_the_scale() -> None:
    assert manski_bounds(6, 10, 10) == Bounds(0.6, 0.6, 10, 10)
    assert manski_bounds(0, 0, 10) == Bounds(0.0, 1.0, 0, 10)


@pytest.mark.parametrize(("total", "answered", "asked"), [(11, 10, 12), (-1, 10, 12), (5, 13, 12), (0, -1, 12)])
def test_more_yes_than_answers_is_an_error(total: int, answered: int, asked: int) -> None:
    with pytest.raises(ValueError, match="is not on a scale"):
        manski_bounds(total, answered, asked)
