"""Proportions, counts and the recommendation score, each with its 95 % interval."""

from dataclasses import dataclass
from math import sqrt

from evaluation.statistics import laws
from evaluation.statistics.reasons import Reason, Undefined

Z = 1.959963984540054
"""The 97.5 % point of the normal law."""


@dataclass(frozen=True)
class Interval:
    """An estimate between two bounds, all in the same unit."""

    value: float
    low: float
    high: float


def wilson(successes: int, total: int) -> Interval | Undefined:
    """A proportion (0–1) with Wilson's score interval, without continuity correction. Undefined for nobody.

    Wilson (1927), JASA 22:209; it never leaves 0–1 and stays honest for small groups.
    """
    if not 0 <= successes <= total:
        raise ValueError(f"{successes} of {total} is not a proportion")
    if total == 0:
        return Undefined(Reason.NOBODY)
    share = successes / total
    middle = (share + Z**2 / (2 * total)) / (1 + Z**2 / total)
    half = Z / (1 + Z**2 / total) * sqrt(share * (1 - share) / total + Z**2 / (4 * total**2))
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == total else min(1.0, middle + half)
    return Interval(share, low, high)


def wilson_corrected(successes: int, total: int) -> Interval | Undefined:
    """Wilson's interval with continuity correction: wider, for reports that ask for it. Jalon shows the other one.

    Newcombe (1998), Statistics in Medicine 17:857, method 4.
    """
    plain = wilson(successes, total)
    if isinstance(plain, Undefined):
        return plain
    share, wide = plain.value, 2 * (total + Z**2)

    def reach(side: int) -> float:
        return Z * sqrt(max(0.0, Z**2 + side * 2 - 1 / total + 4 * share * (total * (1 - share) - side)))

    low = (2 * total * share + Z**2 - 1 - reach(-1)) / wide
    high = (2 * total * share + Z**2 + 1 + reach(1)) / wide
    return Interval(share, 0.0 if successes == 0 else low, 1.0 if successes == total else high)


def newcombe_difference(first: tuple[int, int], second: tuple[int, int]) -> Interval | Undefined:
    """The difference of two independent proportions, first − second, each given as (successes, total).

    Newcombe (1998), Statistics in Medicine 17:873, method 10: the two Wilson intervals combined by squares. Undefined
    when a group is empty.
    """
    a, b = wilson(*first), wilson(*second)
    if isinstance(a, Undefined) or isinstance(b, Undefined):
        return Undefined(Reason.NOBODY)
    gap = a.value - b.value
    low = gap - sqrt((a.value - a.low) ** 2 + (b.high - b.value) ** 2)
    high = gap + sqrt((a.high - a.value) ** 2 + (b.value - b.low) ** 2)
    return Interval(gap, low, high)


def recommendation_score(detractors: int, passives: int, promoters: int) -> Interval | Undefined:
    """Promoters − detractors in points (−100 to 100), with its adjusted-Wald interval; Undefined without answers.

    The adjustment adds three answers (¾ against, 1½ neither, ¾ for) before the interval is taken, so that six answers
    alike do not pass for certainty. The value itself is not adjusted. Rocks (2016), The American Statistician 70:365.
    """
    total = detractors + passives + promoters
    if min(detractors, passives, promoters) < 0:
        raise ValueError("a number of answers is never negative")
    if total == 0:
        return Undefined(Reason.NOBODY)
    wide = total + 3
    against, in_favour = (detractors + 0.75) / wide, (promoters + 0.75) / wide
    middle = in_favour - against
    half = Z * sqrt((in_favour + against - middle**2) / wide)
    return Interval(
        100 * (promoters - detractors) / total, 100 * max(-1.0, middle - half), 100 * min(1.0, middle + half)
    )


def poisson_garwood(count: int) -> Interval:
    """A count of events with the exact interval for its expectation. Garwood (1936), Biometrika 28:437."""
    if count < 0:
        raise ValueError("a count is never negative")
    low = laws.chi2_quantile(0.025, 2 * count) / 2 if count else 0.0
    return Interval(float(count), low, laws.chi2_quantile(0.975, 2 * count + 2) / 2)
