"""Who may do what to a statement of hours."""

from typing import TYPE_CHECKING

from journeys.policies.people import carries, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey, Programme, Statement


def may_prepare_statement(user: "User", journey: "Journey") -> bool:
    """A lead puts the hours of a period to the holder."""
    return leads(user, journey)


def may_prepare_statements(user: "User", programme: "Programme") -> bool:
    """The same for every journey of a programme."""
    return user.leads(programme.organisation_id)


def may_read_programme_hours(user: "User", programme: "Programme") -> bool:
    """One line a person: for its leads, and for stewards, who only read."""
    return user.leads(programme.organisation_id) or user.has_role("steward")


def may_sign_statement(user: "User", statement: "Statement") -> bool:
    """Only the person who received the hours signs for them."""
    return carries(user, statement.journey)


def may_withdraw_statement(user: "User", statement: "Statement") -> bool:
    return leads(user, statement.journey)
