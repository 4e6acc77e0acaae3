"""Whether the items of a questionnaire hold together, and which change of one person is more than its noise."""

from dataclasses import dataclass
from math import sqrt

from evaluation.statistics import laws
from evaluation.statistics.intervals import Interval, Z
from evaluation.statistics.ratings import Ratings, Rows, complete_rows, mean_squares
from evaluation.statistics.reasons import Reason, Undefined, check_finite


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha over `n` people who answered all `items`, with Feldt's interval."""

    n: int
    items: int
    value: float
    low: float
    high: float
    dropped: int = 0
    """People left out for a missing answer."""


@dataclass(frozen=True)
class ReliableChange:
    """One person's change over the noise of the measure: the reliable change index."""

    change: float
    index: float
    """change / √2 · standard error of measurement."""
    noise: float
    """The change, either way, that noise alone exceeds in 5 of 100 people who have not changed."""

    @property
    def is_beyond_noise(self) -> bool:
        return abs(self.change) > self.noise


def cronbach_alpha(answers: Rows) -> Alpha | Undefined:
    """Alpha of `answers`, one row a person, one column an item, None where there is no answer (that row is dropped).

    Undefined with fewer than two items or people, when all have the same answers or the same total, and, as `value` 1,
    when all items tell the same of everybody. It is negative when items contradict each other.
    Cronbach (1951), Psychometrika 16:297; it is 1 − MS(left) / MS(people), Hoyt (1941).
    """
    found = complete_rows(answers)
    value = _alpha(found)
    if isinstance(value, Undefined):
        return value
    interval = feldt(value, found.n, found.columns)
    return Alpha(found.n, found.columns, value, interval.low, interval.high, found.dropped)


def alpha_alone(answers: Rows) -> float | Undefined:
    """Cronbach's alpha of `answers` without its interval; else as `cronbach_alpha`."""
    return _alpha(complete_rows(answers))


def _alpha(found: Ratings) -> float | Undefined:
    if (nothing := _too_small(found)) is not None:
        return nothing
    squares = mean_squares(found.table)
    if squares.rows == 0:
        return Undefined(Reason.ALL_ALIKE, found.n)
    if squares.left == 0:
        return Undefined(Reason.PERFECT, found.n, 1.0)
    return 1 - squares.left / squares.rows


def _too_small(found: Ratings) -> Undefined | None:
    if found.n < 2:
        return Undefined(Reason.ONE if found.n else Reason.NOBODY, found.n)
    return Undefined(Reason.ONE_ITEM, found.n) if found.columns < 2 else None


def feldt(alpha: float, n: int, items: int) -> Interval:
    """Alpha with its exact 95 % interval, from n people and that many items.

    Feldt (1965), Psychometrika 30:357; Feldt, Woodruff & Salih (1987), Applied Psychological Measurement 11:93.
    """
    great, small = (laws.fisher_quantile(tail, n - 1, (n - 1) * (items - 1)) for tail in (0.975, 0.025))
    return Interval(alpha, 1 - (1 - alpha) * great, 1 - (1 - alpha) * small)


def reliable_change(before: float, after: float, *, sd: float, reliability: float) -> ReliableChange | Undefined:
    """One person's change against a measure of that reliability (0–1) whose scores vary by `sd` at the start.

    Undefined when scores do not vary, when the measure is not reliable at all, and when it is perfectly so (then any
    change is one). A change of exactly the noise is within it.
    Jacobson & Truax (1991), J. Consult. Clin. Psychol. 59:12.
    """
    check_finite([before, after, sd, reliability])
    if sd < 0 or reliability > 1:
        raise ValueError("a standard deviation is never negative, a reliability never above 1")
    change = after - before
    if sd == 0:
        return Undefined(Reason.ALL_ALIKE, 1, change)
    if reliability <= 0:
        return Undefined(Reason.UNRELIABLE, 1, change)
    if reliability == 1:
        return Undefined(Reason.PERFECT, 1, change)
    error = sd * sqrt(1 - reliability)
    of_differences = sqrt(2) * error
    return ReliableChange(change, change / of_differences, Z * of_differences)
