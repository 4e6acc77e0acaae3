"""Yes or no, before and after, of the same people: only those who changed their answer tell anything."""

from dataclasses import dataclass
from math import comb

from evaluation.statistics import laws
from evaluation.statistics.reasons import Reason, Undefined


@dataclass(frozen=True)
class McNemar:
    """`gained` went from no to yes, `lost` from yes to no; two-sided p three ways."""

    gained: int
    lost: int
    p_exact: float
    """Binomial, conditional on how many changed: never too small, often too great."""
    p_mid: float
    """The exact one less the chance of just this split: the one to tell for small groups."""
    chi2: float
    """(gained − lost)² / (gained + lost), without continuity correction."""
    p_chi2: float


def mcnemar(gained: int, lost: int) -> McNemar | Undefined:
    """Whether answers moved one way. Undefined when nobody's answer changed.

    McNemar (1947), Psychometrika 12:153; mid-p: Fagerland, Lydersen & Laake (2013), BMC Med. Res. Methodol. 13:91.
    """
    if min(gained, lost) < 0:
        raise ValueError("a number of answers is never negative")
    changed = gained + lost
    if changed == 0:
        return Undefined(Reason.NO_CHANGE, 0, 0.0)
    fewer = min(gained, lost)
    split = comb(changed, fewer) / 2**changed
    tails = 2 * laws.binomial_upto(fewer, changed, 0.5)
    chi2 = (gained - lost) ** 2 / changed
    return McNemar(
        gained=gained, lost=lost, p_exact=min(1.0, tails), p_mid=min(1.0, tails - split), chi2=chi2,
        p_chi2=float(laws.chi2_above(chi2, 1)),
    )  # fmt: skip
