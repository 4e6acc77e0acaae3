"""Who may say what came of a journey, correct it, show it, and confirm a cooperation."""

from typing import TYPE_CHECKING

from journeys.policies.people import carries, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey, Outcome


def may_add_outcome(user: "User", journey: "Journey") -> bool:
    """A lead, from the day the journey is under way; its holder answers the letters of the follow-up."""
    return leads(user, journey)


def may_correct_outcome(user: "User", outcome: "Outcome") -> bool:
    """A lead: the line stays, withdrawn, and the right one takes its place."""
    return leads(user, outcome.journey)


def may_prove_outcome(user: "User", outcome: "Outcome") -> bool:
    """A lead who has seen what shows it; never of her own journey."""
    return leads(user, outcome.journey) and not carries(user, outcome.journey)


def may_withdraw_outcome(user: "User", outcome: "Outcome") -> bool:
    """A lead, with a reason."""
    return leads(user, outcome.journey)


def may_confirm_cooperation(user: "User", outcome: "Outcome") -> bool:
    """Only the project holder vouches for her own side."""
    return carries(user, outcome.journey)


def may_note_cooperation(user: "User", outcome: "Outcome") -> bool:
    """A lead notes what one of both sides told her, with her words; never of her own journey."""
    return leads(user, outcome.journey) and not carries(user, outcome.journey)
