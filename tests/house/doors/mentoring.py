"""Doors of mentoring.

The world's mentor accompanies the world's holder; the ended mentor did before. A mentor of the same organisation who is
not of the pair is the ended one (her pair is over): she is told nothing.
"""

from datetime import timedelta
from typing import Any

from backend.accounts import actions as accounts
from backend.lib import clock
from mentoring import actions
from mentoring.models import Absence, Conflict, Mentor, Mentorship, Need, Opening, OpeningDay, Session, Training
from tests.factories.journeys import make_journey
from tests.factories.mentoring import make_mentor, make_opening, make_past_session, make_session
from tests.house.doors import (
    ANY_LEAD,
    FORBIDDEN,
    HIDDEN,
    LEAD_HIDDEN,
    OK,
    OPEN,
    SIGNED_IN,
    WITH_LINK_ONLY,
    Row,
    World,
    allow,
    row,
)

OPEN_DOORS = {
    "mentoring:session_log_link": "the mentor's letter: one purpose, one session, signed and expiring",
    "mentoring:log_worker": "a script without data: a browser renews it whoever is signed in",
    "mentoring:log_link_worker": "a script without data, for whoever comes by the letter",
}

PAIRED = allow("holder", "mentor", "lead", "steward", "other_steward", rest=HIDDEN)
"""The two of the pair, leads, and stewards (of the whole territory), who only look."""
STEWARDS_LOOK = {"steward": FORBIDDEN, "other_steward": FORBIDDEN}
PAIR_ACTS = PAIRED | STEWARDS_LOOK | {"holder": FORBIDDEN}
PAIR_ENDS = PAIR_ACTS | {"mentor": FORBIDDEN}
LIST_OF_MENTORS = allow("mentor", "lead", "steward", "other_mentor", "other_lead", "other_steward", strangers=FORBIDDEN)


def a_mentor(world: World) -> Mentor:
    """The profile of the world's mentor."""
    return make_mentor(world.organisation, world.mentor, capacity=9)


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
    return make_session(world.of(a_pair), clock.now() + timedelta(days=41))  # nothing else is sampled that far ahead


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


def a_training(world: World) -> Training:
    return actions.add_training(world.of(a_pair).mentor, title="Écoute active", by=None)


def a_conflict(world: World) -> Conflict:
    return actions.declare_conflict(
        world.of(a_pair).mentor, make_journey(world.organisation).holder, reason="Sœurs", by=None
    )


def a_need(world: World) -> Need:
    return actions.say_need(world.of(a_pair).journey, themes=["funding"], by=None)


def an_opening(world: World) -> Opening:
    return make_opening(world.of(a_pair).mentor)


def an_opening_day(world: World) -> OpeningDay:
    opening = make_opening(world.of(a_pair).mentor)
    return actions.change_opening_day(opening, day=opening.starts_on, by=None)


def an_absence(world: World) -> Absence:
    today = clock.today()
    return actions.declare_absence(world.of(a_pair).mentor, starts_on=today, ends_on=today, by=None)


def a_pair_to_book(world: World) -> Mentorship:
    """Their mentor has published hours."""
    make_opening(world.of(a_pair).mentor)
    return world.of(a_pair)


def a_mentor_with_hours(world: World) -> Mentor:
    """Published, with a day that is otherwise and an absence."""
    world.of(an_opening_day)
    world.of(an_absence)
    return world.of(a_pair).mentor


HERS = LEAD_HIDDEN | {"mentor": OK}
PAIR_BOOKS = PAIR_ACTS | {"holder": OK}
ONLY_HERSELF = PAIR_ACTS | {"lead": FORBIDDEN}
READS_NEED = LEAD_HIDDEN | {"holder": OK, "mentor": OK}
READS_CONFLICT = LEAD_HIDDEN | {"mentor": OK}

ROWS: list[Row] = [
    row("mentoring:mentor_list", "GET", LIST_OF_MENTORS),
    row("mentoring:mentor_create", "GET POST", ANY_LEAD),
    row("mentoring:mentor", "GET", PAIRED, a_pair_mentor := lambda world: world.of(a_pair).mentor),
    row("mentoring:mentor_update", "GET POST", PAIR_ACTS, a_pair_mentor),
    row("mentoring:mentor_pair", "GET POST", LEAD_HIDDEN | STEWARDS_LOOK | {"holder": FORBIDDEN}, an_alone_journey),
    row("mentoring:charter_accept", "GET", PAIRED, a_pair_mentor),
    row("mentoring:charter_accept", "POST", ONLY_HERSELF, a_pair_mentor),
    row("mentoring:training_add", "GET POST", PAIR_ACTS, a_pair_mentor),
    row("mentoring:training_remove", "POST", PAIR_ACTS, a_training),
    row("mentoring:conflict_declare", "GET POST", PAIR_ACTS, a_pair_mentor),
    row("mentoring:conflict_lift", "POST", READS_CONFLICT | {"mentor": FORBIDDEN}, a_conflict),
    row("mentoring:mentor_match", "GET POST", ANY_LEAD),
    row("mentoring:weights_keep", "POST", ANY_LEAD),
    row("mentoring:need_say", "GET POST", LEAD_HIDDEN | STEWARDS_LOOK | {"holder": OK}, an_alone_journey),
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
    row("mentoring:log_worker", "GET", OPEN),
    row("mentoring:log_link_worker", "GET", OPEN),
    row("mentoring:session_log_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_log_link),
    row("mentoring:opening_list", "GET", PAIR_ACTS, a_mentor_with_hours),
    row("mentoring:opening_publish", "GET POST", PAIR_ACTS, a_pair_mentor),
    row("mentoring:absence_declare", "GET POST", PAIR_ACTS, a_pair_mentor),
    row("mentoring:opening_update", "GET POST", HERS, an_opening),
    row("mentoring:opening_end", "POST", HERS, an_opening),
    row("mentoring:opening_day_change", "GET POST", HERS, an_opening),
    row("mentoring:opening_day_restore", "POST", HERS, an_opening_day),
    row("mentoring:absence_lift", "POST", HERS, an_absence),
    row("mentoring:opening_book", "GET POST", PAIR_BOOKS, a_pair_to_book),
    row("api:mentor-openings-list", "GET POST", SIGNED_IN),
    row("api:mentor-openings-detail", "GET PATCH", HERS, an_opening),
    row("api:mentor-openings-end", "POST", HERS, an_opening),
    row("api:mentor-openings-change-day", "POST", HERS, an_opening),
    row("api:mentor-openings-restore-day", "POST", HERS, an_opening),
    row("api:mentor-absences-list", "GET POST", SIGNED_IN),
    row("api:mentor-absences-detail", "GET", HERS, an_absence),
    row("api:mentor-absences-lift", "POST", HERS, an_absence),
    row("api:mentorships-offers", "GET", PAIR_BOOKS, a_pair_to_book),
    row("api:mentorships-book", "POST", PAIR_BOOKS, a_pair, data=tomorrow),
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
    row("api:mentors-accept-charter", "POST", ONLY_HERSELF, a_pair_mentor),
    row("api:mentors-add-training", "POST", PAIR_ACTS, a_pair_mentor, data={"title": "Écoute"}),
    row("api:mentors-remove-training", "POST", PAIR_ACTS, a_pair_mentor),
    row("api:mentors-declare-conflict", "POST", PAIR_ACTS, a_pair_mentor),
    row("api:mentor-conflicts-list", "GET", SIGNED_IN),
    row("api:mentor-conflicts-detail", "GET", READS_CONFLICT, a_conflict),
    row("api:mentor-conflicts-lift", "POST", READS_CONFLICT | {"mentor": FORBIDDEN}, a_conflict),
    row("api:mentor-needs-list", "GET POST", SIGNED_IN),
    row("api:mentor-needs-detail", "GET", READS_NEED, a_need),
    row("api:mentor-matches-list", "GET", ANY_LEAD),
    row("api:mentor-matches-detail", "GET", LEAD_HIDDEN | STEWARDS_LOOK | {"holder": FORBIDDEN}, an_alone_journey),
    row(
        "api:mentor-matches-keep-weights",
        "POST",
        allow("lead", strangers=FORBIDDEN),
        data=lambda world: {"organisation": world.organisation.pk, "weights": {"themes": 5}},
    ),
    row("api:mentorships-list", "GET", SIGNED_IN),
    row("api:mentorships-pair-many", "POST", SIGNED_IN),
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
