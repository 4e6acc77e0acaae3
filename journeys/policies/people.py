"""What a person is to a journey: responsible for its programme, active on it, or carrying it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Companion, Journey


def leads(user: "User", journey: "Journey") -> bool:
    """Is she responsible for its programme?"""
    return user.leads(journey.programme.organisation_id)


def accompanies(user: "User", journey: "Journey") -> bool:
    """Is she active on this journey now as its mentor or its referent, who may act on its steps?"""
    return any(one.role in ("mentor", "referent") for one in _parts(user, journey))


def is_around(user: "User", journey: "Journey") -> bool:
    """Is she in its follow-up group now, in whatever part: trainers and advisers see and promise, no more?"""
    return bool(_parts(user, journey))


def _parts(user: "User", journey: "Journey") -> "list[Companion]":
    """Her present parts in the follow-up group. Uses the prefetched companions where there are some."""
    return [one for one in journey.companions.all() if one.user_id == user.pk and one.ended_at is None]


def carries(user: "User", journey: "Journey") -> bool:
    """Is it her own?"""
    return journey.holder.user_id == user.pk
