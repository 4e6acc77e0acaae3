"""What stands in the cells of long tables: no template of its own, for it is said hundreds of times on one page."""

from functools import lru_cache

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
Text = str | Promise


@register.simple_tag
def two_lines(first: Text, second: Text = "") -> SafeString:
    """What a cell says, and one line under it."""
    below = format_html("<small>{}</small>", second) if second else ""
    return format_html('<span class="sign-cell">{}{}</span>', first, below)


@register.simple_tag
def meter(percent: int, label: Text) -> SafeString:
    """How far, as a bar with its number beside it: small enough for a cell."""
    return _meter(int(percent), str(label))


@lru_cache(maxsize=1024)
def _meter(percent: int, label: str) -> SafeString:
    return format_html(
        '<span class="meter"><progress value="{0}" max="100" aria-label="{1}">{0} %</progress>{0} %</span>',
        percent,
        label,
    )
