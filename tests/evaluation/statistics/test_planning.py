"""What a survey of so many people could show."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from evaluation.statistics import (
    Detectable,
    ExpectedWidth,
    Reason,
    Size,
    Undefined,
    expected_width,
    smallest_detectable,
    wilson,
)
from evaluation.statistics.planning import power

pytestmark = pytest.mark.any_database


def shown(n: int) -> Detectable:
    found = smallest_detectable(n)
    assert isinstance(found, Detectable)
    return found


def width(n: int, share: float = 0.5) -> ExpectedWidth:
    found = expected_width(n, share)
    assert isinstance(found, ExpectedWidth)
    return found


@pytest.mark.parametrize(("pairs", "d_z"), [(199, 0.2), (34, 0.5), (15, 0.8)])
def test_pairs_needed_for_cohens_sizes(pairs: int, d_z: float) -> None:
    # G*Power 3 (Faul et al. 2007), t test of two dependent means, 5 %, power 80 %: the first number of pairs that does
    assert shown(pairs).d_z <= d_z < shown(pairs - 1).d_z


def test_power_of_34_pairs() -> None:
    assert power(34, 0.5) == pytest.approx(0.8077775, abs=1e-7)  # G*Power 3
    assert power(34, 0.0) == pytest.approx(0.05, abs=1e-12)
    assert power(34, -0.5) == pytest.approx(power(34, 0.5), abs=1e-12)


@pytest.mark.parametrize("n", [2, 3, 5, 9, 40, 700])
def test_the_smallest_detectable_change_is_seen_in_80_surveys_of_100(n: int) -> None:
    random = np.random.default_rng(n)
    mean = random.normal(shown(n).d_z, 1 / np.sqrt(n), 40_000)
    sd = np.sqrt(random.chisquare(n - 1, 40_000) / (n - 1))
    seen = abs(mean / sd * np.sqrt(n)) > stats.t.ppf(0.975, n - 1)
    assert seen.mean() == pytest.approx(0.8, abs=0.01)


def test_more_pairs_show_smaller_changes_and_the_size_says_so() -> None:
    found = [shown(n) for n in (5, 8, 15, 40, 250)]
    assert [one.size for one in found] == [Size.HUGE, Size.VERY_LARGE, Size.LARGE, Size.MEDIUM, Size.SMALL]
    assert [one.d_z for one in found] == sorted((one.d_z for one in found), reverse=True)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 1.0])
def test_expected_width_is_the_mean_over_every_way_to_answer(share: float) -> None:
    every = [sum(way) for way in product((0, 1), repeat=8)]
    chances = [share**yes * (1 - share) ** (8 - yes) for yes in every]
    intervals = [wilson(yes, 8) for yes in every]
    widths = [found.high - found.low for found in intervals if not isinstance(found, Undefined)]
    assert width(8, share).width == pytest.approx(sum(np.multiply(chances, widths)), abs=1e-12)


def test_more_answers_are_finer_and_a_half_is_the_vaguest() -> None:
    found = [width(n) for n in (10, 40, 100, 400)]
    assert [one.width for one in found] == sorted((one.width for one in found), reverse=True)
    assert width(40, 0.1).width < width(40, 0.3).width < width(40).width
    assert width(40, 0.3).width == pytest.approx(width(40, 0.7).width)


def test_nobody_and_one_show_nothing() -> None:
    assert smallest_detectable(0) == expected_width(0) == Undefined(Reason.NOBODY)
    assert smallest_detectable(1) == Undefined(Reason.ONE, 1)
    for wrong in (lambda: smallest_detectable(-1), lambda: expected_width(-1), lambda: expected_width(3, 1.5)):
        with pytest.raises(ValueError, match="never negative"):
            wrong()
