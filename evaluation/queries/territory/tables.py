"""The tables of the territory as files, for people and for data platforms."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.lib import clock
from backend.lib.texts import no_formula
from evaluation.queries.territory.columns import AREA_COLUMNS, COMMUNE_COLUMNS, Column
from evaluation.queries.territory.whole import WholeTerritory

COMMUNES, AREAS = "communes", "neighbourhoods"
PARQUET = "parquet"
FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PARQUET: "application/vnd.apache.parquet",
}
"""Which forms there are, and what each is for whoever receives it."""


@dataclass(frozen=True)
class Table:
    """One table of the territory, its lines already read."""

    code: str
    title: str
    columns: Sequence[Column]
    rows: list[list[Any]]


def table_of(whole: WholeTerritory, code: str) -> Table:
    """The communes with what is offered there, or the neighbourhoods. KeyError for another code."""
    lines: Mapping[str, Callable[[], Table]] = {
        COMMUNES: lambda: _table(COMMUNES, _("Communes"), COMMUNE_COLUMNS, whole.balanced),
        AREAS: lambda: _table(AREAS, _("Neighbourhoods"), AREA_COLUMNS, ((one, None) for one in whole.areas)),
    }
    return lines[code]()


def _table(code: str, title: str, columns: Sequence[Column], lines: Iterable[Any]) -> Table:
    return Table(code, title, columns, [[column.read(line) for column in columns] for line in lines])


def as_csv(table: Table) -> bytes:
    """As the other files of the house: semicolons and a comma for decimals in French, commas and a dot in English."""
    french = (get_language() or "fr").startswith("fr")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow([str(column.title) for column in table.columns])
    for row in table.rows:
        writer.writerow([_plain(cell, french) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Any, french: bool) -> Any:
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, str):
        return no_formula(cell)
    return f"{cell:.10g}".replace(".", ",") if french and isinstance(cell, float) else cell


def as_xlsx(tables: Sequence[Table], notes: Sequence[tuple[str, str]]) -> bytes:
    """A sheet for each table, then what they are about and what each column means. Nothing in it is a formula."""
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(memory, options) as book:
        bold = book.add_format({"bold": True})
        for table in tables:
            _sheet(book, table, bold)
        about = book.add_worksheet(_("About"))
        about.set_column(0, 1, 34)
        about.set_column(2, 2, 80)
        lines = [(name, words, "") for name, words in notes]
        lines += [(one.title, str(column.title), str(column.about)) for one in tables for column in one.columns]
        for r, line in enumerate(lines):
            about.write_row(r, 0, line)
    return memory.getvalue()


def _sheet(book: Any, table: Table, bold: Any) -> None:
    sheet = book.add_worksheet(table.title[:31])
    sheet.write_row(0, 0, [str(column.title) for column in table.columns], bold)
    for r, row in enumerate(table.rows, start=1):
        for c, cell in enumerate(row):
            if isinstance(cell, bool):
                sheet.write_boolean(r, c, cell)
            elif cell is not None:
                sheet.write(r, c, cell)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.autofit()


def notes_of(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the file is about, from the words of its scope."""
    told = [(_("Organisation"), words["organisation"]), (_("Programme"), words["programme"])]
    told.append((_("Period"), words["period"]))
    if clock.pretended():
        told += [(_("As known on"), clock.today().isoformat()), (_("Read as they are today"), lists_of_today())]
    return [*told, (_("Written on"), timezone.localdate().isoformat())]


def lists_of_today() -> str:
    """What the territory as known on a past day takes from the present, and what it leaves out, in words."""
    return _(
        "Communes, neighbourhoods, their inhabitants and the share of residents are those of today. What people look "
        "for and what is offered keep no past: they are left out."
    )


def name_of(code: str, kind: str) -> str:
    """Of the file."""
    return f"jalon-{'territory' if kind == 'xlsx' else code}-{clock.today():%Y-%m-%d}.{kind}"


def no_parquet() -> str:
    """Why there is no such file, and what there is instead."""
    return _(
        "It is written by pyarrow, which is not installed here: whoever runs the server adds it with the extra "
        "“platform”. The same tables are there as CSV and as a spreadsheet, and over the API as JSON."
    )


def written(whole: WholeTerritory, code: str, kind: str, notes: Sequence[tuple[str, str]]) -> bytes:
    """The file of one table; of both, as a workbook. `kind`: csv, xlsx or parquet, which asks for `has_parquet`."""
    if kind == "xlsx":
        return as_xlsx([table_of(whole, COMMUNES), table_of(whole, AREAS)], notes)
    return (as_parquet if kind == PARQUET else as_csv)(table_of(whole, code))


def has_parquet() -> bool:
    """Is pyarrow there? It comes with the extra `platform`."""
    return find_spec("pyarrow") is not None


def as_parquet(table: Table) -> bytes:
    """The table for a data platform: columns by code, typed, each with its meaning as metadata. Asks `has_parquet`."""
    arrow = import_module("pyarrow")
    kinds = {"text": arrow.string(), "int": arrow.int64(), "float": arrow.float64(), "bool": arrow.bool_()}
    fields = [arrow.field(one.code, kinds[one.kind], metadata={"description": str(one.about)}) for one in table.columns]
    columns = [list(cells) for cells in zip(*table.rows, strict=True)] or [[] for _each in fields]
    made = arrow.table(columns, schema=arrow.schema(fields, metadata={"table": table.code}))
    out = io.BytesIO()
    import_module("pyarrow.parquet").write_table(made, out)
    return out.getvalue()
