"""The facts of an agreement in words, and two versions of it side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backend.web.reading import hours
from journeys.models import Immersion
from journeys.queries.paper_words import schedule_words, written


def label_of(name: str) -> str:
    """How a fact is called."""
    known = {"starts_on": _("First day"), "ends_on": _("Last day"), "minutes_planned": _("Hours planned")}
    known["parties"] = _("The parties")
    return known.get(name) or capfirst(str(getattr(Immersion._meta.get_field(name), "verbose_name", name)))


def shown(name: str, value: Any) -> str:
    """The value of a fact, as a text to read; a dash for nothing."""
    if name == "schedule":
        return "\n".join(" · ".join(line) for line in schedule_words(value or [])) or "–"
    if value in (None, ""):
        return "–"
    if name == "minutes_planned":
        return hours(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return written(value, weekday=name != "born_on")
    if isinstance(value, Model):
        return str(value)
    field = Immersion._meta.get_field(name)
    words = dict(getattr(field, "flatchoices", ()) or ())
    return str(words.get(value, value) or "–")


@dataclass(frozen=True)
class Line:
    """One fact on which two versions differ; `keep` is the side that changed it, "" when both did."""

    name: str
    label: str
    before: str
    mine: str
    theirs: str
    keep: str


def comparison(
    before: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], names: Iterable[str]
) -> list[Line]:
    """The facts on which `mine` and `theirs` differ, each with how it stood `before` both."""
    lines = []
    for name in names:
        follows = name == "minutes_planned" and bool(mine.get("schedule") or theirs.get("schedule"))
        if mine[name] == theirs[name] or follows:  # the hours are those of the schedule
            continue
        was = before.get(name, theirs[name])
        keep = "theirs" if mine[name] == was else "mine" if theirs[name] == was else ""
        words = {"before": shown(name, was), "mine": shown(name, mine[name]), "theirs": shown(name, theirs[name])}
        lines.append(Line(name, label_of(name), keep=keep, **words))
    return lines
