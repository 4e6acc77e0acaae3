"""The only writer of history, but for the triggers of the tables that keep their past."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, models

from backend.accounts.models import Organisation, User
from backend.history.kept import KEPT
from backend.history.models import Entry, PastRow, WatchedTable
from backend.lib import clock


def record(
    verb: str, row: models.Model, *, by: User | None, organisation: Organisation | None = None, **details: Any
) -> Entry:
    """One line: `by` (None = the house itself) did `verb` to `row`. Call it inside the action's transaction."""
    return Entry.objects.create(
        verb=verb,
        by=by,
        organisation=organisation if organisation is not None else getattr(row, "organisation", None),
        about_type=ContentType.objects.get_for_model(row),
        about_id=row.pk,
        about_label=str(row)[:200],
        details=details,
    )


def record_many(
    verb: str,
    rows: Sequence[models.Model],
    *,
    by: User | None,
    organisation: Organisation | None = None,
    details: Sequence[dict[str, Any]] = (),
) -> None:
    """The same line for many rows of one table, in a constant number of queries; `details` of each, where given."""
    if not rows:
        return
    about_type = ContentType.objects.get_for_model(rows[0])
    Entry.objects.bulk_create(
        [
            Entry(
                verb=verb,
                by=by,
                organisation=organisation,
                about_type=about_type,
                about_id=row.pk,
                about_label=str(row)[:200],
                details=said,
            )
            for row, said in zip(rows, details or [{} for _row in rows], strict=True)
        ],
        batch_size=500,
    )


def last(verb: str, row: models.Model) -> Entry | None:
    """The latest line saying that `verb` was done to `row`."""
    return Entry.objects.about(row).filter(verb=verb).order_by("-at", "-pk").first()


def begin_watching(using: str = DEFAULT_DB_ALIAS) -> None:
    """From now on the past of these tables is known; of one that is still empty, from its beginning."""
    known = set(WatchedTable.objects.using(using).values_list("name", flat=True))
    WatchedTable.objects.using(using).bulk_create(
        WatchedTable(name=one.table, since=clock.now() if one.model._base_manager.using(using).exists() else None)
        for one in KEPT.values()
        if one.table not in known and not one.is_final
    )


def forget_rows(table: str, rows: Iterable[int]) -> int:
    """What these rows were is forgotten: of whoever asks to be erased. How many former states there were.

    Figures as known on a past date then count what the rows say now, or nothing where they are gone.
    """
    return PastRow.objects.filter(of_table=table, of_row__in=list(rows)).delete()[0]


def forget_rows_about(column: str, keys: Iterable[int]) -> int:
    """The same for the rows whose `column` was one of these, also where they were taken away since."""
    return PastRow.objects.filter(**{f"facts__{column}__in": list(keys)}).delete()[0]
