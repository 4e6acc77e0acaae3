"""What a person is to a journey: responsible for its programme, active on it, or carrying it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey


def leads(user: "User", journey: "Journey") -> bool:
    """Is she responsible for its programme?"""
    return user.leads(journey.programme.organisation_id)


def accompanies(user: "User", journey: "Journey") -> bool:
    """Is she active on this journey now? Uses the prefetched companions where there are some."""
    return any(one.user_id == user.pk and one.ended_at is None for one in journey.companions.all())


def carries(user: "User", journey: "Journey") -> bool:
    """Is it her own?"""
    return journey.holder.user_id == user.pk
