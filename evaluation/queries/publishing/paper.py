"""A snapshot as a paper: a tagged PDF (PDF/UA-1, PDF/A-2a) with bars, and the method on its last pages."""

from pathlib import Path
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backend.lib.documents import typeset
from backend.web import reading
from evaluation.models import Snapshot
from evaluation.queries.publishing.content import title_of
from evaluation.queries.publishing.files import about, method, period_words
from evaluation.queries.publishing.flat import language
from evaluation.queries.publishing.pages import levels, table_of
from evaluation.queries.publishing.told import Aimed, aimed, hours_of

TEMPLATE = Path(__file__).resolve().parents[2] / "data" / "publication.typ"
PDF = "application/pdf"
HIDDEN = "–"


def as_pdf(snapshot: Snapshot) -> bytes:
    """In the reader's language; the same snapshot gives the same bytes."""
    return typeset(TEMPLATE, paper_data(snapshot), at=snapshot.published_at)


def paper_data(snapshot: Snapshot) -> dict[str, Any]:
    """What the template reads: every number in words."""
    found = snapshot.content
    title = title_of(found)
    drawn = levels(found)
    return {
        "language": language(),
        "title": title,
        "period": period_words(found),
        "author": found["scope"]["organisation"],
        "footer": f"{title} · {_('Snapshot')} {snapshot.number} · SHA-256 {snapshot.sha256[:16]}…",
        "note": _("Frozen on %(day)s. A dash stands where few people would be told of, or nothing is known.")
        % {"day": reading.dated(reading.as_day(snapshot.published_at))},
        "lead_note_title": _("A word from the programme leads"),
        "lead_note": [line for line in found.get("note", "").splitlines() if line.strip()],
        "aims_title": _("Against the targets"),
        "aims_head": [_("Figure"), _("Value"), pgettext("figure", "Target"), "", _("Where it stands")],
        "aims": [_aim(one) for one in aimed(found)],
        "hours_title": _("Hours received, by kind"),
        "hours_head": [_("Kind"), _("Hours"), "", _("of which confirmed")],
        "hours": [vars(one) | {"label": capfirst(one.label)} for one in hours_of(found)],
        "hours_note": _("The dark part of a bar is confirmed by those who received the hours."),
        "head": [_("Figure"), _("Value"), _("How sure, and of what")],
        "levels": [{"title": name, "figures": [_figure(one) for one in figures]} for name, figures in drawn],
        "tables": [_table(one) for one in map(table_of, found["tables"]) if one["lines"]],
        "method": _("Method"),
        "rules": method(found),
        "definitions": [
            [capfirst(one["words"]["title"]), f"{one['words']['definition']} ({one['definition']})"]
            for _name, figures in drawn
            for one in figures
        ],
        "about_title": _("About this snapshot"),
        "about": [list(pair) for pair in about(snapshot, reading.dated)],
    }


def _aim(one: Aimed) -> dict[str, Any]:
    where = " · ".join(part for part in (capfirst(one.standing), one.period) if part)
    return vars(one) | {"title": capfirst(one.title), "where": where}


def _figure(one: dict[str, Any]) -> dict[str, str]:
    said: dict[str, str] = one["words"]
    value = f"{said['shown']}{reading.unit(said['unit'])}"
    return {"title": capfirst(said["title"]), "shown": value, "precision": said["precision"], "note": said["note"]}


def _table(made: dict[str, Any]) -> dict[str, Any]:
    """People as numbers and bars, then the other columns."""
    most = max((people or 0 for _label, people in made["bars"]), default=0) or 1
    bars = dict(made["bars"])
    names = [(_("Hidden groups:"), made["hidden"]), (_("Nobody accompanied in:"), made["empty"])]
    return {
        "title": str(made["title"]),
        "head": [str(made["title"]), str(made["columns"][0]), "", *(str(one) for one in made["columns"][1:])],
        "rows": [
            {
                "label": label, "people": cells[0] or HIDDEN, "share": round(100 * (bars[label] or 0) / most, 1),
                "cells": [cell or HIDDEN for cell in cells[1:]],
            }
            for label, cells in made["lines"]
        ],
        "notes": [f"{words} {', '.join(labels)}." for words, labels in names if labels],
    }  # fmt: skip
