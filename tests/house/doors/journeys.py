"""Doors of journeys. The world's mentor accompanies the world's holder; the ended mentor did before."""

from datetime import timedelta
from typing import Any

from backend.accounts.actions import make_link
from backend.lib import clock
from journeys import actions
from journeys.models import Commitment, Delivery, Import, Journey, Programme, Step
from tests.factories.journeys import make_companion, make_delivery, make_journey, make_programme, step_of
from tests.house.doors import ANY_LEAD, FORBIDDEN, HIDDEN, SIGNED_IN, WITH_LINK_ONLY, Row, World, allow, row

OPEN_DOORS = {
    "journeys:delivery_confirm_link": "the holder's letter: one purpose, one line of hours, signed and expiring"
}

# --- Journeys, steps, commitments, programmes, hours ----------------------------------------------------
READERS = allow("holder", "mentor", "lead", "steward", "other_steward", rest=HIDDEN)
"""The holder, who accompanies her, leads, and stewards (of the whole territory), who only look."""
LOOKERS = {"steward": FORBIDDEN, "other_steward": FORBIDDEN}
LEADS_ACT = READERS | LOOKERS | {"holder": FORBIDDEN, "mentor": FORBIDDEN}
COMPANIONS_ACT = READERS | LOOKERS | {"holder": FORBIDDEN}
HOLDER_ACTS = READERS | LOOKERS | {"mentor": FORBIDDEN, "lead": FORBIDDEN}
BOARD = allow("lead", "mentor", "steward", "other_lead", "other_mentor", "other_steward", strangers=FORBIDDEN)
TAKE_AWAY = BOARD | {"mentor": FORBIDDEN, "other_mentor": FORBIDDEN}
OFFER = allow("holder", "mentor", "lead", "observer", "steward", "other_steward")


def a_journey(world: World) -> Journey:
    """The holder's journey, with its mentor of today and the one of before."""
    journey = make_journey(world.organisation, world.holder, referent=world.lead)
    make_companion(journey, world.mentor)
    make_companion(journey, world.ended_mentor)
    actions.end_companion(journey, world.ended_mentor, "mentor", by=None)
    return journey


def a_paused_journey(world: World) -> Journey:
    again = clock.today() + timedelta(days=30)
    return actions.pause_journey(a_journey(world), reason="Naissance", review_on=again, by=None)


def a_programme(world: World) -> Programme:
    return make_programme(world.organisation)


def a_step(world: World) -> Step:
    return step_of(world.of(a_journey), "module")


def a_commitment(world: World) -> Commitment:
    """What the holder has promised."""
    journey, due = world.of(a_journey), clock.today() + timedelta(days=7)
    return actions.add_commitment(journey, text="Appeler", owner=world.holder, due_on=due, by=None)


def a_delivery(world: World) -> Delivery:
    return make_delivery(world.of(a_journey), by=world.mentor)


def a_good_token(world: World) -> dict[str, Any]:
    """What the holder's letter carries."""
    _link, token = make_link("delivery_confirm", about=world.of(a_delivery), user=world.holder)
    return {"token": token}


JOURNEY_ROWS: list[Row] = [
    row("journeys:journey_list", "GET", BOARD),
    row("journeys:journey_export", "GET", TAKE_AWAY, lambda world: {"form": "csv"}),
    row("journeys:journey_export", "POST", ANY_LEAD, lambda world: {"form": "csv"}),
    row("journeys:journey_detail", "GET", READERS, a_journey),
    row(
        "journeys:journey_pause",
        "GET POST",
        LEADS_ACT,
        a_journey,
        data={"reason": "Naissance", "review_on": "2027-02-01"},
    ),
    row("journeys:journey_resume", "GET POST", LEADS_ACT, a_paused_journey),
    row("journeys:journey_complete", "GET POST", LEADS_ACT, a_journey),
    row("journeys:journey_leave", "GET POST", LEADS_ACT, a_journey, data={"reason": "moved", "on": "2026-11-23"}),
    row("journeys:commitment_add", "GET POST", READERS | LOOKERS, a_journey),
    row("journeys:commitment_complete", "POST", READERS | LOOKERS | {"mentor": FORBIDDEN}, a_commitment),
    row("journeys:step_advance", "GET POST", LEADS_ACT, a_step, data={"state": "done"}),
    row("journeys:step_waive", "GET POST", COMPANIONS_ACT, a_step, data={"reason": "Déjà suivi"}),
    row("journeys:programme_list", "GET", SIGNED_IN),
    row("journeys:programme_detail", "GET", OFFER, a_programme),
    row("journeys:ledger", "GET", SIGNED_IN),
    row("journeys:journey_ledger", "GET", READERS, a_journey),
    row("journeys:journey_letters", "GET", READERS | LOOKERS, a_journey),
    row("api:journeys-thread", "GET", READERS | LOOKERS, a_journey),
    row("journeys:delivery_confirm", "POST", HOLDER_ACTS, a_delivery),
    row("journeys:delivery_dispute", "GET POST", HOLDER_ACTS, a_delivery, data={"comment": "Une heure"}),
    row("journeys:delivery_void", "GET POST", LEADS_ACT, a_delivery, data={"reason": "Erreur"}),
    row("journeys:delivery_replace", "GET POST", LEADS_ACT, a_delivery),
    row(
        "journeys:delivery_confirm_link",
        "GET POST",
        WITH_LINK_ONLY,
        lambda world: {"token": "not-a-good-token"},
        link=a_good_token,
        data={"act": "confirm"},
    ),
]

# --- Import of holders ------------------------------------------------------------------------------------
IMPORTERS = allow("lead", "other_steward", "steward") | LOOKERS
"""Leads act; members, and stewards of the whole territory, are told that it is not theirs."""


def an_import(world: World) -> Import:
    """A file waiting to be checked; its second line is not right."""
    data = b"Nom;Prenom;Mail;Projet\nDiallo;Awa;awa@example.org;Cuisine\nNoel;Zoe;zoe;Velo\n"
    return actions.import_holders(make_programme(world.organisation), data, "cohorte.csv", by=world.lead)


IMPORT_ROWS: list[Row] = [
    row("journeys:holder_import", "GET POST", ANY_LEAD),
    row("journeys:import_model", "GET", ANY_LEAD),
    row("journeys:import_preview", "GET", IMPORTERS, an_import),
    row("journeys:import_correct", "POST", IMPORTERS, an_import, data={"line": 3, "email": "zoe@example.org"}),
    row("journeys:import_skip", "POST", IMPORTERS, an_import, data={"line": 3, "skip": "1"}),
    row("journeys:import_confirm", "POST", IMPORTERS, an_import),
    row("journeys:import_discard", "POST", IMPORTERS, an_import),
]

# --- Modules, companies, immersions, milestones -------------------------------------------------------------
NOUN_ROWS: list[Row] = []

ROWS: list[Row] = [*JOURNEY_ROWS, *IMPORT_ROWS, *NOUN_ROWS]
