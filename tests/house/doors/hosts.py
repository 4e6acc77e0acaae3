"""Doors of journeys onto companies' sites and offers, requests to them, and the link by which they answer."""

from backend.accounts import actions as accounts
from journeys import actions
from journeys.models import HostAsk, Offer, Site
from tests.factories.hosts import make_ask, make_offer
from tests.house.doors import FORBIDDEN, HIDDEN, OPEN, SIGNED_IN, WITH_LINK_ONLY, Row, World, allow, row
from tests.house.doors.modules import a_bad_link
from tests.house.doors.stays import (
    LEAD_OF_HOST,
    LEAD_OF_JOURNEY,
    PLANNERS,
    READ_HOST,
    READ_JOURNEY,
    a_company,
    a_journey,
    an_immersion_step,
)

OPEN_DOORS = {
    "journeys:host_ask_link": "the company's letter: one request to answer once, signed and expiring",
    "journeys:host_ask_done": "thanks, and names nothing",
}
LEAD_OF_IT = LEAD_OF_HOST | {"mentor": FORBIDDEN}
LOOKING = allow(
    "holder", "mentor", "lead", "steward", "other_holder", "other_mentor", "other_lead", "other_steward",
    strangers=FORBIDDEN,
)  # fmt: skip
# A holder sees the offers of her organisation, and changes none.
READ_OFFER = READ_HOST | {"holder": "ok"}
LEAD_OF_OFFER = LEAD_OF_IT | {"holder": FORBIDDEN}
HOLDER_ALONE = LEAD_OF_OFFER | {"holder": "ok", "lead": FORBIDDEN}
HOLDER_OR_LEAD = LEAD_OF_JOURNEY | {"holder": "ok"}
CREATES = {who: "ok" if found == HIDDEN else found for who, found in LEAD_OF_IT.items()}


def a_set_aside_company(world: World) -> object:
    return actions.set_aside_company(world.of(a_company), reason="Sans réponse", by=None)


def a_site(world: World) -> Site:
    return actions.add_site(world.of(a_company), name="Atelier", by=None)


def an_offer(world: World) -> Offer:
    world.of(a_journey)
    return make_offer(world.of(a_company))


def a_company_with_a_journey(world: World) -> object:
    world.of(a_journey)
    return world.of(a_company)


def an_ask(world: World) -> HostAsk:
    return make_ask(world.of(a_journey))


def a_sent_ask(world: World) -> HostAsk:
    return make_ask(world.of(a_journey), state="sent")


def a_company_link(world: World) -> dict[str, str]:
    """The token of the letter to the company."""
    return {"token": accounts.make_link("host_ask", about=world.of(a_sent_ask), email="c@exemple.fr")[1]}


WISH = {"message": "Bonjour"}
ROWS: list[Row] = [
    row("journeys:company_export", "GET", PLANNERS, lambda world: {"form": "csv"}),
    row("journeys:company_set_aside", "GET POST", LEAD_OF_IT, a_company, data={"reason": "Sans réponse"}),
    row("journeys:company_bring_back", "POST", LEAD_OF_IT, a_set_aside_company),
    row("journeys:site_add", "GET POST", LEAD_OF_IT, a_company, data={"name": "Atelier"}),
    row("journeys:site_update", "GET POST", LEAD_OF_IT, a_site, data={"name": "Atelier 2"}),
    row("journeys:site_close", "POST", LEAD_OF_IT, a_site),
    row("journeys:site_reopen", "POST", LEAD_OF_IT, a_site),
    row("journeys:offer_create", "GET POST", LEAD_OF_IT, a_company),
    row("journeys:offer_list", "GET", LOOKING),
    row("journeys:offer_update", "GET POST", LEAD_OF_OFFER, an_offer),
    row("journeys:offer_close", "POST", LEAD_OF_OFFER, an_offer),
    row("journeys:offer_reopen", "POST", LEAD_OF_OFFER, an_offer),
    row("journeys:host_wish", "GET POST", HOLDER_ALONE, an_offer, data=WISH),
    row("journeys:company_wish", "GET POST", LEAD_OF_IT, a_company_with_a_journey, data=WISH),
    row("journeys:host_ask_list", "GET", PLANNERS),
    row("journeys:host_ask_detail", "GET", READ_JOURNEY, an_ask),
    row("journeys:host_ask_send", "POST", LEAD_OF_JOURNEY, an_ask),
    row("journeys:host_answer_record", "GET POST", LEAD_OF_JOURNEY, a_sent_ask),
    row("journeys:host_ask_withdraw", "POST", HOLDER_OR_LEAD, an_ask),
    row("journeys:host_ask_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_company_link),
    row("journeys:host_ask_done", "GET", OPEN),
    # --- The same through the API ---
    *(row(f"api:{name}-list", "GET", SIGNED_IN) for name in ("sites", "offers", "host-asks")),
    row("api:sites-detail", "GET", READ_HOST, a_site),
    row("api:offers-detail", "GET", READ_OFFER, an_offer),
    row("api:host-asks-detail", "GET", READ_JOURNEY, an_ask),
    row("api:companies-places", "GET", READ_HOST, a_company),
    row("api:companies-set-aside", "POST", LEAD_OF_IT, a_company, data={"reason": "Sans réponse"}),
    row("api:companies-bring-back", "POST", LEAD_OF_IT, a_set_aside_company),
    row("api:sites-list", "POST", CREATES, data=lambda world: {"company": world.of(a_company).pk, "name": "Atelier"}),
    row("api:sites-detail", "PATCH", LEAD_OF_IT, a_site),
    row("api:sites-close", "POST", LEAD_OF_IT, a_site),
    row("api:sites-reopen", "POST", LEAD_OF_IT, a_site),
    row("api:offers-list", "POST", CREATES, data=lambda world: {"company": world.of(a_company).pk, "title": "Voir"}),
    row("api:offers-detail", "PATCH", LEAD_OF_OFFER, an_offer),
    row("api:offers-close", "POST", LEAD_OF_OFFER, an_offer),
    row("api:offers-reopen", "POST", LEAD_OF_OFFER, an_offer),
    row("api:offers-wish", "POST", LEAD_OF_OFFER | {"holder": "ok"}, an_offer,
        data=lambda world: {"step": world.of(an_immersion_step).pk, **WISH}),
    row("api:companies-wish", "POST", LEAD_OF_IT, a_company,
        data=lambda world: {"step": world.of(an_immersion_step).pk, **WISH}),
    row("api:host-asks-send", "POST", LEAD_OF_JOURNEY, an_ask),
    row("api:host-asks-record-answer", "POST", LEAD_OF_JOURNEY, a_sent_ask, data={"accepted": True}),
    row("api:host-asks-withdraw", "POST", HOLDER_OR_LEAD, an_ask),
]  # fmt: skip
