"""The board's figures as rows for the charts, each with the sentence it says."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from django.utils.translation import gettext as _

from backend.web import reading
from evaluation.queries.figures import Board, too_few
from evaluation.queries.hours import STATES, Hours
from evaluation.statistics import Change


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
    if found.is_hidden:
        return Chart([], too_few(board.scope))
    if not found.total:
        return Chart([], _("No hour yet in this period."))
    rows = [(str(kind.label), [minutes or 0 for minutes in kind.minutes]) for kind in found.kinds]
    return Chart(rows, _how_sure(found))


def _how_sure(found: Hours) -> str:
    total = reading.hours(found.total)
    if found.sure is None:
        told = _("How much of the %(total)s is confirmed is hidden: one of the states is of too few people.")
        return told % {"total": total}
    percent = round(100 * found.sure / found.total)
    return _("%(sure)s of %(total)s are confirmed by those who received them: %(percent)s.") % {
        "sure": reading.hours(found.sure), "total": total, "percent": reading.percent(percent),
    }  # fmt: skip


def _posture(board: Board) -> Chart:
    known = board.posture
    rows: list[tuple[Any, ...]] = []
    for gain in known:
        label = gain.label or _("All areas")
        note = _("%(n)s people") % {"n": gain.n}
        if not gain.is_enough:
            rows.append((label, None, None, None, ""))
        elif isinstance(gain.change, Change):
            rows.append((label, gain.mean, gain.change.low, gain.change.high, note))
        else:
            rows.append((label, gain.mean, None, None, f"{note}, {gain.precision}"))
    bounds = [bound for row in rows for bound in row[1:4] if bound is not None]
    overall = known[0]
    finding = (
        _("On a scale of 1 to 8, the mean change is %(words)s.") % {"words": overall.precision}
        if overall.is_enough and overall.has_bounds
        else overall.precision.capitalize() + "."
    )
    return Chart(rows, finding, low=min(-1, floor(min(bounds, default=-1))), high=max(2, ceil(max(bounds, default=2))))
