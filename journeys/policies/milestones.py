"""Who may say that a milestone is reached."""

from typing import TYPE_CHECKING

from journeys.policies.people import accompanies, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Milestone, Step


def may_reach_milestone(user: "User", step: "Step") -> bool:
    """A lead, its mentor or its referent; the holder proposes from her own page later."""
    return step.journey.is_live and (leads(user, step.journey) or accompanies(user, step.journey))


def may_undo_milestone(user: "User", milestone: "Milestone") -> bool:
    """A lead, with a reason."""
    return leads(user, milestone.step.journey)
