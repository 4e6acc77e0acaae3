"""How changes and shares are written in the tables of figures."""

from django import template

from backend.web.charts import number
from evaluation.queries.words import signed

register = template.Library()
register.filter("signed", signed)


@register.filter
def ratio(counts: tuple[int, int]) -> str:
    """(3, 12) → "3/12"."""
    return f"{number(counts[0])}/{number(counts[1])}"
