"""Several tests at once: p-values adjusted so that the family of them does not find by chance what is not there."""

from collections.abc import Sequence


def holm(ps: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the order given: the chance of even one false finding is kept, whatever they depend on.

    Holm (1979), Scand. J. Statist. 6:65.
    """
    order = _order(ps)
    adjusted = [0.0] * len(ps)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[place]))
        adjusted[place] = highest
    return adjusted


def benjamini_hochberg(ps: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the order given: the expected share of false findings among those found is kept.

    Benjamini & Hochberg (1995), JRSS B 57:289; for independent or positively dependent tests.
    """
    adjusted = [0.0] * len(ps)
    lowest = 1.0
    for rank, place in reversed(list(enumerate(_order(ps), start=1))):
        lowest = min(lowest, len(ps) / rank * ps[place])
        adjusted[place] = lowest
    return adjusted


def _order(ps: Sequence[float]) -> list[int]:
    if not all(0 <= p <= 1 for p in ps):
        raise ValueError("a p-value is between 0 and 1")
    return sorted(range(len(ps)), key=ps.__getitem__)
