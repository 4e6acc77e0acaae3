"""Who may see what stands in the calendars."""

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from backend.accounts.models import User


def visible_invites(user: "User") -> Q:
    """What one is invited to, and for a lead what her organisation has planned."""
    return Q(attendees__user=user.pk, attendees__removed_at=None) | Q(organisation__in=user.organisation_ids("lead"))


def may_open_feed(user: "User", owner: "User") -> bool:
    """One's own calendar only."""
    return user.pk == owner.pk


def may_close_feed(user: "User", owner: "User") -> bool:
    """One's own calendar only."""
    return user.pk == owner.pk
