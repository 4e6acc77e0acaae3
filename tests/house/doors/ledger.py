"""Doors of the ledger: hours apart, statements, and the files that say the same."""

from typing import Any

from journeys import actions
from journeys.models import Delivery, Journey, Programme, Statement
from tests.factories.journeys import make_confirmed_delivery
from tests.house.doors import FORBIDDEN, SIGNED_IN, Row, World, allow, row
from tests.house.doors.api import HOLDER_OF_JOURNEY, creates
from tests.house.doors.journeys import COMPANIONS_ACT, HOLDER_ACTS, LEADS_ACT, READERS, a_journey
from tests.house.doors.stays import LEAD_OF_JOURNEY, MENTOR_LEAD_OF_JOURNEY, READ_JOURNEY

OCTOBER = {"starts_on": "2026-10-01", "ends_on": "2026-10-31"}
READ_PROGRAMME_HOURS = allow("lead", "steward", "other_steward")
"""Members see the programme, and are told that its people's hours are not theirs to read."""
LEAD_OF_PROGRAMME = READ_PROGRAMME_HOURS | {"steward": FORBIDDEN, "other_steward": FORBIDDEN}
APART = {
    "sort": "travel",
    "kind": "mentoring",
    "happened_at_0": "2026-11-02",
    "happened_at_1": "09:00",
    "minutes_0": "0",
    "minutes_1": "30",
}


def a_programme(world: World) -> Programme:
    journey: Journey = world.of(a_journey)
    return journey.programme


def a_line(world: World) -> Delivery:
    return make_confirmed_delivery(world.of(a_journey), days_ago=30)


def a_statement(world: World) -> Statement:
    """October, waiting for the holder's signature."""
    line = world.of(a_line)
    first, last = line.happened_at.date().replace(day=1), line.happened_at.date()
    return actions.prepare_statement(world.of(a_journey), starts_on=first, ends_on=last, by=None)


def files(make: Any) -> Any:
    return lambda world: {"pk": world.of(make).pk, "form": "xlsx"}


ROWS: list[Row] = [
    row("journeys:delivery_declare", "GET POST", COMPANIONS_ACT, a_journey, data=APART),
    row("journeys:period_hours", "GET", READERS, a_journey),
    row("journeys:period_export", "GET", READERS, files(a_journey)),
    row("journeys:statement_prepare", "GET POST", LEADS_ACT, a_journey, data=OCTOBER),
    row("journeys:statement_detail", "GET", READERS, a_statement),
    row("journeys:statement_export", "GET", READERS, files(a_statement)),
    row("journeys:statement_sign", "POST", HOLDER_ACTS, a_statement),
    row("journeys:statement_withdraw", "POST", LEADS_ACT, a_statement),
    row("journeys:programme_hours", "GET", READ_PROGRAMME_HOURS, a_programme),
    row("journeys:programme_hours_export", "GET", READ_PROGRAMME_HOURS, files(a_programme)),
    row("journeys:statements_prepare", "GET POST", LEAD_OF_PROGRAMME, a_programme, data=OCTOBER),
    row("api:deliveries-totals", "GET", SIGNED_IN),
    row("api:deliveries-list", "POST", creates(MENTOR_LEAD_OF_JOURNEY), data=lambda world: {
        "journey": world.of(a_journey).pk, "sort": "travel", "kind": "mentoring", "minutes": 30,
        "happened_at": "2026-11-02T09:00:00Z",
    }),
    row("api:statements-list", "GET", SIGNED_IN),
    row("api:statements-list", "POST", creates(LEAD_OF_JOURNEY), data=lambda world: {
        "journey": world.of(a_journey).pk, **OCTOBER
    }),
    row("api:statements-prepare", "POST", creates(LEAD_OF_PROGRAMME), data=lambda world: {
        "programme": a_programme(world).pk, **OCTOBER
    }),
    row("api:statements-detail", "GET", READ_JOURNEY, a_statement),
    row("api:statements-reading", "GET", READ_JOURNEY, a_statement),
    row("api:statements-file", "GET", READ_JOURNEY, a_statement),
    row("api:journeys-hours", "GET", READ_JOURNEY, a_journey),
    row("api:programmes-hours", "GET", READ_PROGRAMME_HOURS, a_programme),
    row("api:statements-sign", "POST", HOLDER_OF_JOURNEY, a_statement),
    row("api:statements-withdraw", "POST", LEAD_OF_JOURNEY, a_statement),
]  # fmt: skip
