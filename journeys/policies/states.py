"""Who may put an ended journey away, take it out, or open it again."""

from typing import TYPE_CHECKING

from journeys.policies.people import leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey


def may_archive_journey(user: "User", journey: "Journey") -> bool:
    return leads(user, journey)


def may_unarchive_journey(user: "User", journey: "Journey") -> bool:
    return leads(user, journey)


def may_reopen_journey(user: "User", journey: "Journey") -> bool:
    return leads(user, journey)
