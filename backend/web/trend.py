"""A value over time with its interval, drawn tall: for a page of its own, whose table tells the same numbers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from backend.web.charts import figure, number
from backend.web.html import NOTHING, format_html, format_html_join

Text = str | Promise
TOP, GROUND, HEIGHT = 16, 224, 232
"""Of the drawing, in pixels: where the highest and the lowest value stand."""


def trend_chart(
    points: Iterable[Sequence[Any]], *, title: Text, finding: Text = "", unit: Text = "", low: float | None = None,
    high: float | None = None, references: Iterable[tuple[float, Text]] = (),
) -> SafeString:  # fmt: skip
    """Points of (label, second line of the label, value, from, to): a value of None is a gap, bounds of None are not
    drawn. `references`: dashed lines across, each with its name. The page gives the numbers in a table of its own.
    """
    given, lines = list(points), list(references)
    known = [end for point in given for end in point[2:5] if end is not None] + [value for value, _name in lines]
    floor = min([0.0, *known]) if low is None else low
    top = (max([0.0, *known]) if high is None else high) or floor + 1
    width = 100 / max(len(given), 1)
    places = [(width * (i + 0.5), point) for i, point in enumerate(given)]
    plot = format_html(
        '{}<svg class="chart-svg" height="{}" role="img" aria-label="{}">{}{}{}</svg>'
        '<div class="trend-axis" aria-hidden="true">{}</div>',
        _keys(lines, unit), HEIGHT, f"{title}. {finding}".strip(), _grid(floor, top, unit), _across(lines, floor, top),
        _drawn(places, floor, top), format_html_join(
            "", "<span>{}<small>{}</small></span>", ((point[0], point[1]) for point in given)
        ),
    )  # fmt: skip
    return figure("trend", title, finding, plot, NOTHING)


def _y(value: float, floor: float, top: float) -> float:
    return GROUND - (GROUND - TOP) * (min(max(value, floor), top) - floor) / ((top - floor) or 1)


def _grid(floor: float, top: float, unit: Text) -> SafeString:
    """Three lines, each with its value."""
    levels = [floor, (floor + top) / 2, top]
    return format_html_join(
        "",
        '<line x1="0" x2="100%" y1="{0}" y2="{0}" class="grid-line"/><text x="0" y="{1}" class="grid-label">{2}</text>',
        ((f"{_y(level, floor, top):.1f}", f"{_y(level, floor, top) - 4:.1f}", number(level, unit)) for level in levels),
    )


def _keys(lines: Sequence[tuple[float, Text]], unit: Text) -> SafeString:
    return format_html_join(
        "", '<p class="reference-key">{} ({})</p>', ((name, number(value, unit)) for value, name in lines)
    )


def _across(lines: Sequence[tuple[float, Text]], floor: float, top: float) -> SafeString:
    return format_html_join(
        "", '<line x1="0" x2="100%" y1="{0}" y2="{0}" class="reference"/>',
        ((f"{_y(value, floor, top):.1f}",) for value, _name in lines),
    )  # fmt: skip


def _drawn(places: Sequence[tuple[float, Sequence[Any]]], floor: float, top: float) -> SafeString:
    """The line through the values, then each point with its interval."""
    steps, down, marks = [], False, []
    for x, point in places:
        value, start, end = point[2:5]
        if value is None:
            down = False
            continue
        steps.append(f"{'L' if down else 'M'}{x:.2f} {_y(value, floor, top):.1f}")
        down = True
        marks.append(_mark(x, value, start, end, floor, top))
    line = format_html(
        '<svg width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none"><path d="{1}" class="trend"/>'
        "</svg>",
        HEIGHT, " ".join(steps),
    )  # fmt: skip
    return mark_safe(line + "".join(marks))  # each mark is already safe


def _mark(x: float, value: float, start: float | None, end: float | None, floor: float, top: float) -> SafeString:
    bounds = NOTHING
    if start is not None and end is not None:
        high, low = f"{_y(end, floor, top):.1f}", f"{_y(start, floor, top):.1f}"
        bounds = format_html(
            '<line x1="0" x2="0" y1="{0}" y2="{1}" class="whisker-thin"/><line x1="-5" x2="5" y1="{0}" y2="{0}" '
            'class="whisker-thin"/><line x1="-5" x2="5" y1="{1}" y2="{1}" class="whisker-thin"/>',
            high, low,
        )  # fmt: skip
    return format_html(
        '<svg x="{}%" width="1" height="{}" class="trend-mark">{}<circle cx="0" cy="{}" r="5" class="point"/></svg>',
        f"{x:.2f}", HEIGHT, bounds, f"{_y(value, floor, top):.1f}",
    )  # fmt: skip
