"""Doors of what is said of a line of hours: its page, the answers of both sides, the lead who settles."""

from datetime import timedelta
from typing import Any

from backend.accounts import actions as accounts
from backend.lib import clock
from journeys import actions
from journeys.models import Delivery
from tests.house.doors import FORBIDDEN, OK, WITH_LINK_ONLY, Row, World, row
from tests.house.doors.api import HOLDER_OF_JOURNEY
from tests.house.doors.journeys import READERS, a_journey
from tests.house.doors.stays import LEAD_OF_JOURNEY, READ_JOURNEY

OPEN_DOORS = {"journeys:delivery_answer_link": "the letter of whoever declared hours: one line, signed and expiring"}
BOTH_SIDES = HOLDER_OF_JOURNEY | {"mentor": OK}


def a_disputed_line(world: World) -> Delivery:
    """Declared by the world's mentor; the holder says it was an hour."""
    line = actions.record_delivery(
        world.of(a_journey), step=None, kind="mentoring", source="test:vouching", minutes=90, by=world.mentor,
        happened_at=clock.now() - timedelta(days=2),
    )  # fmt: skip
    return actions.dispute_delivery(line, comment="Une heure", minutes=60, by=world.holder)


def an_answer_link(world: World) -> dict[str, str]:
    return {"token": accounts.make_link("delivery_answer", about=world.of(a_disputed_line), user=world.mentor)[1]}


def a_bad_link(world: World) -> dict[str, str]:
    return {"token": "nothing-like-it"}


ACCEPT: dict[str, Any] = {"act": "accept"}

ROWS: list[Row] = [
    row("journeys:delivery_detail", "GET", READERS, a_disputed_line),
    row("journeys:delivery_answer", "POST", READERS | {
        name: FORBIDDEN for name, found in READERS.items() if found == OK and name not in ("holder", "mentor")
    }, a_disputed_line, data=ACCEPT),
    row("journeys:delivery_settle", "GET POST", READERS | {
        name: FORBIDDEN for name, found in READERS.items() if found == OK and name != "lead"
    }, a_disputed_line),
    row("journeys:delivery_answer_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=an_answer_link),
    row("api:deliveries-thread", "GET", READ_JOURNEY | {
        name: FORBIDDEN for name, found in READ_JOURNEY.items()
        if found == OK and name not in ("holder", "mentor", "lead")
    }, a_disputed_line),
    row("api:deliveries-answer", "POST", BOTH_SIDES | {"lead": FORBIDDEN}, a_disputed_line),
    row("api:deliveries-accept", "POST", BOTH_SIDES | {"lead": FORBIDDEN}, a_disputed_line),
    row("api:deliveries-settle", "POST", LEAD_OF_JOURNEY, a_disputed_line),
]  # fmt: skip
