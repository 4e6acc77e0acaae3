"""How sure a figure is, in words a funder reads: bounds before anything else, and no verdict on too few answers."""

from django.utils.translation import gettext as _

from backend.web.charts import number
from evaluation.statistics import Change, Interval

FEWEST = 5
"""Under five answers nothing is concluded."""


def signed(value: float) -> str:
    """+0.8, −0.3, 0.0"""
    shown = number(abs(round(value, 1)), decimals=1)
    return f"+{shown}" if round(value, 1) > 0 else f"−{shown}" if round(value, 1) < 0 else shown


def in_ten(interval: Interval | None, n: int) -> str:
    """A proportion: “between 5 and 8 in 10”."""
    if interval is None or n < FEWEST:
        return _("too few to conclude")
    low, high = round(10 * interval.low), round(10 * interval.high)
    if low == high:
        return _("about %(count)s in 10") % {"count": low}
    return _("between %(low)s and %(high)s in 10") % {"low": low, "high": high}


def gain(change: Change | None) -> str:
    """A change with its bounds: “between +0.4 and +1.2 points”."""
    if change is None or change.n < FEWEST:
        return _("too few answers to conclude")
    if round(change.low, 1) == round(change.high, 1):
        return _("about %(value)s points") % {"value": signed(change.mean)}
    return _("between %(low)s and %(high)s points") % {"low": signed(change.low), "high": signed(change.high)}


def of(part: int, whole: int) -> str:
    """ "12 of 40" """
    return _("%(part)s of %(whole)s") % {"part": number(part), "whole": number(whole)}
