"""Who may see mentors and conflicts of interest, and who may change a profile."""

from typing import TYPE_CHECKING

from django.db.models import Q

from backend.accounts.policies import in_organisations

if TYPE_CHECKING:
    from backend.accounts.models import Organisation, User
    from mentoring.models import Conflict, Mentor, Training


def visible_mentors(user: "User") -> Q:
    """Leads and mentors see the mentors of their organisation; a holder her own mentors; oneself.

    Whoever is only proposed to a holder is presented to her on the proposal, without a way to reach her.
    """
    if user.has_role("steward"):
        return Q()
    return (
        in_organisations(user, "organisation", "lead", "mentor") | Q(user=user.pk) | Q(pk__in=_mentors_of_holder(user))
    )


def _mentors_of_holder(user: "User") -> object:
    from django.apps import apps

    pairs = apps.get_model("mentoring", "Mentorship").objects.begun()
    return pairs.filter(journey__holder__user=user.pk).order_by().values("mentor")


def may_list_mentors(user: "User") -> bool:
    """Leads, mentors and stewards."""
    return user.has_role("lead") or user.has_role("mentor") or user.has_role("steward")


def may_read_mentor_contacts(user: "User", mentor: "Mentor") -> bool:
    """How to reach a mentor: whoever may see her, but for stewards, who only look on."""
    return not user.only_looks_on(mentor.organisation_id) or mentor.user_id == user.pk


def may_create_mentor(user: "User", organisation: "Organisation") -> bool:
    return user.leads(organisation.pk)


def may_update_mentor(user: "User", mentor: "Mentor") -> bool:
    """Herself, or a lead of the organisation."""
    return mentor.user_id == user.pk or user.leads(mentor.organisation_id)


def may_accept_charter(user: "User", mentor: "Mentor") -> bool:
    """Nobody accepts it for her."""
    return mentor.user_id == user.pk


def may_keep_photo(user: "User", mentor: "Mentor") -> bool:
    return may_update_mentor(user, mentor)


def may_remove_photo(user: "User", mentor: "Mentor") -> bool:
    return may_update_mentor(user, mentor)


def may_add_training(user: "User", mentor: "Mentor") -> bool:
    return may_update_mentor(user, mentor)


def may_remove_training(user: "User", training: "Training") -> bool:
    return may_update_mentor(user, training.mentor)


def visible_conflicts(user: "User") -> Q:
    """The leads of the organisation, and the mentor herself: the reason is nobody else's business."""
    return Q(mentor__organisation__in=user.organisation_ids("lead")) | Q(mentor__user=user.pk)


def may_declare_conflict(user: "User", mentor: "Mentor") -> bool:
    """The mentor herself, or a lead of the organisation."""
    return may_update_mentor(user, mentor)


def may_lift_conflict(user: "User", conflict: "Conflict") -> bool:
    """A lead only: whoever is concerned does not lift it alone."""
    return user.leads(conflict.mentor.organisation_id)


def may_keep_weights(user: "User", organisation: "Organisation") -> bool:
    return user.leads(organisation.pk)


def may_leave_mentor(user: "User", mentor: "Mentor") -> bool:
    """A lead of the organisation decides who follows; the mentor says that she wishes to leave."""
    return user.leads(mentor.organisation_id)


def may_look_at_leaving(user: "User", mentor: "Mentor") -> bool:
    """Whoever decides it."""
    return may_leave_mentor(user, mentor)


def may_wish_to_leave(user: "User", mentor: "Mentor") -> bool:
    """Herself alone, as long as she is a mentor here."""
    return mentor.user_id == user.pk and "mentor" in user.active_roles.get(mentor.organisation_id, set())


def may_stay(user: "User", mentor: "Mentor") -> bool:
    """Whoever said that she wishes to leave takes it back."""
    return may_wish_to_leave(user, mentor)


def may_read_attestation(user: "User", mentor: "Mentor") -> bool:
    """Her own hours are hers to show, also once she has left; and the leads may print them for her."""
    return may_update_mentor(user, mentor)


def may_read_burden(user: "User", organisation: "Organisation") -> bool:
    """What the tool asks of people is read by those who lead."""
    return user.leads(organisation.pk)
