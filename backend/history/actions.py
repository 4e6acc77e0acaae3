"""The only writer of history."""

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
