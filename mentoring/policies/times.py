"""Who may see and put forward times, who answers, and who sees and gathers several people."""

from typing import TYPE_CHECKING

from django.db.models import Q

from mentoring.policies.mentors import may_update_mentor
from mentoring.policies.pairs import leads, mentors
from mentoring.policies.sessions import may_plan_session

if TYPE_CHECKING:
    from backend.accounts.models import User
    from mentoring.models import Gathering, Mentor, Mentorship, TimeProposal


def visible_time_proposals(user: "User") -> Q:
    """The times of the pairs she is in or leads."""
    return (
        Q(mentorship__journey__programme__organisation__in=user.organisation_ids("lead"))
        | Q(mentorship__journey__holder__user=user.pk)
        | (Q(mentorship__mentor__user=user.pk) & ~Q(mentorship__state="ended"))
    )


def visible_gatherings(user: "User") -> Q:
    """Her mentor, the leads of the organisation, and the people who are invited."""
    return (
        Q(mentor__organisation__in=user.organisation_ids("lead"))
        | Q(mentor__user=user.pk)
        | Q(pk__in=_gatherings_of_holder(user))
    )


def _gatherings_of_holder(user: "User") -> object:
    from django.apps import apps

    sessions = apps.get_model("mentoring", "Session").objects.filter(mentorship__journey__holder__user=user.pk)
    return sessions.exclude(gathering=None).order_by().values("gathering")


def side_of(user: "User", pair: "Mentorship") -> str:
    """On which side of the pair she speaks: a lead speaks for the mentor."""
    return "holder" if pair.journey.holder.user_id == user.pk else "mentor"


def may_find_times(user: "User", pair: "Mentorship") -> bool:
    """The two of the pair, and the leads of the programme, while it is active."""
    is_hers = mentors(user, pair) or pair.journey.holder.user_id == user.pk
    return pair.state == "active" and (is_hers or leads(user, pair))


def may_prefer_way(user: "User", pair: "Mentorship") -> bool:
    """Either of the two, while it is active: how they go about it is theirs."""
    return pair.state == "active" and (mentors(user, pair) or pair.journey.holder.user_id == user.pk)


def may_propose_times(user: "User", pair: "Mentorship") -> bool:
    """Whoever may look for a time: the holder asks, the mentor (or a lead for her) proposes."""
    return may_find_times(user, pair)


def may_take_time(user: "User", proposal: "TimeProposal") -> bool:
    """The other of the two, or a lead, who might as well plan the session."""
    pair = proposal.mentorship
    if proposal.state != "open" or not may_find_times(user, pair):
        return False
    return leads(user, pair) or side_of(user, pair) != proposal.side


def may_decline_times(user: "User", proposal: "TimeProposal") -> bool:
    """The other of the two, or a lead."""
    return may_take_time(user, proposal)


def may_withdraw_times(user: "User", proposal: "TimeProposal") -> bool:
    """Whoever's times they are, or a lead."""
    pair = proposal.mentorship
    if proposal.state != "open" or not may_find_times(user, pair):
        return False
    return leads(user, pair) or side_of(user, pair) == proposal.side


def may_plan_cadence(user: "User", pair: "Mentorship") -> bool:
    """Whoever may plan one session."""
    return may_plan_session(user, pair)


def may_plan_gathering(user: "User", mentor: "Mentor") -> bool:
    """The mentor herself, or a lead of the organisation."""
    return may_update_mentor(user, mentor)


def may_move_gathering(user: "User", gathering: "Gathering") -> bool:
    return may_plan_gathering(user, gathering.mentor)


def may_cancel_gathering(user: "User", gathering: "Gathering") -> bool:
    return may_plan_gathering(user, gathering.mentor)


def may_log_gathering(user: "User", gathering: "Gathering") -> bool:
    return may_plan_gathering(user, gathering.mentor)
