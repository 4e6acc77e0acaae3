"""Two people at the same moment: the last place of a company, and the answer to one request."""

import pytest

from backend.accounts.models import Organisation, User
from journeys import actions
from journeys.models import HostAsk
from tests.factories.hosts import make_ask
from tests.factories.journeys import make_journey, step_of
from tests.factories.stays import make_company
from tests.factories.together import fields_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_holders_who_ask_for_the_last_place_get_it_once(organisation: Organisation, lead: User) -> None:
    company = make_company(organisation, places_a_year=1)
    one, two = (step_of(make_journey(organisation, by=lead), "immersion") for _ in range(2))
    said = fields_at_once(
        lambda: actions.wish_host(company, one, by=lead), lambda: actions.wish_host(company, two, by=lead)
    )
    assert (said, HostAsk.objects.count()) == (["done", "refused"], 1)


def test_one_holder_who_asks_twice_asks_once(organisation: Organisation, lead: User) -> None:
    company = make_company(organisation, places_a_year=5)
    step = step_of(make_journey(organisation, by=lead), "immersion")
    said = fields_at_once(*[lambda: actions.wish_host(company, step, by=lead)] * 2)
    assert (said, HostAsk.objects.count()) == (["done", "refused"], 1)


def test_two_leads_who_note_the_answer_note_it_once(organisation: Organisation, lead: User) -> None:
    ask = make_ask(make_journey(organisation, by=lead), state="sent")
    copies = [HostAsk.objects.select_related("step__journey__programme__organisation").get() for _ in range(2)]
    said = fields_at_once(
        lambda: actions.record_host_answer(copies[0], accepted=True, words="Oui", by=lead),
        lambda: actions.record_host_answer(copies[1], accepted=False, words="Non", by=lead),
    )
    ask.refresh_from_db()
    assert said == ["done", "refused"]
    assert (ask.state, ask.answer) in (("accepted", "Oui"), ("declined", "Non"))
