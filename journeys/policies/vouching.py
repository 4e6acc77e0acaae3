"""Who may speak of a disputed line of hours, accept what the other says, and settle it."""

from typing import TYPE_CHECKING

from journeys.policies.people import carries, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Delivery


def may_read_thread(user: "User", delivery: "Delivery") -> bool:
    """The words: the two sides and the leads; never the others around the journey."""
    return carries(user, delivery.journey) or leads(user, delivery.journey) or delivery.declared_by_id == user.pk


def may_answer_correction(user: "User", delivery: "Delivery") -> bool:
    """One of the two sides; whose turn it is, and whether it is disputed still, the action says."""
    return carries(user, delivery.journey) or delivery.declared_by_id == user.pk


def may_accept_correction(user: "User", delivery: "Delivery") -> bool:
    return may_answer_correction(user, delivery)


def may_settle_correction(user: "User", delivery: "Delivery") -> bool:
    """A lead of the programme, at any moment of a dispute; a letter asks her to once the two do not agree."""
    return leads(user, delivery.journey)
