"""Doors onto projects with their teams, and onto follow-up groups."""

from typing import Any

from journeys.models import Carrier, Companion, Journey, Project, Step
from tests.factories.accounts import make_user
from tests.factories.journeys import make_companion, step_of
from tests.house.doors import FORBIDDEN, OK, OTHERS, SIGNED_IN, Row, World, allow, row
from tests.house.doors.journeys import LEADS_ACT, LOOKERS, READERS, a_journey

TOLD_NOTHING = dict.fromkeys((*OTHERS, "ended_mentor", "observer"), OK) | {"other_steward": FORBIDDEN}
"""For an act that names its journey in the body: a stranger's is answered 400 beside that field."""


def a_project(world: World) -> Project:
    journey: Journey = world.of(a_journey)
    return journey.project


def a_carrier(world: World) -> Carrier:
    return Carrier.objects.get(project=world.of(a_project))


def a_step(world: World) -> Step:
    return step_of(world.of(a_journey), "module")


def an_adviser(world: World) -> Companion:
    return make_companion(world.of(a_journey), make_user("adviser@example.org"), Companion.Role.ADVISER)


def an_invitation(world: World) -> dict[str, Any]:
    return {
        "journey": world.of(a_journey).pk, "role": "adviser", "email": "paule@example.org", "first_name": "Paule",
        "last_name": "Adam", "home": "Adie",
    }  # fmt: skip


def in_body(world: World) -> dict[str, Any]:
    return {"journey": world.of(a_journey).pk}


def leaving(world: World) -> dict[str, Any]:
    return {"carrier": world.of(a_carrier).pk, "left_on": "2026-11-23", "reason": "Emploi"}


def a_part(world: World) -> dict[str, Any]:
    return {"carrier": world.of(a_carrier).pk, "part": "member"}


PAGES: list[Row] = [
    row("journeys:project_detail", "GET", READERS, a_project),
    row("journeys:project_join", "GET POST", LEADS_ACT, a_project),
    row("journeys:project_leave", "GET POST", LEADS_ACT, a_carrier, data={"left_on": "2026-11-23", "reason": "Emploi"}),
    row("journeys:part_change", "GET POST", LEADS_ACT, a_carrier, data={"part": "member"}),
    row("journeys:step_share", "POST", LEADS_ACT, a_step, data={"shared": "1"}),
    row("journeys:group", "GET", READERS, a_journey),
    row("journeys:contacts_reveal", "POST", READERS, a_journey),
    row("journeys:companion_invite", "GET POST", LEADS_ACT, a_journey),
    row("journeys:group_leave", "GET POST", LEADS_ACT, an_adviser, data={"reason": "Mission finie"}),
]
API: list[Row] = [
    row("api:projects-team", "GET", READERS, a_project),
    row("api:projects-join", "POST", LEADS_ACT, a_project),
    row("api:projects-leave", "POST", LEADS_ACT, a_project, data=leaving),
    row("api:projects-part", "POST", LEADS_ACT, a_project, data=a_part),
    row("api:steps-share", "POST", LEADS_ACT, a_step, data={"shared": True}),
    row("api:companions-list", "GET", SIGNED_IN),
    row("api:companions-list", "POST", allow("lead") | TOLD_NOTHING | LOOKERS, data=an_invitation),
    row("api:companions-detail", "GET", READERS, an_adviser),
    row("api:companions-end", "POST", LEADS_ACT, an_adviser, data={"reason": "Mission finie"}),
    row("api:companions-contacts", "POST", SIGNED_IN, data=in_body),
]
ROWS = [*PAGES, *API]
