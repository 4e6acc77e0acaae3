"""A wave's data as files: CSV, workbook, JSON, and what SPSS or PSPP reads. Text stays text, never a formula."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.lib.texts import no_formula
from evaluation.queries.results.data import BOOK_HEAD, LONG_HEAD, VALUES_HEAD, Cell, DataSet, book, values
from evaluation.queries.results.spss import data_csv, syntax

FORMS = ("csv", "xlsx", "json", "spss")
SHAPES = ("wide", "long", "codebook", "words")
"""Of a CSV: one row a sheet, one row an answer, the book of codes, words that stand apart. Others hold them all."""
TYPES = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": ("json", "application/json"),
    "spss": ("zip", "application/zip"),
}


@dataclass(frozen=True)
class Parcel:
    """One file to take away."""

    name: str
    data: bytes
    content_type: str


def parcel(data: DataSet, form: str, shape: str, today: date) -> Parcel:
    """`form` of FORMS, `shape` of SHAPES."""
    ending, content_type = TYPES[form]
    wave = data.wave
    name = f"jalon-{wave.questionnaire.code}-{wave.moment}-{wave.pk}-{today:%Y-%m-%d}"
    made: dict[str, Callable[[], bytes]] = {
        "csv": lambda: as_csv(*_table(data, shape)),
        "xlsx": lambda: as_xlsx(data),
        "json": lambda: as_json(data),
        "spss": lambda: as_spss(data, name),
    }
    part = f"-{shape}" if form == "csv" else ""
    return Parcel(f"{name}{part}.{ending}", made[form](), content_type)


def _table(data: DataSet, shape: str) -> tuple[Sequence[str], Iterable[Sequence[Cell]]]:
    if shape == "codebook":
        return BOOK_HEAD, book(data)
    if shape == "words":
        return ("variable", "words"), data.words()
    if shape == "long":
        return (*data.head, *LONG_HEAD), data.long()
    return (*data.head, *(one.name for one in data.columns)), data.wide()


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with its mark; semicolons and a comma for decimals in French, commas and a dot in English."""
    french = (get_language() or "fr").startswith("fr")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_plain(cell, french=french) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell, *, french: bool) -> Any:
    if isinstance(cell, str):
        return no_formula(cell)
    if isinstance(cell, Decimal):
        shown = format(cell.normalize(), "f")
        return shown.replace(".", ",") if french else shown
    return cell.isoformat() if isinstance(cell, date) else cell


def as_xlsx(data: DataSet) -> bytes:
    """Tabs: one row a sheet, one row an answer, words (where they stand apart), the codes, what values mean."""
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    tabs = [(_("One row a sheet"), _table(data, "wide")), (_("One row an answer"), _table(data, "long"))]
    if not data.is_named:
        tabs.append((_("Words"), _table(data, "words")))
    tabs += [(_("Codebook"), (BOOK_HEAD, book(data))), (_("Values"), (VALUES_HEAD, values(data)))]
    with xlsxwriter.Workbook(memory, options) as made:
        bold, day = made.add_format({"bold": True}), made.add_format({"num_format": "yyyy-mm-dd"})
        for title, (head, rows) in tabs:
            sheet = made.add_worksheet(title[:31])
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(head) - 1, 16)
            sheet.write_row(0, 0, head, bold)
            for r, row in enumerate(rows, start=1):
                _write_row(sheet, r, row, day)
    return memory.getvalue()


def _write_row(sheet: Any, r: int, row: Sequence[Cell], day: Any) -> None:
    for c, cell in enumerate(row):
        if isinstance(cell, date):
            sheet.write_datetime(r, c, cell, day)
        elif isinstance(cell, int | float | Decimal):
            sheet.write_number(r, c, float(cell))
        elif cell:
            sheet.write_string(r, c, cell)


def as_json(data: DataSet) -> bytes:
    """{"questionnaire", "wave", "codebook": […], "values": […], "sheets": [{key…, "answers": {variable: value}}],
    "words": {variable: […]}}; an answer missing on purpose is {"missing": "na"}.
    """
    wave = data.wave
    words: dict[str, list[str]] = {}
    for name, text in data.words():
        words.setdefault(name, []).append(text)
    made = {
        "questionnaire": wave.questionnaire.code,
        "wave": {"id": wave.pk, "moment": wave.moment, "months": wave.months, "days": wave.days, "mode": wave.mode},
        "codebook": [dict(zip(BOOK_HEAD, row, strict=True)) for row in book(data)],
        "values": [dict(zip(VALUES_HEAD, row, strict=True)) for row in values(data)],
        "sheets": [
            {
                **dict(zip(data.head, key, strict=True)),
                "answers": {
                    one.name: {"missing": cell} if kept.missing else cell
                    for one, kept, cell in data.line(row)
                    if cell is not None
                },
            }
            for key, row in zip(data.keys, data.rows, strict=True)
        ],
        "words": words,
    }
    return json.dumps(made, ensure_ascii=False, indent=1, default=_jsonable).encode()


def _jsonable(cell: object) -> object:
    return float(cell) if isinstance(cell, Decimal) else str(cell)


def as_spss(data: DataSet, name: str) -> bytes:
    """A folder with the data and the syntax that reads it, defines every label and says what is missing. It is no
    `.csv`: a spreadsheet would open that, and run what somebody wrote behind a “=”.
    """
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr(f"{name}.dat", data_csv(data))
        folder.writestr(f"{name}.sps", syntax(data, f"{name}.dat"))
    return memory.getvalue()
