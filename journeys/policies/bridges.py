"""Who may lead a project over to another programme."""

from typing import TYPE_CHECKING

from journeys.policies.people import leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey


def may_bridge_journey(user: "User", journey: "Journey") -> bool:
    """A lead of the organisation, whose programmes both are."""
    return leads(user, journey)
