"""How long until something happens, when for some it has not happened yet: the Kaplan–Meier curve."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from evaluation.statistics.intervals import Interval, Z
from evaluation.statistics.reasons import Reason, Undefined, check_finite

HALF = 0.5 + 1e-9
"""Shares are products of fractions: a half may come out a rounding above."""


@dataclass(frozen=True)
class Drop:
    """A moment at which it happened to somebody. `share`: to how many (0–1) it has not happened just after."""

    time: float
    at_risk: int
    """Still followed, and not yet concerned, just before."""
    events: int
    share: float
    low: float | None
    high: float | None
    """No bounds once it has happened to everybody."""


@dataclass(frozen=True)
class Survival:
    """The curve: one drop for each moment of an event, in the unit of the durations given."""

    durations: tuple[float, ...]
    """Sorted, of events and of those still followed alike."""
    drops: tuple[Drop, ...]
    median: float | None
    """The first moment at which it has happened to half of them; None when it has not come to that."""
    median_low: float | None
    median_high: float | None
    """Bounds of the median by the bounds of the curve (Brookmeyer & Crowley, 1982); None: not reached."""

    @property
    def n(self) -> int:
        return len(self.durations)

    @property
    def events(self) -> int:
        return sum(drop.events for drop in self.drops)

    def at_risk(self, time: float) -> int:
        """How many were still followed, and not concerned, just before `time`: the numbers under the curve."""
        return self.n - bisect_left(self.durations, time)

    def at(self, time: float) -> Interval | Undefined:
        """The share to whom it has not happened by `time`, that moment included.

        Undefined, `value` 1 or 0, before the first event and once everybody is concerned; without value beyond the
        longest follow-up.
        """
        passed = [drop for drop in self.drops if drop.time <= time]
        last = passed[-1] if passed else None
        if last is not None and last.share == 0:
            return Undefined(Reason.ALL_HAPPENED, self.n, 0.0)
        if time > self.durations[-1]:
            return Undefined(Reason.NOT_FOLLOWED, self.n)
        if last is None or last.low is None or last.high is None:
            return Undefined(Reason.NO_EVENT, self.n, 1.0)
        return Interval(last.share, last.low, last.high)


def survival(durations: Sequence[float], happened: Sequence[bool]) -> Survival | Undefined:
    """The curve of those followed for `durations` (0 or more), True where it happened then, False where it had not yet.

    Who leaves at the moment of an event was still at risk of it. Undefined when nobody was followed; when it has
    happened to nobody the curve has no drop. Interval: Greenwood's variance on the log-log scale, which stays in 0–1.
    Kaplan & Meier (1958), JASA 53:457; Greenwood (1926); Kalbfleisch & Prentice (2002), 1.4.
    """
    if len(durations) != len(happened):
        raise ValueError(f"{len(durations)} durations and {len(happened)} outcomes do not pair")
    check_finite(durations)
    if any(duration < 0 for duration in durations):
        raise ValueError("a duration is never negative")
    if not durations:
        return Undefined(Reason.NOBODY)
    drops = _drops(sorted(durations), Counter(t for t, has in zip(durations, happened, strict=True) if has))
    return Survival(
        durations=tuple(sorted(durations)),
        drops=drops,
        median=_first(drops, [drop.share for drop in drops]),
        median_low=_first(drops, [drop.low for drop in drops]),
        median_high=_first(drops, [drop.high for drop in drops]),
    )


def _drops(durations: list[float], events: Counter[float]) -> tuple[Drop, ...]:
    drops = []
    share, greenwood = 1.0, 0.0
    for time in sorted(events):
        at_risk = len(durations) - bisect_left(durations, time)
        left = at_risk - events[time]
        share *= left / at_risk
        low = high = None
        if left:
            greenwood += events[time] / (at_risk * left)
            low, high = log_log_bounds(share, greenwood)
        drops.append(Drop(time, at_risk, events[time], share, low, high))
    return tuple(drops)


def log_log_bounds(share: float, greenwood: float) -> tuple[float, float]:
    """S^exp(±z·σ), σ the standard error of log(−log S): √greenwood / |log S|."""
    spread = exp(Z * sqrt(greenwood) / abs(log(share)))
    return share**spread, share ** (1 / spread)


def _first(drops: Sequence[Drop], shares: Sequence[float | None]) -> float | None:
    """When one of these curves comes down to a half, if it does."""
    return next(
        (drop.time for drop, share in zip(drops, shares, strict=True) if share is not None and share <= HALF), None
    )
