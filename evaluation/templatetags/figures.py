"""How scores, changes and shares are written in the tables of figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backend.web import reading
from backend.web.charts import number
from evaluation.queries.measures import Measure
from evaluation.queries.words import signed

register = template.Library()
register.filter("signed", signed)


@register.filter
def score(value: float | None) -> str:
    """4.25 → "4.3"; – for None."""
    return number(value, decimals=1)


@register.filter
def ratio(counts: tuple[int, int]) -> str:
    """(3, 12) → "3/12"."""
    return f"{number(counts[0])}/{number(counts[1])}"


@register.filter
def whole(value: float | None) -> str:
    """1250 → "1 250" in French; – for None."""
    return number(value)


@register.filter
def added(value: float, measure: Measure) -> str:
    """What rows of this measure add up to: minutes as hours, a sum that is not whole to the hundredth."""
    if measure.is_time:
        return reading.hours(value)
    return number(value, decimals=0 if float(value).is_integer() else 2)


@register.filter
def at(found: Mapping[str, Any], key: str) -> Any:
    """What stands under a key."""
    return found[key]


@register.simple_tag
def cell(code: str, rows: str, shown: Any, is_known: Any) -> Any:
    """A figure of one group, which opens onto its rows where there are some to open; "–" where nothing is known."""
    if not is_known:
        return "–"
    return (
        format_html('<a href="{}?{}">{}</a>', reverse("evaluation:figure_rows", args=[code]), rows, shown)
        if rows
        else shown
    )


WIDTH, HEIGHT = 96, 24


@register.simple_tag
def sparkline(values: Sequence[float | None], words: str) -> SafeString:
    """A small line through the values, gaps where there is none, a dot on the last; `words` say the same."""
    known = [value for value in values if value is not None]
    low, high = min([0, *known]), max([0, *known]) or 1
    steps, down, last = [], False, None
    for i, value in enumerate(values):
        if value is None:
            down = False
            continue
        x = 3 + (WIDTH - 6) * i / max(len(values) - 1, 1)
        y = HEIGHT - 3 - (HEIGHT - 6) * (value - low) / ((high - low) or 1)
        steps.append(f"{'L' if down else 'M'}{x:.1f} {y:.1f}")
        down, last = True, (f"{x:.1f}", f"{y:.1f}")
    if last is None:
        return SafeString("")
    return format_html(
        '<svg class="spark" width="{}" height="{}" role="img" aria-label="{}"><title>{}</title><path d="{}"/>'
        '<circle cx="{}" cy="{}" r="2.5"/></svg>',
        WIDTH, HEIGHT, words, words, " ".join(steps), *last,
    )  # fmt: skip
