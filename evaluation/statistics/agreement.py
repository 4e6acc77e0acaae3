"""How far several raters give the same things the same score."""

from dataclasses import dataclass

from evaluation.statistics import laws
from evaluation.statistics.ratings import MeanSquares, Rows, complete_rows, mean_squares
from evaluation.statistics.reasons import Reason, Undefined


@dataclass(frozen=True)
class Agreement:
    """The intraclass correlation ICC(2,1) of `n` things each scored by the same `raters`, with its 95 % interval."""

    n: int
    raters: int
    value: float
    low: float
    high: float
    dropped: int = 0
    """Things left out for a missing score."""


def absolute_agreement(scores: Rows) -> Agreement | Undefined:
    """ICC(2,1) of Shrout and Fleiss, ICC(A,1) of McGraw and Wong: one rater's score, raters drawn at random.

    `scores`: one row for each thing (or person) rated, one column for each rater; a row with a None is dropped. A rater
    who is always a point above the others lowers it. Undefined with fewer than two things or raters, when all things
    have the same score on average, and, as `value` 1, when raters never differ.
    Shrout & Fleiss (1979), Psychological Bulletin 86:420; McGraw & Wong (1996), Psychological Methods 1:30, table 7.
    """
    found = complete_rows(scores)
    n, k = found.n, found.columns
    if n < 2:
        return Undefined(Reason.ONE if n else Reason.NOBODY, n)
    if k < 2:
        return Undefined(Reason.ONE_RATER, n)
    squares = mean_squares(found.table)
    if squares.rows == 0:
        return Undefined(Reason.ALL_ALIKE, n)
    if squares.columns == squares.left == 0:
        return Undefined(Reason.PERFECT, n, 1.0)
    whole = squares.rows + (k - 1) * squares.left + k * (squares.columns - squares.left) / n
    value = (squares.rows - squares.left) / whole
    low, high = _bounds(squares, max(0.0, value), n, k)
    return Agreement(n, k, value, low, high, found.dropped)


def _bounds(squares: MeanSquares, value: float, n: int, k: int) -> tuple[float, float]:
    """Satterthwaite's approximation: raters and what is left, weighed as one variance, for a correlation of `value`.

    A negative estimate is weighed as zero, for no correlation of this kind is below: the formula would divide by it.
    """
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    raters, left = a * squares.columns, b * squares.left
    degrees = (raters + left) ** 2 / (raters**2 / (k - 1) + left**2 / ((n - 1) * (k - 1)))
    below, above = laws.fisher_quantile(0.975, n - 1, degrees), laws.fisher_quantile(0.975, degrees, n - 1)
    others = k * squares.columns + (k * n - k - n) * squares.left
    low = n * (squares.rows - below * squares.left) / (below * others + n * squares.rows)
    high = n * (above * squares.rows - squares.left) / (others + n * above * squares.rows)
    return low, high
