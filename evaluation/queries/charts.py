"""The board's figures as rows for the charts, each with the sentence it says."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from django.utils.translation import gettext as _

from backend.web import reading
from evaluation.queries import words
from evaluation.queries.figures import STATES, Board


@dataclass(frozen=True)
class Chart:
    """Rows and the sentence above them."""

    rows: list[tuple[Any, ...]]
    finding: str
    low: int = 0
    high: int = 0


@dataclass(frozen=True)
class Charts:
    """The drawings of the page of figures."""

    hours: Chart
    states: list[str]
    posture: Chart


def charts_of(board: Board) -> Charts:
    return Charts(_hours(board), [str(state.label) for state in STATES], _posture(board))


def _hours(board: Board) -> Chart:
    found = board.hours
    if not found.total:
        return Chart([], _("No hour yet in this period."))
    percent = round(100 * found.sure / found.total)
    finding = _("%(sure)s of %(total)s are confirmed by those who received them: %(percent)s.") % {
        "sure": reading.hours(found.sure), "total": reading.hours(found.total), "percent": reading.percent(percent),
    }  # fmt: skip
    rows = [(str(kind.label), [minutes or 0 for minutes in kind.minutes]) for kind in found.kinds]
    return Chart(rows, finding)


def _posture(board: Board) -> Chart:
    known = board.posture
    rows: list[tuple[Any, ...]] = []
    for gain in known:
        label = gain.label or _("All areas")
        note = _("%(n)s people") % {"n": gain.n}
        if gain.change is not None and gain.is_enough:
            rows.append((label, gain.change.mean, gain.change.low, gain.change.high, note))
        else:
            rows.append((label, None, None, None, ""))
    bounds = [bound for _label, value, low, high, _note in rows if value is not None for bound in (low, high)]
    overall = known[0]
    finding = (
        _("On a scale of 1 to 8, the mean change is %(words)s.") % {"words": words.gain(overall.change)}
        if overall.is_enough
        else words.gain(None).capitalize() + "."
    )
    return Chart(rows, finding, low=min(-1, floor(min(bounds, default=-1))), high=max(2, ceil(max(bounds, default=2))))
