"""What a survey of so many people could show, before anybody looks at its results."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import sqrt

from evaluation.statistics import laws
from evaluation.statistics.intervals import wilson
from evaluation.statistics.noncentral import noncentral_t
from evaluation.statistics.reasons import Reason, Undefined

POWER = 0.8
"""The chance to see a change that is there."""


class Size(StrEnum):
    """The smallest change that would show: up to 0.2, 0.5, 0.8 (Cohen's words, 1988), 1.2 standard deviations, more."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    VERY_LARGE = "very_large"
    HUGE = "huge"


SIZES = ((0.2, Size.SMALL), (0.5, Size.MEDIUM), (0.8, Size.LARGE), (1.2, Size.VERY_LARGE))


@dataclass(frozen=True)
class Detectable:
    """The smallest change that n pairs would show in 80 surveys of 100, in standard deviations of the changes (d_z)."""

    n: int
    d_z: float

    @property
    def size(self) -> Size:
        return next((size for most, size in SIZES if self.d_z <= most), Size.HUGE)


@dataclass(frozen=True)
class ExpectedWidth:
    """How wide (0–1) the Wilson interval of a share is to be expected with n answers."""

    n: int
    width: float


@cache
def smallest_detectable(n: int) -> Detectable | Undefined:
    """The change that a two-sided paired t test at 5 % finds with 80 % power, by the noncentral t distribution.

    Undefined under two pairs. Cohen (1988), Statistical Power Analysis, chapter 2.
    """
    from scipy import optimize  # a third of what a command takes to start

    if n < 0:
        raise ValueError("a number of pairs is never negative")
    if n < 2:
        return Undefined(Reason.ONE if n else Reason.NOBODY, n)

    def short(d_z: float) -> float:
        return power(n, d_z) - POWER

    return Detectable(n, float(optimize.brentq(short, 0.0, 100 / sqrt(n), xtol=1e-12)))


def power(n: int, d_z: float) -> float:
    """The chance that n pairs show a change of d_z, in a two-sided paired t test at 5 %."""
    degrees, shift = n - 1, d_z * sqrt(n)
    critical = laws.student_quantile(0.975, degrees)
    return 1 - noncentral_t(critical, degrees, shift) + noncentral_t(-critical, degrees, shift)


def expected_width(n: int, share: float = 0.5) -> ExpectedWidth | Undefined:
    """The mean width of Wilson's interval over all the answers that n people may give when `share` of everybody says
    yes; at a half it is the widest. Undefined without answers."""
    if n < 0 or not 0 <= share <= 1:
        raise ValueError("a number of answers is never negative, a share is between 0 and 1")
    if n == 0:
        return Undefined(Reason.NOBODY)
    chances = laws.binomial_chances(n, share)
    widths = [found.high - found.low for yes in range(n + 1) if not isinstance(found := wilson(yes, n), Undefined)]
    return ExpectedWidth(n, float(sum(chance * width for chance, width in zip(chances, widths, strict=True))))
