"""Milestones proposed by holders: said and shown, accepted, or sent back with a sentence."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail.actions import drop_letters
from journeys.actions import milestone_letters as letters
from journeys.actions.evidence import Upload, keep_evidence_files
from journeys.actions.milestones import check_evidence, write_milestone
from journeys.actions.shared import hold_step
from journeys.models import EvidenceFile, Milestone, MilestoneProposal, Step
from journeys.queries.evidence import waiting_files

State = MilestoneProposal.State


@transaction.atomic
def propose_milestone(
    step: Step,
    *,
    reached_on: date,
    evidence: str = "",
    evidence_url: str = "",
    uploads: Sequence[Upload] = (),
    by: User,
) -> MilestoneProposal:
    """The holder says that the milestone is reached that day and shows it; who may accept it is told once, by letter.

    Files she joined before (to a proposal sent back or withdrawn, or just now) go with it. Refused for a day to come,
    without any evidence, when it is reached or no longer open, or while another proposal of this step waits.
    """
    waiting = waiting_files(step, by)
    check_evidence(step, reached_on, evidence, evidence_url, has_files=bool(uploads or waiting))
    hold_step(step)
    if not step.is_open:
        raise Refused(_("This step is not open any more."))
    kept = keep_evidence_files(step, uploads, by=by)
    try:
        with transaction.atomic():
            proposal = MilestoneProposal.objects.create(
                step=step,
                proposed_by=by,
                reached_on=reached_on,
                evidence=evidence.strip(),
                evidence_url=evidence_url,
            )
    except IntegrityError:
        raise Refused(_("You proposed this milestone already: it waits for an answer.")) from None
    EvidenceFile.objects.filter(pk__in=[one.pk for one in (*waiting, *kept)]).update(proposal=proposal)
    history.record(
        "propose_milestone", proposal, by=by, organisation=step.journey.programme.organisation, reached_on=reached_on
    )
    letters.proposed(proposal)
    return proposal


@transaction.atomic
def withdraw_proposal(proposal: MilestoneProposal, *, by: User) -> MilestoneProposal:
    """The holder takes it back; what she wrote and joined waits for the next one. Refused once answered."""
    move(proposal, State.WITHDRAWN, stamps={"decided_at": clock.now(), "decided_by": by})
    drop_letters(proposal)
    history.record("withdraw_proposal", proposal, by=by, organisation=proposal.step.journey.programme.organisation)
    return proposal


@transaction.atomic
def accept_proposal(proposal: MilestoneProposal, *, by: User | None) -> Milestone:
    """The milestone is reached on the day and evidence proposed, its step is done, and the holder is told.

    Refused once answered or withdrawn, or when the milestone was reached meanwhile.
    """
    move(proposal, State.ACCEPTED, stamps={"decided_at": clock.now(), "decided_by": by})
    drop_letters(proposal)
    milestone = write_milestone(
        proposal.step,
        reached_on=proposal.reached_on,
        evidence=proposal.evidence,
        evidence_url=proposal.evidence_url,
        by=by,
    )
    history.record("accept_proposal", proposal, by=by, organisation=proposal.step.journey.programme.organisation)
    letters.answered(proposal)
    return milestone


@transaction.atomic
def send_back_proposal(proposal: MilestoneProposal, *, answer: str, by: User | None) -> MilestoneProposal:
    """Something is missing, said in a sentence that a letter brings to the holder, once; she can propose again.

    Refused without the sentence, and once answered or withdrawn.
    """
    if not answer.strip():
        raise Refused(_("Say in a sentence what is missing."), field="answer")
    stamps = {"decided_at": clock.now(), "decided_by": by, "answer": answer.strip()[:500]}
    move(proposal, State.SENT_BACK, stamps=stamps)
    drop_letters(proposal)
    history.record(
        "send_back_proposal",
        proposal,
        by=by,
        organisation=proposal.step.journey.programme.organisation,
        reason=answer.strip(),
    )
    letters.answered(proposal)
    return proposal
