"""A comparison as its page shows it: the groups, what is said of them, the drawing, the words around it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from backend.web.charts import number
from backend.web.reading import with_unit
from evaluation.models import IndicatorVersion
from evaluation.queries import words
from evaluation.queries.comparing.findings import METHODS, Finding, finding, hours_a_person, hours_told, signed_bounds
from evaluation.queries.comparing.parts import COHORTS, Part
from evaluation.queries.comparing.samples import (
    MINUTES,
    Compared,
    Way,
    compared,
    compared_version,
    way_of,
    way_of_version,
)
from evaluation.queries.indicators.measured import measure_of
from evaluation.queries.measures import Measure
from evaluation.queries.scope import Scope
from evaluation.queries.working import is_signed

MOST = 4
"""Groups beside one another."""
LEAST_WIDTH = 1.0


@dataclass(frozen=True)
class Line:
    """One group in the table: value, interval, n of N, and the difference from the first group, all in words."""

    part: Part
    shown: str
    interval: str
    of: str
    figure: str
    difference: str = ""


@dataclass(frozen=True)
class Comparison:
    """Everything the page of a comparison shows."""

    lines: list[Line]
    findings: list[Finding]
    chart: list[tuple[Any, ...]]
    """(label, value, from, to, of how many), in minutes where they are hours."""
    form: str
    """"hours", or "" for plain numbers."""
    low: float
    high: float
    unit: str
    what: str
    method: str | Promise
    cautions: list[str]


def compare(measure: Measure, scope: Scope, parts: Sequence[Part], dimension: str) -> Comparison:
    """Of two to four groups, each beside the first; a handful of queries for each."""
    return _comparison(measure, [compared(measure, scope, part) for part in parts], dimension, measure.code)


def compare_version(version: IndicatorVersion, scope: Scope, parts: Sequence[Part], dimension: str) -> Comparison:
    """The same of an indicator that leads follow, by the definition given."""
    way = way_of_version(version)
    made = [compared_version(version, scope, part, way) for part in parts]
    if any(one.way == Way.PLAIN for one in made):
        made = [replace(one, way=Way.PLAIN) for one in made]
    is_figure = version.shape == IndicatorVersion.Shape.FIGURE
    code = version.measure if is_figure or way != Way.SHARE else ""
    return _comparison(measure_of(version), made, dimension, code)


def _comparison(measure: Measure, made: list[Compared], dimension: str, code: str) -> Comparison:
    findings = [finding(one, made[0]) for one in made[1:]]
    gaps = {one.other.part.key: one for one in findings}
    low, high = _ends(made)
    each = MINUTES if made[0].is_time else 1
    return Comparison(
        lines=[_line(one, measure, gaps.get(one.part.key)) for one in made],
        findings=findings,
        chart=[(one.part.label, *(_drawn(end, one) for end in (one.value, one.low, one.high)), one.of) for one in made],
        form="hours" if made[0].is_time else "", low=low * each, high=high * each, unit=made[0].unit,
        what=_what(measure, made[0], code), method=METHODS[made[0].way],
        cautions=_cautions(measure, made, dimension),
    )  # fmt: skip


def _drawn(value: float | None, one: Compared) -> float | None:
    return value * MINUTES if one.is_time and value is not None else value


def _line(one: Compared, measure: Measure, found: Finding | None) -> Line:
    write = words.signed if is_signed(one.figure) else lambda value: number(value, decimals=1)
    interval = " – ".join(write(end) for end in (one.low, one.high)) if one.interval else ""
    gap = ""
    if found and found.difference:
        ends = signed_bounds(found.difference, one)
        gap = f"{ends['low']} – {ends['high']}"
    if one.is_time and one.value is not None:
        written = " – ".join(hours_told(end) for end in (one.low, one.high) if end is not None)
        told = with_unit(one.figure.shown, one.figure.unit_apart)
        interval = hours_a_person(written) if written else ""
        return Line(one.part, hours_a_person(hours_told(one.value)), interval, one.of, told, gap)
    return Line(
        one.part, "–" if one.value is None else with_unit(write(one.value), one.unit) if one.way != Way.PLAIN
        else with_unit(one.figure.shown, one.figure.unit_apart), with_unit(interval, one.unit) if interval else "",
        one.of, with_unit(one.figure.shown, one.figure.unit_apart), gap,
    )  # fmt: skip


def _ends(made: Sequence[Compared]) -> tuple[float, float]:
    """The ends of the axis: per cent from 0 to 100, else as far as the intervals reach."""
    if made[0].way == Way.SHARE or made[0].unit == "%":
        return 0, 100
    known = [end for one in made for end in (one.value, one.low, one.high) if end is not None]
    low, high = floor(min([0, *known])), ceil(max([0, *known]))
    return low, max(high, low + LEAST_WIDTH)


def _what(measure: Measure, first: Compared, code: str) -> str:
    """What is compared, where it is not the figure itself."""
    if first.way == Way.SHARE and code in ("left", "immersions", "milestones"):
        return {
            "left": _("The share of journeys under way that were left early."),
            "immersions": _("The share of planned immersions that were done."),
            "milestones": _("The share of planned milestones that were reached."),
        }[code]
    if first.way == Way.MEAN and measure.is_time:
        return _("Hours for each person accompanied; whoever received none counts as none.")
    if first.way == Way.RATE and measure.code != "rate":
        return _("How many for each 100 people accompanied.")
    return ""


def _cautions(measure: Measure, made: Sequence[Compared], dimension: str) -> list[str]:
    found = []
    if dimension in COHORTS:
        found.append(_("Later cohorts have had less time: what builds up over months is not yet theirs to show."))
    if len(made) > 2:
        found.append(
            _("Each group is held against the first; of twenty such intervals one misses the truth by chance alone.")
        )
    if made[0].way != Way.PLAIN:
        found.append(_("A difference says that the groups differ, not why."))
    return found


def default_parts(offered: Sequence[Part], dimension: str) -> list[Part]:
    """The groups to begin with: the two latest cohorts, the earlier first; else the first two."""
    first = [one for one in offered if one.key != "none"][:2]
    return list(reversed(first)) if dimension in COHORTS else first


def can_be_sure(measure: Measure) -> bool:
    """Does an interval of the difference exist for this figure?"""
    return way_of(measure) != Way.PLAIN
