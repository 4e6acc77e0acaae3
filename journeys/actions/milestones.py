"""Milestones: reached with their evidence, undone with a reason."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.actions import drop_letters
from journeys.actions.evidence import Upload, keep_evidence_files
from journeys.actions.shared import follow_step, hold_step, is_reached_by_team, meet_team
from journeys.actions.states import lock_journey
from journeys.actions.steps import advance_step
from journeys.models import Milestone, MilestoneProposal, Step, StepKind


@transaction.atomic
def reach_milestone(
    step: Step,
    *,
    reached_on: date,
    evidence: str = "",
    evidence_url: str = "",
    uploads: Sequence[Upload] = (),
    by: User | None,
) -> Milestone:
    """The milestone is reached on that day, on this evidence (words, a link, files), and its step is done.

    Refused for a day to come, without any evidence, for another kind of step, when it is reached already, or while a
    proposal of the holder waits for an answer. Steps that should come before do not prevent it: the page names them.
    """
    check_evidence(step, reached_on, evidence, evidence_url, has_files=bool(uploads) or has_waiting(step, by))
    hold_step(step)
    if step.proposals.filter(state=MilestoneProposal.State.PROPOSED).exists():
        raise Refused(_("The holder has proposed it: accept the proposal, or send it back."))
    keep_evidence_files(step, uploads, by=by)
    return write_milestone(step, reached_on=reached_on, evidence=evidence, evidence_url=evidence_url, by=by)


def check_evidence(step: Step, reached_on: date, evidence: str, evidence_url: str, *, has_files: bool) -> None:
    """What is asked of a milestone, whoever says that it is reached. Refused otherwise."""
    if step.kind != StepKind.MILESTONE:
        raise Refused(_("This step is not a milestone."))
    if reached_on > clock.today():
        raise Refused(_("A milestone is reached on a day that has come."), field="reached_on")
    if not evidence.strip() and not evidence_url and not has_files:
        raise Refused(_("Show that it is reached: a few words, a link or a file."), field="evidence")


def has_waiting(step: Step, by: User | None) -> bool:
    """Did `by` join files to this step that wait for a proposal or a milestone?"""
    return by is not None and step.evidence_files.filter(proposal=None, added_by=by).exists()


def write_milestone(step: Step, *, reached_on: date, evidence: str, evidence_url: str, by: User | None) -> Milestone:
    """The row, and its step done. Refused when it is reached already."""
    if is_reached_by_team(step):
        raise Refused(_("This milestone is reached already."))
    try:
        with transaction.atomic():
            milestone = Milestone.objects.create(
                step=step, reached_on=reached_on, evidence=evidence.strip(), evidence_url=evidence_url, recorded_by=by
            )
    except IntegrityError:
        raise Refused(_("This milestone is reached already.")) from None
    advance_step(step, Step.State.DONE, on=reached_on, by=by)
    drop_letters(step)
    history.record(
        "reach_milestone", milestone, by=by, organisation=step.journey.programme.organisation, reached_on=reached_on
    )
    return milestone


@transaction.atomic
def undo_milestone(milestone: Milestone, *, reason: str, by: User | None) -> Step:
    """It was not reached after all: the step is to plan again; history keeps the evidence and the reason.

    Refused without a reason, and once the journey has ended: what it shows stands then, until it is opened again.
    """
    if not reason.strip():
        raise Refused(_("Say why this milestone is undone."), field="reason")
    step = milestone.step
    if not lock_journey(step.journey).is_live:
        raise Refused(_("This journey has ended: its milestones stand. Open it again first."))
    meet_team(step)
    history.record(
        "undo_milestone",
        step,
        by=by,
        organisation=step.journey.programme.organisation,
        reason=reason.strip(),
        reached_on=milestone.reached_on,
        evidence=milestone.evidence,
        evidence_url=milestone.evidence_url,
    )
    milestone.delete()
    if step.state == Step.State.DONE:
        advance_step(step, Step.State.IN_PROGRESS, by=by)
        advance_step(step, Step.State.PLANNED, by=by)
        follow_step(step, by=by)
    return step
