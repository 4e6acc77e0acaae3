"""The rows behind a figure as a typed table for a data platform: Parquet through pyarrow, or CSV with the same columns.

The codebook of both is `COLUMNS`; in Parquet it goes along as metadata of each column.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import Any

from evaluation.queries.exports import lines_of
from evaluation.queries.line import Line
from evaluation.queries.lines import RowSet
from evaluation.queries.measures import Measure

BATCH = 5_000
"""Rows of one group of the file: no more are held at once."""
DECIMALS = 6


@dataclass(frozen=True)
class RowColumn:
    """`kind`: int, text, code (few values, as a dictionary), day or decimal."""

    code: str
    kind: str
    about: str


COLUMNS = (
    RowColumn("journey", "int", "Number of the journey, as in the API."),
    RowColumn("person", "text", "Name of the project holder."),
    RowColumn("programme", "code", "Title of the programme."),
    RowColumn("commune", "code", "Name of the commune of the project; empty where it is not known."),
    RowColumn("day", "day", "The day by which the row falls in the period."),
    RowColumn("what", "text", "What the row is about, in words."),
    RowColumn("state", "code", "State of the row, in words."),
    RowColumn("value", "decimal", "What the row adds to the figure, in its unit; empty where nothing is known."),
)
CODES = tuple(one.code for one in COLUMNS)


def _cells(line: Line) -> list[Any]:
    value = None if line.value is None else round(Decimal(str(line.value)), DECIMALS)
    return [line.journey, line.person, line.programme, line.commune, line.day, line.what, line.state, value]


def rows_csv(found: RowSet) -> Iterator[str]:
    """UTF-8, commas, days as 2026-03-31, a dot for decimals: for programs, so nothing is put before what a sheet would
    take for a formula."""
    yield from _written([CODES])
    for batch in _batches(lines_of(found)):
        yield from _written([_plain(cells) for cells in batch])


def _plain(cells: Iterable[Any]) -> list[Any]:
    return ["" if one is None else f"{one:f}" if isinstance(one, Decimal) else one for one in cells]


def _written(lines: Iterable[Iterable[Any]]) -> Iterator[str]:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    yield out.getvalue()


def rows_parquet(found: RowSet, measure: Measure) -> bytes:
    """One file, group by group; its metadata says which figure it is, by which definition. Asks for pyarrow."""
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    kinds = {
        "int": arrow.int64(), "text": arrow.string(), "code": arrow.dictionary(arrow.int32(), arrow.string()),
        "day": arrow.date32(), "decimal": arrow.decimal128(24, DECIMALS),
    }  # fmt: skip
    told = {
        "figure": measure.code, "title": str(measure.title), "definition": str(measure.definition),
        "definition_version": str(measure.version), "unit": str(measure.unit),
    }  # fmt: skip
    fields = [arrow.field(one.code, kinds[one.kind], metadata={"description": one.about}) for one in COLUMNS]
    schema = arrow.schema(fields, metadata=told)
    out = io.BytesIO()
    with parquet.ParquetWriter(out, schema) as writer:
        for batch in _batches(lines_of(found)):
            columns = [
                arrow.array(cells, type=kind.type) for cells, kind in zip(zip(*batch, strict=True), schema, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(columns, schema=schema))
    return out.getvalue()


def _batches(lines: Iterable[Line]) -> Iterator[list[list[Any]]]:
    batch: list[list[Any]] = []
    for line in lines:
        batch.append(_cells(line))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
