"""Doors of journeys onto the catalogue of modules, a holder's own seat, the waiting list and the trainer's link."""

from backend.accounts import actions as accounts
from backend.lib import clock
from journeys import actions
from journeys.models import ModuleDate
from tests.factories.journeys import make_journey
from tests.factories.stays import enrol, make_module_date
from tests.house.doors import FORBIDDEN, HIDDEN, OK, WITH_LINK_ONLY, Row, World, allow, row
from tests.house.doors.stays import LEAD_OF_OFFER, LEADS, a_date, a_journey, a_module

OPEN_DOORS = {"journeys:attendance_link": "the trainer's letter: one date, only names, signed and expiring"}

# Acts of a holder about herself: every member reads the date, holders act on it.
HOLDER_OF_OFFER = allow("holder") | {"other_steward": FORBIDDEN}
TITLES = {"title_fr": "Coûts et prix", "minutes": 180, "minutes_0": 3, "minutes_1": 0}


def a_date_with_her(world: World) -> ModuleDate:
    """The world's holder has a seat at it."""
    date: ModuleDate = world.of(a_date)
    enrol(date, world.of(a_journey), by=world.lead)
    return date


def a_full_date(world: World) -> ModuleDate:
    """Its one seat is somebody else's."""
    date = make_module_date(world.of(a_module), seats=1, by=world.lead)
    enrol(date, make_journey(world.organisation, programme=world.of(a_journey).programme, by=world.lead), by=world.lead)
    return date


def a_full_date_she_waits_for(world: World) -> ModuleDate:
    date = a_full_date(world)
    world.of(a_journey)
    actions.join_waiting(date, by=world.holder)
    return date


def a_date_with_trainer(world: World) -> ModuleDate:
    """It began an hour ago, and its trainer has an address."""
    starts = clock.now() - clock.days(1) / 24
    date = make_module_date(world.of(a_module), starts_at=starts, trainer_email="trainer@example.net", by=world.lead)
    enrol(date, world.of(a_journey), by=world.lead)
    return date


def a_trainer_link(world: World) -> dict[str, str]:
    """The token of the letter to the trainer."""
    date: ModuleDate = world.of(a_date_with_trainer)
    return {"token": accounts.make_link("attendance", about=date, email=date.trainer_email, days=8)[1]}


def a_bad_link(world: World) -> dict[str, str]:
    return {"token": "nothing-like-it"}


def creates(pattern: dict[str, str]) -> dict[str, str]:
    """As `pattern` for those who see the organisation; 400 for those who do not."""
    return {persona: OK if found == HIDDEN else found for persona, found in pattern.items()}


ROWS: list[Row] = [
    row("journeys:module_create", "GET POST", LEADS, data=TITLES),
    row("journeys:module_update", "GET POST", LEAD_OF_OFFER, a_module, data=TITLES),
    row("journeys:module_retire", "POST", LEAD_OF_OFFER, a_module),
    row("journeys:module_restore", "POST", LEAD_OF_OFFER, a_module),
    row("journeys:seat_take", "POST", HOLDER_OF_OFFER, a_date),
    row("journeys:seat_switch", "POST", HOLDER_OF_OFFER, a_date),
    row("journeys:seat_give_up", "POST", HOLDER_OF_OFFER, a_date_with_her),
    row("journeys:waiting_join", "POST", HOLDER_OF_OFFER, a_full_date),
    row("journeys:waiting_leave", "POST", HOLDER_OF_OFFER, a_full_date_she_waits_for),
    row("journeys:trainer_link_send", "POST", LEAD_OF_OFFER, a_date_with_trainer),
    row("journeys:trainer_link_revoke", "POST", LEAD_OF_OFFER, a_date_with_trainer),
    row("journeys:attendance_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_trainer_link),
    # --- The same through the API ---
    row(
        "api:modules-list",
        "POST",
        creates(allow("lead")) | {"other_steward": OK, "ended_mentor": OK},
        data=lambda world: {**TITLES, "organisation": world.organisation.pk},
    ),
    row("api:modules-detail", "PATCH", LEAD_OF_OFFER, a_module, data={"title_en": "Costs and prices"}),
    row("api:modules-retire", "POST", LEAD_OF_OFFER, a_module),
    row("api:modules-restore", "POST", LEAD_OF_OFFER, a_module),
    row("api:module-dates-enrol-me", "POST", HOLDER_OF_OFFER, a_date),
    row("api:module-dates-switch", "POST", HOLDER_OF_OFFER, a_date),
    row("api:module-dates-withdraw", "POST", HOLDER_OF_OFFER, a_date_with_her),
    row("api:module-dates-wait", "POST", HOLDER_OF_OFFER, a_full_date),
    row("api:module-dates-leave-waiting", "POST", HOLDER_OF_OFFER, a_full_date_she_waits_for),
    row("api:module-dates-send-trainer-link", "POST", LEAD_OF_OFFER, a_date_with_trainer),
    row("api:module-dates-revoke-trainer-link", "POST", LEAD_OF_OFFER, a_date_with_trainer),
]
