"""Milestones: what should come before, what was reached, what was proposed."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from backend.accounts.models import User
from backend.lib import prepared
from journeys.models import Companion, Milestone, MilestoneProposal, Step
from journeys.policies import (
    may_accept_proposal,
    may_propose_milestone,
    may_undo_milestone,
    may_withdraw_proposal,
)
from journeys.queries.evidence import files_of, waiting_files
from journeys.queries.links import journey_url

State = MilestoneProposal.State


def missing_before(step: Step) -> list[Step]:
    """The steps that should come before this one and are neither done nor waived, in their order."""
    return list(step.after.exclude(state__in=[Step.State.DONE, Step.State.WAIVED]).order_by("position", "pk"))


def reached(step: Step) -> Milestone | None:
    """The milestone reached on this step, if it is."""
    return Milestone.objects.filter(step=step).select_related("recorded_by").first()


def whole(rows: "QuerySet[MilestoneProposal]") -> "QuerySet[MilestoneProposal]":
    """With everything that a page or a rule reads of a proposal."""
    return rows.select_related(
        "proposed_by",
        "decided_by",
        "step__journey__programme__organisation",
        "step__journey__holder__user",
        "step__journey__project",
        "step__journey__referent",
    ).prefetch_related("step__journey__companions")


def waiting_proposals(user: User) -> list[MilestoneProposal]:
    """What holders propose and she, as their mentor or referent, may answer; the oldest first."""

    def beside() -> "QuerySet[MilestoneProposal]":
        roles = [Companion.Role.MENTOR, Companion.Role.REFERENT]
        hers = Companion.objects.current().filter(user=user.pk, role__in=roles).order_by().values("journey")
        rows = MilestoneProposal.objects.filter(state=State.PROPOSED, step__journey__in=hers)
        return whole(rows).order_by("created_at", "pk")

    return [one for one in prepared.objects(("waiting_proposals", user.pk), beside) if may_accept_proposal(user, one)]


def proposal_to_check(journeys: Iterable[int]) -> dict[int, str]:
    """{journey: where its oldest waiting proposal is answered}, in one query."""
    rows = MilestoneProposal.objects.filter(state=State.PROPOSED, step__journey__in=journeys)
    found = rows.order_by("-created_at", "-pk").values_list("step__journey", "pk")
    return {journey: reverse("journeys:proposal_detail", args=[pk]) for journey, pk in found}


def propose_url(step: Step) -> str:
    return reverse("journeys:milestone_propose", args=[step.pk])


def proposal_url(proposal: MilestoneProposal) -> str:
    return reverse("journeys:proposal_detail", args=[proposal.pk])


def step_url(step: Step, user: User) -> str:
    """Where this person says that the step is reached."""
    mine = may_propose_milestone(user, step)
    return propose_url(step) if mine else reverse("journeys:milestone_reach", args=[step.pk])


def reach_page(step: Step, user: User) -> dict[str, Any]:
    """The page on which a lead or a companion says that a step is reached."""
    found = reached(step)
    return {
        "step": step,
        "journey": step.journey,
        "back_url": journey_url(step.journey),
        "missing": missing_before(step),
        "reached": found,
        "files": files_of(step, user) if found else [],
        "waiting": [] if found else waiting_files(step, user),
        "proposal": None if found else whole(step.proposals.filter(state=State.PROPOSED)).first(),
        "may_undo": found is not None and may_undo_milestone(user, found),
    }


def propose_page(step: Step, user: User) -> dict[str, Any]:
    """The holder's page of a milestone: to propose, waiting, sent back or reached."""
    rows = list(whole(step.proposals.all()).order_by("-created_at", "-pk"))
    found = reached(step)
    return {
        "step": step,
        "journey": step.journey,
        "back_url": journey_url(step.journey),
        "reached": found,
        "open": next((one for one in rows if one.state == State.PROPOSED), None),
        "former": [one for one in rows if one.state in (State.SENT_BACK, State.WITHDRAWN)],
        "files": files_of(step, user),
        "waiting": [] if found else waiting_files(step, user),
    }


def proposal_page(proposal: MilestoneProposal, user: User) -> dict[str, Any]:
    """One proposal as this reader finds it."""
    step = proposal.step
    is_open = proposal.state == State.PROPOSED
    before = step.proposals.filter(state=State.SENT_BACK).exclude(pk=proposal.pk).select_related("decided_by")
    return {
        "proposal": proposal,
        "step": step,
        "journey": step.journey,
        "back_url": journey_url(step.journey),
        "files": [one for one in files_of(step, user) if one.proposal_id == proposal.pk],
        "former": list(before.order_by("-created_at", "-pk")),
        "missing": missing_before(step) if is_open else [],
        "may_answer": is_open and may_accept_proposal(user, proposal),
        "may_withdraw": is_open and may_withdraw_proposal(user, proposal),
    }
