"""When there is no result: why, as a value that pages can word. No function here gives inf or nan."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite


class Reason(StrEnum):
    """Why a statistic is not defined on these data."""

    NOBODY = "nobody"
    """Nobody was counted."""
    ONE = "one"
    """One person (or pair, or thing rated), where nothing varies yet."""
    SAME_CHANGE = "same_change"
    """Everybody changed by the same, not zero."""
    NO_CHANGE = "no_change"
    ALL_ALIKE = "all_alike"
    """Everybody has the same score, or the same on average: nothing tells them apart."""
    ONE_ITEM = "one_item"
    ONE_RATER = "one_rater"
    PERFECT = "perfect"
    """No disagreement at all is left, so that nothing says how sure that is."""
    UNRELIABLE = "unreliable"
    """A reliability of zero or below."""
    NO_EVENT = "no_event"
    """It has happened to nobody so far."""
    ALL_HAPPENED = "all_happened"
    """It has happened to everybody."""
    NOT_FOLLOWED = "not_followed"
    """Nobody was followed that long."""
    TOO_FEW = "too_few"
    """Fewer people than a measure of noise takes."""


@dataclass(frozen=True)
class Undefined:
    """No result over `n` people, with the reason; `value` is the estimate where it is known without any interval."""

    reason: Reason
    n: int = 0
    value: float | None = None


def check_finite(values: Iterable[float]) -> None:
    """ValueError for inf and nan."""
    if not all(map(isfinite, values)):
        raise ValueError("a measure is a finite number")
