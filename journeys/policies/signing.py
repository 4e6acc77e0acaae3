"""Who may sign, refuse and ask again, signed in. People without an account act through their link."""

from typing import TYPE_CHECKING

from journeys.policies.people import carries, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Signature


def may_sign_agreement(user: "User", signature: "Signature") -> bool:
    """The holder for herself; for the organisation, whoever is named, or a lead."""
    journey = signature.immersion.step.journey
    if signature.party == "holder":
        return carries(user, journey)
    if signature.party == "organisation":
        return leads(user, journey) or user.email.lower() == signature.email.lower()
    return False


def may_refuse_agreement(user: "User", signature: "Signature") -> bool:
    """Whoever may sign."""
    return may_sign_agreement(user, signature)


def may_resend_signature(user: "User", signature: "Signature") -> bool:
    return leads(user, signature.immersion.step.journey)
