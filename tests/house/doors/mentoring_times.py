"""Doors of finding a time: times put forward, sessions at a steady pace, the terms of an organisation."""

from datetime import timedelta

from backend.accounts import actions as accounts
from backend.lib import clock
from mentoring import actions
from mentoring.models import ProposedTime, Terms, TimeProposal
from tests.house.doors import FORBIDDEN, LEAD_HIDDEN, OK, SIGNED_IN, WITH_LINK_ONLY, Row, World, allow, row
from tests.house.doors.mentoring import PAIR_ACTS, PAIRED, STEWARDS_LOOK, a_bad_link, a_pair

OPEN_DOORS = {"mentoring:times_link": "the letter with times put forward: one purpose, signed and expiring"}

THE_TWO = PAIRED | STEWARDS_LOOK
"""The two of the pair and the leads."""
TWO_ALONE = LEAD_HIDDEN | {"holder": OK, "mentor": OK}


def a_proposal(world: World) -> TimeProposal:
    """The mentor's, open."""
    start = clock.now() + timedelta(days=44)
    return actions.propose_times(world.of(a_pair), side="mentor", times=[start], by=world.mentor)


def the_time(world: World) -> dict[str, int]:
    return {"time": world.of(a_time).pk}


def a_time(world: World) -> ProposedTime:
    return world.of(a_proposal).times.get()


def a_times_link(world: World) -> dict[str, str]:
    """The token of the holder's letter."""
    return {"token": accounts.make_link("times_answer", about=world.of(a_proposal), user=world.holder)[1]}


def some_terms(world: World) -> Terms:
    return actions.keep_terms(world.organisation, late_hours=12, by=None)


ROWS: list[Row] = [
    row("mentoring:way_prefer", "POST", THE_TWO | {"lead": FORBIDDEN}, a_pair, data={"way": "ask"}),
    row("api:mentorships-prefer-way", "POST", THE_TWO | {"lead": FORBIDDEN}, a_pair, data={"way": "ask"}),
    row("mentoring:times_find", "GET", THE_TWO, a_pair),
    row("mentoring:times_propose", "GET POST", THE_TWO, a_pair),
    row("mentoring:times_take", "POST", TWO_ALONE | {"mentor": FORBIDDEN}, a_time),
    row("mentoring:times_decline", "GET POST", TWO_ALONE | {"mentor": FORBIDDEN}, a_proposal),
    row("mentoring:times_withdraw", "POST", TWO_ALONE | {"holder": FORBIDDEN}, a_proposal),
    row("mentoring:times_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_times_link),
    row("mentoring:cadence_plan", "GET POST", PAIR_ACTS, a_pair),
    row("api:mentor-times-list", "GET POST", SIGNED_IN),
    row("api:mentor-times-detail", "GET", TWO_ALONE, a_proposal),
    row("api:mentor-times-take", "POST", TWO_ALONE | {"mentor": FORBIDDEN}, a_proposal, data=the_time),
    row("api:mentor-times-decline", "POST", TWO_ALONE | {"mentor": FORBIDDEN}, a_proposal),
    row("api:mentor-times-withdraw", "POST", TWO_ALONE | {"holder": FORBIDDEN}, a_proposal),
    row("api:mentor-terms-list", "GET", SIGNED_IN),
    row(
        "api:mentor-terms-list",
        "POST",
        allow("lead", strangers=FORBIDDEN),
        data=lambda world: {"organisation": world.organisation.pk, "late_hours": 12},
    ),
    row("api:mentor-terms-detail", "GET", LEAD_HIDDEN, some_terms),
    row("api:sessions-plan-cadence", "POST", SIGNED_IN),
    row("mentoring:terms_keep", "GET POST", LEAD_HIDDEN, lambda world: world.organisation),
]
