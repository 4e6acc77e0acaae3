"""A list as a file to take away: CSV that French spreadsheets open as it is, or a workbook. Never a live formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from backend.lib.texts import no_formula

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _plain(value: Any) -> str:
    """Text that no spreadsheet takes for a formula; days as yyyy-mm-dd."""
    if value is None:
        return ""
    return no_formula(value) if isinstance(value, str) else value.isoformat() if isinstance(value, date) else str(value)


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with its mark, cells parted by semicolons."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_table(form: str, title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook when `form` is xlsx, else a CSV."""
    return as_xlsx(title, head, rows) if form == "xlsx" else as_csv(head, rows)


def as_xlsx(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a frozen, filterable head; days are days, texts stay texts."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold, days = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, head, bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(last, column, value, days)
                elif value is not None:
                    sheet.write(last, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(head) - 1)
        sheet.autofit()
    return out.getvalue()
