"""Doors of states, extensions and bridges, on the pages and over HTTP."""

from datetime import timedelta
from typing import Any

from journeys import actions
from journeys.models import Bridge, Extension, Journey
from tests.factories.journeys import make_programme
from tests.house.doors import ANY_LEAD, FORBIDDEN, HIDDEN, OK, OTHERS, SIGNED_IN, Row, World, allow, row
from tests.house.doors.journeys import LEADS_ACT, LOOKERS, READERS, a_journey

ASKERS = READERS | LOOKERS
ONLY_THE_HOLDER = READERS | LOOKERS | {"mentor": FORBIDDEN, "lead": FORBIDDEN}
BRIDGE_READERS = allow("holder", "mentor", "lead", "steward", "other_steward", rest=HIDDEN)


def an_ended_journey(world: World) -> Journey:
    return actions.leave_journey(a_journey(world), reason="moved", by=None)


def an_archived_journey(world: World) -> Journey:
    return actions.archive_journey(an_ended_journey(world), by=None)


def an_extension(world: World) -> Extension:
    """Asked by the holder."""
    journey = a_journey(world)
    until = journey.planned_end_on + timedelta(days=60)
    return actions.ask_extension(journey, until_on=until, reason="Étude de marché", by=world.holder)


def a_bridge(world: World) -> Bridge:
    journey = a_journey(world)
    other = make_programme(world.organisation)
    return actions.bridge_journey(journey, programme=other, kind="beside", by=world.lead).bridge_in


def asking(world: World) -> dict[str, Any]:
    journey: Journey = world.of(a_journey)
    return {"journey": journey.pk, "until_on": "2028-01-31", "reason": "Étude de marché"}


REOPEN = {"reason": "De retour", "planned_end_on": "2027-06-30"}
PAUSE = {"reason": "Bébé", "review_on": "2027-01-22"}
ASK = {"until_on": "2028-01-31", "reason": "Étude de marché"}
DECIDE = {"granted": "yes", "reason": "Bien avancé"}

PAGES: list[Row] = [
    row("journeys:journey_reopen", "GET POST", LEADS_ACT, an_ended_journey, data=REOPEN),
    row("journeys:journey_archive", "POST", LEADS_ACT, an_ended_journey),
    row("journeys:journey_unarchive", "POST", LEADS_ACT, an_archived_journey),
    row("journeys:journey_bridge", "GET POST", LEADS_ACT, a_journey),
    row("journeys:extension_list", "GET", ANY_LEAD),
    row("journeys:extension_ask", "GET POST", ASKERS, a_journey, data=ASK),
    row("journeys:extension_decide", "GET POST", LEADS_ACT, an_extension, data=DECIDE),
    row("journeys:extension_withdraw", "POST", ONLY_THE_HOLDER, an_extension),
]
API: list[Row] = [
    row("api:journeys-reopen", "POST", LEADS_ACT, an_ended_journey, data=REOPEN),
    row("api:journeys-archive", "POST", LEADS_ACT, an_ended_journey),
    row("api:journeys-unarchive", "POST", LEADS_ACT, an_archived_journey),
    row("api:journeys-equivalents", "GET", LEADS_ACT, a_journey),
    row("api:journeys-bridge", "POST", LEADS_ACT, a_journey),
    row("api:extensions-list", "GET", SIGNED_IN),
    row(
        "api:extensions-list",
        "POST",
        ASKERS | dict.fromkeys((*OTHERS, "ended_mentor", "observer"), OK) | LOOKERS,
        data=asking,
    ),
    row("api:extensions-detail", "GET", READERS, an_extension),
    row("api:extensions-decide", "POST", LEADS_ACT, an_extension, data={"granted": True, "reason": "Bien avancé"}),
    row("api:extensions-withdraw", "POST", ONLY_THE_HOLDER, an_extension),
    row("api:bridges-list", "GET", SIGNED_IN),
    row("api:bridges-detail", "GET", BRIDGE_READERS, a_bridge),
]
ROWS = [*PAGES, *API]
