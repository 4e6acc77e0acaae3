"""Amendments in words: what each changes, before and after."""

from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import override

from backend.web.reading import hours
from journeys.models import Amendment, Immersion
from journeys.queries.paper_words import schedule_words, written


def changes_in_words(amendment: Amendment) -> list[list[str]]:
    """Rows of [what, before, after], in the order of the agreement and in its language."""
    with override(amendment.immersion.language):
        names = [one.name for one in Immersion._meta.concrete_fields if one.name in amendment.facts]
        return [
            [label_of(name), words_of(name, amendment.was.get(name)), words_of(name, amendment.facts[name])]
            for name in names
        ]


def label_of(name: str) -> str:
    """A fact of the agreement as a person calls it."""
    return capfirst(str(Immersion._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # a column of ours


def words_of(name: str, value: Any) -> str:
    """A stored fact as a person reads it; a dash for nothing."""
    if value in (None, "", []):
        return "—"
    if name in ("starts_on", "ends_on", "last_day_on"):
        return written(date.fromisoformat(value))
    if name == "minutes_planned":
        return hours(value)
    if name == "schedule":
        return "\n".join(" · ".join(row) for row in schedule_words(value))
    return str(value)
