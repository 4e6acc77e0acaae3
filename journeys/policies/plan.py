"""Who may take up a new version on a journey, and undo the last change of its plan."""

from typing import TYPE_CHECKING

from journeys.policies.people import leads
from journeys.policies.steps import may_personalise

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey, Programme


def may_apply_version(user: "User", journey: "Journey") -> bool:
    return journey.is_live and leads(user, journey)


def may_apply_version_to_many(user: "User", programme: "Programme") -> bool:
    """A lead, on the journeys of the programmes of her organisation."""
    return user.leads(programme.organisation_id)


def may_decline_version(user: "User", journey: "Journey") -> bool:
    return journey.is_live and leads(user, journey)


def may_undo_change(user: "User", journey: "Journey") -> bool:
    """A lead; whoever made the last change, as long as the plan is hers to make."""
    if journey.is_live and leads(user, journey):
        return True
    if not may_personalise(user, journey):
        return False
    last = journey.plan_changes.order_by("-created_at", "-pk").first()
    return last is not None and last.by_id == user.pk
