"""Who may take the papers of a stay away."""

from typing import TYPE_CHECKING

from journeys.policies.people import carries, is_around, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Immersion


def may_read_papers(user: "User", immersion: "Immersion") -> bool:
    """They hold a birth date and an emergency contact: the holder, who is around her, and the leads."""
    journey = immersion.step.journey
    return carries(user, journey) or leads(user, journey) or is_around(user, journey)
