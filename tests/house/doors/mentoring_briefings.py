"""Doors before a session: the mentor's briefing, the holder's question."""

from backend.accounts import actions as accounts
from tests.house.doors import FORBIDDEN, OK, WITH_LINK_ONLY, Row, World, row
from tests.house.doors.mentoring import PAIR_ACTS, a_bad_link, a_planned_session

OPEN_DOORS = {"mentoring:session_question_link": "the holder's letter: one session, signed and expiring"}
HOLDER_ALONE = PAIR_ACTS | {"holder": OK, "mentor": FORBIDDEN, "lead": FORBIDDEN}


def a_question_link(world: World) -> dict[str, str]:
    return {"token": accounts.make_link("session_question", about=world.of(a_planned_session), user=world.holder)[1]}


ROWS: list[Row] = [
    row("mentoring:session_briefing", "GET", PAIR_ACTS, a_planned_session),
    row("mentoring:session_question", "GET POST", HOLDER_ALONE, a_planned_session),
    row("mentoring:session_question_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_question_link),
    row("api:sessions-briefing", "GET", PAIR_ACTS, a_planned_session),
    row("api:sessions-question", "POST", HOLDER_ALONE, a_planned_session, data={"text": "Le bail"}),
]
