"""The rows behind a figure as a file: CSV for any tool, XLSX for a spreadsheet. Text stays text, never a formula."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.lib.texts import no_formula
from evaluation.queries.line import Line
from evaluation.queries.lines import RowSet

BATCH = 500


def lines_of(found: RowSet) -> Iterator[Line]:
    """Every line, read in batches: the memory does not grow with the rows."""
    rows = found.rows.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield from found.lines(batch)


def head(value_head: object) -> list[str]:
    return [_("Person"), _("Programme"), _("Commune"), _("Date"), _("What"), _("State"), str(value_head)]


def cells(line: Line) -> list[Any]:
    return [line.person, line.programme, line.commune, line.day, line.what, line.state, line.value]


def as_csv(found: RowSet, value_head: object) -> Iterator[str]:
    """Semicolons and a comma for decimals in French, commas and a dot in English; with a byte-order mark, as
    spreadsheets need it. A text that would be read as a formula is preceded by an apostrophe."""
    french = (get_language() or "fr").startswith("fr")
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if french else ",")

    def flushed() -> str:
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    def plain(cell: Any) -> Any:
        if isinstance(cell, str):
            return no_formula(cell)
        if isinstance(cell, float) and french:
            return f"{cell:.10g}".replace(".", ",")
        return cell

    buffer.write("\ufeff")
    writer.writerow(head(value_head))
    for line in lines_of(found):
        writer.writerow([plain(cell) for cell in cells(line)])
        yield flushed()
    yield flushed()


def as_xlsx(found: RowSet, value_head: object, notes: Sequence[tuple[str, str]]) -> bytes:
    """One sheet of rows, one that says what they are. Nothing in it is a formula or a link."""
    memory = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    book = xlsxwriter.Workbook(memory, options)
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(_("Rows"))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 2, 26)
    sheet.set_column(3, 3, 12)
    sheet.set_column(4, 5, 26)
    sheet.write_row(0, 0, head(value_head), bold)
    for r, line in enumerate(lines_of(found), start=1):
        for c, cell in enumerate(cells(line)):
            if c == 3:
                sheet.write_datetime(r, c, cell, day)
            elif isinstance(cell, int | float):
                sheet.write_number(r, c, cell)
            else:
                sheet.write_string(r, c, cell or "")
    about = book.add_worksheet(_("About"))
    about.set_column(0, 0, 24)
    about.set_column(1, 1, 90)
    for r, (name, words) in enumerate(notes):
        about.write_string(r, 0, name, bold)
        about.write_string(r, 1, words)
    book.close()
    return memory.getvalue()
