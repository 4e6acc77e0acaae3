"""Doors of journeys onto modules, companies, immersions and milestones."""

from typing import Any

from backend.accounts.actions import make_link
from backend.lib import clock
from journeys.models import Amendment, Company, Enrolment, Immersion, Journey, Milestone, ModuleDate, Signature, Step
from tests.factories.journeys import make_companion, make_journey, step_of
from tests.factories.stays import enrol, make_company, make_immersion, make_milestone, make_module_date, module_of
from tests.house.doors import FORBIDDEN, HIDDEN, OPEN, SIGNED_IN, WITH_LINK_ONLY, Row, World, allow, row

# A row of the holder's journey: observers see no rows, stewards see every one and act on none.
READ_JOURNEY = allow("holder", "mentor", "lead", "steward", "other_steward", rest=HIDDEN)
LEAD_OF_JOURNEY = allow("lead", rest=FORBIDDEN) | {"observer": HIDDEN, "other_steward": FORBIDDEN}
MENTOR_LEAD_OF_JOURNEY = LEAD_OF_JOURNEY | {"mentor": "ok"}
# The catalogue of the organisation: every member reads it.
READ_OFFER = allow("holder", "mentor", "lead", "observer", "steward", "other_steward")
LEAD_OF_OFFER = allow("lead") | {"other_steward": FORBIDDEN}
# Hosts: those who plan, and whoever is received there.
READ_HOST = allow("mentor", "lead", "steward", "other_steward", rest=HIDDEN)
LEAD_OF_HOST = allow("lead") | {"holder": HIDDEN, "observer": HIDDEN, "other_steward": FORBIDDEN}
MEMBERS = SIGNED_IN | {"ended_mentor": FORBIDDEN}
PLANNERS = allow(*("mentor", "lead", "steward", "other_mentor", "other_lead", "other_steward"), strangers=FORBIDDEN)
BOARD = allow("lead", "steward", "other_lead", "other_steward", strangers=FORBIDDEN)
# The holder signs for herself.
HOLDER_ALONE = READ_JOURNEY | {"mentor": FORBIDDEN, "lead": FORBIDDEN, "steward": FORBIDDEN, "other_steward": FORBIDDEN}
# Agreements hold a birth date and an emergency contact.
READ_PAPERS = READ_JOURNEY | {"steward": FORBIDDEN, "other_steward": FORBIDDEN}
LEADS = allow("lead", "other_lead", strangers=FORBIDDEN)


def a_journey(world: World) -> Journey:
    """The holder's, whom the mentor accompanies."""
    journey = make_journey(world.organisation, world.holder, by=world.lead)
    make_companion(journey, world.mentor)
    return journey


def a_module(world: World) -> Any:
    return module_of(world.of(a_journey))


def a_date(world: World) -> ModuleDate:
    return make_module_date(world.of(a_module), by=world.lead)


def an_enrolment(world: World) -> Enrolment:
    return enrol(world.of(a_date), world.of(a_journey), by=world.lead)[0]


def a_company(world: World) -> Company:
    return make_company(world.organisation)


def an_immersion_step(world: World) -> Step:
    return step_of(world.of(a_journey), "immersion")


def a_milestone_step(world: World) -> Step:
    return step_of(world.of(a_journey), "milestone")


def an_immersion(world: World) -> Immersion:
    return make_immersion(a_journey(world))


def an_immersion_to_sign(world: World) -> Immersion:
    return make_immersion(a_journey(world), state="to_sign")


def an_immersion_to_validate(world: World) -> Immersion:
    return make_immersion(a_journey(world), state="to_validate")


def a_completed_immersion(world: World) -> Immersion:
    today = clock.today()
    return make_immersion(a_journey(world), state="completed", starts_on=today, ends_on=today, minutes_planned=420)


def an_amendment(world: World) -> Amendment:
    stay = make_immersion(a_journey(world), state="validated")
    return Amendment.objects.create(immersion=stay, number=1, facts={"place": "Ailleurs"}, reason="Travaux")


def her_signature(world: World) -> Signature:
    return world.of(an_immersion_to_sign).signatures.get(party="holder")


def a_bad_token(world: World) -> dict[str, str]:
    return {"token": "no-such-token"}


def a_good_token(world: World) -> dict[str, str]:
    signature = her_signature(world)
    return {"token": make_link("signature", about=signature, email=signature.email)[1]}


def a_milestone(world: World) -> Milestone:
    return make_milestone(world.of(a_journey))


ROWS: list[Row] = [
    row("journeys:module_list", "GET", MEMBERS),
    row("journeys:module_detail", "GET", READ_OFFER, a_module),
    row("journeys:module_date_create", "GET POST", LEAD_OF_OFFER, a_module),
    row("journeys:module_date_detail", "GET", READ_OFFER, a_date),
    row("journeys:module_date_move", "GET POST", LEAD_OF_OFFER, a_date),
    row("journeys:module_date_cancel", "GET POST", LEAD_OF_OFFER, a_date, data={"reason": "Malade"}),
    row("journeys:people_enrol", "GET POST", LEAD_OF_OFFER, a_date),
    row("journeys:attendance", "GET POST", LEAD_OF_OFFER, a_date),
    row("journeys:enrolment_withdraw", "POST", LEAD_OF_JOURNEY, an_enrolment),
    row("journeys:company_list", "GET", PLANNERS),
    row("journeys:company_create", "GET POST", LEADS, data={"name": "Neuve", "places_a_year": 2}),
    row("journeys:company_detail", "GET", READ_HOST, a_company),
    row("journeys:company_update", "GET POST", LEAD_OF_HOST | {"mentor": FORBIDDEN}, a_company),
    row("journeys:immersion_list", "GET", BOARD),
    row("journeys:immersion_export", "GET", BOARD, lambda world: {"form": "csv"}),
    row("journeys:immersion_plan", "GET POST", LEAD_OF_JOURNEY, an_immersion_step),
    row("journeys:immersion_detail", "GET", READ_JOURNEY, an_immersion),
    row("journeys:immersion_update", "GET POST", LEAD_OF_JOURNEY, an_immersion),
    row("journeys:immersion_send_to_sign", "POST", LEAD_OF_JOURNEY, an_immersion),
    row("journeys:signature_record", "GET POST", LEAD_OF_JOURNEY, an_immersion_to_sign),
    row("journeys:immersion_validate", "POST", LEAD_OF_JOURNEY, an_immersion_to_validate),
    row("journeys:immersion_complete", "GET POST", LEAD_OF_JOURNEY, an_immersion),
    row("journeys:immersion_reject", "GET POST", LEAD_OF_JOURNEY, an_immersion, data={"reason": "Non"}),
    row("journeys:immersion_cancel", "GET POST", LEAD_OF_JOURNEY, an_immersion, data={"reason": "Non"}),
    row("journeys:signature_sign", "GET POST", HOLDER_ALONE, her_signature),
    row("journeys:signature_resend", "POST", LEAD_OF_JOURNEY, her_signature),
    row("journeys:signing_link", "GET POST", WITH_LINK_ONLY, a_bad_token, link=a_good_token),
    row("journeys:signing_paper", "GET", WITH_LINK_ONLY, a_bad_token, link=a_good_token),
    row("journeys:signing_done", "GET", OPEN, lambda world: {"what": "signed"}),
    row("api:signatures-list", "GET", SIGNED_IN),
    row("api:signatures-detail", "GET", READ_JOURNEY, her_signature),
    row("api:signatures-sign", "POST", HOLDER_ALONE, her_signature, data={"fingerprint": "0" * 64}),
    row("api:signatures-refuse", "POST", HOLDER_ALONE, her_signature, data={"reason": "Non"}),
    row("api:signatures-resend", "POST", LEAD_OF_JOURNEY, her_signature),
    row("journeys:agreement_paper", "GET", READ_PAPERS, an_immersion),
    row("journeys:attestation_paper", "GET", READ_PAPERS, a_completed_immersion),
    row("journeys:amendment_paper", "GET", READ_PAPERS, an_amendment),
    row("journeys:paper_check", "GET", OPEN),
    row("journeys:milestone_reach", "GET POST", MENTOR_LEAD_OF_JOURNEY, a_milestone_step),
    row("journeys:milestone_undo", "GET POST", LEAD_OF_JOURNEY, a_milestone, data={"reason": "Erreur"}),
]

OPEN_DOORS = {
    "journeys:paper_check": "whoever holds a paper learns whether it stands, and nothing else",
    "journeys:signing_link": "a party's letter: one party, one text, signed and expiring",
    "journeys:signing_paper": "the same text as a file, behind the same link",
    "journeys:signing_done": "thanks, and names nothing",
}
