"""Doors of the list of those who need somebody."""

from datetime import timedelta
from typing import Any

from backend.lib import clock
from journeys import actions
from journeys.models import Journey, Snooze
from tests.factories.journeys import make_delivery
from tests.house.doors import ANY_LEAD, HIDDEN, LEAD_HIDDEN, OK, SIGNED_IN, Row, World, row
from tests.house.doors.journeys import LEADS_ACT, a_journey


def a_sign(world: World) -> dict[str, Any]:
    """Hours of the holder that are disputed."""
    journey = world.of(a_journey)
    actions.dispute_delivery(make_delivery(journey), comment="Une heure", by=None)
    return {"pk": journey.pk, "code": "disputed"}


def a_snooze(world: World) -> Snooze:
    """The same, set aside for a week."""
    sign = a_sign(world)
    until, journey = clock.today() + timedelta(days=7), Journey.objects.get(pk=sign["pk"])
    return actions.snooze_sign(journey, code="disputed", until_on=until, reason="Vu", by=world.lead)


def a_sign_to_set_aside(world: World) -> dict[str, Any]:
    sign = a_sign(world)
    return {"journey": sign["pk"], "code": "disputed", **SOON}


SOON = {"until_on": "2026-12-01", "reason": "Vu avec elle"}

TOLD_NOTHING = {persona: OK if found == HIDDEN else found for persona, found in LEADS_ACT.items()}
"""Who does not see the journey in the body is answered 400."""

ROWS: list[Row] = [
    row("journeys:needs", "GET", ANY_LEAD),
    row("journeys:sign_snooze", "GET POST", LEADS_ACT, a_sign, data=SOON),
    row("journeys:sign_unsnooze", "POST", LEAD_HIDDEN, a_snooze),
    row("api:needs-list", "GET", ANY_LEAD),
    row("api:snoozes-list", "GET", SIGNED_IN),
    row("api:snoozes-list", "POST", TOLD_NOTHING, data=a_sign_to_set_aside),
    row("api:snoozes-detail", "GET", LEAD_HIDDEN, a_snooze),
    row("api:snoozes-unsnooze", "POST", LEAD_HIDDEN, a_snooze),
]
