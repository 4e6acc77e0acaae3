"""What stands in the cells of long tables, and people: no template, for it is said hundreds of times on one page."""

from functools import lru_cache

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.web import html, reading
from backend.web.html import format_html

register = template.Library()
Text = str | Promise
SIZES = ("small", "medium", "large", "huge")


@register.simple_tag
def two_lines(first: Text, second: Text = "") -> SafeString:
    """What a cell says, and one line under it."""
    below = format_html("<small>{}</small>", second) if second else ""
    return format_html('<span class="sign-cell">{}{}</span>', first, below)


@register.simple_tag
def meter(percent: int, label: Text) -> SafeString:
    """How far, as a bar with its number beside it: small enough for a cell."""
    return _meter(int(percent), str(label), reading.percent(int(percent)))


@lru_cache(maxsize=1024)
def _meter(percent: int, label: str, shown: str) -> SafeString:
    return format_html(
        '<span class="meter"><progress value="{0}" max="100" aria-label="{1}">{2}</progress>{2}</span>',
        percent,
        label,
        shown,
    )


@register.simple_tag
def avatar(person: object, *, size: str = "medium", picture: str = "", is_named: bool = False) -> SafeString:
    """Initials in a disc, or the picture at this address. The name stands beside it, so the disc is silent; without
    one (`is_named`), a picture says whose it is."""
    chosen = html.one_of(size, SIZES, "size")
    if picture:
        said = _("Photo of %(person)s") % {"person": person} if is_named else ""
        return format_html(
            '<img class="avatar avatar-{}" src="{}" alt="{}" width="40" height="40">', chosen, picture, said
        )
    return _disc(str(person), chosen)


@lru_cache(maxsize=1024)
def _disc(name: str, chosen: str) -> SafeString:
    shade = sum(name.encode()) % 6 + 1
    return format_html(
        '<span class="avatar avatar-{} shade-{}" aria-hidden="true">{}</span>', chosen, shade, reading.initials(name)
    )


@register.simple_tag
def person(someone: object, *, note: Text = "", url: str = "", picture: str = "") -> SafeString:
    """Disc, name (a link if `url`), one line under it."""
    name = format_html('<a href="{}">{}</a>', url, someone) if url else someone
    below = format_html('<span class="person-note">{}</span>', note) if note else ""
    return format_html(
        '<span class="person">{}<span class="person-text"><span class="person-name">{}</span>{}</span></span>',
        avatar(someone, picture=picture), name, below,
    )  # fmt: skip
