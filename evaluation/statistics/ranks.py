"""Change between two measures of the same people by ranks: one person's great leap does not decide.

Conventions: differences are rounded to nine decimals; zero differences are dropped from the test and counted; ties get
their mid-rank; up to 60 differences the law is exact (every sign pattern counted, ties included), above it is normal
with continuity correction and the variance of the mid-ranks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from evaluation.statistics import laws
from evaluation.statistics.change import DECIMALS, Floats, differences, without_spread
from evaluation.statistics.intervals import Z
from evaluation.statistics.reasons import Reason, Undefined

EXACT_UP_TO = 60
WALSH_UP_TO = 1500
FEWEST_FOR_BOUNDS = 6
"""Under six pairs even the widest interval, from the smallest to the greatest change, holds less than 95 %."""


@dataclass(frozen=True)
class Location:
    """The Hodges–Lehmann estimate (median of the Walsh averages), with the interval of the signed-rank test."""

    n: int
    value: float
    low: float | None
    high: float | None
    """No bounds under six pairs."""


@dataclass(frozen=True)
class SignedRank:
    """Wilcoxon's signed-rank test, two-sided, on `n` differences once `zeros` were dropped."""

    n: int
    zeros: int
    w_plus: float
    w_minus: float
    p: float


def signed_rank(before: Sequence[float], after: Sequence[float]) -> SignedRank | Undefined:
    """Whether changes go one way. Undefined without pairs, or when nobody changed.

    Wilcoxon (1945), Biometrics Bulletin 1:80.
    """
    gap = differences(before, after)
    used = gap[gap != 0]
    n = len(used)
    if n == 0:
        return Undefined(Reason.NO_CHANGE, len(gap), 0.0) if len(gap) else Undefined(Reason.NOBODY)
    ranks = laws.mid_ranks(np.abs(used))
    plus, minus = float(ranks[used > 0].sum()), float(ranks[used < 0].sum())
    smaller = min(plus, minus)
    p = exact_p(ranks, smaller) if n <= EXACT_UP_TO else normal_p(ranks, smaller)
    return SignedRank(n, len(gap) - n, plus, minus, p)


def exact_p(ranks: Floats, smaller: float) -> float:
    """The two-sided p: twice the share of the 2ⁿ sign patterns whose sum is at most the smaller one observed."""
    doubled = [round(2 * rank) for rank in ranks]
    ways = _subset_sums(doubled)
    return min(1.0, 2 * float(ways[: round(2 * smaller) + 1].sum() / ways.sum()))


def normal_p(ranks: Floats, smaller: float, *, correction: float = 0.5) -> float:
    """The two-sided p of the normal approximation; Σr²/4 is the variance whatever the ties."""
    middle, sd = float(ranks.sum()) / 2, sqrt(float((ranks**2).sum()) / 4)
    return min(1.0, 2 * float(laws.normal_below((smaller - middle + correction) / sd)))


def rank_sums(n: int) -> Floats:
    """How many of the 2ⁿ sign patterns give each sum 0…n(n+1)/2 of positive ranks (no ties)."""
    return _subset_sums(range(1, n + 1))


def _subset_sums(weights: Sequence[int]) -> npt.NDArray[np.float64]:
    ways = np.zeros(sum(weights) + 1)
    ways[0] = 1
    for weight in weights:
        moved = np.zeros_like(ways)
        moved[weight:] = ways[: len(ways) - weight]
        ways = ways + moved
    return ways


def hodges_lehmann(before: Sequence[float], after: Sequence[float]) -> Location | Undefined:
    """The typical change with its 95 % interval: the shifts that the signed-rank test does not reject.

    Undefined without pairs, with one, or when everybody changed by the same; under six pairs there are no bounds.
    Hodges & Lehmann (1963), Ann. Math. Statist. 34:598; interval: Hollander, Wolfe & Chicken (2014), 3.3.
    """
    gap = np.sort(differences(before, after))
    if (nothing := without_spread(gap)) is not None:
        return nothing
    n = len(gap)
    pairs = n * (n + 1) // 2
    middle = (_walsh(gap, (pairs + 1) // 2) + _walsh(gap, pairs // 2 + 1)) / 2
    if n < FEWEST_FOR_BOUNDS:
        return Location(n, middle, None, None)
    cut = bound_rank(n)
    return Location(n, middle, _walsh(gap, cut), _walsh(gap, pairs + 1 - cut))


def bound_rank(n: int) -> int:
    """Which Walsh average, counted from each end, bounds the interval: the greatest k with P(W < k) ≤ 2.5 %."""
    if n <= EXACT_UP_TO:
        ways = rank_sums(n)
        below = np.cumsum(ways) / ways.sum()
        return int(np.searchsorted(below, 0.025, side="right"))
    middle, sd = n * (n + 1) / 4, sqrt(n * (n + 1) * (2 * n + 1) / 24)
    return int(np.floor(middle + 0.5 - Z * sd))


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
