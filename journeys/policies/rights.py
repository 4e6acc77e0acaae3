"""Who may do what to a journey and what hangs on it. Each rule bears the name of its action."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.accounts.models import Organisation, User
    from journeys.models import Commitment, Company, Delivery, Immersion, Import, Journey, Module, ModuleDate, Step
    from journeys.models import Programme


def _leads(user: "User", journey: "Journey") -> bool:
    return user.leads(journey.programme.organisation_id)


def _accompanies(user: "User", journey: "Journey") -> bool:
    """Is she active on this journey now? Uses the prefetched companions where there are some."""
    return any(one.user_id == user.pk and one.ended_at is None for one in journey.companions.all())


def _carries(user: "User", journey: "Journey") -> bool:
    return journey.holder.user_id == user.pk


def may_import_holders(user: "User", programme: "Programme") -> bool:
    """A lead, into the programmes of her organisation."""
    return user.leads(programme.organisation_id)


def may_correct_import(user: "User", batch: "Import") -> bool:
    return user.leads(batch.programme.organisation_id)


def may_confirm_import(user: "User", batch: "Import") -> bool:
    return user.leads(batch.programme.organisation_id)


def may_discard_import(user: "User", batch: "Import") -> bool:
    return user.leads(batch.programme.organisation_id)


def may_list_journeys(user: "User") -> bool:
    """The cohort board is for leads and stewards."""
    return user.has_role("lead") or user.has_role("steward")


def may_open_journey(user: "User", programme: "Programme") -> bool:
    return user.leads(programme.organisation_id)


def may_pause_journey(user: "User", journey: "Journey") -> bool:
    return _leads(user, journey)


def may_resume_journey(user: "User", journey: "Journey") -> bool:
    return _leads(user, journey)


def may_complete_journey(user: "User", journey: "Journey") -> bool:
    return _leads(user, journey)


def may_leave_journey(user: "User", journey: "Journey") -> bool:
    """A lead notes that the holder leaves, and why."""
    return _leads(user, journey)


def may_add_commitment(user: "User", journey: "Journey") -> bool:
    """The holder, those who accompany her, and a lead."""
    return journey.is_live and (_carries(user, journey) or _accompanies(user, journey) or _leads(user, journey))


def may_complete_commitment(user: "User", commitment: "Commitment") -> bool:
    """Its owner; a lead for her."""
    return commitment.owner_id == user.pk or _leads(user, commitment.journey)


def may_create_module_date(user: "User", module: "Module") -> bool:
    return user.leads(module.organisation_id)


def may_enrol_people(user: "User", date: "ModuleDate") -> bool:
    return user.leads(date.module.organisation_id)


def may_mark_attendance(user: "User", date: "ModuleDate") -> bool:
    """A lead of the organisation that delivers the module."""
    return user.leads(date.module.organisation_id)


def may_create_company(user: "User", organisation: "Organisation") -> bool:
    return user.leads(organisation.pk)


def may_update_company(user: "User", company: "Company") -> bool:
    return user.leads(company.organisation_id)


def may_plan_immersion(user: "User", step: "Step") -> bool:
    return _leads(user, step.journey)


def may_advance_immersion(user: "User", immersion: "Immersion") -> bool:
    """Send to sign, record signatures, validate, complete, cancel: a lead."""
    return _leads(user, immersion.step.journey)


def may_reach_milestone(user: "User", step: "Step") -> bool:
    """A lead or somebody active on the journey; the holder proposes from her own page later."""
    return step.journey.is_live and (_leads(user, step.journey) or _accompanies(user, step.journey))


def may_waive_step(user: "User", step: "Step") -> bool:
    return step.journey.is_live and (_leads(user, step.journey) or _accompanies(user, step.journey))


def may_confirm_delivery(user: "User", delivery: "Delivery") -> bool:
    """Only the person who received the hours vouches for them."""
    return _carries(user, delivery.journey)


def may_dispute_delivery(user: "User", delivery: "Delivery") -> bool:
    return _carries(user, delivery.journey)


def may_replace_delivery(user: "User", delivery: "Delivery") -> bool:
    """As voiding, with the right line in its place."""
    return _leads(user, delivery.journey)


def may_void_delivery(user: "User", delivery: "Delivery") -> bool:
    """A lead corrects the ledger; the line stays, voided, with its reason."""
    return _leads(user, delivery.journey)
