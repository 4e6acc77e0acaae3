"""The components, as tags known to every template. The cheat-sheet is the style guide itself (`/styleguide/`)."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.lib.texts import pick as pick_text
from backend.web import html, line, reading, states, tables
from backend.web.html import format_html, format_html_join
from backend.web.templatetags import ui_cells, ui_charts, ui_forms

register = template.Library()
register.tags.update(ui_forms.register.tags)
register.tags.update(ui_cells.register.tags)
register.tags.update(ui_charts.register.tags)

SIZES = ("small", "medium", "large")
Text = str | Promise


# --- Text and signs -------------------------------------------------------------------------------
register.filter("hours", reading.hours)
register.filter("signed", reading.signed)
register.filter("unit", reading.unit)
register.filter("percent", reading.percent)
register.filter("dated", reading.dated)
register.filter("relday", reading.relative_day)
register.filter("moment", reading.moment)
register.filter("until", reading.span)
register.filter("lately", reading.lately)
register.filter("clock", reading.clock_time)
register.filter("initials", reading.initials)


@register.filter
def day(value: Any, form: str = "long") -> str:
    """`{{ date|day }}` → "lundi 12 mars"; `{{ date|day:"short" }}` → "12 mars"."""
    return reading.day(value, weekday=html.one_of(form, ("long", "short"), "form of a day") == "long")


@register.filter
def pick(row: object, name: str) -> str:
    """The text of a row in the reader's language: `{{ programme|pick:"title" }}`."""
    return pick_text(row, name)


@register.simple_tag
def icon(name: str, *, size: int = 20, label: Text = "", style: str = "outline") -> SafeString:
    return html.icon_svg(
        str(name), size, str(label), html.one_of(style, ("outline", "solid", "mini", "micro"), "style")
    )


@register.simple_tag
def badge(text: Text, *, tone: str = "neutral", icon: str = "") -> SafeString:
    """A word with a tone and a shape of its own."""
    sign = html.icon_svg(icon or states.ICON_OF[html.one_of(tone, html.TONES, "tone")], 16, "", "micro")
    return format_html('<span class="badge tone-{}">{}<span>{}</span></span>', tone, sign, text)


@register.simple_tag
def state(row: Any, *, label: Text = "") -> SafeString:
    """The badge of a row's `state`, in the words of its choices."""
    return badge(label or row.get_state_display(), tone=states.tone_of(row.state))


# --- Acts -----------------------------------------------------------------------------------------
def _button_class(tone: str, big: bool) -> str:
    return html.classes("button", f"button-{html.one_of(tone, html.BUTTON_TONES, 'tone')}", "button-big" if big else "")


def _sign(name: str) -> SafeString:
    return html.icon_svg(name, 20) if name else html.NOTHING


@register.simple_tag
def button(
    label: Text, *, icon: str = "", tone: str = "main", big: bool = False,
    name: str = "", value: Any = "", form: str = "", disabled: bool = False,
) -> SafeString:  # fmt: skip
    """A submit button of the form it stands in (or of the form with the id `form`)."""
    extra = html.attributes({"name": name, "value": value, "form": form, "disabled": disabled})
    return format_html(
        '<button type="submit" class="{}"{}>{}<span>{}</span></button>',
        _button_class(tone, big),
        extra,
        _sign(icon),
        label,
    )


@register.simple_tag
def link_button(
    url: str, label: Text, *, icon: str = "", tone: str = "quiet", big: bool = False, download: bool = False
) -> SafeString:
    """A link that looks like a button: it goes somewhere, it changes nothing."""
    extra = html.attributes({"download": download})
    return format_html(
        '<a href="{}" class="{}"{}>{}<span>{}</span></a>', url, _button_class(tone, big), extra, _sign(icon), label
    )


@register.simple_tag(takes_context=True)
def post_button(
    context: dict[str, Any], url: str, label: Text, *, icon: str = "", tone: str = "quiet", big: bool = False,
    name: str = "", value: Any = "",
) -> SafeString:  # fmt: skip
    """One act in one tap: a form with only this button, protected by the token."""
    return format_html(
        '<form method="post" action="{}" class="inline-form">{}{}{}</form>',
        url, ui_forms.token_field(context), ui_forms.once_field(),
        button(label, icon=icon, tone=tone, big=big, name=name, value=value),
    )  # fmt: skip


@register.simple_block_tag
def actions(content: SafeString) -> SafeString:
    """Buttons in a row that wraps; full width on a phone."""
    return format_html('<div class="actions">{}</div>', content)


# --- The frame of a page --------------------------------------------------------------------------
@register.simple_block_tag
def page_header(
    content: SafeString,
    title: Text,
    *,
    subtitle: Text = "",
    eyebrow: Text = "",
    back_url: str = "",
    back_label: Text = "",
) -> SafeString:
    """The h1 of the page, the way back, and (as content) its acts."""
    acts = content.strip()
    return SafeString(
        render_to_string(
            "web/ui/page_header.html",
            {"title": title, "subtitle": subtitle, "eyebrow": eyebrow, "back_url": back_url,
             "back_label": back_label or _("Back"), "acts": SafeString(acts)},
        )
    )  # fmt: skip


@register.simple_block_tag
def section(
    content: SafeString, title: Text, *, subtitle: Text = "", id: str = "", url: str = "", link_label: Text = ""
) -> SafeString:
    """An h2 and what stands under it; `url` opens the whole of what is shown in part."""
    more = format_html('<a class="section-more" href="{}">{}</a>', url, link_label or _("See all")) if url else ""
    under = format_html('<p class="section-sub">{}</p>', subtitle) if subtitle else ""
    return format_html(
        '<section class="section"{}><header class="section-head"><h2>{}</h2>{}{}</header>{}</section>',
        html.attributes({"id": id}), title, more, under, content,
    )  # fmt: skip


@register.simple_block_tag
def card(
    content: SafeString,
    *,
    title: Text = "",
    icon: str = "",
    tone: str = "",
    url: str = "",
    level: int = 3,
    id: str = "",
) -> SafeString:
    """A surface; with `url`, the whole card leads there through the link in its title."""
    shape = html.classes(
        "card", f"card-{html.one_of(tone, html.TONES, 'tone')}" if tone else "", "card-link" if url else ""
    )
    words = format_html('<a href="{}">{}</a>', url, title) if url else title
    head = (
        format_html('<h{} class="card-title">{}{}</h{}>', level, _sign(icon), words, level) if title else html.NOTHING
    )
    return format_html('<div class="{}"{}>{}{}</div>', shape, html.attributes({"id": id}), head, content)


@register.simple_block_tag
def next_act(content: SafeString, title: Text, *, eyebrow: Text = "", text: Text = "") -> SafeString:
    """The one main act of a home page: what, why now, and (as content) its button."""
    return format_html(
        '<section class="next-act"><p class="eyebrow">{}</p><h2>{}</h2>{}<div class="actions">{}</div></section>',
        eyebrow or _("Next stop"), title, format_html("<p>{}</p>", text) if text else "", content,
    )  # fmt: skip


@register.simple_block_tag
def grid(content: SafeString, *, size: str = "medium") -> SafeString:
    """Cards side by side, as many as fit."""
    return format_html('<div class="grid grid-{}">{}</div>', html.one_of(size, SIZES, "size"), content)


@register.simple_block_tag
def stats(content: SafeString) -> SafeString:
    """A row of figures."""
    return format_html('<div class="stats">{}</div>', content)


@register.simple_tag
def stat(
    value: Any, label: Text, *, unit: Text = "", note: Text = "", url: str = "", tone: str = "neutral"
) -> SafeString:
    """One figure: its value, what it counts, and a note on how sure it is. `url` opens the rows behind it."""
    return SafeString(
        render_to_string(
            "web/ui/stat.html",
            {"value": reading.grouped(value) if type(value) is int else value, "label": label, "unit": unit,
             "note": note, "url": url, "tone": html.one_of(tone, html.TONES, "tone")},
        ).strip()
    )  # fmt: skip


@register.simple_block_tag
def notice(content: SafeString, *, tone: str = "info", title: Text = "", icon: str = "") -> SafeString:
    """Something to know, in place. A refusal or an error uses tone="bad"."""
    sign = html.icon_svg(icon or states.ICON_OF[html.one_of(tone, html.TONES, "tone")], 24)
    head = format_html('<p class="notice-title">{}</p>', title) if title else ""
    return format_html(
        '<div class="notice tone-{}"{}>{}<div class="notice-body">{}{}</div></div>',
        tone, html.attributes({"role": "alert" if tone == "bad" else ""}), sign, head, content,
    )  # fmt: skip


@register.simple_block_tag
def empty_state(content: SafeString, title: Text, *, text: Text = "", icon: str = "map") -> SafeString:
    """Nothing here yet: say why and what to do (buttons as content)."""
    words = format_html("<p>{}</p>", text) if text else ""
    return format_html(
        '<div class="empty-state">{}<p class="empty-title">{}</p>{}<div class="actions">{}</div></div>',
        html.icon_svg(icon, 24), title, words, content,
    )  # fmt: skip


@register.simple_block_tag
def details(content: SafeString, summary: Text, *, open: bool = False) -> SafeString:
    """Something that waits behind a line until asked for."""
    return format_html(
        '<details class="details"{}><summary>{}</summary><div class="details-body">{}</div></details>',
        html.attributes({"open": open}), summary, content,
    )  # fmt: skip


# --- Lists and tables -----------------------------------------------------------------------------
@register.simple_block_tag
def table(
    content: SafeString, caption: Text, *, cards: bool = True, hide_caption: bool = False, sticky: bool = True
) -> SafeString:
    """thead + tbody as content; scrolls by itself; each row becomes a card on a phone unless cards=False."""
    shape = html.classes("table", "table-cards" if cards else "", "table-sticky" if sticky else "")
    return format_html(
        '<div class="table-box" tabindex="0" role="region" aria-label="{}"><table class="{}"><caption{}>{}</caption>'
        "{}</table></div>",
        caption, shape, html.attributes({"class": "visually-hidden" if hide_caption else ""}), caption,
        tables.label_cells(content) if cards else content,
    )  # fmt: skip


@register.simple_block_tag
def facts(content: SafeString) -> SafeString:
    """Terms and their values; made of `{% fact %}`."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: SafeString, term: Text) -> SafeString:
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", term, content)


@register.simple_block_tag
def items(content: SafeString, *, label: Text = "") -> SafeString:
    """A list of lines to open; made of `{% item %}`."""
    return format_html('<ul class="items"{}>{}</ul>', html.attributes({"aria-label": label}), content)


@register.simple_block_tag
def item(
    content: SafeString, title: Text, *, url: str = "", note: Text = "", icon: str = "", tone: str = "neutral"
) -> SafeString:
    """One line: title (a link if `url`), note under it; badges and buttons as content."""
    words = format_html('<a href="{}">{}</a>', url, title) if url else title
    sign = format_html('<span class="item-sign tone-{}">{}</span>', html.one_of(tone, html.TONES, "tone"), _sign(icon))
    below = format_html('<span class="item-note">{}</span>', note) if note else ""
    return format_html(
        '<li class="{}">{}<span class="item-text"><span class="item-title">{}</span>{}</span>'
        '<span class="item-side">{}</span></li>',
        html.classes("item", "item-link" if url else ""), sign if icon else "", words, below, content,
    )  # fmt: skip


@register.simple_tag
def stations(stops: Iterable[Any], *, label: Text = "", compact: bool = False) -> SafeString:
    """A journey as a line of stations; each stop is a dict or an object (see `backend.web.line.Stop`)."""
    made = line.make_stops(stops)
    return SafeString(
        render_to_string(
            "web/ui/stations.html",
            {"stops": made, "label": label or _("The journey, stop by stop"), "compact": compact},
        )
    )


@register.simple_tag
def timeline(entries: Iterable[Any], *, label: Text = "") -> SafeString:
    """What happened, newest first as given: each entry has when, title, and maybe text, icon, tone, url, by."""
    names = ("when", "title", "text", "icon", "tone", "url", "by")
    rows = [{name: line.read(entry, name) for name in names} for entry in entries]
    for row in rows:
        row["tone"] = html.one_of(row["tone"] or "neutral", html.TONES, "tone")
    return SafeString(render_to_string("web/ui/timeline.html", {"rows": rows, "label": label or _("History")}))


@register.simple_tag
def tabs(entries: Iterable[Any], *, label: Text) -> SafeString:
    """Links side by side: (label, url, is_current) or (label, url, is_current, count)."""
    rows = ((*entry, None)[:4] for entry in entries)
    drawn = format_html_join(
        "",
        '<li><a href="{}"{}>{}{}</a></li>',
        (
            (url, html.attributes({"aria-current": "page" if current else ""}), words,
             format_html(' <span class="count">{}</span>', count) if count is not None else "")
            for words, url, current, count in rows
        ),
    )  # fmt: skip
    return format_html('<nav class="tabs" aria-label="{}"><ul>{}</ul></nav>', label, drawn)


@register.inclusion_tag("web/ui/pagination.html", takes_context=True)
def pagination(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """Previous, next, where we are; keeps the filters of the address. Nothing when there is one page."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {"page": page, "query": f"{query.urlencode()}&" if query else ""}


@register.simple_tag
def step_list(labels: Iterable[Text], current: int, *, label: Text = "") -> SafeString:
    """Where we are in an act made of several pages; `current` counts from 1."""
    drawn = format_html_join(
        "",
        '<li class="{}"{}><span>{}</span></li>',
        (
            ("is-done" if i < current else "is-current" if i == current else "is-next",
             html.attributes({"aria-current": "step" if i == current else ""}), words)
            for i, words in enumerate(labels, start=1)
        ),
    )  # fmt: skip
    return format_html('<ol class="step-list" aria-label="{}">{}</ol>', label or _("Steps"), drawn)


@register.simple_tag
def progress(value: float, maximum: float = 100, *, label: Text, note: Text = "", show: Text = "") -> SafeString:
    """A bar with its label and its value in words (`show`, else a percentage)."""
    share = round(100 * value / maximum) if maximum else 0
    shown = show or reading.percent(share)
    return SafeString(
        render_to_string(
            "web/ui/progress.html",
            {"value": f"{value:g}", "maximum": f"{maximum or 1:g}", "label": label, "note": note, "shown": shown},
        ).strip()
    )


@register.simple_tag
def copy_field(value: str, *, label: Text, id: str = "copy") -> SafeString:
    """A text to take away: readable and selectable without JavaScript, one tap with it."""
    return format_html(
        '<div class="copy-field"><label for="{0}">{1}</label><div class="copy-row">'
        '<input id="{0}" type="text" readonly value="{2}">'
        '<button type="button" class="button button-quiet" data-copy="{0}" data-copied="{3}" hidden>{4}<span>{5}</span>'
        "</button></div></div>",
        id, label, value, _("Copied"), html.icon_svg("clipboard-document", 20), _("Copy"),
    )  # fmt: skip
