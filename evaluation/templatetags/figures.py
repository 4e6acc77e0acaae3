"""How scores, changes and shares are written in the tables of figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.web import reading
from backend.web.charts import number
from backend.web.html import escaped, format_html, format_html_join
from evaluation.queries.breakdown import Group
from evaluation.queries.gains import AreaGain
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
    return _opened(reverse("evaluation:figure_rows", args=[code]), rows, shown)


def _opened(address: str, rows: str, shown: Any) -> Any:
    return format_html('<a href="{}?{}">{}</a>', address, rows, shown) if rows else shown


@register.simple_tag
def group_lines(groups: Sequence[tuple[Group, str]]) -> SafeString:
    """The body of the table of groups: each with the end of the address that opens its rows. No template: twenty
    groups have two hundred cells."""
    codes = ("people", "hours", "immersions", "milestones", "bridges", "response")
    address = {code: reverse("evaluation:figure_rows", args=[code]) for code in codes}
    too_few = format_html('<span class="soft">{}</span>', _("too few"))

    def opened(code: str, rows: str, shown: Any, is_known: Any) -> Any:
        return _opened(address[code], rows, shown) if is_known else "–"

    def line(group: Group, rows: str) -> tuple[Any, ...]:
        return (
            group.label,
            format_html('<span class="group-note">{}</span>', group.note) if group.note else "",
            opened("people", rows, group.people, group.people),
            opened("hours", rows, reading.hours(group.minutes), group.minutes),
            reading.hours(group.sure),
            opened("immersions", rows, ratio(group.immersions), group.immersions[1]),
            opened("milestones", rows, ratio(group.milestones), group.milestones[1]),
            opened("bridges", rows, group.bridges, group.bridges),
            _gain(group.gain, too_few),
            opened("response", rows, ratio(group.answers), group.answers[1]),
        )

    cells = '<td class="num">{}</td>' * 8
    return format_html_join(
        "\n",
        f'<tr><th scope="row">{{}}{{}}</th>{cells}</tr>',
        (line(group, SafeString(escaped(rows))) for group, rows in groups),
    )


def _gain(gain: AreaGain | None, too_few: SafeString) -> Any:
    """The mean change of posture of a group, and of how many people."""
    if gain is None or not gain.n:
        return "–"
    if not gain.is_enough:
        return too_few
    people = _("n = %(n)s") % {"n": number(gain.n)}
    return format_html('{}<span class="group-note">{}</span>', signed(gain.mean), people)


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
