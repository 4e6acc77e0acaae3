"""A snapshot as a paper: a tagged PDF (PDF/UA-1, PDF/A-2a) with bars, and the method on its last pages."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from backend.lib.documents import typeset
from backend.web import reading
from evaluation.models import Snapshot
from evaluation.queries.publishing.content import title_of
from evaluation.queries.publishing.files import about, method, period_words
from evaluation.queries.publishing.flat import language
from evaluation.queries.publishing.pages import levels, table_of

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
        "head": [_("Figure"), _("Value"), _("How sure, and of what")],
        "levels": [{"title": name, "figures": [_figure(one) for one in figures]} for name, figures in drawn],
        "tables": [_table(one) for one in map(table_of, found["tables"]) if one["lines"]],
        "method": _("Method"),
        "rules": method(found),
        "definitions": [
            [one["words"]["title"], f"{one['words']['definition']} ({one['definition']})"]
            for _name, figures in drawn
            for one in figures
        ],
        "about_title": _("About this snapshot"),
        "about": [list(pair) for pair in about(snapshot, reading.dated)],
    }


def _figure(one: dict[str, Any]) -> dict[str, str]:
    said: dict[str, str] = one["words"]
    value = f"{said['shown']}{reading.unit(said['unit'])}"
    return {"title": said["title"], "shown": value, "precision": said["precision"], "note": said["note"]}


def _table(made: dict[str, Any]) -> dict[str, Any]:
    """People as numbers and bars, then the other columns."""
    most = max((people or 0 for _label, people in made["bars"]), default=0) or 1
    bars = dict(made["bars"])
    names = [(_("Hidden, small groups:"), made["hidden"]), (_("Nobody accompanied in:"), made["empty"])]
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
