"""Who sees who needs somebody, and sets a sign aside for a while."""

from typing import TYPE_CHECKING

from journeys.policies.people import leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey, Snooze


def may_list_needs(user: "User") -> bool:
    """The list of those who need somebody is the day of a lead."""
    return user.has_role("lead")


def may_snooze_sign(user: "User", journey: "Journey") -> bool:
    return leads(user, journey)


def may_unsnooze_sign(user: "User", snooze: "Snooze") -> bool:
    return leads(user, snooze.journey)
