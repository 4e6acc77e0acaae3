"""The outcome of each line of an import, as a file to take away: what was typed, what became of it, why."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from journeys.models import Import, Journey
from journeys.queries.imports.columns import LABELS, Text
from journeys.queries.imports.problems import Note

KINDS: dict[str, Promise] = {
    "update": pgettext_lazy("line of a file", "updated"),
    "unchanged": pgettext_lazy("line of a file", "unchanged"),
    "error": pgettext_lazy("line of a file", "left aside, in error"),
    "skipped": pgettext_lazy("line of a file", "left out on purpose"),
}
RECOGNISED: dict[str, Promise] = {
    "email": pgettext_lazy("recognised by", "e-mail"),
    "name": pgettext_lazy("recognised by", "name and project"),
    "account": pgettext_lazy("recognised by", "e-mail of an account"),
}


OPENED = pgettext_lazy("line of a file", "journey opened")


def outcome_head() -> list[str]:
    return [_("Line"), _("Name"), _("E-mail"), _("Project"), *became_head(), _("Journey")]


def outcome_rows(batch: Import) -> Iterator[list[Any]]:
    """One row a line of the file. The journeys of an undone import are no more: no link leads to them."""
    is_there = batch.state != Import.State.UNDONE
    base = settings.SITE_URL + reverse("journeys:journey_detail", args=[0]).replace("/0/", "/{}/")
    for one in batch.outcomes:
        journey = one["journey"] if is_there else None
        yield [
            one["line"],
            one["name"],
            one["email"],
            one["project"],
            *became(one, LABELS, created=OPENED),
            base.format(journey) if journey else "",
        ]


def became_head() -> list[str]:
    return [_("Outcome"), _("Recognised by"), _("What changed"), _("Why"), _("What was typed")]


def became(one: Mapping[str, Any], labels: Mapping[str, Text], *, created: Text) -> list[str]:
    """What became of one line, in words; `labels` are its fields, `created` says what a new line brought."""
    return [
        str(KINDS.get(one["kind"], created)),
        str(RECOGNISED.get(one["by"], "")),
        ", ".join(str(labels.get(name, name)) for name in one["changed"]),
        " ".join(f"{labels.get(field, '')}: {sentence}".removeprefix(": ") for field, sentence in _why(one)),
        "; ".join(f"{labels.get(name, name)}: {text}" for name, text in _typed(one, labels)),
    ]


def people_of(batch: Import) -> "QuerySet[Journey]":
    """The journeys whose holders’ addresses the file carries."""
    ids = {one["journey"] for one in batch.outcomes if one["journey"] and one["email"]}
    return Journey.objects.filter(pk__in=ids).select_related("programme__organisation", "holder__user", "project")


def _typed(one: Mapping[str, Any], labels: Mapping[str, Text]) -> list[tuple[str, str]]:
    """(field, text) in the order of the columns that Jalon knows: PostgreSQL keeps no order of keys."""
    order = {name: place for place, name in enumerate(labels)}
    return sorted(one.get("cells", {}).items(), key=lambda cell: (order.get(cell[0], len(order)), cell[0]))


def _why(one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for code, field, params in one["notes"]:
        yield field, str(Note(code, field, params).sentence)
