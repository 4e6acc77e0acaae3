"""Who may read what was done."""

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from backend.accounts.models import User


def visible_entries(user: "User") -> Q:
    """A lead reads the history of her organisation; everybody reads what she did herself."""
    return Q(by=user.pk) | Q(organisation__in=user.organisation_ids("lead"))
