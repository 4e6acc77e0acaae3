"""Sites, offers and requests to companies, made by calling the actions."""

from itertools import count
from typing import Any

from journeys import actions
from journeys.models import Company, HostAsk, Journey, Offer
from tests.factories.journeys import step_of
from tests.factories.stays import make_company

_numbers = count(1)


def make_offer(company: Company, title: str = "", **facts: Any) -> Offer:
    """An open offer there."""
    return actions.create_offer(company, title=title or f"Découvrir le métier {next(_numbers)}", by=None, **facts)


def make_ask(journey: Journey, *, state: str = "wished", company: Company | None = None) -> HostAsk:
    """A request for the immersion step of this journey, brought to `state` by the actions."""
    email = f"accueil{next(_numbers)}@exemple.fr"
    company = company or make_company(journey.programme.organisation, contact_email=email)
    ask = actions.wish_host(company, step_of(journey, "immersion"), message="J’aimerais venir.", by=journey.holder.user)
    if state in ("sent", "accepted", "declined"):
        ask = actions.send_host_ask(ask, by=None)
    if state in ("accepted", "declined"):
        ask = actions.record_host_answer(ask, accepted=state == "accepted", words="En mars", by=None)
    return ask
