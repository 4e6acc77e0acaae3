"""Proportions, counts and the recommendation score, each with its 95 % interval."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054
"""The 97.5 % point of the normal law."""


@dataclass(frozen=True)
class Interval:
    """An estimate between two bounds, all in the same unit."""

    value: float
    low: float
    high: float


def wilson(successes: int, total: int) -> Interval | None:
    """A proportion (0–1) with Wilson's score interval, without continuity correction; None when nobody was counted.

    Wilson (1927); it never leaves 0–1 and stays honest for small groups.
    """
    if not 0 <= successes <= total:
        raise ValueError(f"{successes} of {total} is not a proportion")
    if total == 0:
        return None
    share = successes / total
    middle = (share + Z**2 / (2 * total)) / (1 + Z**2 / total)
    half = Z / (1 + Z**2 / total) * sqrt(share * (1 - share) / total + Z**2 / (4 * total**2))
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == total else min(1.0, middle + half)
    return Interval(share, low, high)


def newcombe_difference(first: tuple[int, int], second: tuple[int, int]) -> Interval | None:
    """The difference of two independent proportions, first − second, each given as (successes, total).

    Newcombe (1998), method 10: the two Wilson intervals combined by squares. None when a group is empty.
    """
    a, b = wilson(*first), wilson(*second)
    if a is None or b is None:
        return None
    gap = a.value - b.value
    low = gap - sqrt((a.value - a.low) ** 2 + (b.high - b.value) ** 2)
    high = gap + sqrt((a.high - a.value) ** 2 + (b.value - b.low) ** 2)
    return Interval(gap, max(-1.0, low), min(1.0, high))


def recommendation_score(detractors: int, passives: int, promoters: int) -> Interval | None:
    """Promoters − detractors in points (−100 to 100), with its adjusted-Wald interval; None without answers.

    The adjustment adds three answers (¾ against, 1½ neither, ¾ for) before the interval is taken, so that six answers
    alike do not pass for certainty. The value itself is not adjusted.
    """
    total = detractors + passives + promoters
    if min(detractors, passives, promoters) < 0:
        raise ValueError("a number of answers is never negative")
    if total == 0:
        return None
    wide = total + 3
    against, in_favour = (detractors + 0.75) / wide, (promoters + 0.75) / wide
    middle = in_favour - against
    half = Z * sqrt((in_favour + against - middle**2) / wide)
    return Interval(
        100 * (promoters - detractors) / total, 100 * max(-1.0, middle - half), 100 * min(1.0, middle + half)
    )


def poisson_garwood(count: int) -> Interval:
    """A count of events with Garwood's exact interval (1936) for its expectation."""
    from scipy import stats  # a second of work, spared to whoever shows no figures

    if count < 0:
        raise ValueError("a count is never negative")
    low = float(stats.chi2.ppf(0.025, 2 * count)) / 2 if count else 0.0
    return Interval(float(count), low, float(stats.chi2.ppf(0.975, 2 * count + 2)) / 2)
