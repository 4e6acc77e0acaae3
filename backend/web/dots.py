"""Scores on one line of a scale, each with a shape of its own; drawn on the server like `backend.web.charts`.

Shape and place say it without colour, and the text under the line says it without the drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from backend.web.charts import Number, number
from backend.web.html import NOTHING, format_html, format_html_join, one_of

SHAPES = {
    "circle": SafeString('<circle r="7.5" class="dot dot-circle"/>'),
    "square": SafeString('<rect x="-6.5" y="-6.5" width="13" height="13" class="dot dot-square"/>'),
    "triangle": SafeString('<path d="M0 -8.5L8.5 6.5H-8.5Z" class="dot dot-triangle"/>'),
    "ring": SafeString('<circle r="5" class="dot dot-ring"/>'),
}
MOST_TICKS = 11
INSET = 4  # percent: half a shape at each end
APART = 15  # pixels between shapes that stand on the same point


@dataclass(frozen=True)
class Dot:
    """One score: a name of SHAPES, whose it is, and its value (None: none was given)."""

    shape: str
    label: str | Promise
    value: Number | None


def dot_key(shape: str) -> SafeString:
    """The shape alone, beside the name it stands for."""
    return format_html(
        '<svg class="dot-key" width="20" height="20" viewBox="-10 -10 20 20" aria-hidden="true">{}</svg>',
        SHAPES[one_of(shape, tuple(SHAPES), "shape")],
    )


def dot_words(dots: Sequence[Dot]) -> SafeString:
    """Each score in words, beside its shape; “–” for none."""
    words = format_html_join(
        "",
        "<li>{}<span>{} <strong>{}</strong></span></li>",
        ((dot_key(dot.shape), dot.label, number(dot.value)) for dot in dots),
    )
    return format_html('<ul class="dots-words">{}</ul>', words)


def dot_line(dots: Sequence[Dot], *, low: Number, high: Number) -> SafeString:
    """The scores between `low` and `high`, joined from the lowest to the highest; under it, each in words."""
    return format_html(
        '<div class="dots"><svg class="dots-line" height="30" aria-hidden="true" focusable="false">{}{}{}</svg>'
        '<div class="chart-axis" aria-hidden="true"><span>{}</span><span>{}</span></div>'
        '{}</div>',
        _ground(low, high), _span(dots, low, high), _shapes(dots, low, high), number(low), number(high),
        dot_words(dots),
    )  # fmt: skip


def _place(value: Number, low: Number, high: Number) -> str:
    part = (min(max(value, low), high) - low) / ((high - low) or 1)
    return f"{INSET + (100 - 2 * INSET) * part:.2f}%"


def _ground(low: Number, high: Number) -> SafeString:
    """The scale, with a tick a point where there are few enough."""
    line = format_html('<line x1="{}%" x2="{}%" y1="15" y2="15" class="axis"/>', INSET, 100 - INSET)
    points = range(int(low), int(high) + 1)
    if len(points) > MOST_TICKS:
        return line
    ticks = ((_place(point, low, high),) for point in points)
    return line + format_html_join("", '<line x1="{0}" x2="{0}" y1="11" y2="19" class="axis"/>', ticks)


def _span(dots: Sequence[Dot], low: Number, high: Number) -> SafeString:
    known = [dot.value for dot in dots if dot.value is not None]
    if not known or min(known) == max(known):
        return NOTHING
    ends = (_place(min(known), low, high), _place(max(known), low, high))
    return format_html('<line x1="{}" x2="{}" y1="15" y2="15" class="dots-span"/>', *ends)


def _shapes(dots: Sequence[Dot], low: Number, high: Number) -> SafeString:
    """Those on one point stand side by side around it."""
    by_place: dict[str, list[Dot]] = {}
    for dot in dots:
        if dot.value is not None:
            by_place.setdefault(_place(dot.value, low, high), []).append(dot)
    placed = [
        (place, APART * (i - (len(many) - 1) / 2), dot)
        for place, many in by_place.items()
        for i, dot in enumerate(many)
    ]
    return format_html_join(
        "",
        '<svg x="{}" y="15" overflow="visible"><g transform="translate({})">{}</g></svg>',
        ((place, f"{shift:g}", SHAPES[one_of(dot.shape, tuple(SHAPES), "shape")]) for place, shift, dot in placed),
    )
