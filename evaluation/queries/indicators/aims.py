"""How far an indicator is from its target, and whether time runs out."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from backend.web import reading
from evaluation.models import IndicatorVersion, Target
from evaluation.queries.indicators.valued import Valued, unit_of, write

Direction = IndicatorVersion.Direction
HALF = 0.5
"""Of the time: before, being behind is no news."""
FAR = 0.8
"""Under this part of what should be reached by now it is far."""


class Standing(StrEnum):
    """Where a value stands against its target."""

    REACHED = "reached"
    GOING = "going"
    BEHIND = "behind"
    FAR = "far"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Aim:
    """A value against a target of its own period. `elapsed`: the part of that period gone by, None without an end."""

    target: Target
    version: IndicatorVersion
    value: float | None
    standing: Standing
    elapsed: float | None

    @property
    def shown(self) -> str:
        return aimed_at(self.version, self.target)

    @property
    def needs_attention(self) -> bool:
        return self.standing in (Standing.FAR, Standing.MISSED)

    @property
    def period(self) -> str:
        if self.target.since is None or self.target.until is None:
            return _("over the whole programme")
        return _("from %(first)s to %(last)s") % {
            "first": reading.dated(self.target.since), "last": reading.dated(self.target.until),
        }  # fmt: skip

    @property
    def words(self) -> str:
        """How it stands: “behind: 40 of 120, with 90 % of the time gone”."""
        told = {"value": write(self.version, self.value), "target": self.shown}
        if self.elapsed is not None:
            told["time"] = reading.percent(round(100 * self.elapsed))
        if self.version.direction == Direction.LESS and (key := (self.standing, self.elapsed is not None)) in LIMITS:
            told["limit"] = write(self.version, float(self.target.bounds[1]))
            return LIMITS[key]() % told
        return WORDS[self.standing, self.elapsed is not None]() % told


WORDS = {
    (Standing.REACHED, True): lambda: _("Reached: %(value)s for a target of %(target)s"),
    (Standing.GOING, True): lambda: _("On the way: %(value)s for a target of %(target)s, %(time)s of the time gone"),
    (Standing.BEHIND, True): lambda: _("Behind: %(value)s for a target of %(target)s, %(time)s of the time gone"),
    (Standing.FAR, True): lambda: _("Off target: %(value)s for a target of %(target)s, %(time)s of the time gone"),
    (Standing.MISSED, True): lambda: _("Not reached: %(value)s for a target of %(target)s"),
    (Standing.UNKNOWN, True): lambda: _("Nothing to compare yet with a target of %(target)s"),
    (Standing.REACHED, False): lambda: _("Reached: %(value)s for a target of %(target)s"),
    (Standing.GOING, False): lambda: _("On the way: %(value)s for a target of %(target)s"),
    (Standing.BEHIND, False): lambda: _("On the way: %(value)s for a target of %(target)s"),
    (Standing.FAR, False): lambda: _("Not within it: %(value)s for a target of %(target)s"),
    (Standing.MISSED, False): lambda: _("Not reached: %(value)s for a target of %(target)s"),
    (Standing.UNKNOWN, False): lambda: _("Nothing to compare yet with a target of %(target)s"),
}


LIMITS = {
    (Standing.REACHED, True): lambda: _("Within the limit: %(value)s (at most %(limit)s)"),
    (Standing.GOING, True): lambda: _("Within the limit: %(value)s (at most %(limit)s), %(time)s of the time gone"),
    (Standing.FAR, True): lambda: _("Above the limit: %(value)s (at most %(limit)s)"),
    (Standing.GOING, False): lambda: _("Within the limit: %(value)s (at most %(limit)s)"),
    (Standing.FAR, False): lambda: _("Above the limit: %(value)s (at most %(limit)s)"),
}
"""Where less is better nobody is on the way to the target: it is a limit."""


def aimed_at(version: IndicatorVersion, target: Target) -> str:
    """The target, in words: "120", "between 5 and 10 %"."""
    low, high = target.bounds
    if target.upto is None:
        return write(version, float(low))
    return _("between %(low)s and %(high)s") % {"low": write(version, float(low)), "high": write(version, float(high))}


def grows(version: IndicatorVersion) -> bool:
    """Does its value add up over the period (a count, hours), rather than hold at any moment (a share, a change)?"""
    return version.shape == IndicatorVersion.Shape.FIGURE and unit_of(version) in ("", "h")


def aim_of(target: Target, found: Valued | None, today: date) -> Aim | None:
    """Where a value stands against its target, both of the same period; None without a value to look at."""
    if found is None or found.figure.is_hidden:
        return None
    elapsed = elapsed_of(target, today)
    return Aim(target, found.version, found.value, standing(target, found.version, found.value, elapsed), elapsed)


def elapsed_of(target: Target, today: date) -> float | None:
    """The part of its period gone by, both days included: 0 to 1; None over the whole programme."""
    if target.since is None or target.until is None:
        return None
    whole = (target.until - target.since).days + 1
    return min(max(((today - target.since).days + 1) / whole, 0), 1)


def standing(target: Target, version: IndicatorVersion, value: float | None, elapsed: float | None) -> Standing:
    """What grows is held against its part of the target so far, anything else against the whole target."""
    if value is None:
        return Standing.UNKNOWN
    low, high = (float(one) for one in target.bounds)
    is_over = elapsed == 1
    if version.direction == Direction.LESS:
        return Standing.GOING if value <= high and not is_over else Standing.REACHED if value <= high else Standing.FAR
    if value > high and version.direction == Direction.BAND:
        return Standing.FAR
    if value >= low:
        return Standing.REACHED
    if is_over:
        return Standing.MISSED
    if elapsed is None:
        return Standing.GOING if version.direction == Direction.MORE else Standing.BEHIND
    due = low * elapsed if grows(version) else low
    if elapsed >= HALF and value < FAR * due:
        return Standing.FAR
    return Standing.BEHIND if value < due else Standing.GOING


def current(targets: list[Target], today: date) -> Target | None:
    """The target that holds today: that of the shortest period, else that of the whole programme."""
    holding = [one for one in targets if one.replaced_at is None and one.holds_on(today)]
    return min(holding, key=_length, default=None)


def _length(target: Target) -> int:
    return (target.until - target.since).days if target.since and target.until else 10**6
