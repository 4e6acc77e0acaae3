"""How sure a figure is, in words a funder reads: bounds before anything else, and no verdict on too few answers."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.lib.texts import agrees_with
from backend.web.charts import number
from evaluation.statistics import Alpha, Bounds, Change, Interval, Reason, ReliableChange, Undefined

FEWEST = 5
"""Under five answers nothing is concluded."""


def signed(value: float | None) -> str:
    """+0.8, −0.3, 0.0; – for None."""
    if value is None:
        return "–"
    shown = number(abs(round(value, 1)), decimals=1)
    return f"+{shown}" if round(value, 1) > 0 else f"−{shown}" if round(value, 1) < 0 else shown


REASONS: dict[Reason, Callable[[], str]] = {
    Reason.NOBODY: lambda: _("nobody to count yet"),
    Reason.ONE: lambda: _("one only: nothing to compare with"),
    Reason.SAME_CHANGE: lambda: _("everybody changed by the same"),
    Reason.NO_CHANGE: lambda: _("nobody changed"),
    Reason.ALL_ALIKE: lambda: _("all have the same score: nothing tells them apart"),
    Reason.ONE_ITEM: lambda: _("one question only: there is nothing for it to agree with"),
    Reason.ONE_RATER: lambda: _("one rater only: there is nobody to agree with"),
    Reason.PERFECT: lambda: _("no disagreement at all: how sure that is cannot be told"),
    Reason.UNRELIABLE: lambda: _("the answers are too unsteady to tell"),
    Reason.NO_EVENT: lambda: _("it has happened to nobody so far"),
    Reason.ALL_HAPPENED: lambda: _("it has happened to everybody"),
    Reason.NOT_FOLLOWED: lambda: _("nobody was followed that long"),
    Reason.TOO_FEW: lambda: _("too few people have answered yet to tell a change from noise"),
}


def reason(found: Undefined) -> str:
    """Why there is no result: “everybody changed by the same”."""
    return REASONS[found.reason]()


def in_ten(interval: Interval | Undefined, n: int) -> str:
    """A proportion: “between 5 and 8 in 10”."""
    if isinstance(interval, Undefined) or n < FEWEST:
        return _("too few to conclude")
    low, high = round(10 * interval.low), round(10 * interval.high)
    if low == high:
        return _("about %(count)s in 10") % {"count": low}
    return _("between %(low)s and %(high)s in 10") % {"low": low, "high": high}


def between(low: float, high: float) -> str:
    """Bounds of any number: “between 3.1 and 5.2”."""
    return _("between %(low)s and %(high)s") % {"low": number(low, decimals=1), "high": number(high, decimals=1)}


def whatever_the_silent(bounds: Bounds | Undefined) -> str:
    """Bounds of a proportion for non-response: “between 5 and 9 in 10, whatever the others would have said”."""
    if isinstance(bounds, Undefined):
        return reason(bounds)
    low, high = round(10 * bounds.low), round(10 * bounds.high)
    if low == high:
        return _("about %(count)s in 10, whatever the others would have said") % {"count": low}
    return _("between %(low)s and %(high)s in 10, whatever the others would have said") % {"low": low, "high": high}


def gain(change: Change | Undefined) -> str:
    """A change with its bounds: “between +0.4 and +1.2 points”."""
    if change.n < FEWEST:
        return _("too few answers to conclude")
    if isinstance(change, Undefined):
        return reason(change)
    if round(change.low, 1) == round(change.high, 1):
        about = ngettext("about %(value)s point", "about %(value)s points", agrees_with(round(change.mean, 1)))
        return about % {"value": signed(change.mean)}
    return _("between %(low)s and %(high)s points") % {"low": signed(change.low), "high": signed(change.high)}


def recommendation(score: Interval | Undefined, n: int) -> str:
    """A recommendation score with its bounds, in points of 100: “between −27 and +71 points”."""
    if isinstance(score, Undefined) or n < FEWEST:
        return _("too few answers to conclude")
    low, high = (
        f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value)}"
        for value in (round(score.low), round(score.high))
    )
    return _("between %(low)s and %(high)s points") % {"low": low, "high": high}


def noise(change: ReliableChange | Undefined) -> str:
    """One person's change: within the noise of the questionnaire, or beyond."""
    if isinstance(change, Undefined):
        return reason(change)
    if not change.is_beyond_noise:
        return _("within the noise of the questionnaire")
    return (
        _("up, beyond the noise of the questionnaire")
        if change.change > 0
        else _("down, beyond the noise of the questionnaire")
    )


HOLDS = 0.7
"""From this alpha up questions are taken to measure one thing. Nunnally (1978), Psychometric Theory, 2nd ed., 245."""


def together(alpha: Alpha | Undefined) -> str:
    """Whether the questions of a score belong together, by where the interval of Cronbach’s alpha lies from `HOLDS`."""
    if alpha.n < FEWEST:
        return _(
            "Fewer than five people answered every question of this part: whether they go together cannot be told."
        )
    if isinstance(alpha, Undefined):
        if alpha.reason == Reason.PERFECT:
            return _("The questions of this part all tell the same of everybody: asking fewer of them would do.")
        return _("Everybody has the same score: whether the questions of this part go together cannot be told.")
    if alpha.low >= HOLDS:
        return _("The questions of this part go together well: their score tells of one thing.")
    if alpha.high < HOLDS:
        return (
            _("The questions of this part go together loosely: their score mixes several things.")
            if alpha.value >= 0
            else _("The questions of this part contradict one another: one may be put the other way round.")
        )
    if alpha.value >= HOLDS:
        return _("The questions of this part seem to go together, but too few people answered to be sure.")
    return _("Too few people answered to tell whether the questions of this part go together.")


def coefficient(value: float) -> str:
    """0.82, −0.10: an alpha or a correlation."""
    return number(value, decimals=2)


def of(part: int, whole: int) -> str:
    """ "12 of 40" """
    return _("%(part)s of %(whole)s") % {"part": number(part), "whole": number(whole)}
