"""The difference of two independent groups, first − second, with its 95 % interval."""

from dataclasses import dataclass
from math import sqrt

from evaluation.statistics import laws
from evaluation.statistics.intervals import Interval
from evaluation.statistics.reasons import Reason, Undefined, check_finite


@dataclass(frozen=True)
class Sample:
    """n numbers by their mean and their variance (n − 1 below; of fewer than two numbers it is not read)."""

    n: int
    mean: float
    variance: float

    @classmethod
    def of_sums(cls, n: int, total: float, squares: float) -> "Sample":
        """From the sum of the numbers and the sum of their squares. ValueError where there can be no such numbers."""
        check_finite([total, squares])
        if n < 0 or squares < 0:
            raise ValueError("a count and a sum of squares are never negative")
        if n < 2:
            return cls(n, total if n else 0.0, 0.0)
        mean = total / n
        return cls(n, mean, max(0.0, (squares - total * mean) / (n - 1)))

    @property
    def has_spread(self) -> bool:
        """Do the numbers vary, beyond what rounding leaves of equal ones?"""
        return self.n > 1 and self.variance > 1e-12 * max(1.0, self.mean**2)


def welch_difference(first: Sample, second: Sample) -> Interval | Undefined:
    """The difference of two means whose groups may vary differently, with the degrees of freedom of Welch.

    Undefined where a group has fewer than two numbers, or where none of the two varies. Welch (1947), Biometrika 34:28;
    Satterthwaite (1946), Biometrics Bulletin 2:110.
    """
    least = min(first.n, second.n)
    gap = first.mean - second.mean
    if least < 2:
        return Undefined(Reason.ONE if least else Reason.NOBODY, least, gap if least else None)
    if not first.has_spread and not second.has_spread:
        return Undefined(Reason.ALL_ALIKE, least, gap)
    a, b = first.variance / first.n, second.variance / second.n
    degrees = (a + b) ** 2 / (a**2 / (first.n - 1) + b**2 / (second.n - 1))
    reach = laws.student_quantile(0.975, degrees) * sqrt(a + b)
    return Interval(gap, gap - reach, gap + reach)


def recovered_difference(first: Interval, second: Interval) -> Interval:
    """The difference of any two estimates that have an interval each: their distances to the bounds, by squares.

    For rates (with Garwood's intervals), scores and curves; with Wilson's intervals it is Newcombe's method 10. Zou &
    Donner (2008), Statistics in Medicine 27:1693 (MOVER).
    """
    gap = first.value - second.value
    low = gap - sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    high = gap + sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Interval(gap, low, high)
