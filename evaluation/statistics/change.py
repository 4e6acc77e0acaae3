"""The mean change between two measures of the same people, in points and in standard deviations."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, sqrt

import numpy as np
import numpy.typing as npt

from evaluation.statistics import laws
from evaluation.statistics.intervals import Interval
from evaluation.statistics.noncentral import noncentral_t
from evaluation.statistics.reasons import Reason, Undefined, check_finite

Floats = npt.NDArray[np.float64]
DECIMALS = 9
"""Differences are rounded here before anything else: 0.825 − 0.775 and 0.375 − 0.325 are the same difference."""


@dataclass(frozen=True)
class Change:
    """The mean of paired differences (after − before), with the interval and two-sided p of Student's t."""

    n: int
    mean: float
    sd: float
    """Of the differences, n − 1 below."""
    low: float
    high: float
    t: float
    p: float
    d_z: float
    """mean / sd: in standard deviations of the differences."""
    g_z: float | None
    """d_z without its bias (Hedges' correction, exact form with n − 1 degrees of freedom); None for two pairs."""
    d_av: float
    """In standard deviations of the measures (the two variances averaged), to compare with other groups."""

    @property
    def interval(self) -> Interval:
        return Interval(self.mean, self.low, self.high)


def differences(before: Sequence[float], after: Sequence[float]) -> Floats:
    """after − before, rounded to nine decimals. ValueError when they do not pair, or one is no finite number."""
    if len(before) != len(after):
        raise ValueError(f"{len(before)} measures before and {len(after)} after do not pair")
    check_finite(before)
    check_finite(after)
    gap = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    return np.round(gap, DECIMALS)


def without_spread(gap: Floats) -> Undefined | None:
    """Why these differences say nothing of how they vary: none, one, or all the same. None when they vary."""
    n = len(gap)
    if n == 0:
        return Undefined(Reason.NOBODY)
    first = float(gap[0])
    if n == 1:
        return Undefined(Reason.ONE, 1, first)
    if np.ptp(gap) == 0:
        return Undefined(Reason.SAME_CHANGE if first else Reason.NO_CHANGE, n, first)
    return None


def paired_change(before: Sequence[float], after: Sequence[float]) -> Change | Undefined:
    """The mean change with its 95 % interval and effect sizes.

    Undefined without pairs, with one, or when everybody changed by the same (`value` says by how much).
    Student (1908), Biometrika 6:1; d_z and d_av: Lakens (2013), Frontiers in Psychology 4:863; correction: Hedges
    (1981), Journal of Educational Statistics 6:107.
    """
    gap = differences(before, after)
    if (nothing := without_spread(gap)) is not None:
        return nothing
    n = len(gap)
    mean, sd = float(np.mean(gap)), float(np.std(gap, ddof=1))
    error = sd / sqrt(n)
    reach = laws.student_quantile(0.975, n - 1) * error
    t = mean / error
    d_z = mean / sd
    averaged = sqrt((float(np.var(before, ddof=1)) + float(np.var(after, ddof=1))) / 2)
    return Change(
        n=n, mean=mean, sd=sd, low=mean - reach, high=mean + reach, t=t, p=2 * laws.student_above(abs(t), n - 1),
        d_z=d_z, g_z=None if n == 2 else d_z * hedges_correction(n - 1), d_av=mean / averaged,
    )  # fmt: skip


def hedges_correction(degrees: int) -> float:
    """J(m) = Γ(m/2) / (√(m/2) Γ((m − 1)/2)), exact; about 1 − 3/(4m − 1). From two degrees of freedom up."""
    if degrees < 2:
        raise ValueError("the correction needs two degrees of freedom")
    return exp(lgamma(degrees / 2) - lgamma((degrees - 1) / 2)) / sqrt(degrees / 2)


def standardized_interval(change: Change) -> Interval:
    """d_z with its 95 % interval: the noncentral t distributions in whose tails the observed t lies.

    Steiger & Fouladi (1997); Cumming & Finch (2001), Educational and Psychological Measurement 61:532.
    """
    from scipy import optimize  # a third of what a command takes to start

    def centre(tail: float) -> float:
        def over(shift: float) -> float:
            return noncentral_t(change.t, change.n - 1, shift) - tail

        reach = 10 + 4 * abs(change.t)
        return float(optimize.brentq(over, change.t - reach, change.t + reach, xtol=1e-12))

    return Interval(change.d_z, centre(0.975) / sqrt(change.n), centre(0.025) / sqrt(change.n))


def mean_of_sums(n: int, total: float, squares: float) -> Interval | Undefined:
    """The mean of n numbers with Student’s 95 % interval, from their sum and the sum of their squares.

    Undefined without numbers, with one, or when all are the same. ValueError when there can be no such numbers.
    """
    check_finite([total, squares])
    if n < 0 or squares < 0:
        raise ValueError("a count and a sum of squares are never negative")
    if n < 2:
        return Undefined(Reason.ONE, 1, total) if n else Undefined(Reason.NOBODY)
    mean = total / n
    variance = (squares - total * mean) / (n - 1)
    if variance <= 1e-12 * max(1.0, squares / n):  # what is left of equal numbers after rounding
        return Undefined(Reason.ALL_ALIKE, n, mean)
    reach = laws.student_quantile(0.975, n - 1) * sqrt(variance / n)
    return Interval(mean, mean - reach, mean + reach)
