"""Who may see and change the follow-up group of a journey, and read contact details in it."""

from typing import TYPE_CHECKING

from journeys.policies.people import carries, is_around, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Companion, Journey


def may_invite_companion(user: "User", journey: "Journey") -> bool:
    """A lead, while the journey runs."""
    return journey.is_live and leads(user, journey)


def may_assign_referent(user: "User", journey: "Journey") -> bool:
    """A lead of the organisation."""
    return leads(user, journey)


def may_leave_group(user: "User", companion: "Companion") -> bool:
    """A lead ends it; whoever accompanies may take her leave herself."""
    return leads(user, companion.journey) or companion.user_id == user.pk


def reads_contacts(user: "User", journey: "Journey") -> bool:
    """The holder and those who accompany her read one another's contact details."""
    return carries(user, journey) or is_around(user, journey)


def may_reveal_contacts(user: "User", journey: "Journey") -> bool:
    """Leads and stewards too, but history remembers that they looked."""
    return reads_contacts(user, journey) or leads(user, journey) or user.has_role("steward")


def may_reveal_many_contacts(user: "User") -> bool:
    """A lead takes away the addresses of her organisation's holders; nobody else takes many."""
    return user.has_role("lead")
