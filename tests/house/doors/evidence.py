"""Doors of milestones: proposed by the holder, answered by who accompanies; and the files that show them."""

from backend.lib import clock
from journeys import actions
from journeys.models import EvidenceFile, MilestoneProposal
from tests.factories.journeys import step_of
from tests.house.doors import SIGNED_IN, Row, World, row
from tests.house.doors.api import HOLDER_OF_JOURNEY, creates
from tests.house.doors.journeys import COMPANIONS_ACT, HOLDER_ACTS, LOOKERS, READERS, a_journey
from tests.house.doors.stays import LEAD_OF_JOURNEY, MENTOR_LEAD_OF_JOURNEY, READ_JOURNEY, a_milestone_step

PDF = b"%PDF-1.7\n%%EOF\n"


def a_proposal(world: World) -> MilestoneProposal:
    """With a file, waiting for an answer; on a journey apart, for the milestone of the other one may be reached."""
    return actions.propose_milestone(
        step_of(a_journey(world), "milestone"),
        reached_on=clock.today(),
        evidence="Signé",
        uploads=[actions.Upload("plan.pdf", PDF)],
        by=world.holder,
    )


def a_file(world: World) -> EvidenceFile:
    proposal: MilestoneProposal = world.of(a_proposal)
    return proposal.files.get()


ROWS: list[Row] = [
    row("journeys:milestone_propose", "GET POST", HOLDER_ACTS, a_milestone_step),
    row("journeys:proposal_detail", "GET", READERS, a_proposal),
    row("journeys:proposal_withdraw", "POST", HOLDER_ACTS, a_proposal),
    row("journeys:proposal_accept", "POST", COMPANIONS_ACT, a_proposal),
    row("journeys:proposal_send_back", "GET POST", COMPANIONS_ACT, a_proposal, data={"answer": "La page 2"}),
    row("journeys:evidence_file", "GET", READERS, a_file),
    row("journeys:evidence_file_remove", "POST", READERS | LOOKERS | {"mentor": "forbidden"}, a_file),
    row("api:milestone-proposals-list", "GET", SIGNED_IN),
    row("api:milestone-proposals-list", "POST", creates(HOLDER_OF_JOURNEY), data=lambda world: {
        "step": world.of(a_milestone_step).pk, "reached_on": "2026-11-20", "evidence": "Vu"
    }),
    row("api:milestone-proposals-detail", "GET", READ_JOURNEY, a_proposal),
    row("api:milestone-proposals-withdraw", "POST", HOLDER_OF_JOURNEY, a_proposal),
    row("api:milestone-proposals-accept", "POST", MENTOR_LEAD_OF_JOURNEY, a_proposal),
    row("api:milestone-proposals-send-back", "POST", MENTOR_LEAD_OF_JOURNEY, a_proposal, data={"answer": "Page 2"}),
    row("api:evidence-files-list", "GET", SIGNED_IN),
    row("api:evidence-files-detail", "GET", READ_JOURNEY, a_file),
    row("api:evidence-files-download", "GET", READ_JOURNEY, a_file),
    row("api:evidence-files-remove", "POST", LEAD_OF_JOURNEY | {"holder": "ok"}, a_file),
]  # fmt: skip
