"""The only writer of history."""

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from backend.accounts.models import Organisation, User
from backend.history.models import Entry


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
