"""States without a library: a MOVES table on the model and one conditional UPDATE."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from backend.lib.refusal import Refused

Row = TypeVar("Row", bound=models.Model)


def move(row: Row, to: str, *, stamps: Mapping[str, Any] | None = None, field: str = "state") -> Row:
    """Move `row` to the state `to`, writing `stamps` in the same UPDATE.

    Refused when MOVES does not allow it, or when somebody moved the row since it was read: exactly one of
    two people who decide at the same moment succeeds.
    """
    model = type(row)
    was = getattr(row, field)
    moves: Mapping[str, set[str]] = getattr(model, "MOVES")  # noqa: B009 - each model with states has one
    if to not in moves.get(was, set()):
        raise Refused(
            _("This can’t be done any more: it is now “%(state)s”.") % {"state": getattr(row, f"get_{field}_display")()}
        )
    values = {field: to, **(stamps or {})}
    changed = model._default_manager.filter(pk=row.pk, **{field: was}).update(**values)
    if not changed:
        raise Refused(_("Someone changed this meanwhile. Reload the page to see how it stands now."))
    for name, value in values.items():
        setattr(row, name, value)
    return row
