"""Who may do what to the ledger of hours."""

from typing import TYPE_CHECKING

from journeys.policies.people import accompanies, carries, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Delivery, Journey


def may_confirm_delivery(user: "User", delivery: "Delivery") -> bool:
    """Only the person who received the hours vouches for them."""
    return carries(user, delivery.journey)


def may_declare_delivery(user: "User", journey: "Journey") -> bool:
    """Preparation and travel are declared by who spends them: a lead, or somebody active on the journey."""
    return leads(user, journey) or accompanies(user, journey)


def may_dispute_delivery(user: "User", delivery: "Delivery") -> bool:
    return carries(user, delivery.journey)


def may_replace_delivery(user: "User", delivery: "Delivery") -> bool:
    """As voiding, with the right line in its place."""
    return leads(user, delivery.journey)


def may_void_delivery(user: "User", delivery: "Delivery") -> bool:
    """A lead corrects the ledger; the line stays, voided, with its reason."""
    return leads(user, delivery.journey)
