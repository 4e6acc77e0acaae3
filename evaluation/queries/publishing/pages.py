"""The list of publications, and one snapshot as its page shows it."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.accounts.models import User
from backend.web import reading
from backend.web.charts import number
from evaluation.models import Campaign, Snapshot
from evaluation.queries.publishing.content import title_of
from evaluation.queries.publishing.difference import changed
from evaluation.queries.publishing.files import about, period_words
from evaluation.queries.publishing.flat import COLUMNS, TABLES, language
from evaluation.queries.publishing.told import aimed, hours_of, milestones_of
from evaluation.queries.words import signed

LISTED = 100
HEADS = COLUMNS | {"minutes": _lazy("Hours"), "sure": _lazy("of which confirmed")}
"""Of a table on the page, where minutes are told as hours."""


def snapshots(user: User) -> "QuerySet[Snapshot]":
    return Snapshot.objects.visible_to(user).select_related("campaign__organisation", "campaign__programme")


def campaigns(user: User) -> "QuerySet[Campaign]":
    return Campaign.objects.visible_to(user).select_related("organisation", "programme", "checked_by", "reviewed_by")


def published(user: User) -> list[tuple[Snapshot, str, str]]:
    """(snapshot, title, period) of those that nothing has replaced. One query."""
    found = snapshots(user).filter(replaced_at=None).order_by("-campaign__until", "-published_at", "-pk")[:LISTED]
    return [(one, title_of(one.content), period_words(one.content)) for one in found]


def latest(user: User, organisation: int | None = None) -> Snapshot | None:
    """The publication that she may read of the latest period, of that organisation where one is meant. One query."""
    found = Snapshot.objects.visible_to(user).current().order_by("-campaign__until", "-published_at", "-pk")
    return (found.filter(campaign__organisation=organisation) if organisation else found).first()


def why_published() -> str:
    """Why whoever reads published figures does not read those of today."""
    return _(
        "You read published figures, which stay as they were on their day: nobody can be found by comparing those of"
        " two days or of two filters."
    )


def prepared(user: User) -> list[Campaign]:
    """What the leads of her organisations prepare, or take up again. One query."""
    found = campaigns(user).exclude(state=Campaign.State.PUBLISHED)
    return list(found.annotate(published=Count("snapshots")).order_by("closes_on", "pk")[:LISTED])


def before(snapshot: Snapshot) -> Snapshot | None:
    """The one that it replaced, unless that was withdrawn. One query."""
    earlier = snapshot.campaign.snapshots.filter(number__lt=snapshot.number, withdrawn_at=None)
    return earlier.order_by("-number").first()


def campaign_title(campaign: Campaign) -> str:
    """As a lead knows it: its title, else the programme."""
    return campaign.title or (campaign.programme.title if campaign.programme else capfirst(_("all programmes")))


def page_of(snapshot: Snapshot) -> dict[str, Any]:
    """Everything on the page of a snapshot. One query for the one before."""
    found = snapshot.content
    old = before(snapshot)
    return {
        "snapshot": snapshot,
        "title": title_of(found),
        "period": period_words(found),
        "note": found.get("note", ""),
        "threshold": found["smallest_group"],
        "levels": [Told(name, *_apart(figures)) for name, figures in levels(found)],
        "definitions": [one for _name, figures in levels(found) for one in figures],
        "aimed": aimed(found),
        "hours": hours_of(found),
        "milestones": milestones_of(found),
        "hides_milestones": any(one["is_hidden"] for one in found["milestones"]),
        "tables": [table_of(one) for one in found["tables"]],
        "about": about(snapshot, reading.dated),
        "before": old,
        "withheld": [one[language()] for one in found.get("withheld", [])],
        "changes": changed(old.content, found) if old else [],
    }


@dataclass(frozen=True)
class Told:
    """The figures of a level: those that tell something, and those that do not, with the reason."""

    name: str
    figures: list[dict[str, Any]]
    silent: list[dict[str, Any]]


def _apart(figures: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    silent = [one for one in figures if one["is_hidden"] or one["value"] is None]
    return [one for one in figures if one not in silent], silent


def levels(found: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """(level in words, its figures) in the reader's language."""
    drawn = [
        one | {"words": one[language()], "aim": one["target"][language()] if one.get("target") else None}
        for one in found["figures"]
    ]
    grouped = groupby(drawn, key=lambda one: one["level"])
    return [(found[0]["words"]["level"], found) for found in (list(group) for _level, group in grouped)]


def table_of(table: dict[str, Any]) -> dict[str, Any]:
    """A table by group as cells of text, lines with nobody and hidden ones named below; and its bars."""
    lines = [(line[language()], line) for line in table["lines"]]
    shown = sorted(
        ((label, line) for label, line in lines if line["cells"]["people"]),
        key=lambda pair: (pair[1]["key"] is None, pair[0]),
    )
    return {
        "title": TABLES.get(table["code"], table["code"]),
        "columns": list(HEADS.values()),
        "lines": [(label, [cell_words(line, name) for name in COLUMNS]) for label, line in shown],
        "bars": [(label, line["cells"]["people"]) for label, line in shown],
        "hidden": [label for label, line in lines if line["is_hidden"]],
        "empty": [label for label, line in lines if not line["is_hidden"] and not line["cells"]["people"]],
    }


def cell_words(line: dict[str, Any], name: str) -> str:
    """One cell; "" where it is hidden."""
    value = line["cells"].get(name)
    if name in line["hidden"]:
        return ""
    if name in ("minutes", "sure"):
        return reading.hours(value)
    if isinstance(value, dict):
        return signed(value["mean"]) if value["mean"] is not None else "–"
    if isinstance(value, list):
        return _("%(n)s of %(total)s") % {"n": number(value[0]), "total": number(value[1])} if value[1] else "–"
    return number(value) if value is not None else "–"
