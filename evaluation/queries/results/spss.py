"""Data and syntax for SPSS and PSPP: a CSV of numbers, and the commands that read it and say what they mean.

Choices are numbered in the order of the questionnaire; reasons for a missing answer are numbers far from any answer.
Syntax as in the manual of PSPP 1.6 (GET DATA, VARIABLE LABELS, VALUE LABELS, MISSING VALUES, FORMATS).
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language

from evaluation.models import Item
from evaluation.queries.given import Kept
from evaluation.queries.results.data import Cell, DataSet, Variable

LONGEST_LABEL, LONGEST_VALUE = 250, 118
"""Bytes that SPSS takes for the label of a variable and of a value (256 and 120)."""
LONGEST_TEXT = 32000
REASONS = {"na": ("Ne s’applique pas", "Does not apply"), "no_say": ("Préfère ne pas répondre", "Prefers not to say")}


def missing_codes(data: DataSet) -> dict[str, int]:
    """−97 and −98, or lower ones where a number that was answered stands so low."""
    numbers = [kept.number for row in data.rows for _one, kept, _cell in data.line(row) if kept.number is not None]
    lowest = min(numbers, default=Decimal(0))
    start = next(code for code in (-97, -9_997, -999_997, -9_999_999_999_997) if lowest > code)
    return {"na": start, "no_say": start - 1}


def data_csv(data: DataSet) -> bytes:
    """Commas, a dot for decimals, no mark, no line within a cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    codes = missing_codes(data)
    writer.writerow([*data.head, *(one.name for one in data.columns)])
    for key, row in zip(data.keys, data.rows, strict=True):
        writer.writerow([*map(_plain, key), *(_cell(*place, codes) for place in data.line(row))])
    return out.getvalue().encode()


def _cell(variable: Variable, kept: Kept, cell: Cell, codes: dict[str, int]) -> str:
    if cell is not None and kept.missing:
        return "" if variable.is_text or variable.item.kind == Item.Kind.DATE else str(codes[kept.missing])
    if cell is not None and variable.item.kind == Item.Kind.SINGLE and not variable.is_words:
        return str([one.code for one in variable.choices].index(str(cell)) + 1)
    return _plain(cell)


def _plain(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, date):
        return cell.isoformat()
    text = "" if cell is None else " ".join(str(cell).split())
    return text.encode()[:LONGEST_TEXT].decode(errors="ignore")


# --- Syntax ---------------------------------------------------------------------------------------
def syntax(data: DataSet, file: str) -> bytes:
    """Run it from the folder where the CSV is."""
    codes, language = missing_codes(data), "fr" if (get_language() or "fr").startswith("fr") else "en"
    lines = [
        f"* {_one_line(str(data.wave))}.",
        f"GET DATA /TYPE=TXT /FILE={_quoted(file, 250)} /ENCODING='UTF8' /ARRANGEMENT=DELIMITED",
        "  /DELIMITERS=',' /QUALIFIER='\"' /FIRSTCASE=2 /VARIABLES=",
        *(f"  {name} {form}" for name, form in _columns(data)),
        ".",
        *_labels(data, language),
        *_values(data, codes, language),
        *_missing(data, codes),
        *_formats(data),
        "EXECUTE.",
    ]
    return "\r\n".join([*lines, ""]).encode()


def _columns(data: DataSet) -> Iterator[tuple[str, str]]:
    for place, name in enumerate(data.head):
        cells = [key[place] for key in data.keys]
        yield name, _form_of(cells)
    for one in data.columns:
        if one.is_text:
            cells = [one.cell(one.kept(row, data.numbers)) for row in data.rows]
            yield one.name, _form_of(cells, is_text=True)
        else:
            yield one.name, "SDATE10" if one.item.kind == Item.Kind.DATE else "F16.0"


def _form_of(cells: list[Cell], *, is_text: bool = False) -> str:
    if not is_text and all(isinstance(cell, date) or cell is None for cell in cells):
        return "SDATE10"
    if not is_text and all(isinstance(cell, int) or cell is None for cell in cells):
        return "F16.0"
    return f"A{max((len(_plain(cell).encode()) for cell in cells), default=1) or 1}"


def _labels(data: DataSet, language: str) -> Iterator[str]:
    for one in data.columns:
        text = one.label(language) or one.label("fr")
        yield f"VARIABLE LABELS {one.name} {_quoted(text, LONGEST_LABEL)}."


def _values(data: DataSet, codes: dict[str, int], language: str) -> Iterator[str]:
    for one in data.columns:
        if one.is_text or one.item.kind == Item.Kind.DATE:
            continue
        numbered = one.item.kind == Item.Kind.SINGLE
        named = [
            (place if numbered else value, (en if language == "en" else fr) or fr)
            for place, (value, fr, en) in enumerate(one.values, start=1)
        ]
        named += [(code, REASONS[name][language == "en"]) for name, code in codes.items()]
        pairs = " ".join(f"{value} {_quoted(text, LONGEST_VALUE)}" for value, text in named)
        yield f"VALUE LABELS {one.name} {pairs}."


def _missing(data: DataSet, codes: dict[str, int]) -> Iterator[str]:
    for one in data.columns:
        if not one.is_text and one.item.kind != Item.Kind.DATE:
            yield f"MISSING VALUES {one.name} ({codes['na']},{codes['no_say']})."


def _formats(data: DataSet) -> Iterator[str]:
    for one in data.columns:
        if one.item.kind == Item.Kind.NUMBER and one.item.decimals and not one.is_words:
            yield f"FORMATS {one.name} (F16.{one.item.decimals})."


def _quoted(text: str, longest: int) -> str:
    """Between apostrophes, those within doubled, cut to the bytes there is room for."""
    short = _one_line(text).encode()[:longest].decode(errors="ignore")
    return "'" + short.replace("'", "''") + "'"


def _one_line(text: str) -> str:
    return " ".join(text.split())
