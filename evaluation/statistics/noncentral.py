"""The noncentral t distribution, integrated here: scipy's gives nan for many of the shifts that small surveys need."""

from functools import cache
from math import sqrt

import numpy as np
import numpy.typing as npt

from evaluation.statistics import laws

Floats = npt.NDArray[np.float64]
NODES = 200
FAR = 9.0
"""Standard deviations beyond which nothing is left (10⁻¹⁸)."""


def noncentral_t(t: float, degrees: int, shift: float) -> float:
    """P(T ≤ t), T = (Z + shift) / S with Z normal and degrees · S² a χ² of so many degrees; for t ≥ 0.

    By the law of total probability over S or, where t is great (a step, for each S), over Z.
    """
    if t < 0:
        return 1 - noncentral_t(-t, degrees, -shift)
    if t > sqrt(2 * degrees):
        least = min(max(-shift, -FAR), FAR)  # below it Z + shift < 0, and T ≤ t whatever S
        places, weights = _over(least, FAR)
        chances = laws.chi2_above(degrees * ((places + shift) / t) ** 2, degrees)
        return float(laws.normal_below(least) + weights @ (laws.normal_density(places) * chances))
    spread = FAR / sqrt(2 * degrees)
    places, weights = _over(max(0.0, 1 - spread), 1 + spread)
    density = 2 * degrees * places * laws.chi2_density(degrees * places**2, degrees)
    return float(weights @ (density * laws.normal_below(t * places - shift)))


def _over(low: float, high: float) -> tuple[Floats, Floats]:
    """Gauss–Legendre places and weights between two bounds."""
    places, weights = _legendre()
    half = (high - low) / 2
    return low + half * (places + 1), half * weights


@cache
def _legendre() -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(NODES)
