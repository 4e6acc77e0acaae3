"""Quantiles and tails of the laws that the intervals and tests are made from, for one number or an array of them.

By `scipy.special`: the same numbers as `scipy.stats`, which takes more than half a second to load and five times as
long to answer.
"""

from collections.abc import Sequence
from functools import cache
from math import pi, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@cache
def _special() -> Any:
    """Loaded with the first figure: a sixth of a second, spared to whoever shows none."""
    from scipy import special

    return special


def normal_below(x: Any) -> Any:
    """P(Z ≤ x)."""
    return _special().ndtr(x)


def normal_density(x: Floats) -> Floats:
    return np.exp(-(x**2) / 2) / sqrt(2 * pi)


def student_quantile(share: float, degrees: float) -> float:
    """The t under which `share` (0–1) of Student’s law lies."""
    return float(_special().stdtrit(degrees, share))


def student_above(t: float, degrees: float) -> float:
    """P(T > t)."""
    return float(_special().stdtr(degrees, -t))


def chi2_quantile(share: float, degrees: float) -> float:
    return 2 * float(_special().gammaincinv(degrees / 2, share))


def chi2_above(x: Any, degrees: float) -> Any:
    """P(χ² > x)."""
    return _special().chdtrc(degrees, x)


def chi2_density(x: Floats, degrees: float) -> Floats:
    """For x > 0; by logarithms, for the terms alone leave what a float can hold."""
    half = degrees / 2
    return np.exp(_special().xlogy(half - 1, x) - x / 2 - _special().gammaln(half) - half * np.log(2))


def fisher_quantile(share: float, above: float, below: float) -> float:
    """The F under which `share` (0–1) of the law of `above` over `below` degrees of freedom lies."""
    return float(_special().fdtri(above, below, share))


def binomial_upto(k: int, n: int, share: float) -> float:
    """P(X ≤ k) of n draws."""
    return float(_special().bdtr(k, n, share))


def binomial_chances(n: int, share: float) -> Sequence[float]:
    """P(X = 0) … P(X = n) of n draws."""
    k = np.arange(n + 1.0)
    ways = _special().gammaln(n + 1) - _special().gammaln(k + 1) - _special().gammaln(n - k + 1)
    return [float(chance) for chance in np.exp(ways + _special().xlogy(k, share) + _special().xlog1py(n - k, -share))]


def mid_ranks(values: Floats) -> Floats:
    """The rank of each, from 1; equal ones share the middle of theirs."""
    _each, places, times = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    return np.asarray((last - (times - 1) / 2)[places], dtype=np.float64)
