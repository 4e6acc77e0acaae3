"""How scores, changes and shares are written in the tables of figures."""

from django import template

from backend.web.charts import number
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
