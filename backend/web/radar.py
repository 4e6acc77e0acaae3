"""A radar drawn on the server as SVG: an axis for each area, a closed line for each series; see `backend.web.charts`.

Series are told apart by the pattern of their line and the shape of their marks, not by colour alone. The drawing never
grows so far nor shrinks so far that its words could not be read.
"""

from collections.abc import Iterable, Sequence
from math import cos, pi, sin
from textwrap import wrap

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from backend.web.charts import SERIES, Number, Text, data_table, figure, number
from backend.web.html import NOTHING, format_html, format_html_join

FEWEST_AXES, MOST_AXES = 3, 10
WORDED_AXES = 6
"""Up to so many axes bear their words; with more, or with longer words, they bear a number that a list explains."""
WIDTH, MIDDLE = 360, 180
LINE, SHORT_LINE, LINES, LINE_HEIGHT, LETTER = 17, 14, 3, 17, 7.2
"""A label has at most so many letters a line (fewer from five axes on, which stand closer) and so many lines; then the
height of a line and the mean width of a letter, in units of the drawing."""
MOST_RINGS = 10
# The marks of series 1 to 5, about 10 units wide, around the origin.
MARKS = (
    '<circle r="5.5"/>',
    '<rect x="-5" y="-5" width="10" height="10"/>',
    '<path d="M0 -6.5L6 5H-6Z"/>',
    '<path d="M0 -6.8L6.8 0L0 6.8L-6.8 0Z"/>',
    '<path d="M-1.8 -6H1.8V-1.8H6V1.8H1.8V6H-1.8V1.8H-6V-1.8H-1.8Z"/>',
)
Place = tuple[float, float]


def radar_chart(
    axes: Sequence[Text], *, series: Iterable[tuple[Text, Sequence[Number | None]]], high: Number, low: Number = 0,
    title: Text, finding: Text = "", label_head: Text = "", decimals: int = 1,
) -> SafeString:  # fmt: skip
    """Scores from `low` (the middle) to `high` (the rim) on 3 to 10 axes: series of (name, [value for each axis]).

    The first of at most five series is drawn plain and filled. A value of None is a gap in the line, “–” in the table.
    """
    given = [(name, list(values)) for name, values in series]
    if not FEWEST_AXES <= len(axes) <= MOST_AXES:
        raise ValueError(f"a radar has {FEWEST_AXES} to {MOST_AXES} axes")
    if len(given) > SERIES or any(len(values) != len(axes) for _name, values in given):
        raise ValueError(f"each series needs one value for each axis, at most {SERIES} series")
    lines = _lines(axes)
    radius = 100 if lines and len(axes) > FEWEST_AXES else 140
    top = 24 + (len(lines[0]) * LINE_HEIGHT if lines else 18)
    shape = _Shape(len(axes), radius, top + radius, low, high)
    words = _labels(shape, lines) if lines else _numbers(shape)
    drawn = [_series(i, values, shape) for i, (_name, values) in enumerate(given, start=1)]
    plot = format_html(
        '{}<svg class="chart-svg radar" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>{}{}{}</svg>{}',
        _legend([name for name, _values in given]), WIDTH, f"{_height(shape, lines):.0f}", title, finding or title,
        _web(shape), mark_safe("".join(reversed(drawn))), words, NOTHING if lines else _key(axes),
    )  # fmt: skip
    table = data_table(
        [label_head or _("Line"), *(name for name, _values in given)],
        [(axis, *(number(values[i], decimals=decimals) for _n, values in given)) for i, axis in enumerate(axes)],
    )
    return figure("radar", title, finding, plot, table)


class _Shape:
    """Where things stand: axes clockwise from the top, around (MIDDLE, y)."""

    def __init__(self, axes: int, radius: float, y: float, low: Number, high: Number) -> None:
        self.axes, self.radius, self.y, self.low, self.high = axes, radius, y, low, high

    def at(self, axis: int, share: float) -> Place:
        """The place on an axis, `share` of the way from the middle to the rim (more: beyond it)."""
        angle = 2 * pi * axis / self.axes
        return MIDDLE + share * self.radius * sin(angle), self.y - share * self.radius * cos(angle)

    def share(self, value: Number) -> float:
        return min(max((value - self.low) / ((self.high - self.low) or 1), 0), 1)

    def ring(self, share: float) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in (self.at(axis, share) for axis in range(self.axes)))


# --- The ground -----------------------------------------------------------------------------------
def _web(shape: _Shape) -> SafeString:
    span = shape.high - shape.low
    rings = int(span) if float(span).is_integer() and 0 < span <= MOST_RINGS else 4
    ground = format_html_join(
        "", '<polygon points="{}" class="ring"/>', ((shape.ring(i / rings),) for i in range(1, rings))
    )
    rim = format_html('<polygon points="{}" class="rim"/>', shape.ring(1))
    spokes = format_html_join(
        "",
        '<line x1="{}" y1="{}" x2="{}" y2="{}" class="spoke"/>',
        ((MIDDLE, _round(shape.y), *map(_round, shape.at(axis, 1))) for axis in range(shape.axes)),
    )
    ends = format_html_join(
        "",
        '<text x="{}" y="{}" class="radar-end">{}</text>',
        (
            (MIDDLE + 7, _round(shape.y - share * shape.radius + drop), number(value))
            for share, value, drop in ((0, shape.low, 5), (1, shape.high, 17))
        ),
    )
    return rim + ground + spokes + ends


def _round(value: float) -> str:
    return f"{value:.1f}"


# --- The series -----------------------------------------------------------------------------------
def _series(index: int, values: Sequence[Number | None], shape: _Shape) -> SafeString:
    places = [None if value is None else shape.at(i, shape.share(value)) for i, value in enumerate(values)]
    marks = format_html_join(
        "",
        '<g transform="translate({} {})">{}</g>',
        ((_round(place[0]), _round(place[1]), mark_safe(MARKS[index - 1])) for place in places if place),
    )
    return format_html(
        '<g class="radar-series radar-{0} series-{0}"><path d="{1}" class="radar-line{2}"/>{3}</g>',
        index, _path(places), " radar-fill" if index == 1 and None not in places else "", marks,
    )  # fmt: skip


def _path(places: Sequence[Place | None]) -> str:
    """Closed where every place is known; else the lines between neighbours that both are."""
    if None not in places:
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in filter(None, places)) + "Z"
    sides = zip(places, [*places[1:], places[0]], strict=True)
    return "".join(f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}" for a, b in sides if a and b)


def _legend(names: Sequence[Text]) -> SafeString:
    return format_html(
        '<ul class="legend radar-legend" aria-hidden="true">{}</ul>',
        format_html_join(
            "",
            '<li><svg width="38" height="16" viewBox="0 0 38 16" class="radar-series radar-{0} series-{0}"><path '
            'd="M0 8H38" class="radar-line"/><g transform="translate(19 8)">{1}</g></svg>{2}</li>',
            ((i, mark_safe(MARKS[i - 1]), name) for i, name in enumerate(names, start=1)),
        ),
    )


# --- The words ------------------------------------------------------------------------------------
def _lines(axes: Sequence[Text]) -> list[list[str]]:
    """The label of each axis, line by line; nothing when one would not fit."""
    longest = LINE if len(axes) < 5 else SHORT_LINE
    found = [wrap(str(axis), longest, break_long_words=False) or [""] for axis in axes]
    fits = all(len(lines) <= LINES and all(len(line) <= longest for line in lines) for lines in found)
    return found if fits and len(axes) <= WORDED_AXES else []


def _labels(shape: _Shape, lines: Sequence[Sequence[str]]) -> SafeString:
    drawn = []
    for axis, label in enumerate(lines):
        x, y = shape.at(axis, 1)
        half = max(len(line) for line in label) * LETTER / 2
        right, left = WIDTH - half, half
        if shape.axes > FEWEST_AXES and abs(x - MIDDLE) > 0.8 * shape.radius:
            x = right if x > MIDDLE else left
        first = y + 24 if y > shape.y + 1 else y - 12 - LINE_HEIGHT * (len(label) - 1)
        at = _round(min(max(x, left), right))
        spans = format_html_join(
            "",
            '<tspan x="{}" y="{}">{}</tspan>',
            ((at, _round(first + LINE_HEIGHT * i), line) for i, line in enumerate(label)),
        )
        drawn.append(format_html('<text class="radar-label">{}</text>', spans))
    return mark_safe("".join(drawn))  # each is already safe


def _numbers(shape: _Shape) -> SafeString:
    places = [shape.at(axis, 1 + 16 / shape.radius) for axis in range(shape.axes)]
    return format_html_join(
        "",
        '<text x="{}" y="{}" class="radar-label radar-number">{}</text>',
        ((_round(x), _round(y + 5), axis) for axis, (x, y) in enumerate(places, start=1)),
    )


def _key(axes: Sequence[Text]) -> SafeString:
    return format_html('<ol class="radar-key">{}</ol>', format_html_join("", "<li>{}</li>", ((axis,) for axis in axes)))


def _height(shape: _Shape, lines: Sequence[Sequence[str]]) -> float:
    """Down to the last line of the lowest labels."""
    lowest = [shape.at(axis, 1)[1] for axis in range(shape.axes)]
    if not lines:
        return max(lowest) + 26
    return max(y + 30 + LINE_HEIGHT * (len(label) - 1) for y, label in zip(lowest, lines, strict=True) if y > shape.y)
