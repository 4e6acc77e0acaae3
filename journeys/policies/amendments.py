"""Who may amend an agreement in force."""

from typing import TYPE_CHECKING

from journeys.policies.people import leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Amendment, Immersion


def may_draft_amendment(user: "User", immersion: "Immersion") -> bool:
    return leads(user, immersion.step.journey)


def may_update_amendment(user: "User", amendment: "Amendment") -> bool:
    return leads(user, amendment.immersion.step.journey)


def may_send_amendment_to_sign(user: "User", amendment: "Amendment") -> bool:
    return leads(user, amendment.immersion.step.journey)


def may_record_amendment_signature(user: "User", amendment: "Amendment") -> bool:
    return leads(user, amendment.immersion.step.journey)


def may_validate_amendment(user: "User", amendment: "Amendment") -> bool:
    return leads(user, amendment.immersion.step.journey)


def may_reject_amendment(user: "User", amendment: "Amendment") -> bool:
    return leads(user, amendment.immersion.step.journey)


def may_cancel_amendment(user: "User", amendment: "Amendment") -> bool:
    return leads(user, amendment.immersion.step.journey)
