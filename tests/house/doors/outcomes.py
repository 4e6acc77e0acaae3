"""Doors onto what came of a journey: for its leads, its holder, and the letters of both sides."""

from backend.accounts import actions as accounts
from journeys.models import FollowUp, Outcome
from tests.factories.outcomes import make_outcome
from tests.house.doors import HIDDEN, SIGNED_IN, WITH_LINK_ONLY, Row, World, row
from tests.house.doors.api import creates
from tests.house.doors.journeys import a_journey
from tests.house.doors.modules import a_bad_link
from tests.house.doors.stays import HOLDER_ALONE, LEAD_OF_JOURNEY, READ_JOURNEY

OPEN_DOORS = {
    "journeys:follow_up_link": "the holder's letter: what became of her project, signed and expiring",
    "journeys:cooperation_link": "the other side's letter: one cooperation to confirm once, signed and expiring",
}
DAY = "2026-11-20"
ASKED = READ_JOURNEY | {"mentor": HIDDEN, "steward": HIDDEN, "other_steward": HIDDEN}


def an_outcome(world: World) -> Outcome:
    return make_outcome(world.of(a_journey), "exit")


def a_cooperation(world: World) -> Outcome:
    return make_outcome(world.of(a_journey), "cooperation")


def a_kind(world: World) -> dict[str, object]:
    return {"pk": world.of(a_journey).pk, "kind": "exit"}


def a_follow_up(world: World) -> FollowUp:
    return FollowUp.objects.create(journey=world.of(a_journey), months=6)


def a_follow_up_link(world: World) -> dict[str, str]:
    return {"token": accounts.make_link("follow_up", about=world.of(a_follow_up), user=world.holder)[1]}


def a_partner_link(world: World) -> dict[str, str]:
    cooperation = world.of(a_cooperation)
    return {"token": accounts.make_link("cooperation", about=cooperation, email=cooperation.partner_email)[1]}


ROWS: list[Row] = [
    row("journeys:outcome_add", "GET POST", LEAD_OF_JOURNEY, a_kind, data={"code": "training", "happened_on": DAY}),
    row("journeys:outcome_correct", "GET POST", LEAD_OF_JOURNEY, an_outcome),
    row("journeys:outcome_prove", "GET POST", LEAD_OF_JOURNEY, an_outcome, data={"note": "Vu"}),
    row("journeys:outcome_withdraw", "GET POST", LEAD_OF_JOURNEY, an_outcome, data={"reason": "Erreur"}),
    row("journeys:cooperation_confirm", "POST", HOLDER_ALONE, a_cooperation),
    row("journeys:cooperation_note", "GET POST", LEAD_OF_JOURNEY, a_cooperation),
    row("journeys:follow_up_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_follow_up_link),
    row("journeys:cooperation_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_partner_link),
    # --- The same through the API ---
    row("api:outcomes-list", "GET", SIGNED_IN),
    row("api:outcomes-list", "POST", creates(LEAD_OF_JOURNEY), data=lambda world: {
        "journey": world.of(a_journey).pk, "kind": "exit", "code": "training", "happened_on": DAY
    }),
    row("api:outcomes-detail", "GET", READ_JOURNEY, an_outcome),
    row("api:outcomes-correct", "POST", LEAD_OF_JOURNEY, an_outcome),
    row("api:outcomes-prove", "POST", LEAD_OF_JOURNEY, an_outcome, data={"note": "Vu"}),
    row("api:outcomes-withdraw", "POST", LEAD_OF_JOURNEY, an_outcome, data={"reason": "Erreur"}),
    row("api:outcomes-confirm", "POST", HOLDER_ALONE, a_cooperation),
    row("api:outcomes-note", "POST", LEAD_OF_JOURNEY, a_cooperation, data={"side": "partner", "words": "Vu"}),
    row("api:follow-ups-list", "GET", SIGNED_IN),
    row("api:follow-ups-detail", "GET", ASKED, a_follow_up),
]  # fmt: skip
