"""Who may take the papers of a stay away."""

from typing import TYPE_CHECKING

from journeys.policies.people import accompanies, carries, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Immersion


def may_read_papers(user: "User", immersion: "Immersion") -> bool:
    """They hold a birth date and an emergency contact: the holder, her mentor and referent, leads. No adviser."""
    journey = immersion.step.journey
    return carries(user, journey) or leads(user, journey) or accompanies(user, journey)
