"""Who sees who needs somebody, and sets a sign aside for a while."""

from typing import TYPE_CHECKING

from journeys.policies.people import carries, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey, Snooze


UNTOLD_TO_THE_PAIR = ("pair_doubt",)
"""What one of a pair says of the other is read by leads, never by one who is of the pair herself."""


def may_list_needs(user: "User") -> bool:
    """The list of those who need somebody is the day of a lead."""
    return user.has_role("lead")


def may_snooze_sign(user: "User", journey: "Journey") -> bool:
    return leads(user, journey)


def may_read_sign(user: "User", journey: "Journey", code: str) -> bool:
    """A lead, whether it is shown or not; not what is said of her own pair."""
    return leads(user, journey) and not (code in UNTOLD_TO_THE_PAIR and is_of_pair(user, journey))


def is_of_pair(user: "User", journey: "Journey") -> bool:
    """Is it her own journey, or is she its mentor now?"""
    return carries(user, journey) or journey.companions.filter(user=user, role="mentor", ended_at=None).exists()


def may_unsnooze_sign(user: "User", snooze: "Snooze") -> bool:
    return leads(user, snooze.journey)
