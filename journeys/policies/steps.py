"""Who may do what to the steps of a journey, and to what was promised on it."""

from typing import TYPE_CHECKING

from journeys.policies.people import carries, is_around, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Commitment, Journey, Step


def may_advance_step(user: "User", step: "Step") -> bool:
    """A lead says by hand where a step is; most move by themselves when something is planned or recorded."""
    return step.journey.is_live and leads(user, step.journey)


def may_waive_step(user: "User", step: "Step") -> bool:
    return may_personalise(user, step.journey)


def may_add_step(user: "User", journey: "Journey") -> bool:
    return may_personalise(user, journey)


def may_edit_step(user: "User", step: "Step") -> bool:
    return may_personalise(user, step.journey)


def may_move_step(user: "User", step: "Step") -> bool:
    return may_personalise(user, step.journey)


def may_restore_step(user: "User", step: "Step") -> bool:
    return may_personalise(user, step.journey)


def may_remove_step(user: "User", step: "Step") -> bool:
    return may_personalise(user, step.journey)


def may_personalise(user: "User", journey: "Journey") -> bool:
    """The plan of a live journey is made by a lead, or by whoever mentors or refers it now."""
    beside = any(
        one.user_id == user.pk and one.ended_at is None and one.role in ("mentor", "referent")
        for one in journey.companions.all()
    )
    return journey.is_live and (beside or leads(user, journey))


def may_add_commitment(user: "User", journey: "Journey") -> bool:
    """The holder, those who accompany her, and a lead."""
    return journey.is_live and (carries(user, journey) or is_around(user, journey) or leads(user, journey))


def may_complete_commitment(user: "User", commitment: "Commitment") -> bool:
    """Its owner; a lead for her."""
    return commitment.owner_id == user.pk or leads(user, commitment.journey)


def may_drop_commitment(user: "User", commitment: "Commitment") -> bool:
    """Its owner; a lead for her."""
    return may_complete_commitment(user, commitment)


def may_move_commitment(user: "User", commitment: "Commitment") -> bool:
    return may_complete_commitment(user, commitment)


def may_reopen_commitment(user: "User", commitment: "Commitment") -> bool:
    return may_complete_commitment(user, commitment)
