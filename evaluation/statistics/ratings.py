"""Tables of numbers, people by questions or things by raters: read whole, and split into what varies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.statistics.reasons import check_finite

NOTHING_LEFT = 1e-12
"""A share of the whole variance under which what is left is rounding, not data."""

Rows = Sequence[Sequence[float | None]]


@dataclass(frozen=True)
class Ratings:
    """The complete rows of a table, and how many incomplete ones were dropped."""

    table: npt.NDArray[np.float64]
    dropped: int

    @property
    def n(self) -> int:
        return self.table.shape[0]

    @property
    def columns(self) -> int:
        return self.table.shape[1]


@dataclass(frozen=True)
class MeanSquares:
    """The two-way analysis of variance, one number a cell: between rows, between columns, what is left."""

    rows: float
    columns: float
    left: float


def complete_rows(rows: Rows) -> Ratings:
    """Rows with a None are dropped and counted. ValueError when rows are not of one length."""
    width = len(rows[0]) if rows else 0
    if any(len(row) != width for row in rows):
        raise ValueError("each row has one place for each column")
    whole = [[value for value in row if value is not None] for row in rows]
    kept = [row for row in whole if len(row) == width]
    for row in kept:
        check_finite(row)
    return Ratings(np.array(kept, dtype=np.float64).reshape(len(kept), width), len(rows) - len(kept))


def mean_squares(table: npt.NDArray[np.float64]) -> MeanSquares:
    """Of at least two rows and two columns. What only rounding left is zero."""
    n, k = table.shape
    grand, of_rows, of_columns = table.mean(), table.mean(axis=1), table.mean(axis=0)
    squares = [
        k * float(((of_rows - grand) ** 2).sum()),
        n * float(((of_columns - grand) ** 2).sum()),
        float(((table - of_rows[:, None] - of_columns[None, :] + grand) ** 2).sum()),
    ]
    smallest = NOTHING_LEFT * float(((table - grand) ** 2).sum())
    between_rows, between_columns, left = (square if square > smallest else 0.0 for square in squares)
    return MeanSquares(between_rows / (n - 1), between_columns / (k - 1), left / ((n - 1) * (k - 1)))
