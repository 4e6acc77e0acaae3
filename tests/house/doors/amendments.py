"""Doors of journeys onto what changes an agreement in force."""

from datetime import timedelta

from journeys import actions
from journeys.actions.immersions.facts import facts_of
from journeys.models import Amendment, Immersion
from tests.factories.stays import make_immersion
from tests.house.doors import SIGNED_IN, Row, World, row
from tests.house.doors.api import creates
from tests.house.doors.stays import LEAD_OF_JOURNEY, READ_JOURNEY, a_journey


def a_stay_in_force(world: World) -> Immersion:
    return make_immersion(a_journey(world), state="validated")


def a_draft(world: World) -> Amendment:
    stay: Immersion = world.of(a_stay_in_force)
    wanted = facts_of(stay)
    return actions.draft_amendment(
        stay, type(wanted)(**{**vars(wanted), "place": "Ailleurs"}), reason="Travaux", by=None
    )


def one_to_sign(world: World) -> Amendment:
    return actions.send_amendment_to_sign(world.of(a_draft), by=None)


def an_early_end(world: World) -> dict[str, object]:
    stay: Immersion = world.of(a_stay_in_force)
    return {"last_day_on": stay.starts_on, "reason": "Malade", "side": "holder"}


def later_days(world: World) -> dict[str, object]:
    stay: Immersion = world.of(a_stay_in_force)
    first = stay.ends_on + timedelta(days=3)
    return {"step": stay.step_id, "starts_on": first, "ends_on": first + timedelta(days=4)}


def an_amendment_to_draft(world: World) -> dict[str, object]:
    return {"immersion": world.of(a_stay_in_force).pk, "place": "Ailleurs", "reason": "Travaux"}


WHY = {"reason": "Travaux"}
ROWS: list[Row] = [
    row("journeys:amendment_draft", "GET POST", LEAD_OF_JOURNEY, a_stay_in_force),
    row("journeys:amendment_detail", "GET", READ_JOURNEY, a_draft),
    row("journeys:amendment_update", "GET POST", LEAD_OF_JOURNEY, a_draft),
    row("journeys:amendment_schedule", "GET POST", LEAD_OF_JOURNEY, a_draft),
    row("journeys:amendment_merge", "POST", LEAD_OF_JOURNEY, a_draft),
    row("journeys:amendment_send", "POST", LEAD_OF_JOURNEY, a_draft),
    row("journeys:amendment_signature_record", "GET POST", LEAD_OF_JOURNEY, one_to_sign),
    row("journeys:amendment_validate", "POST", LEAD_OF_JOURNEY, one_to_sign),
    row("journeys:amendment_reject", "GET POST", LEAD_OF_JOURNEY, one_to_sign, data=WHY),
    row("journeys:amendment_cancel", "GET POST", LEAD_OF_JOURNEY, a_draft, data=WHY),
    row("journeys:immersion_end_early", "GET POST", LEAD_OF_JOURNEY, a_stay_in_force, data=an_early_end),
    row("journeys:immersion_renew", "GET POST", LEAD_OF_JOURNEY, a_stay_in_force, data=later_days),
    # --- The same through the API ---
    row("api:amendments-list", "GET", SIGNED_IN),
    row("api:amendments-list", "POST", creates(LEAD_OF_JOURNEY), data=an_amendment_to_draft),
    row("api:amendments-detail", "GET", READ_JOURNEY, a_draft),
    row("api:amendments-detail", "PATCH", LEAD_OF_JOURNEY, a_draft, data={"place": "Plus loin"}),
    row("api:amendments-send-to-sign", "POST", LEAD_OF_JOURNEY, a_draft),
    row("api:amendments-sign", "POST", LEAD_OF_JOURNEY, one_to_sign),
    row("api:amendments-validate", "POST", LEAD_OF_JOURNEY, one_to_sign),
    row("api:amendments-reject", "POST", LEAD_OF_JOURNEY, one_to_sign, data=WHY),
    row("api:amendments-cancel", "POST", LEAD_OF_JOURNEY, a_draft, data=WHY),
    row("api:immersions-end-early", "POST", LEAD_OF_JOURNEY, a_stay_in_force, data=an_early_end),
    row("api:immersions-renew", "POST", LEAD_OF_JOURNEY, a_stay_in_force, data=later_days),
]
