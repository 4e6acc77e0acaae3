"""Doors onto what came of a journey: for its leads, its holder, and the letters of both sides."""

from backend.accounts import actions as accounts
from journeys.actions import outcomes as actions
from journeys.models import FollowUp, Outcome
from tests.factories.outcomes import make_outcome
from tests.house.doors import WITH_LINK_ONLY, Row, World, row
from tests.house.doors.journeys import a_journey
from tests.house.doors.modules import a_bad_link
from tests.house.doors.stays import HOLDER_ALONE, LEAD_OF_JOURNEY

OPEN_DOORS = {
    "journeys:follow_up_link": "the holder's letter: what became of her project, signed and expiring",
    "journeys:cooperation_link": "the other side's letter: one cooperation to confirm once, signed and expiring",
}
DAY = "2026-11-20"


def an_outcome(world: World) -> Outcome:
    return make_outcome(world.of(a_journey), "exit")


def a_cooperation(world: World) -> Outcome:
    return make_outcome(world.of(a_journey), "cooperation")


def a_kind(world: World) -> dict[str, object]:
    return {"pk": world.of(a_journey).pk, "kind": "exit"}


def a_follow_up_link(world: World) -> dict[str, str]:
    made = FollowUp.objects.create(journey=world.of(a_journey), months=6)
    return {"token": accounts.make_link("follow_up", about=made, user=world.holder)[1]}


def a_partner_link(world: World) -> dict[str, str]:
    cooperation = world.of(a_cooperation)
    return {"token": accounts.make_link("cooperation", about=cooperation, email=cooperation.partner_email)[1]}


def a_withdrawn_outcome(world: World) -> Outcome:
    return actions.withdraw_outcome(world.of(an_outcome), reason="Erreur", by=world.lead)


ROWS: list[Row] = [
    row("journeys:outcome_add", "GET POST", LEAD_OF_JOURNEY, a_kind, data={"code": "training", "happened_on": DAY}),
    row("journeys:outcome_correct", "GET POST", LEAD_OF_JOURNEY, an_outcome),
    row("journeys:outcome_prove", "GET POST", LEAD_OF_JOURNEY, an_outcome, data={"note": "Vu"}),
    row("journeys:outcome_withdraw", "GET POST", LEAD_OF_JOURNEY, an_outcome, data={"reason": "Erreur"}),
    row("journeys:cooperation_confirm", "POST", HOLDER_ALONE, a_cooperation),
    row("journeys:cooperation_note", "GET POST", LEAD_OF_JOURNEY, a_cooperation),
    row("journeys:follow_up_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_follow_up_link),
    row("journeys:cooperation_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_partner_link),
]
