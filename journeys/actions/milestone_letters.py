"""Letters about milestones proposed: to those who may accept, and the answer to the holder."""

from django.conf import settings
from django.urls import reverse

from backend.accounts.models import User
from backend.accounts.queries import leads_of
from backend.mail import actions as mail
from journeys.models import Companion, Journey, MilestoneProposal


def proposed(proposal: MilestoneProposal) -> None:
    """One letter to each of those who may accept it."""
    journey = proposal.step.journey
    link = settings.SITE_URL + reverse("journeys:proposal_detail", args=[proposal.pk])
    for person in _readers(journey):
        mail.post(
            "journeys/letters/milestone_proposed",
            to=person,
            key=f"milestone_proposed:{proposal.pk}:{person.pk}",
            context={"proposal": proposal, "step": proposal.step, "holder": journey.holder, "link": link},
            about=proposal,
            mentions=[(proposal, proposal.created_at)],
            organisation=journey.programme.organisation,
        )


def _readers(journey: Journey) -> list[User]:
    """The mentors and referents of the journey; its referent, else the leads. Never the holder."""
    roles = [Companion.Role.MENTOR, Companion.Role.REFERENT]
    rows = Companion.objects.filter(journey=journey, ended_at=None, role__in=roles, user__is_active=True)
    people = [one.user for one in rows.select_related("user").order_by("pk")]
    if journey.referent is not None:
        people.append(journey.referent)
    if not people:
        people = list(leads_of(journey.programme.organisation).order_by("pk"))
    return [one for one in dict.fromkeys(people) if one.pk != journey.holder.user_id]


def answered(proposal: MilestoneProposal) -> None:
    """The holder is told, once, that it is accepted, or what is missing."""
    step = proposal.step
    mail.post(
        "journeys/letters/milestone_answered",
        to=step.journey.holder.user,
        key=f"milestone_answered:{proposal.pk}",
        context={
            "proposal": proposal,
            "step": step,
            "is_accepted": proposal.state == MilestoneProposal.State.ACCEPTED,
            "link": settings.SITE_URL + reverse("journeys:milestone_propose", args=[step.pk]),
        },
        about=proposal,
        mentions=[(proposal, proposal.decided_at or proposal.created_at)],
        organisation=step.journey.programme.organisation,
    )
