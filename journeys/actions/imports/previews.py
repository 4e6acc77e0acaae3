"""Before confirmation: the file is read into one Import row, corrected there, or thrown away."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock, spreadsheets
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.models import Import, ImportedFile, Programme
from journeys.queries.imports import FIELDS, HOLDERS, Header, Listing, Row, body, find_header, rows_of, titles_seen
from journeys.queries.imports.mapping import as_last_time

MOST_ROWS = 20_000
File = TypeVar("File", bound=ImportedFile)
LONGEST_CELL = 10_000
REASONS: dict[str, Promise | str] = {
    "empty": gettext_lazy("This file is empty."),
    "not_a_table": gettext_lazy(
        "This file could not be read as a table. Save it as CSV or XLSX, then choose it again."
    ),
    "protected": gettext_lazy("This workbook is protected by a password. Save it without one, then choose it again."),
    "too_heavy": gettext_lazy(
        "This workbook unfolds into far more than it shows. Save it as CSV, then choose it again."
    ),
}


def read_upload(
    programme: Programme, data: bytes, file_name: str, *, encoding: str = "", most_rows: int = MOST_ROWS,
    may_map: bool = False,
) -> Import:  # fmt: skip
    """The file as an Import that is not saved. Refused as `read_file` does."""
    told = read_file(
        data, file_name, HOLDERS, programme.organisation_id, encoding=encoding, most_rows=most_rows, may_map=may_map
    )
    return Import(programme=programme, **told)


def read_file(
    data: bytes, file_name: str, listing: Listing, organisation: int, *, most_rows: int, encoding: str = "",
    may_map: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The fields of an ImportedFile, its columns read as last time if the organisation had such a file.

    Refused, in a sentence, when it is no table with the columns that this listing needs; with `may_map`, columns that
    we do not know may still turn out to be those.
    """
    header = read_header(data, listing, encoding=encoding)
    known = as_last_time(header.columns, organisation, listing)
    header = replace(header, columns=known) if known else header
    missing = listing.lacking(header.columns)
    unknown = [column for column in header.columns if not column["field"] and column["title"]]
    if missing and not (may_map and len(unknown) >= len(missing)):
        raise Refused(_missing_sentence(header, [str(listing.labels[name]) for name in missing]), field="file")
    rows = read_body(header, most_rows)
    return {
        "file_name": file_name[-200:],
        "digest": hashlib.sha256(data).hexdigest(),
        "header": header.columns,
        "rows": rows,
        "raw": [[number, list(cells)] for number, cells in body(header)],
        "result": {"as_last_time": True} if known else {},
        "rows_total": len(rows),
    }


def read_header(data: bytes, listing: Listing, *, encoding: str = "") -> Header:
    """The line of column titles, each read as this listing names it. Refused, in a sentence, for what has none."""
    if len(data) > spreadsheets.LARGEST:
        raise Refused(str(spreadsheets.TOO_LARGE), field="file")
    try:
        sheets = spreadsheets.read(data, encoding=encoding)
    except spreadsheets.Unreadable as wrong:
        raise Refused(REASONS[wrong.reason], field="file") from None
    header = find_header(sheets, listing.names())
    if header is not None:
        return header
    seen = titles_seen(sheets)
    if not seen:
        raise Refused(_("We found no line of column titles in this file."), field="file")
    said = {"seen": quoted(seen)}
    sentence = _("We recognised no column titles. The first line with several cells says: %(seen)s.")
    raise Refused(sentence % said, field="file")


def read_body(header: Header, most_rows: int) -> list[Row]:
    """The lines under the titles. Refused when there is none, or more than `most_rows`."""
    rows = list(rows_of(header))
    if not rows:
        raise Refused(_("There is a header, and no line under it."), field="file")
    if len(rows) > most_rows:
        many, most = (number_format(one, force_grouping=True) for one in (len(rows), most_rows))
        sentence = _("This file has %(rows)s lines; %(most)s at most fit in one import. Split it.")
        raise Refused(sentence % {"rows": many, "most": most}, field="file")
    return rows


def quoted(titles: Iterable[str]) -> str:
    """The titles, each in quotes, in one line."""
    return ", ".join(_("“%(title)s”") % {"title": title} for title in titles)


def _missing_sentence(header: Header, missing: list[str]) -> str:
    others = [column["title"] for column in header.columns if not column["field"] and column["title"]]
    said = _("No column for %(missing)s was found on line %(line)s. We recognised %(known)s.") % {
        "missing": quoted(missing),
        "line": header.row + 1,
        "known": quoted(column["title"] for column in header.columns if column["field"]),
    }
    if others:
        said += " " + _("We did not recognise %(others)s: rename the right one, then choose the file again.") % {
            "others": quoted(others[:20])
        }
    return said


@transaction.atomic
def import_holders(
    programme: Programme,
    data: bytes,
    file_name: str,
    *,
    by: User | None,
    starts_on: date | None = None,
    encoding: str = "",
    most_rows: int = MOST_ROWS,
    may_map: bool = False,
) -> Import:
    """The file waits for its preview to be confirmed. The same file still waiting from the same person is found again,
    with her corrections.

    Refused, in a sentence, for what is no table, too large, or without the columns we need (with `may_map`, she may
    say on the page which ones they are).
    """
    batch = read_upload(programme, data, file_name, encoding=encoding, most_rows=most_rows, may_map=may_map)
    batch.made_by = by
    batch.starts_on = starts_on or clock.today()
    waiting = Import.objects.filter(
        programme=programme, digest=batch.digest, made_by=by, state=Import.State.PREVIEW, starts_on=batch.starts_on
    ).first()
    if waiting is not None:
        return waiting
    batch.save()
    return batch


def open_preview(batch: File) -> File:
    """The row, locked, so that two corrections do not undo each other. Refused once it is no longer a preview."""
    locked = type(batch)._default_manager.select_for_update().get(pk=batch.pk)
    if locked.state != "preview":
        raise Refused(_("This can’t be done any more: it is now “%(state)s”.") % {"state": locked.get_state_display()})
    return locked


@transaction.atomic
def correct_import(
    batch: Import, *, line: int, cells: Mapping[str, str], everywhere: Collection[str] = (), by: User | None
) -> int:
    """The cells of this line of the file say what is given from now on; how many lines changed.

    For the fields in `everywhere`, so does every other line that said the same. What the file said is kept beside.
    Refused for a line or a field there is not, or once the import is no longer a preview.
    """
    locked = open_preview(batch)
    touched = write_cells(locked.rows, line, cells, everywhere=everywhere, fields=FIELDS)
    if touched:
        locked.save(update_fields=["rows"])
    batch.rows = locked.rows
    return touched


def write_cells(
    rows: list[Row], line: int, cells: Mapping[str, str], *, everywhere: Collection[str], fields: Collection[str]
) -> int:
    """The cells of this line, and of those that say the same where it is asked, say so; how many lines changed.

    Refused for a line or a field there is not.
    """
    row = next((row for row in rows if row["line"] == line), None)
    if row is None or not set(cells) <= set(fields):
        raise Refused(_("This cell is not in the file."))
    touched: set[int] = set()
    for field, value in cells.items():
        text, before = spreadsheets.clean(value)[:LONGEST_CELL], row["cells"].get(field, "")
        if text == before:
            continue
        alike = [one for one in rows if one["cells"].get(field, "") == before]
        for one in alike if field in everywhere and before else [row]:
            _write_cell(one, field, text)
            touched.add(one["line"])
    return len(touched)


def _write_cell(row: Row, field: str, text: str) -> None:
    was = row.setdefault("was", {})
    was.setdefault(field, row["cells"].get(field, ""))
    if was[field] == text:
        del was[field]
    row["cells"][field] = text
    if not text:
        del row["cells"][field]
    if field in ("first_name", "last_name"):
        row.pop("split", None)


@transaction.atomic
def skip_lines(batch: Import, *, lines: Collection[int], skip: bool, by: User | None) -> int:
    """These lines are left out (or taken back in); how many. Refused once the import is no longer a preview."""
    locked = open_preview(batch)
    wanted = set(lines)
    targets = [row for row in locked.rows if row["line"] in wanted]
    for row in targets:
        row["skip"] = skip
    locked.save(update_fields=["rows"])
    batch.rows = locked.rows
    return len(targets)


@transaction.atomic
def forget_import(batch: Import) -> Import:
    """What a finished import said of people is thrown away: the outcome of its lines, what was typed, the reasons of
    those left aside, the facts kept for undoing it. Its counts stay. Refused while it waits or runs."""
    if batch.state not in Import.FINISHED:
        raise Refused(_("This can’t be done any more: it is now “%(state)s”.") % {"state": batch.get_state_display()})
    Import.objects.filter(pk=batch.pk, state__in=Import.FINISHED).update(**batch.once_forgotten)
    history.record("forget_import", batch, by=None, organisation=batch.programme.organisation)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def discard_import(batch: Import, *, by: User | None) -> Import:
    """The file is forgotten, with everything that was read of it. Refused once it runs or is done."""
    move(batch, Import.State.DISCARDED, stamps={"rows": [], "raw": [], "finished_at": clock.now()})
    history.record("discard_import", batch, by=by, organisation=batch.programme.organisation)
    return batch
