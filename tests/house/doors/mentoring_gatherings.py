"""Doors of a meeting of several."""

from datetime import timedelta

import time_machine

from backend.accounts import actions as accounts
from backend.lib import clock
from mentoring import actions
from mentoring.models import Gathering
from tests.factories.mentoring import make_pair
from tests.house.doors import FORBIDDEN, LEAD_HIDDEN, OK, SIGNED_IN, WITH_LINK_ONLY, Row, World, row
from tests.house.doors.mentoring import PAIR_ACTS, a_bad_link, a_pair

OPEN_DOORS = {"mentoring:gathering_log_link": "the mentor's letter: who came to one meeting, signed and expiring"}

INVITED = LEAD_HIDDEN | {"mentor": OK, "holder": OK}
LED = INVITED | {"holder": FORBIDDEN}


def a_gathering(world: World) -> Gathering:
    """The world's holder and somebody else, in four days."""
    return gather(world, 4)


def gather(world: World, days: int) -> Gathering:
    pair = world.of(a_pair)
    pairs = [pair, make_pair(world.organisation, pair.mentor)]
    starts_at = clock.now() + timedelta(days=days)
    return actions.plan_gathering(pair.mentor, pairs=pairs, starts_at=starts_at, by=None)


def a_past_gathering(world: World) -> Gathering:
    with time_machine.travel(clock.now() - timedelta(days=4), tick=False):
        return gather(world, 1)


def a_gathering_link(world: World) -> dict[str, str]:
    """The token of the letter that asks who came."""
    return {"token": accounts.make_link("gathering_log", about=world.of(a_past_gathering), user=world.mentor)[1]}


ROWS: list[Row] = [
    row("mentoring:gathering_plan", "GET POST", PAIR_ACTS, lambda world: world.of(a_pair).mentor),
    row("api:mentor-gatherings-list", "GET POST", SIGNED_IN),
    row("api:mentor-gatherings-detail", "GET", INVITED, a_gathering),
    row("api:mentor-gatherings-move", "POST", LED, a_gathering),
    row("api:mentor-gatherings-cancel", "POST", LED, a_gathering),
    row("api:mentor-gatherings-log", "POST", LED, a_past_gathering),
    row("mentoring:gathering", "GET", INVITED, a_gathering),
    row("mentoring:gathering_move", "GET POST", LED, a_gathering),
    row("mentoring:gathering_cancel", "GET POST", LED, a_gathering),
    row("mentoring:gathering_log", "GET POST", LED, a_past_gathering),
    row("mentoring:gathering_log_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_gathering_link),
]
