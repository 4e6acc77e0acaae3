"""Who may do what to a journey as a whole."""

from typing import TYPE_CHECKING

from journeys.policies.people import leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey, Programme


def may_list_journeys(user: "User") -> bool:
    """The cohort board is for those who accompany: leads, stewards, mentors; each sees her own rows there."""
    return user.has_role("lead") or user.has_role("steward") or user.has_role("mentor")


def may_export_journeys(user: "User") -> bool:
    """The list leaves the house in the hands of a lead or a steward."""
    return user.has_role("lead") or user.has_role("steward")


def may_open_journey(user: "User", programme: "Programme") -> bool:
    return user.leads(programme.organisation_id)


def may_pause_journey(user: "User", journey: "Journey") -> bool:
    return leads(user, journey)


def may_resume_journey(user: "User", journey: "Journey") -> bool:
    return leads(user, journey)


def may_complete_journey(user: "User", journey: "Journey") -> bool:
    return leads(user, journey)


def may_leave_journey(user: "User", journey: "Journey") -> bool:
    """A lead notes that the holder leaves, and why."""
    return leads(user, journey)
