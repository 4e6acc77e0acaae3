"""Doors of mentoring.

The world's mentor accompanies the world's holder; the ended mentor did before. A mentor of the same organisation who is
not of the pair is the ended one (her pair is over): she is told nothing.
"""

from datetime import timedelta
from typing import Any

from backend.accounts import actions as accounts
from backend.lib import clock
from mentoring import actions
from mentoring.models import Mentor, Mentorship, Session
from tests.factories.journeys import make_journey
from tests.factories.mentoring import make_mentor, make_past_session, make_session
from tests.house.doors import (
    ANY_LEAD,
    FORBIDDEN,
    HIDDEN,
    LEAD_HIDDEN,
    SIGNED_IN,
    WITH_LINK_ONLY,
    Row,
    World,
    allow,
    row,
)

OPEN_DOORS = {"mentoring:session_log_link": "the mentor's letter: one purpose, one session, signed and expiring"}

PAIRED = allow("holder", "mentor", "lead", "steward", "other_steward", rest=HIDDEN)
"""The two of the pair, leads, and stewards (of the whole territory), who only look."""
STEWARDS_LOOK = {"steward": FORBIDDEN, "other_steward": FORBIDDEN}
PAIR_ACTS = PAIRED | STEWARDS_LOOK | {"holder": FORBIDDEN}
PAIR_ENDS = PAIR_ACTS | {"mentor": FORBIDDEN}
LIST_OF_MENTORS = allow("mentor", "lead", "steward", "other_mentor", "other_lead", "other_steward", strangers=FORBIDDEN)


def a_mentor(world: World) -> Mentor:
    """The profile of the world's mentor."""
    return make_mentor(world.organisation, world.mentor)


def a_journey(world: World) -> Any:
    """The holder's journey, accompanied in the past by the ended mentor."""
    journey = make_journey(world.organisation, world.holder)
    former = actions.pair_mentor(journey, make_mentor(world.organisation, world.ended_mentor), by=None)
    actions.end_mentorship(former, reason="mentor_left", by=None)
    accounts.end_role(world.ended_mentor.memberships.get(role="mentor", ended_at=None), by=None)
    return journey


def a_pair(world: World) -> Mentorship:
    """Mentor and holder, under way."""
    return actions.pair_mentor(world.of(a_journey), world.of(a_mentor), by=None)


def an_alone_journey(world: World) -> Any:
    """A journey of the organisation without any mentor, which the world's holder carries."""
    return make_journey(world.organisation, world.holder)


def a_planned_session(world: World) -> Session:
    return make_session(world.of(a_pair))


def a_past_session(world: World) -> Session:
    return make_past_session(world.of(a_pair))


def a_held_session(world: World) -> Session:
    return actions.log_session(make_past_session(world.of(a_pair), hours_ago=30), by=world.mentor)


def a_log_link(world: World) -> dict[str, str]:
    """The token of the letter that asks for the log."""
    return {"token": accounts.make_link("session_log", about=world.of(a_past_session), user=world.mentor)[1]}


def a_bad_link(world: World) -> dict[str, str]:
    return {"token": "nothing-like-it"}


def tomorrow(world: World) -> dict[str, Any]:
    return {"starts_at": (clock.now() + timedelta(days=3)).isoformat()}


ROWS: list[Row] = [
    row("mentoring:mentor_list", "GET", LIST_OF_MENTORS),
    row("mentoring:mentor_create", "GET POST", ANY_LEAD),
    row("mentoring:mentor", "GET", PAIRED, a_pair_mentor := lambda world: world.of(a_pair).mentor),
    row("mentoring:mentor_update", "GET POST", PAIR_ACTS, a_pair_mentor),
    row("mentoring:mentor_pair", "GET POST", LEAD_HIDDEN | STEWARDS_LOOK | {"holder": FORBIDDEN}, an_alone_journey),
    row("mentoring:mentorship", "GET", PAIRED, a_pair),
    row("mentoring:mentorship_end", "GET POST", PAIR_ENDS, a_pair),
    row("mentoring:session_list", "GET", SIGNED_IN),
    row("mentoring:session_plan", "GET POST", PAIR_ACTS, a_pair),
    row("mentoring:session_record", "GET POST", PAIR_ACTS, a_pair),
    row("mentoring:session", "GET", PAIRED, a_planned_session),
    row("mentoring:session_ics", "GET", PAIRED, a_planned_session),
    row("mentoring:session_move", "GET POST", PAIR_ACTS, a_planned_session),
    row("mentoring:session_cancel", "GET POST", PAIRED | STEWARDS_LOOK, a_planned_session),
    row("mentoring:session_log", "GET POST", PAIR_ACTS, a_past_session),
    row("mentoring:session_log_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_log_link),
    # --- The API: lists are everybody's, each sees her own ---
    row("api:mentors-list", "GET", SIGNED_IN),
    row(
        "api:mentors-list",
        "POST",
        allow("lead", strangers=FORBIDDEN),
        data=lambda world: {"organisation": world.organisation.pk, "email": "a@example.org"},
    ),
    row("api:mentors-detail", "GET", PAIRED, a_pair_mentor),
    row("api:mentors-detail", "PATCH", PAIR_ACTS, a_pair_mentor),
    row("api:mentorships-list", "GET", SIGNED_IN),
    row("api:mentorships-pair", "POST", SIGNED_IN),
    row("api:mentorships-detail", "GET", PAIRED, a_pair),
    row("api:mentorships-end", "POST", PAIR_ENDS, a_pair),
    row("api:sessions-list", "GET", SIGNED_IN),
    row("api:sessions-plan", "POST", SIGNED_IN),
    row("api:sessions-detail", "GET", PAIRED, a_planned_session),
    row("api:sessions-move", "POST", PAIR_ACTS, a_planned_session, data=tomorrow),
    row("api:sessions-cancel", "POST", PAIRED | STEWARDS_LOOK, a_planned_session),
    row("api:sessions-log", "POST", PAIR_ACTS, a_past_session),
    row("api:sessions-update-log", "POST", PAIR_ACTS, a_held_session),
    row("api:sessions-no-show", "POST", PAIR_ACTS, a_past_session),
]
