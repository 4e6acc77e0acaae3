"""Charts drawn on the server as SVG: strict about CSP, they follow the theme and carry their data.

Every chart states its finding in words first. Widths are percentages, so text never shrinks with the drawing.
Colour is never alone: series differ by pattern too, and values stand in the text.
"""

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.web.html import NOTHING, format_html, format_html_join, one_of
from backend.web.reading import NBSP, hours, with_unit

Text = str | Promise
Number = float | int
SERIES = 5

# The textures of series 2 to 5; the first is plain. Each is a drawing over the colour of its series.
_TEXTURES = (
    (' patternTransform="rotate(45)"', '<path d="M1 0V7" class="texture"/>'),
    ("", '<circle cx="2" cy="2" r="1.1" class="texture-dot"/><circle cx="5.5" cy="5.5" r="1.1" class="texture-dot"/>'),
    ("", '<path d="M0 1H7" class="texture"/>'),
    (' patternTransform="rotate(45)"', '<path d="M1 0V7M0 1H7" class="texture"/>'),
)


def number(value: Number | None, unit: Text = "", decimals: int | None = None) -> str:
    """12.5 → "12,5 %" in French; whole numbers without decimals; the true minus; "–" for None."""
    if value is None:
        return "–"
    places = decimals if decimals is not None else (0 if float(value).is_integer() else 1)
    rounded = round(value, places) or 0  # never −0
    if not places and -1000 < rounded < 1000:  # most numbers, alike in every language
        shown = f"{rounded:.0f}".replace("-", "−")
    else:
        shown = _written(rounded, places, get_language())
    return with_unit(shown, unit) if unit else shown


@lru_cache(maxsize=4096)
def _written(value: Number, places: int, _language: str | None) -> str:
    """In the language of the reader; a page of figures writes a thousand numbers, many of them again and again."""
    shown = formats.number_format(value, places, use_l10n=True, force_grouping=True).replace(" ", NBSP)
    return shown.replace("-", "−")


def share(value: Number, low: Number, high: Number) -> str:
    """Where `value` stands between `low` and `high`, as a percentage kept inside the drawing."""
    span = high - low
    place = 0.0 if span <= 0 else 100 * (value - low) / span
    return f"{min(max(place, 0), 100):.2f}%"


def data_table(head: Sequence[Text], rows: Iterable[Sequence[object]]) -> SafeString:
    """The numbers behind the drawing, behind a line."""
    top = format_html_join("", '<th scope="col">{}</th>', ((cell,) for cell in head))
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        ((row[0], format_html_join("", "<td>{}</td>", ((cell,) for cell in row[1:]))) for row in rows),
    )
    return format_html(
        '<details class="chart-data"><summary>{}</summary><div class="table-box" tabindex="0" role="region" '
        'aria-label="{}"><table class="table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>',
        _("The numbers"), _("The numbers"), top, body,
    )  # fmt: skip


def figure(kind: str, title: Text, finding: Text, plot: SafeString, table: SafeString) -> SafeString:
    return format_html(
        '<figure class="chart chart-{}"><figcaption><span class="chart-title">{}</span>{}</figcaption>'
        '<div class="chart-plot">{}</div>{}</figure>',
        kind, title, format_html('<span class="chart-finding">{}</span>', finding) if finding else "", plot, table,
    )  # fmt: skip


def _row(label: Text, shown: object, drawing: SafeString, url: str = "") -> SafeString:
    words = format_html('<a href="{}">{}</a>', url, label) if url else label
    return format_html(
        '<li class="chart-row"><span class="chart-label">{}</span><span class="chart-value">{}</span>{}</li>',
        words, shown, drawing,
    )  # fmt: skip


def _svg(content: SafeString, height: int = 18) -> SafeString:
    return format_html(
        '<svg class="chart-svg" height="{}" aria-hidden="true" focusable="false">{}</svg>', height, content
    )


@lru_cache(maxsize=1024)
def _rect(x: str, width: str, name: str, fill: str = "") -> SafeString:
    paint = format_html(' fill="url(#{})"', fill) if fill else NOTHING
    return format_html('<rect x="{}" y="2" width="{}" height="14" class="{}"{}/>', x, width, name, paint)


def bar_chart(
    rows: Iterable[Sequence[Any]], *, title: Text, finding: Text = "", unit: Text = "", maximum: Number | None = None,
    label_head: Text = "", value_head: Text = "",
    numbers: tuple[Sequence[Text], Iterable[Sequence[object]]] | None = None,
) -> SafeString:  # fmt: skip
    """Horizontal bars: rows of (label, value) or (label, value, url). A value of None is written "–".

    `numbers`: head and rows of the table behind it, where it says more than the bars.
    """
    given = [(*row, "")[:3] for row in rows]
    top = maximum or max((value for _label, value, _url in given if value), default=1)
    drawn = [
        _row(
            label,
            number(value, unit),
            _svg(_rect("0", "100%", "track") + _rect("0", share(value or 0, 0, top), "series-1")),
            url,
        )
        for label, value, url in given
    ]
    table = data_table(
        *numbers
        or (
            [label_head or _("Line"), value_head or _("Value")],
            [(label, number(value, unit)) for label, value, _url in given],
        )
    )
    return figure("bar", title, finding, _list(drawn), table)


def _list(drawn: Iterable[SafeString]) -> SafeString:
    return format_html('<ul class="chart-rows">{}</ul>', mark_safe("".join(drawn)))  # each row is already safe


def _textures(key: str) -> SafeString:
    """The definitions of the textures, under ids of this chart."""
    patterns = "".join(
        f'<pattern id="{key}-{i}" width="7" height="7" patternUnits="userSpaceOnUse"{turn}>'
        f'<rect width="7" height="7" class="series-{i}"/>{texture}</pattern>'
        for i, (turn, texture) in enumerate(_TEXTURES, start=2)
    )
    return mark_safe(f'<svg class="chart-defs" width="0" height="0" aria-hidden="true"><defs>{patterns}</defs></svg>')


def _as_hours(form: str) -> bool:
    return bool(form) and one_of(form, ("hours",), "form of a value") == "hours"


def stacked_chart(
    rows: Iterable[Sequence[Any]], *, series: Sequence[Text], title: Text, finding: Text = "", unit: Text = "",
    form: str = "", label_head: Text = "",
) -> SafeString:  # fmt: skip
    """Bars cut by state: rows of (label, [value for each of `series`]) or (label, values, url).

    At most five series, in the order of certainty (the surest first). form="hours" reads the values as minutes.
    """
    given = [(*row, "")[:3] for row in rows]
    if len(series) > SERIES or any(len(values) != len(series) for _label, values, _url in given):
        raise ValueError(f"each row needs one value for each of the series, at most {SERIES}")
    as_hours = _as_hours(form)

    def write(value: Number) -> str:
        return hours(value) if as_hours else number(value, unit)

    key = f"t{zlib.crc32(str(title).encode()):x}"
    top = max((sum(values) for _label, values, _url in given), default=0) or 1
    drawn = [_row(label, write(sum(values)), _svg(_pieces(values, top, key)), url) for label, values, url in given]
    table = data_table(
        [label_head or _("Line"), *series, _("Total")],
        [(label, *(write(value) for value in values), write(sum(values))) for label, values, _url in given],
    )
    return figure("stacked", title, finding, _textures(key) + _legend(series, key) + _list(drawn), table)


def _pieces(values: Sequence[Number], top: Number, key: str) -> SafeString:
    pieces, start = [_rect("0", "100%", "track")], 0.0
    for i, value in enumerate(values, start=1):
        if value:
            pieces.append(
                _rect(share(start, 0, top), share(value, 0, top), f"series-{i} piece", f"{key}-{i}" if i > 1 else "")
            )
        start += value
    return mark_safe("".join(pieces))  # each piece is already safe


def _legend(series: Sequence[Text], key: str) -> SafeString:
    return format_html(
        '<ul class="legend" aria-hidden="true">{}</ul>',
        format_html_join(
            "",
            '<li><svg width="18" height="14" aria-hidden="true">'
            '<rect width="18" height="14" rx="3" class="series-{}"{}/></svg>{}</li>',
            (
                (i, format_html(' fill="url(#{}-{})"', key, i) if i > 1 else "", name)
                for i, name in enumerate(series, 1)
            ),
        ),
    )


def interval_chart(
    rows: Iterable[Sequence[Any]], *, title: Text, finding: Text = "", low: Number, high: Number, unit: Text = "",
    reference: Number | None = None, reference_label: Text = "", decimals: int = 1, label_head: Text = "",
    form: str = "",
) -> SafeString:  # fmt: skip
    """Points with their interval on an axis from `low` to `high`: rows of (label, value, from, to[, note]).

    A value of None is said ("too few answers"), not drawn; where no row has an interval, bounds are no columns.
    `reference` draws a line across (zero, a target). form="hours" reads the values as minutes.
    """
    given = [(*row, "")[:5] for row in rows]
    as_hours = _as_hours(form)

    def write(value: Number | None, places: int | None = None) -> str:
        return hours(value) if as_hours and value is not None else number(value, unit, places)

    drawn = []
    for label, value, start, end, note in given:
        shown = _("too few answers") if value is None else write(value, decimals)
        words = format_html('{}<span class="chart-note">{}</span>', label, note) if note else label
        drawn.append(_row(words, shown, _svg(_whisker(value, start, end, low, high, reference), 24)))
    axis = format_html(
        '<div class="chart-axis" aria-hidden="true"><span>{}</span><span>{}</span></div>',
        write(low),
        write(high),
    )
    has_bounds = any(start is not None or end is not None for _label, _value, start, end, _note in given)
    bounds = [_("Lower bound"), _("Upper bound")] if has_bounds else []
    table = data_table(
        [label_head or _("Line"), _("Value"), *bounds, _("Note")],
        [
            (label, *(write(part, decimals) for part in (value, start, end)[: 1 + len(bounds)]), note)
            for label, value, start, end, note in given
        ],
    )
    return figure(
        "interval", title, finding, _reference_key(reference, reference_label, unit) + _list(drawn) + axis, table
    )


def _reference_key(value: Number | None, label: Text, unit: Text) -> SafeString:
    """What the dashed line stands for."""
    if value is None:
        return NOTHING
    return format_html('<p class="reference-key">{} ({})</p>', label or _("reference"), number(value, unit))


def _whisker(
    value: Number | None, start: Number | None, end: Number | None, low: Number, high: Number, reference: Number | None
) -> SafeString:
    parts = [SafeString('<line x1="0" x2="100%" y1="12" y2="12" class="axis"/>')]
    if reference is not None:
        at = share(reference, low, high)
        parts.append(format_html('<line x1="{0}" x2="{0}" y1="0" y2="24" class="reference"/>', at))
    if value is not None and start is not None and end is not None:
        left, right = share(start, low, high), share(end, low, high)
        parts.append(format_html('<line x1="{}" x2="{}" y1="12" y2="12" class="whisker"/>', left, right))
        parts += [
            format_html('<line x1="{0}" x2="{0}" y1="6" y2="18" class="whisker-end"/>', at) for at in (left, right)
        ]
    if value is not None:
        parts.append(format_html('<circle cx="{}" cy="12" r="6" class="point"/>', share(value, low, high)))
    return mark_safe("".join(parts))  # each part is already safe


def target_chart(
    value: Number | None, target: Number, *, title: Text, finding: Text = "", unit: Text = "",
    low: Number | None = None, high: Number | None = None, maximum: Number | None = None,
) -> SafeString:  # fmt: skip
    """One figure against its target, with its interval if `low` and `high` are known."""
    top = maximum or max(value or 0, target, high or 0) * 1.1 or 1
    parts = [_rect("0", "100%", "track"), _rect("0", share(value or 0, 0, top), "series-1")]
    if low is not None and high is not None:
        left, right = share(low, 0, top), share(high, 0, top)
        parts.append(format_html('<line x1="{}" x2="{}" y1="9" y2="9" class="whisker whisker-over"/>', left, right))
    parts.append(format_html('<line x1="{0}" x2="{0}" y1="0" y2="18" class="target"/>', share(target, 0, top)))
    goal = _("target: %(target)s") % {"target": number(target, unit)}
    row = _row(
        format_html('<span class="target-key">{}</span>', goal), number(value, unit), _svg(mark_safe("".join(parts)))
    )
    numbers: list[tuple[object, ...]] = [(_("Value"), number(value, unit)), (_("Target"), number(target, unit))]
    if low is not None and high is not None:
        numbers.append((_("Interval"), f"{number(low, unit)} – {number(high, unit)}"))
    return figure("target", title, finding, _list([row]), data_table([_("Line"), _("Value")], numbers))


def line_chart(
    points: Iterable[Sequence[Any]], *, title: Text, finding: Text, unit: Text = "", low: Number | None = None,
    high: Number | None = None, reference: Number | None = None, reference_label: Text = "",
) -> SafeString:  # fmt: skip
    """A value over time: points of (label, value); a value of None is a gap in the line."""
    given = [(label, value) for label, value in points]
    known = [value for _label, value in given if value is not None] + ([reference] if reference is not None else [])
    floor = low if low is not None else min([0, *known])
    top = high if high is not None else (max(known, default=1) or 1)
    places = [(100 * i / max(len(given) - 1, 1), value) for i, (_label, value) in enumerate(given)]
    marks = format_html_join(
        "",
        '<circle cx="{}%" cy="{}" r="4.5" class="point"><title>{}</title></circle>',
        ((f"{x:.2f}", f"{_height(value, floor, top):.1f}", f"{label}: {number(value, unit)}")
         for (x, value), (label, _value) in zip(places, given, strict=True) if value is not None),
    )  # fmt: skip
    aim = NOTHING
    if reference is not None:
        at = f"{_height(reference, floor, top):.1f}"
        aim = format_html('<line x1="0" x2="100%" y1="{0}" y2="{0}" class="reference"/>', at)
    plot = format_html(
        '{}<div class="chart-scale" aria-hidden="true"><span>{}</span></div>'
        '<svg class="chart-svg chart-over" height="140" role="img"><title>{}</title><desc>{}</desc>'
        '<line x1="0" x2="100%" y1="130" y2="130" class="axis"/>{}'
        '<svg width="100%" height="140" viewBox="0 0 100 140" preserveAspectRatio="none">'
        '<path d="{}" class="trend"/></svg>{}</svg>'
        '<div class="chart-axis" aria-hidden="true"><span>{}</span><span>{}</span></div>',
        _reference_key(reference, reference_label, unit), number(top, unit),
        title, finding or title, aim, _path(places, floor, top), marks,
        given[0][0] if given else "", given[-1][0] if len(given) > 1 else "",
    )  # fmt: skip
    table = data_table([_("When"), _("Value")], [(label, number(value, unit)) for label, value in given])
    return figure("line", title, finding, plot, table)


def _height(value: Number, floor: Number, top: Number) -> float:
    """The place of a value on a drawing 140 px high, whose ground is at 130."""
    return 130 - 120 * (min(max(value, floor), top) - floor) / ((top - floor) or 1)


def _path(places: Sequence[tuple[float, Number | None]], floor: Number, top: Number) -> str:
    """A path that lifts the pen over gaps."""
    steps, down = [], False
    for x, value in places:
        if value is None:
            down = False
            continue
        steps.append(f"{'L' if down else 'M'}{x:.2f} {_height(value, floor, top):.1f}")
        down = True
    return " ".join(steps)


def sparkline(values: Iterable[Number], *, label: Text) -> SafeString:
    """A small line in the flow of the text; `label` says what it shows."""
    given = list(values)
    floor, top = min(given, default=0), max(given, default=1)
    span = (top - floor) or 1
    places = [(3 + 90 * i / max(len(given) - 1, 1), 21 - 18 * (value - floor) / span) for i, value in enumerate(given)]
    if not places:
        return NOTHING
    return format_html(
        '<svg class="sparkline" width="96" height="24" viewBox="0 0 96 24" role="img" aria-label="{}">'
        '<polyline points="{}" class="trend"/><circle cx="{}" cy="{}" r="3" class="point"/></svg>',
        label, " ".join(f"{x:.1f},{y:.1f}" for x, y in places), f"{places[-1][0]:.1f}", f"{places[-1][1]:.1f}",
    )  # fmt: skip
