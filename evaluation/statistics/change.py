"""Change between two measures of the same people: how much, between what bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from evaluation.statistics.intervals import Interval, Z

Floats = npt.NDArray[np.float64]
DECIMALS = 9
"""Differences are rounded here before they are ranked: 0.825 − 0.775 and 0.375 − 0.325 are the same difference."""
EXACT_UP_TO = 60
WALSH_UP_TO = 1500


@dataclass(frozen=True)
class Change:
    """The mean of paired differences (after − before), with the interval of Student's t; `d_z` is mean over sd."""

    n: int
    mean: float
    sd: float
    low: float
    high: float
    t: float
    p: float
    d_z: float

    @property
    def interval(self) -> Interval:
        return Interval(self.mean, self.low, self.high)


@dataclass(frozen=True)
class Location:
    """The Hodges–Lehmann estimate (median of the Walsh averages), with the interval of the signed-rank test."""

    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class SignedRank:
    """Wilcoxon's signed-rank test, two-sided, zero differences dropped, ties at their mid-rank."""

    n: int
    zeros: int
    w_plus: float
    w_minus: float
    p: float


def differences(before: Sequence[float], after: Sequence[float]) -> Floats:
    """after − before, rounded to nine decimals. ValueError when they do not pair."""
    if len(before) != len(after):
        raise ValueError(f"{len(before)} measures before and {len(after)} after do not pair")
    gap = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    return np.round(gap, DECIMALS)


def paired_change(before: Sequence[float], after: Sequence[float]) -> Change | None:
    """The mean change with its 95 % interval; None under two pairs. All changes alike give an interval of no width."""
    from scipy import stats  # a second of work, spared to whoever shows no figures

    gap = differences(before, after)
    n = len(gap)
    if n < 2:
        return None
    mean, sd = float(np.mean(gap)), float(np.std(gap, ddof=1))
    if sd == 0:
        sure = 0.0 if mean else 1.0
        return Change(n, mean, 0.0, mean, mean, float("inf") if mean else 0.0, sure, float("inf") if mean else 0.0)
    error = sd / sqrt(n)
    reach = float(stats.t.ppf(0.975, n - 1)) * error
    t = mean / error
    p = 2 * float(stats.t.sf(abs(t), n - 1))
    return Change(n, mean, sd, mean - reach, mean + reach, t, p, mean / sd)


def rank_sums(n: int) -> npt.NDArray[np.int64] | npt.NDArray[np.float64]:
    """How many of the 2ⁿ sign patterns give each sum 0…n(n+1)/2 of positive ranks (no ties)."""
    return _subset_sums(list(range(1, n + 1)))


def _subset_sums(weights: Sequence[int]) -> npt.NDArray[np.float64]:
    ways = np.zeros(sum(weights) + 1)
    ways[0] = 1
    for weight in weights:
        moved = np.zeros_like(ways)
        moved[weight:] = ways[: len(ways) - weight]
        ways = ways + moved
    return ways


def signed_rank(before: Sequence[float], after: Sequence[float]) -> SignedRank | None:
    """Exact (every sign pattern counted, ties included) up to 60 pairs, then normal with continuity correction.

    None when no pair differs.
    """
    from scipy import stats  # a second of work, spared to whoever shows no figures

    gap = differences(before, after)
    used = gap[gap != 0]
    n = len(used)
    if n == 0:
        return None
    ranks = np.asarray(stats.rankdata(np.abs(used)), dtype=np.float64)
    plus, minus = float(ranks[used > 0].sum()), float(ranks[used < 0].sum())
    smaller = min(plus, minus)
    p = _exact_p(ranks, smaller) if n <= EXACT_UP_TO else normal_p(ranks, smaller)
    return SignedRank(n, len(gap) - n, plus, minus, p)


def _exact_p(ranks: Floats, smaller: float) -> float:
    doubled = [round(2 * rank) for rank in ranks]
    ways = _subset_sums(doubled)
    return min(1.0, 2 * float(ways[: round(2 * smaller) + 1].sum() / ways.sum()))


def normal_p(ranks: Floats, smaller: float) -> float:
    """The two-sided p of the normal approximation, with continuity correction and the variance of the mid-ranks."""
    from scipy import stats  # a second of work, spared to whoever shows no figures

    middle, sd = float(ranks.sum()) / 2, sqrt(float((ranks**2).sum()) / 4)
    return min(1.0, 2 * float(stats.norm.cdf((smaller - middle + 0.5) / sd)))


def hodges_lehmann(before: Sequence[float], after: Sequence[float]) -> Location | None:
    """The typical change, robust to one person's great leap, with its 95 % interval; None without pairs.

    Under six pairs no interval reaches 95 %: the bounds are then the smallest and the greatest change.
    """
    gap = np.sort(differences(before, after))
    n = len(gap)
    if n == 0:
        return None
    pairs = n * (n + 1) // 2
    cut = _cut(n)
    middle = (_walsh(gap, (pairs + 1) // 2) + _walsh(gap, pairs // 2 + 1)) / 2
    return Location(n, middle, _walsh(gap, cut), _walsh(gap, pairs + 1 - cut))


def _cut(n: int) -> int:
    """Which Walsh average, counted from each end, bounds the interval."""
    if n <= EXACT_UP_TO:
        ways = rank_sums(n)
        below = np.cumsum(ways) / ways.sum()
        return max(1, int(np.searchsorted(below, 0.025, side="right")))
    middle, sd = n * (n + 1) / 4, sqrt(n * (n + 1) * (2 * n + 1) / 24)
    return max(1, int(np.floor(middle - Z * sd)))


def _walsh(gap: Floats, k: int) -> float:
    """The k-th smallest (from 1) of the averages of two differences, each also with itself; `gap` is sorted.

    Above 1,500 differences it is found by halving, without making the n²/2 averages.
    """
    n = len(gap)
    if n <= WALSH_UP_TO:
        left, right = np.triu_indices(n)
        return float(np.partition((gap[left] + gap[right]) / 2, k - 1)[k - 1])
    low, high = float(gap[0]), float(gap[-1])
    for _halving in range(60):
        middle = (low + high) / 2
        ordered = int(np.searchsorted(gap, 2 * middle - gap, side="right").sum())
        alone = int(np.searchsorted(gap, middle, side="right"))
        low, high = (low, middle) if (ordered + alone) // 2 >= k else (middle, high)
    return round(high, DECIMALS)
