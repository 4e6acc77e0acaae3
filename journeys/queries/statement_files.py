"""A paper as a file to take away: PDF through typst, or a workbook in which lengths are durations that add up."""

import io
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.lib.documents import typeset
from backend.web.reading import clock_time
from journeys.queries.statement_papers import Cell, Length, Moment, Paper, Table, written

TEMPLATE = Path(__file__).resolve().parent.parent / "data" / "statement.typ"
DAY = 24 * 60


def paper_data(paper: Paper) -> dict[str, Any]:
    """What the typst template reads: every cell in words."""
    known = timezone.localtime(paper.at)
    day = f"{written(known.date())}, {clock_time(known)}"
    return {
        "language": (get_language() or "fr")[:2],
        "title": paper.title,
        "subtitle": paper.subtitle,
        "author": paper.author,
        "period": paper.period,
        "wide": paper.is_wide,
        "footer": _("%(organisation)s · as known on %(day)s") % {"organisation": paper.author, "day": day},
        "facts": [list(fact) for fact in paper.facts],
        "tables": [_table_data(table) for table in paper.tables],
        "signature_title": _("Signature"),
        "signature": [list(fact) for fact in paper.signature],
        "notes": [],
    }


def _table_data(table: Table) -> dict[str, Any]:
    sample = [*table.rows, table.total] if table.total else table.rows
    numeric = [any(isinstance(row[at], Length) for row in sample) for at in range(len(table.head))]
    return {
        "title": table.title,
        "note": table.note,
        "head": table.head,
        "rows": [[str(cell) for cell in row] for row in table.rows],
        "total": [str(cell) for cell in table.total],
        "numeric": numeric,
        "widths": table.widths,
    }


def as_pdf(paper: Paper) -> bytes:
    """Tagged and lasting; the same paper gives the same bytes."""
    return typeset(TEMPLATE, paper_data(paper), at=paper.at)


def as_workbook(paper: Paper) -> bytes:
    """One sheet for the facts and one a table. Never a live formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": paper.title, "author": paper.author, "created": paper.at.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        formats = {
            Length: book.add_format({"num_format": "[h]:mm"}),
            Moment: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        first = book.add_worksheet(paper.title[:31])
        facts = [(paper.title, paper.subtitle), *paper.facts, *paper.signature]
        for at, (term, words) in enumerate(facts):
            first.write_string(at, 0, term, bold)
            first.write_string(at, 1, words)
        first.autofit()
        for table in paper.tables:
            _write(book.add_worksheet(table.short[:31]), table, bold, formats)
    return out.getvalue()


def _write(sheet: Any, table: Table, bold: Any, formats: dict[type, Any]) -> None:
    sheet.write_row(0, 0, table.head, bold)
    for at, row in enumerate([*table.rows, *([table.total] if table.total else [])], start=1):
        for column, cell in enumerate(row):
            _write_cell(sheet, at, column, cell, formats)
    sheet.freeze_panes(1, 1)
    sheet.autofit()


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, formats: dict[type, Any]) -> None:
    if isinstance(cell, Length):
        sheet.write_number(row, column, cell.minutes / DAY, formats[Length])
    elif isinstance(cell, Moment):
        sheet.write_datetime(row, column, cell.at, formats[Moment])
    else:
        sheet.write_string(row, column, cell)
