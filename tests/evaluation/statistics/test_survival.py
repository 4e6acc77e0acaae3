"""How long until it happens, when for some it has not yet."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluation.statistics import Interval, Reason, Survival, Undefined, survival
from tests.evaluation.statistics.published import TREATED, UNTREATED

pytestmark = pytest.mark.any_database

# time, at risk, share still in remission, bounds (log-log): as survfit in R and LIFETEST in SAS have them
SIX_MP = [
    (6, 21, 0.8571, 0.6197, 0.9516),
    (7, 17, 0.8067, 0.5631, 0.9228),
    (10, 15, 0.7529, 0.5032, 0.8894),
    (13, 12, 0.6902, 0.4316, 0.8491),
    (16, 11, 0.6275, 0.3675, 0.8049),
    (22, 7, 0.5378, 0.2678, 0.7468),
    (23, 6, 0.4482, 0.1881, 0.6801),
]
followed = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=25)


def curve(durations: list[float], happened: list[bool] | None = None) -> Survival:
    found = survival(durations, [True] * len(durations) if happened is None else happened)
    assert isinstance(found, Survival)
    return found


def six_mp() -> Survival:
    ended, going_on = TREATED
    return curve([*ended, *going_on], [True] * len(ended) + [False] * len(going_on))


def test_remission_under_six_mp() -> None:
    found = six_mp()
    assert [(drop.time, drop.at_risk) for drop in found.drops] == [row[:2] for row in SIX_MP]
    for drop, row in zip(found.drops, SIX_MP, strict=True):
        assert (drop.share, drop.low, drop.high) == pytest.approx(row[2:], abs=6e-5)
    assert (found.n, found.events) == (21, 9)
    assert (found.median, found.median_low, found.median_high) == (23, 13, None)
    assert [found.at_risk(week) for week in (0, 5, 10, 15, 20, 25, 30, 35, 36)] == [21, 21, 15, 11, 8, 5, 4, 1, 0]


def test_remission_under_placebo() -> None:
    found = curve(UNTREATED)
    assert (found.median, found.median_low, found.median_high) == (8, 4, 11)
    assert [round(drop.share, 4) for drop in found.drops] == [
        *(0.9048, 0.8095, 0.7619, 0.6667, 0.5714, 0.3810, 0.2857, 0.1905, 0.1429, 0.0952, 0.0476, 0.0)
    ]
    assert (found.drops[-1].low, found.drops[-1].high) == (None, None)


def test_the_share_at_a_moment_holds_until_the_next_event() -> None:
    found = six_mp()
    assert found.at(10) == found.at(12.9)
    at_ten = found.at(10)
    assert isinstance(at_ten, Interval)
    assert at_ten.value == pytest.approx(0.7529, abs=5e-5)
    assert found.at(5.9) == Undefined(Reason.NO_EVENT, 21, 1.0)
    assert found.at(35) == found.at(23)
    assert found.at(35.1) == Undefined(Reason.NOT_FOLLOWED, 21)
    assert curve(UNTREATED).at(23) == curve(UNTREATED).at(99) == Undefined(Reason.ALL_HAPPENED, 21, 0.0)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=25))
def test_when_everybody_is_followed_to_the_end_the_curve_is_the_plain_share(durations: list[int]) -> None:
    found = curve(durations)
    for drop in found.drops:
        assert drop.share == pytest.approx(sum(d > drop.time for d in durations) / len(durations), abs=1e-12)
    assert sum(d > found.median for d in durations) <= len(durations) / 2
    assert sum(d >= found.median for d in durations) > len(durations) / 2


@given(followed)
def test_the_curve_is_the_one_of_scipy(people: list[tuple[int, bool]]) -> None:
    durations, happened = map(list, zip(*people, strict=True))
    found = curve(durations, happened)
    if not any(happened):
        assert (found.drops, found.median, found.events) == ((), None, 0)
        assert found.at(0) == Undefined(Reason.NO_EVENT, len(people), 1.0)
        return
    data = stats.CensoredData(uncensored=[d for d, has in people if has], right=[d for d, has in people if not has])
    expected = stats.ecdf(data).sf
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):  # nan where it has happened to everybody
        bounds = expected.confidence_interval(0.95, method="log-log")
    for drop in found.drops:
        assert drop.share == pytest.approx(float(expected.evaluate(drop.time)), abs=1e-12)
        if drop.low is not None and drop.high is not None:
            low, high = float(bounds.low.evaluate(drop.time)), float(bounds.high.evaluate(drop.time))
            assert (drop.low, drop.high) == pytest.approx((low, high), abs=1e-9)
            assert 0 <= drop.low <= drop.share <= drop.high <= 1


@given(followed, st.integers(1, 12))
def test_those_followed_no_further_stand_for_those_who_were(people: list[tuple[int, bool]], cut: int) -> None:
    durations, happened = map(list, zip(*people, strict=True))
    found = curve(durations, happened)
    shortened = curve([min(d, cut) for d in durations], [has and d <= cut for d, has in people])
    assert [d for d in found.drops if d.time <= cut] == list(shortened.drops)
    assert sorted(found.durations) == list(found.durations)


def test_nobody_is_nothing_and_nonsense_an_error() -> None:
    assert survival([], []) == Undefined(Reason.NOBODY)
    for wrong in (-1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=r"never negative|finite"):
            survival([1, wrong], [True, True])
    with pytest.raises(ValueError, match="do not pair"):
        survival([1], [True, False])


def test_a_half_that_rounds_above_is_a_half() -> None:
    # 23/24 · 22/23 · … · 12/13 as floats is a hair above one half
    found = curve(list(range(1, 25)))
    assert found.drops[11].share > 0.5
    assert found.median == 12
