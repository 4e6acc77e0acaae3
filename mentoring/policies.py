"""Who may see mentors, pairs and sessions, and who may do what with them."""

from typing import TYPE_CHECKING

from django.db.models import Q

from backend.accounts.policies import in_organisations

if TYPE_CHECKING:
    from backend.accounts.models import Organisation, User
    from journeys.models import Journey
    from mentoring.models import Absence, Conflict, Mentor, Mentorship, Opening, OpeningDay, Session, Training


def visible_mentors(user: "User") -> Q:
    """Leads and mentors see the mentors of their organisation; a holder her own mentors; oneself."""
    if user.has_role("steward"):
        return Q()
    return (
        in_organisations(user, "organisation", "lead", "mentor") | Q(user=user.pk) | Q(pk__in=_mentors_of_holder(user))
    )


def _mentors_of_holder(user: "User") -> object:
    from django.apps import apps

    pairs = apps.get_model("mentoring", "Mentorship")
    return pairs.objects.filter(journey__holder__user=user.pk).order_by().values("mentor")


def visible_mentorships(user: "User") -> Q:
    """The pair itself while it lasts (the holder also afterwards), leads of the programme, stewards."""
    return (
        in_organisations(user, "journey__programme__organisation", "lead")
        | Q(journey__holder__user=user.pk)
        | (Q(mentor__user=user.pk) & ~Q(state="ended"))
    )


def visible_sessions(user: "User") -> Q:
    """The sessions of the pairs she sees."""
    return (
        in_organisations(user, "mentorship__journey__programme__organisation", "lead")
        | Q(mentorship__journey__holder__user=user.pk)
        | (Q(mentorship__mentor__user=user.pk) & ~Q(mentorship__state="ended"))
    )


def _leads(user: "User", pair: "Mentorship") -> bool:
    return user.leads(pair.journey.programme.organisation_id)


def _mentors(user: "User", pair: "Mentorship") -> bool:
    """Is she the mentor of this pair, and is it alive?"""
    return pair.mentor.user_id == user.pk and pair.state != "ended"


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


def may_add_training(user: "User", mentor: "Mentor") -> bool:
    return may_update_mentor(user, mentor)


def may_remove_training(user: "User", training: "Training") -> bool:
    return may_update_mentor(user, training.mentor)


def visible_needs(user: "User") -> Q:
    """What a holder looks for: herself, the leads of the programme, the mentor of the journey while the pair lasts."""
    return (
        Q(journey__programme__organisation__in=user.organisation_ids("lead"))
        | Q(journey__holder__user=user.pk)
        | Q(journey__referent=user.pk)
        | Q(pk__in=_needs_of_my_holders(user))
    )


def _needs_of_my_holders(user: "User") -> object:
    from django.apps import apps

    pairs = apps.get_model("mentoring", "Mentorship").objects.filter(mentor__user=user.pk).exclude(state="ended")
    return pairs.order_by().values("journey__mentoring_need")


def may_say_need(user: "User", journey: "Journey") -> bool:
    """The holder herself, her referent, or a lead of the programme."""
    return user.pk in (journey.holder.user_id, journey.referent_id) or user.leads(journey.programme.organisation_id)


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


def may_pair_many(user: "User", journey: "Journey") -> bool:
    """For each journey, whoever may pair it."""
    return may_pair_mentor(user, journey)


def may_pair_mentor(user: "User", journey: "Journey") -> bool:
    """A lead of the programme."""
    return user.leads(journey.programme.organisation_id)


def may_end_mentorship(user: "User", pair: "Mentorship") -> bool:
    return _leads(user, pair)


def may_plan_session(user: "User", pair: "Mentorship") -> bool:
    """The pair's own mentor, or a lead of the programme, while the pair is active."""
    return pair.state == "active" and (_mentors(user, pair) or _leads(user, pair))


def visible_openings(user: "User") -> Q:
    """The mentor's own openings and absences, and the leads of her organisation; a holder sees the free times only."""
    return Q(mentor__organisation__in=user.organisation_ids("lead")) | Q(mentor__user=user.pk)


def may_publish_opening(user: "User", mentor: "Mentor") -> bool:
    """The mentor herself, or a lead of the organisation."""
    return may_update_mentor(user, mentor)


def may_update_opening(user: "User", opening: "Opening") -> bool:
    return may_publish_opening(user, opening.mentor)


def may_end_opening(user: "User", opening: "Opening") -> bool:
    return may_publish_opening(user, opening.mentor)


def may_change_opening_day(user: "User", opening: "Opening") -> bool:
    return may_publish_opening(user, opening.mentor)


def may_restore_opening_day(user: "User", day: "OpeningDay") -> bool:
    return may_publish_opening(user, day.opening.mentor)


def may_declare_absence(user: "User", mentor: "Mentor") -> bool:
    return may_publish_opening(user, mentor)


def may_lift_absence(user: "User", absence: "Absence") -> bool:
    return may_publish_opening(user, absence.mentor)


def may_book_opening(user: "User", pair: "Mentorship") -> bool:
    """The holder of this pair alone, while it is active."""
    return pair.state == "active" and pair.journey.holder.user_id == user.pk


def may_move_session(user: "User", session: "Session") -> bool:
    return may_plan_session(user, session.mentorship)


def may_cancel_session(user: "User", session: "Session") -> bool:
    """Either of the pair, or a lead."""
    return may_plan_session(user, session.mentorship) or session.mentorship.journey.holder.user_id == user.pk


def may_log_session(user: "User", session: "Session") -> bool:
    """The session's own mentor, or a lead of the programme, once it has begun."""
    return session.has_begun and (_mentors(user, session.mentorship) or _leads(user, session.mentorship))


def may_miss_session(user: "User", session: "Session") -> bool:
    """Saying that it did not take place is the same right as logging it."""
    return may_log_session(user, session)


def may_update_log(user: "User", session: "Session") -> bool:
    """Whoever may log it may complete or correct what was logged."""
    return session.state == "held" and may_log_session(user, session)


def may_record_session(user: "User", pair: "Mentorship") -> bool:
    """A session nobody had planned: whoever might have planned it."""
    return may_plan_session(user, pair)


def may_read_notes(user: "User", pair: "Mentorship") -> bool:
    """What the pair shares: the two of them, and the leads of the programme. Stewards see hours, not words."""
    return _mentors(user, pair) or pair.journey.holder.user_id == user.pk or _leads(user, pair)


def may_read_summary(user: "User", session: "Session") -> bool:
    """The shared summary is one of the pair's notes."""
    return may_read_notes(user, session.mentorship)


def may_read_private_note(user: "User", session: "Session") -> bool:
    """Only the mentor who wrote it: leads see themes and hours, not private text."""
    return session.mentorship.mentor.user_id == user.pk


def abilities(user: "User", session: "Session") -> dict[str, bool]:
    """What she may do with this session now: the same booleans for pages and API."""
    is_planned = session.state == "planned"
    return {
        "move": is_planned and may_move_session(user, session),
        "cancel": is_planned and not session.has_begun and may_cancel_session(user, session),
        "log": is_planned and may_log_session(user, session),
        "update_log": may_update_log(user, session),
        "read_summary": may_read_summary(user, session),
        "read_private_note": may_read_private_note(user, session),
    }
