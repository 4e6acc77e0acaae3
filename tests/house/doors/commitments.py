"""Doors of what was promised: its page, and the link in its owner's letter."""

from backend.accounts import actions as accounts
from tests.house.doors import FORBIDDEN, OK, WITH_LINK_ONLY, Row, World, row
from tests.house.doors.api import a_commitment as an_api_commitment
from tests.house.doors.journeys import LOOKERS, READERS, a_commitment
from tests.house.doors.stays import LEAD_OF_JOURNEY

OPEN_DOORS = {"journeys:commitments_link": "its owner's letter: what she promised, signed and expiring"}
OWNER_OR_LEAD = LEAD_OF_JOURNEY | {"holder": OK}


def a_link(world: World) -> dict[str, str]:
    return {"token": accounts.make_link("commitments", about=world.holder, user=world.holder)[1]}


def a_bad_link(world: World) -> dict[str, str]:
    return {"token": "nothing-like-it"}


ROWS: list[Row] = [
    row("journeys:commitment_detail", "GET POST", READERS | LOOKERS | {"mentor": FORBIDDEN}, a_commitment),
    row("journeys:commitments_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_link),
    row("api:commitments-reopen", "POST", OWNER_OR_LEAD, an_api_commitment),
    row("api:commitments-move", "POST", OWNER_OR_LEAD, an_api_commitment, data={"due_on": "2026-12-20"}),
    row("api:commitments-drop", "POST", OWNER_OR_LEAD, an_api_commitment, data={"reason": "Inutile"}),
]
