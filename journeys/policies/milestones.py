"""Who may say that a milestone is reached."""

from typing import TYPE_CHECKING

from journeys.policies.people import accompanies, carries, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import EvidenceFile, Milestone, MilestoneProposal, Step


def may_reach_milestone(user: "User", step: "Step") -> bool:
    """A lead, its mentor or its referent; for the holder see may_propose_milestone."""
    return step.journey.is_live and (leads(user, step.journey) or accompanies(user, step.journey))


def may_undo_milestone(user: "User", milestone: "Milestone") -> bool:
    """A lead, with a reason, while the journey is under way."""
    return milestone.step.journey.is_live and leads(user, milestone.step.journey)


def may_propose_milestone(user: "User", step: "Step") -> bool:
    """The holder says that it is reached, and shows it."""
    return step.journey.is_live and carries(user, step.journey)


def may_withdraw_proposal(user: "User", proposal: "MilestoneProposal") -> bool:
    return carries(user, proposal.step.journey)


def may_accept_proposal(user: "User", proposal: "MilestoneProposal") -> bool:
    """A lead, or the mentor or referent active on the journey; never the holder herself."""
    journey = proposal.step.journey
    return journey.is_live and not carries(user, journey) and (leads(user, journey) or accompanies(user, journey))


def may_send_back_proposal(user: "User", proposal: "MilestoneProposal") -> bool:
    return may_accept_proposal(user, proposal)


def may_remove_evidence_file(user: "User", file: "EvidenceFile") -> bool:
    """Who joined it, while nobody relies on it; a lead, for a file that should not be here."""
    return file.added_by_id == user.pk or leads(user, file.step.journey)
