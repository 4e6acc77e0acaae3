"""A snapshot as a file: JSON (its very bytes), CSV, XLSX. The same snapshot gives the same bytes."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.lib.texts import no_formula
from backend.web import reading
from evaluation.models import Snapshot
from evaluation.queries.publishing.content import title_of
from evaluation.queries.publishing.flat import COLUMNS, HEAD, TABLES, flat, language

JSON, CSV = "application/json; charset=utf-8", "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBERS = 4
"""Columns of HEAD that come before the numbers."""


def as_json(snapshot: Snapshot) -> bytes:
    """The bytes whose SHA-256 the snapshot bears."""
    return snapshot.body.encode()


def as_csv(snapshot: Snapshot) -> bytes:
    """One row a number. Semicolons and decimal commas in French, commas and dots in English; a byte-order mark."""
    french = language() == "fr"
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in flat(snapshot.content):
        writer.writerow([_plain(cell, french) for cell in row.cells])
    return ("\ufeff" + buffer.getvalue()).encode()


def _plain(cell: Any, french: bool) -> Any:
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, float):
        text = f"{cell:.10g}"
        return text.replace(".", ",") if french else text
    return no_formula(cell) if isinstance(cell, str) else cell


def about(snapshot: Snapshot, write: Callable[[date], str] = date.isoformat) -> list[tuple[str, str]]:
    """What the files say of themselves; `write`: how days are written."""
    found = snapshot.content
    since, until = (
        found["scope"][name] and write(date.fromisoformat(found["scope"][name])) for name in ("since", "until")
    )
    return [
        (_("Figures of"), title_of(found)),
        (_("First day"), since or "–"),
        (_("Last day"), until),
        (_("Snapshot"), str(snapshot.number)),
        (_("Published on"), write(timezone.localdate(snapshot.published_at))),
        (_("Smallest group shown"), str(found["smallest_group"])),
        (_("Software"), f"Jalon {found['software']}"),
        ("SHA-256", snapshot.sha256),
    ]


def as_xlsx(snapshot: Snapshot) -> bytes:
    """A sheet on itself, one for each level of figures, one for each table, the codebook. Numbers are numbers."""
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(memory, options) as book:
        book.set_properties(
            {"title": title_of(snapshot.content), "created": snapshot.published_at.replace(tzinfo=None)}
        )
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        _write(book.add_worksheet(_("About")), [], about(snapshot), bold, widths=(24, 80))
        rows = [row.cells for row in flat(snapshot.content)]
        codes = {one["code"]: one for one in snapshot.content["figures"]}
        for level in dict.fromkeys(one["level"] for one in codes.values()):
            named = next(one[language()]["level"] for one in codes.values() if one["level"] == level)
            chosen = [row[2:] for row in rows if row[0] == "figures" and codes[row[2]]["level"] == level]
            _write(book.add_worksheet(_sheet(named)), HEAD[2:], chosen, bold)
        for part in dict.fromkeys(row[0] for row in rows if row[0] != "figures"):
            chosen = [row[1:] for row in rows if row[0] == part]
            _write(book.add_worksheet(_sheet(str(_names().get(part, part)))), HEAD[1:], chosen, bold)
        _write(book.add_worksheet(_("Codebook")), *_codebook(snapshot), bold, widths=(18, 34, 90), wrap=wrap)
    return memory.getvalue()


def _names() -> dict[str, Any]:
    return TABLES | {"milestones": _("Milestones"), "hours": _("Hours")}


def _sheet(name: str) -> str:
    """A name that a workbook takes."""
    return "".join(sign for sign in name if sign not in "[]:*?/\\")[:31].capitalize()


def _codebook(snapshot: Snapshot) -> tuple[list[str], list[tuple[Any, ...]]]:
    """What each code counts, with the version of its definition; what each column holds."""
    found = snapshot.content["figures"]
    rows: list[tuple[Any, ...]] = [
        (one["code"], one[language()]["title"], f"{one[language()]['definition']} ({one['definition']})")
        for one in found
    ]
    rows += [(name, str(label), _("column of the tables by group")) for name, label in COLUMNS.items()]
    columns = {
        "value": _("the figure, in its unit; minutes for hours, percent for shares; empty where hidden or not known"),
        "numerator": _("of a share: those counted"),
        "denominator": _("of a share: all of them"),
        "low": _("lower end of the interval at 95 %"),
        "high": _("upper end of the interval at 95 %"),
        "is_hidden": _("1: hidden, since it would tell of few people"),
        "definition": _("version of the definition"),
    }
    rows += [(name, "", words) for name, words in columns.items()]
    return [_("Code"), _("Title"), _("Definition")], rows


def _write(sheet: Any, head: Any, rows: Any, bold: Any, *, widths: Any = (), wrap: Any = None) -> None:
    if head:
        sheet.write_row(0, 0, list(head), bold)
        sheet.freeze_panes(1, 0)
    for at, width in enumerate(widths or (26, 40, *[14] * 9)):
        sheet.set_column(at, at, width)
    for r, row in enumerate(rows, start=1 if head else 0):
        for c, cell in enumerate(row):
            if isinstance(cell, bool):
                sheet.write_boolean(r, c, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(r, c, cell)
            elif cell is not None:
                sheet.write_string(r, c, str(cell), wrap if wrap else (bold if not head and c == 0 else None))


def name_of(snapshot: Snapshot, ending: str) -> str:
    return f"jalon-{snapshot.campaign.until:%Y-%m-%d}-{snapshot.number}.{ending}"


def period_words(found: dict[str, Any]) -> str:
    """The days of a snapshot as a reader says them."""
    since, until = found["scope"]["since"], found["scope"]["until"]
    last = reading.dated(date.fromisoformat(until))
    if not since:
        return _("from the beginning to %(last)s") % {"last": last}
    return _("from %(first)s to %(last)s") % {"first": reading.dated(date.fromisoformat(since)), "last": last}
