"""The lead says which column is which, and how people are recognised; the same headings are read so next time."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys.actions.imports.previews import open_preview, quoted
from journeys.models import ColumnMapping, Import, ImportedFile
from journeys.queries.imports import HOLDERS, Listing
from journeys.queries.imports.mapping import mapped, read_again, signature, twice


@transaction.atomic
def map_columns(batch: Import, *, fields: Mapping[int, str], matching: str, by: User | None) -> Import:
    """The columns at these places are read as these fields ("" leaves one out), and people are recognised so.

    Lines are read again with the corrections that were made; the organisation's next file with the same headings is
    read the same way. Refused when two columns would be one field, when a field that every file needs has no column,
    and once the import is no longer a preview.
    """
    locked = open_preview(batch)
    say_columns(locked, fields, listing=HOLDERS, organisation=locked.programme.organisation)
    locked.matching = matching
    locked.columns = {column["title"]: column["field"] for column in locked.header if column["title"]}
    locked.save(update_fields=["rows", "rows_total", "header", "matching", "columns", "result"])
    history.record("map_columns", locked, by=by, organisation=locked.programme.organisation)
    return locked


def say_columns(
    locked: ImportedFile, fields: Mapping[int, str], *, listing: Listing, organisation: Organisation
) -> None:
    """The columns are read so, and will be in the next file of this organisation with these headings. The import,
    locked by who calls, is not saved: its rows, their total, its header and its result have changed.

    Refused when two columns would be one field, or when a field that every file needs has no column.
    """
    columns = mapped(locked.header, fields)
    for field, titles in twice(columns).items():
        said = {"field": listing.read_as[field], "titles": quoted(titles)}
        place = max(place for place, column in enumerate(columns) if column["field"] == field)
        sentence = _("Two columns can’t both be “%(field)s”: %(titles)s. Leave one out.") % said
        raise Refused(sentence, field=f"column_{place}")
    if missing := listing.lacking(columns):
        said = {"fields": quoted(str(listing.labels[field]) for field in missing)}
        raise Refused(_("Every file needs a column for %(fields)s.") % said)
    locked.rows = read_again(locked, columns)
    locked.rows_total = len(locked.rows)
    locked.header, locked.result = columns, {}
    ColumnMapping.objects.update_or_create(
        organisation=organisation,
        listing=listing.name,
        signature=signature(columns),
        defaults={
            "columns": {str(place): column["field"] for place, column in enumerate(columns)},
            "used_at": clock.now(),
        },
    )
