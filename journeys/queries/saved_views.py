"""The views of the board that a person finds above it."""

from django.db.models import QuerySet

from backend.accounts.models import User
from journeys.models import SavedView


def saved_views(user: User) -> "QuerySet[SavedView]":
    """Her own and those shared with her, by name."""
    return SavedView.objects.visible_to(user).select_related("user", "organisation").order_by("name", "pk")
