"""Who may do what to an immersion."""

from typing import TYPE_CHECKING

from journeys.policies.people import leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Immersion, Step


def may_list_immersions(user: "User") -> bool:
    """The list of stays is for leads and stewards; a holder finds hers on her journey."""
    return user.has_role("lead") or user.has_role("steward")


def may_plan_immersion(user: "User", step: "Step") -> bool:
    return leads(user, step.journey)


def may_update_immersion(user: "User", immersion: "Immersion") -> bool:
    return leads(user, immersion.step.journey)


def may_duplicate_immersion(user: "User", immersion: "Immersion") -> bool:
    """Use its facts again, for her or for somebody else; whose step it may be is `may_plan_immersion`."""
    return leads(user, immersion.step.journey)


def may_share_immersion(user: "User", immersion: "Immersion") -> bool:
    """Let the company complete its side from a link."""
    return leads(user, immersion.step.journey)


def may_revoke_share(user: "User", immersion: "Immersion") -> bool:
    return leads(user, immersion.step.journey)


def may_send_immersion_to_sign(user: "User", immersion: "Immersion") -> bool:
    return leads(user, immersion.step.journey)


def may_record_signature(user: "User", immersion: "Immersion") -> bool:
    """A lead, as the signed papers arrive."""
    return leads(user, immersion.step.journey)


def may_validate_immersion(user: "User", immersion: "Immersion") -> bool:
    return leads(user, immersion.step.journey)


def may_start_immersion(user: "User", immersion: "Immersion") -> bool:
    """The house does it by itself on the first day."""
    return leads(user, immersion.step.journey)


def may_complete_immersion(user: "User", immersion: "Immersion") -> bool:
    return leads(user, immersion.step.journey)


def may_reject_immersion(user: "User", immersion: "Immersion") -> bool:
    return leads(user, immersion.step.journey)


def may_cancel_immersion(user: "User", immersion: "Immersion") -> bool:
    return leads(user, immersion.step.journey)


def may_end_early(user: "User", immersion: "Immersion") -> bool:
    return leads(user, immersion.step.journey)


def may_renew_immersion(user: "User", immersion: "Immersion") -> bool:
    """A new agreement for the same person; whose step it may be is `may_plan_immersion`."""
    return leads(user, immersion.step.journey)
