"""Which column is which field: as we read it, as it was read last time, or as the lead says."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from journeys.models import ColumnMapping, ImportedFile
from journeys.queries.imports.columns import Column, Listing
from journeys.queries.imports.lines import Row, row_of
from journeys.queries.imports.words import key


def signature(columns: Sequence[Column]) -> str:
    """The same for two files with the same headings in the same order, however they are written."""
    return hashlib.sha256("\n".join(key(column["title"]) for column in columns).encode()).hexdigest()


def as_last_time(columns: Sequence[Column], organisation: int, listing: Listing) -> list[Column] | None:
    """The columns as this organisation read such a file last time; None when it is new."""
    remembered = ColumnMapping.objects.filter(organisation=organisation, listing=listing.name)
    known = remembered.filter(signature=signature(columns)).first()
    if known is None:
        return None
    return mapped(columns, {int(place): field for place, field in known.columns.items()})


def mapped(columns: Sequence[Column], fields: Mapping[int, str]) -> list[Column]:
    """The columns with these fields; a place that is not named stays as it is."""
    return [
        Column(title=column["title"], field=fields.get(place, column["field"])) for place, column in enumerate(columns)
    ]


def lacking_words(batch: ImportedFile, listing: Listing) -> str:
    """The fields that every file needs and no column of this one holds, in words; "" when nothing lacks."""
    return ", ".join(str(listing.labels[field]) for field in listing.lacking(batch.header))


def twice(columns: Sequence[Column]) -> dict[str, list[str]]:
    """{field: headings} of the fields that several columns hold."""
    titles: dict[str, list[str]] = defaultdict(list)
    for column in columns:
        if column["field"]:
            titles[column["field"]].append(column["title"])
    return {field: found for field, found in titles.items() if len(found) > 1}


def read_again(batch: ImportedFile, columns: Sequence[Column]) -> list[Row]:
    """The lines as these columns say, with the corrections and omissions that were made."""
    before = {row["line"]: row for row in batch.rows}
    rows = []
    for number, cells in batch.raw:
        row = row_of(columns, number, cells)
        if row is None:
            continue
        known = before.get(number)
        if known and "skip" in known:
            row["skip"] = known["skip"]
        for field in (known or {}).get("was", {}):
            text = known["cells"].get(field, "") if known else ""
            row.setdefault("was", {})[field] = row["cells"].get(field, "")
            row["cells"][field] = text
            if not text:
                del row["cells"][field]
            if field in ("first_name", "last_name"):
                row.pop("split", None)
        rows.append(row)
    return rows
