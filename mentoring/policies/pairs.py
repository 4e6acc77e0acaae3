"""Who may see pairs and what holders look for, and who may make, accept and end pairs."""

from typing import TYPE_CHECKING

from django.db.models import Q

from backend.accounts.policies import in_organisations

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey
    from mentoring.models import Mentorship, Objective


NEVER_BEGUN = ("declined", "withdrawn")
"""Reasons for the end of what was only ever proposed: who declined, and that it was, are the leads' to know."""


def visible_mentorships(user: "User") -> Q:
    """The pair itself while it lasts (the holder also afterwards), leads of the programme, stewards.

    A proposal that came to nothing is seen by the leads alone.
    """
    return (
        in_organisations(user, "journey__programme__organisation", "lead")
        | (Q(journey__holder__user=user.pk) & ~Q(state="ended", end_reason__in=NEVER_BEGUN))
        | (Q(mentor__user=user.pk) & ~Q(state="ended"))
    )


def pair_side(user: "User", pair: "Mentorship") -> str:
    """Which of the two she is: "mentor", "holder", or ""."""
    if pair.mentor.user_id == user.pk:
        return "mentor"
    return "holder" if pair.journey.holder.user_id == user.pk else ""


def leads(user: "User", pair: "Mentorship") -> bool:
    return user.leads(pair.journey.programme.organisation_id)


def mentors(user: "User", pair: "Mentorship") -> bool:
    """Is she the mentor of this pair, and is it under way? With a proposal only, she is not."""
    return pair.mentor.user_id == user.pk and pair.state == "active"


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


def may_pair_many(user: "User", journey: "Journey") -> bool:
    """For each journey, whoever may pair it."""
    return may_pair_mentor(user, journey)


def may_pair_mentor(user: "User", journey: "Journey") -> bool:
    """A lead of the programme."""
    return user.leads(journey.programme.organisation_id)


def may_propose_mentor(user: "User", journey: "Journey") -> bool:
    """Whoever may pair it."""
    return may_pair_mentor(user, journey)


def may_propose_many(user: "User", journey: "Journey") -> bool:
    """For each journey, whoever may pair it."""
    return may_pair_mentor(user, journey)


def may_accept_proposal(user: "User", pair: "Mentorship") -> bool:
    """Either of the two, for herself, while it is proposed."""
    return pair.state == "proposed" and pair_side(user, pair) != ""


def may_decline_proposal(user: "User", pair: "Mentorship") -> bool:
    """Either of the two, until the pair begins."""
    return pair.state in ("proposed", "accepted") and pair_side(user, pair) != ""


def may_ask_again(user: "User", pair: "Mentorship") -> bool:
    """A lead of the programme."""
    return leads(user, pair)


def may_withdraw_proposal(user: "User", pair: "Mentorship") -> bool:
    """A lead of the programme."""
    return leads(user, pair)


def may_end_mentorship(user: "User", pair: "Mentorship") -> bool:
    return leads(user, pair)


def may_change_primary(user: "User", pair: "Mentorship") -> bool:
    """A lead of the programme."""
    return leads(user, pair)


def visible_courses(user: "User") -> Q:
    """Objectives and reviews: the two of the pair (the mentor while it lasts), and the leads of the programme."""
    return (
        Q(mentorship__journey__programme__organisation__in=user.organisation_ids("lead"))
        | Q(mentorship__journey__holder__user=user.pk)
        | (Q(mentorship__mentor__user=user.pk) & Q(mentorship__state="active"))
    )


def may_set_objective(user: "User", pair: "Mentorship") -> bool:
    """The two of the pair and the leads of the programme, while it is under way."""
    return pair.state == "active" and (pair_side(user, pair) != "" or leads(user, pair))


def may_drop_objective(user: "User", objective: "Objective") -> bool:
    return may_set_objective(user, objective.mentorship)


def may_say_review(user: "User", pair: "Mentorship") -> bool:
    """Each of the two for herself: half-way while it lasts, and at the end the holder (the mentor by her link)."""
    side = pair_side(user, pair)
    return side != "" and (pair.state == "active" or (side == "holder" and pair.state == "ended"))


def may_say_fit(user: "User", pair: "Mentorship") -> bool:
    """Each of the two for herself, while it lasts."""
    return pair.state == "active" and pair_side(user, pair) != ""


def may_read_fits(user: "User", pair: "Mentorship") -> bool:
    """What both feel about the pair: leads only, and never one who is of the pair herself."""
    return leads(user, pair) and pair_side(user, pair) == ""


def visible_fits(user: "User") -> Q:
    """One's own answers, and the leads of the programme; never what the other of the pair answered."""
    hers = Q(mentorship__mentor__user=user.pk) | Q(mentorship__journey__holder__user=user.pk)
    lead = Q(mentorship__journey__programme__organisation__in=user.organisation_ids("lead")) & ~hers
    return lead | Q(said_by=user.pk)
