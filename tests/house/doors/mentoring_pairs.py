"""Doors of the pair as an object: proposed, accepted, its objectives and reviews, how it feels."""

from typing import Any

from backend.accounts import actions as accounts
from mentoring import actions
from mentoring.models import Fit, Mentorship, Objective, Review
from tests.factories.journeys import make_journey
from tests.factories.mentoring import make_held_session
from tests.house.doors import FORBIDDEN, HIDDEN, LEAD_HIDDEN, OK, SIGNED_IN, WITH_LINK_ONLY, Row, World, row
from tests.house.doors.mentoring import PAIR_ENDS, PAIRED, STEWARDS_LOOK, a_bad_link, a_mentor, a_pair

OPEN_DOORS = {
    "mentoring:proposal_link": "the letter to each of the two: one proposal, signed and expiring",
    "mentoring:review_link": "the letter half-way, or at the end: one person’s words on one pair",
    "mentoring:past_link": "the letter when a mentor leaves: what its holder lets pass on, said by her alone",
    "mentoring:fit_link": "posted from the page behind the letter of a session’s log or hours, with the same link",
}
BY_ITS_HOLDER = PAIRED | STEWARDS_LOOK | {"lead": FORBIDDEN, "mentor": FORBIDDEN}
THE_TWO = PAIRED | STEWARDS_LOOK | {"lead": FORBIDDEN}
TWO_AND_LEAD = PAIRED | STEWARDS_LOOK


def a_proposal(world: World) -> Mentorship:
    """Proposed to mentor and holder, who have not answered; for a journey beside the one that they are a pair on."""
    beside = make_journey(world.organisation, world.holder)
    return actions.propose_mentor(beside, world.of(a_mentor), by=world.lead)


def a_proposal_link(world: World) -> dict[str, str]:
    return {"token": accounts.make_link("pair_answer", about=world.of(a_proposal), user=world.mentor)[1]}


def a_review_link(world: World) -> dict[str, str]:
    return {"token": accounts.make_link("pair_review", about=world.of(a_pair), user=world.mentor)[1]}


def a_past_link(world: World) -> dict[str, str]:
    return {"token": accounts.make_link("pair_past", about=world.of(a_pair), user=world.holder)[1]}


def a_session_link(world: World) -> dict[str, str]:
    session = make_held_session(world.of(a_pair))
    return {"token": accounts.make_link("session_log", about=session, user=world.mentor)[1]}


def an_objective(world: World) -> Objective:
    return actions.set_objective(world.of(a_pair), text="Oser demander", start=2, wanted=6, by=world.holder)


def a_review(world: World) -> Review:
    return actions.say_review(world.of(a_pair), moment="midway", side="holder", went_well="L’écoute", by=world.holder)


def a_fit(world: World) -> Fit:
    """Said by the mentor: neither the holder nor a steward is told that it exists."""
    make_held_session(world.of(a_pair))
    return actions.say_fit(world.of(a_pair), side="mentor", answer="good", by=world.mentor)


GOOD: dict[str, Any] = {"answer": "good"}
READS_COURSE = LEAD_HIDDEN | {"holder": OK, "mentor": OK}

ROWS: list[Row] = [
    row("mentoring:proposal_accept", "POST", THE_TWO, a_proposal),
    row("mentoring:proposal_decline", "GET POST", THE_TWO, a_proposal),
    row("mentoring:proposal_ask_again", "POST", PAIR_ENDS, a_proposal),
    row("mentoring:proposal_withdraw", "GET POST", PAIR_ENDS, a_proposal),
    row("mentoring:proposal_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_proposal_link),
    row("mentoring:primary_change", "POST", PAIR_ENDS, a_pair),
    row("mentoring:objective_set", "GET POST", TWO_AND_LEAD, a_pair),
    row("mentoring:objective_drop", "POST", READS_COURSE, an_objective),
    row("mentoring:review_say", "GET POST", THE_TWO, a_pair),
    row("mentoring:review_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_review_link),
    row("mentoring:past_withhold", "POST", BY_ITS_HOLDER, a_pair),
    row("mentoring:past_pass_on", "POST", BY_ITS_HOLDER, a_pair),
    row("mentoring:past_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_past_link),
    row("mentoring:fit_say", "POST", THE_TWO, a_pair),
    row("mentoring:fit_link", "POST", WITH_LINK_ONLY, a_bad_link, link=a_session_link, data=GOOD),
    row("api:mentorships-withhold-past", "POST", BY_ITS_HOLDER, a_pair),
    row("api:mentorships-pass-past-on", "POST", BY_ITS_HOLDER, a_pair),
    row("api:mentorships-propose", "POST", SIGNED_IN),
    row("api:mentorships-propose-many", "POST", SIGNED_IN),
    row("api:mentorships-accept", "POST", THE_TWO, a_proposal),
    row("api:mentorships-decline", "POST", THE_TWO, a_proposal, data={"reason": "Trop loin"}),
    row("api:mentorships-ask-again", "POST", PAIR_ENDS, a_proposal),
    row("api:mentorships-withdraw", "POST", PAIR_ENDS, a_proposal),
    row("api:mentorships-make-primary", "POST", PAIR_ENDS, a_pair),
    row("api:mentorships-set-objective", "POST", TWO_AND_LEAD, a_pair),
    row("api:mentorships-say-review", "POST", THE_TWO, a_pair, data={"went_well": "L’écoute"}),
    row("api:mentorships-say-fit", "POST", THE_TWO, a_pair, data=GOOD),
    row("api:mentor-objectives-list", "GET", SIGNED_IN),
    row("api:mentor-objectives-detail", "GET", READS_COURSE, an_objective),
    row("api:mentor-objectives-drop", "POST", READS_COURSE, an_objective),
    row("api:mentor-reviews-list", "GET", SIGNED_IN),
    row("api:mentor-reviews-detail", "GET", READS_COURSE, a_review),
    row("api:mentor-fits-list", "GET", SIGNED_IN),
    row("api:mentor-fits-detail", "GET", READS_COURSE | {"holder": HIDDEN}, a_fit),
]
