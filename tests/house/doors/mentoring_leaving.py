"""Doors through which a mentor leaves, and of her hours."""

from typing import Any

from backend.accounts import actions as accounts
from mentoring.models import Mentor
from tests.house.doors import ANY_LEAD, FORBIDDEN, HIDDEN, WITH_LINK_ONLY, Row, World, allow, row
from tests.house.doors.mentoring import a_held_session, a_pair

OPEN_DOORS = {"mentoring:attestation_link": "the last letter of a mentor who left: her own hours as a paper, expiring"}

HER_PROFILE = allow("mentor", "lead", rest=HIDDEN) | {
    "holder": FORBIDDEN,
    "steward": FORBIDDEN,
    "other_steward": FORBIDDEN,
}
BY_A_LEAD = HER_PROFILE | {"mentor": FORBIDDEN}
BY_HERSELF = HER_PROFILE | {"lead": FORBIDDEN}


def a_mentor(world: World) -> Mentor:
    return world.of(a_pair).mentor


def an_attestation_link(world: World) -> dict[str, str]:
    mentor = world.of(a_mentor)
    return {"token": accounts.make_link("attestation", about=mentor, user=mentor.user)[1]}


def a_bad_link(world: World) -> dict[str, Any]:
    return {"token": "nothing-like-it"}


ROWS: list[Row] = [
    row("mentoring:mentor_leave", "GET POST", BY_A_LEAD, a_mentor),
    row("mentoring:wish_to_leave", "GET POST", BY_HERSELF, a_mentor),
    row("mentoring:stay", "POST", BY_HERSELF, a_mentor),
    row("mentoring:mentor_hours", "GET", HER_PROFILE, a_mentor),
    row("mentoring:attestation", "GET", HER_PROFILE, a_mentor),
    row("mentoring:burden", "GET", ANY_LEAD),
    row("api:mentors-leaving", "GET", BY_A_LEAD, a_mentor),
    row("api:mentors-look-at-leaving", "POST", BY_A_LEAD, a_mentor),
    row("api:mentors-leave", "POST", BY_A_LEAD, a_mentor),
    row("api:mentors-wish-to-leave", "POST", BY_HERSELF, a_mentor),
    row("api:mentors-stay", "POST", BY_HERSELF, a_mentor),
    row("api:mentors-hours", "GET", HER_PROFILE, a_mentor),
    row("api:mentors-burden", "GET", ANY_LEAD),
    row("mentoring:attestation_link", "GET", WITH_LINK_ONLY, a_bad_link, link=an_attestation_link),
    row("mentoring:apart_declare", "GET POST", BY_HERSELF, a_held_session),
]
