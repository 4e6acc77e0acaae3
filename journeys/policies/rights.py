"""Who may do what to a journey and what hangs on it. Each rule bears the name of its action."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.accounts.models import Organisation, User
    from journeys.models import (
        Commitment,
        Company,
        Delivery,
        Enrolment,
        Immersion,
        Import,
        Journey,
        Milestone,
        Module,
        ModuleDate,
        Programme,
        Step,
    )


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


def may_skip_lines(user: "User", batch: "Import") -> bool:
    return user.leads(batch.programme.organisation_id)


def may_confirm_import(user: "User", batch: "Import") -> bool:
    return user.leads(batch.programme.organisation_id)


def may_discard_import(user: "User", batch: "Import") -> bool:
    return user.leads(batch.programme.organisation_id)


def may_list_journeys(user: "User") -> bool:
    """The cohort board is for those who accompany: leads, stewards, mentors; each sees her own rows there."""
    return user.has_role("lead") or user.has_role("steward") or user.has_role("mentor")


def may_export_journeys(user: "User") -> bool:
    """The list leaves the house in the hands of a lead or a steward."""
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
    """A lead of the organisation that delivers the module."""
    return user.leads(module.organisation_id)


def may_move_module_date(user: "User", date: "ModuleDate") -> bool:
    return user.leads(date.module.organisation_id)


def may_cancel_module_date(user: "User", date: "ModuleDate") -> bool:
    return user.leads(date.module.organisation_id)


def may_enrol_people(user: "User", date: "ModuleDate") -> bool:
    return user.leads(date.module.organisation_id)


def may_withdraw_enrolment(user: "User", enrolment: "Enrolment") -> bool:
    """A lead of the organisation that delivers the module."""
    return user.leads(enrolment.module_date.module.organisation_id)


def may_mark_attendance(user: "User", date: "ModuleDate") -> bool:
    """A lead of the organisation that delivers the module."""
    return user.leads(date.module.organisation_id)


def may_list_modules(user: "User") -> bool:
    """The catalogue is for every member of an organisation."""
    return bool(user.organisation_ids())


def may_list_companies(user: "User") -> bool:
    """Hosts and their contacts are for those who plan with them: leads, mentors, stewards."""
    return any(user.has_role(role) for role in ("lead", "mentor", "steward"))


def may_create_company(user: "User", organisation: "Organisation") -> bool:
    return user.leads(organisation.pk)


def may_update_company(user: "User", company: "Company") -> bool:
    return user.leads(company.organisation_id)


def may_list_immersions(user: "User") -> bool:
    """The list of stays is for leads and stewards; a holder finds hers on her journey."""
    return user.has_role("lead") or user.has_role("steward")


def may_plan_immersion(user: "User", step: "Step") -> bool:
    return _leads(user, step.journey)


def may_update_immersion(user: "User", immersion: "Immersion") -> bool:
    return _leads(user, immersion.step.journey)


def may_send_immersion_to_sign(user: "User", immersion: "Immersion") -> bool:
    return _leads(user, immersion.step.journey)


def may_record_signature(user: "User", immersion: "Immersion") -> bool:
    """A lead, as the signed papers arrive."""
    return _leads(user, immersion.step.journey)


def may_validate_immersion(user: "User", immersion: "Immersion") -> bool:
    return _leads(user, immersion.step.journey)


def may_start_immersion(user: "User", immersion: "Immersion") -> bool:
    """The house does it by itself on the first day."""
    return _leads(user, immersion.step.journey)


def may_complete_immersion(user: "User", immersion: "Immersion") -> bool:
    return _leads(user, immersion.step.journey)


def may_reject_immersion(user: "User", immersion: "Immersion") -> bool:
    return _leads(user, immersion.step.journey)


def may_cancel_immersion(user: "User", immersion: "Immersion") -> bool:
    return _leads(user, immersion.step.journey)


def may_reach_milestone(user: "User", step: "Step") -> bool:
    """A lead or somebody active on the journey; the holder proposes from her own page later."""
    return step.journey.is_live and (_leads(user, step.journey) or _accompanies(user, step.journey))


def may_undo_milestone(user: "User", milestone: "Milestone") -> bool:
    """A lead, with a reason."""
    return _leads(user, milestone.step.journey)


def may_advance_step(user: "User", step: "Step") -> bool:
    """A lead says by hand where a step is; most move by themselves when something is planned or recorded."""
    return step.journey.is_live and _leads(user, step.journey)


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
