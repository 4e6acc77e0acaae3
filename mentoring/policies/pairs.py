"""Who may see pairs and what holders look for, and who may make, accept and end pairs."""

from typing import TYPE_CHECKING

from django.db.models import Q

from backend.accounts.policies import in_organisations

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey
    from mentoring.models import Mentorship


def visible_mentorships(user: "User") -> Q:
    """The pair itself while it lasts (the holder also afterwards), leads of the programme, stewards."""
    return (
        in_organisations(user, "journey__programme__organisation", "lead")
        | Q(journey__holder__user=user.pk)
        | (Q(mentor__user=user.pk) & ~Q(state="ended"))
    )


def leads(user: "User", pair: "Mentorship") -> bool:
    return user.leads(pair.journey.programme.organisation_id)


def mentors(user: "User", pair: "Mentorship") -> bool:
    """Is she the mentor of this pair, and is it alive?"""
    return pair.mentor.user_id == user.pk and pair.state != "ended"


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


def may_end_mentorship(user: "User", pair: "Mentorship") -> bool:
    return leads(user, pair)


def visible_courses(user: "User") -> Q:
    """Objectives and reviews: the two of the pair (the mentor while it lasts), and the leads of the programme."""
    return (
        Q(mentorship__journey__programme__organisation__in=user.organisation_ids("lead"))
        | Q(mentorship__journey__holder__user=user.pk)
        | (Q(mentorship__mentor__user=user.pk) & ~Q(mentorship__state="ended"))
    )


def visible_fits(user: "User") -> Q:
    """One's own answers, and the leads of the programme; never what the other of the pair answered."""
    return Q(mentorship__journey__programme__organisation__in=user.organisation_ids("lead")) | Q(said_by=user.pk)
