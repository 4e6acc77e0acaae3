"""Correcting what was sent, what was said last time, answers that waited for a network, and those a lead enters."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.models import Organisation, User
from backend.accounts.queries import open_link
from backend.history.models import Entry
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.models import Answer, Request, Response, Wave
from evaluation.queries.answers import sheet
from journeys.models import Journey
from tests.factories.journeys import make_journey
from tests.factories.surveys import ask, make_version, make_wave, next_version

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def journey(organisation: Organisation, holder: User) -> Journey:
    return make_journey(organisation, holder)


def asked_of(journey: Journey, **wave: Any) -> Request:
    return ask(make_wave(journey.programme, **wave), journey)


def save(asked: Request, given: dict[str, Any], **more: Any) -> Response:
    return actions.save_answers(asked, given, by=asked.respondent, **more)


def send(asked: Request, given: dict[str, Any]) -> Response | None:
    save(asked, given)
    return actions.complete_request(asked, by=asked.respondent)


def kept(asked: Request) -> dict[str, Any]:
    return {one.item.code: one.plain for one in Answer.objects.filter(response__request=asked).select_related("item")}


# --- Sending ---
def test_what_is_not_asked_any_more_is_not_sent(journey: Journey) -> None:
    asked = asked_of(journey)
    save(asked, {"S1": 4, "Y1": 1, "M1": "1 250,50", "C1": "firms"})
    assert [screen.section.code for screen in sheet(asked).screens] == ["A", "B", "C", "Z"]
    save(asked, {"Y1": 0})
    assert [screen.section.code for screen in sheet(asked).screens] == ["A", "B", "Z"]
    actions.complete_request(asked, by=asked.respondent)
    assert kept(asked) == {"S1": 4, "Y1": 0}


def test_a_needed_answer_stops_sending_and_is_named(journey: Journey) -> None:
    asked = asked_of(journey)
    save(asked, {"Y1": 0})
    with pytest.raises(Refused) as refusal:
        actions.complete_request(asked, by=asked.respondent)
    assert refusal.value.field == "S1"


# --- Correcting ---
def test_what_was_sent_can_be_corrected_for_as_long_as_the_wave_says(
    journey: Journey, clock: time_machine.Traveller
) -> None:
    asked = asked_of(journey, correction_days=40)
    sent = send(asked, {"S1": 4, "Y1": 1, "M1": 10})
    assert sent is not None
    clock.shift(timedelta(days=39))
    save(asked, {"S1": 2, "Y1": 0})
    asked.refresh_from_db()
    assert (asked.state, kept(asked)) == ("complete", {"S1": 2, "Y1": 0})
    assert Response.objects.get().completed_at == sent.completed_at
    assert Entry.objects.get(verb="correct_answers").details == {"items": ["S1", "Y1"]}
    clock.shift(timedelta(days=2))
    with pytest.raises(Refused, match="définitives"):
        save(asked, {"S1": 5})


def test_a_correction_empties_nothing_that_is_needed(journey: Journey) -> None:
    asked = asked_of(journey, correction_days=7)
    send(asked, {"S1": 4})
    with pytest.raises(Refused) as refusal:
        save(asked, {"S1": ""})
    assert (refusal.value.field, kept(asked)) == ("S1", {"S1": 4})


def test_the_link_of_the_letter_lives_as_long_as_the_days_of_correction(
    anonymous: Client, journey: Journey, clock: time_machine.Traveller
) -> None:
    asked = asked_of(journey, correction_days=90)
    _link, token = accounts.make_link("request_answer", about=asked, user=asked.respondent, days=31)
    send(asked, {"S1": 4})
    clock.shift(timedelta(days=60))
    assert open_link(token, "request_answer") is not None
    address = reverse("evaluation:link", args=[token])
    assert "Corriger mes réponses" in anonymous.get(address).content.decode()
    assert anonymous.post(address)["Location"] == f"{address}1/"
    anonymous.post(f"{address}save/", {"S1": "5"})
    assert kept(asked) == {"S1": 5}


# --- What was said last time ---
def test_what_was_said_last_time_is_shown_within_the_series_and_kept_in_one_tap(
    anonymous: Client, journey: Journey, clock: time_machine.Traveller
) -> None:
    version = make_version(journey.programme)
    send(ask(make_wave(journey.programme, version=version), journey), {"S1": 4, "R1": 9, "Y1": 0, "L1": "Rien."})
    next_version(version.questionnaire, broken=("R1",))
    clock.shift(timedelta(days=100))
    again = ask(make_wave(journey.programme, version=version, moment="exit", shows_previous=True), journey)
    lines = {line.item.code: line for line in sheet(again).lines if line.previous}
    assert {code: line.previous_words for code, line in lines.items()} == {
        "S1": "4", "Y1": "Non", "L1": "Rien.",
    }  # fmt: skip
    assert kept(again) == {}
    _link, token = accounts.make_link("request_answer", about=again, user=again.respondent)
    address = reverse("evaluation:link_screen", args=[token, 1])
    page = anonymous.get(address).content.decode().replace("\xa0", " ")
    assert re.search(r"La dernière fois \(23 novembre 2026\)", page)
    assert anonymous.post(address, {"keep": "S1"})["Location"] == f"{address}#q-S1"
    assert kept(again) == {"S1": 4}
    anonymous.post(address, {"clear": "S1", "S1": "4"})
    assert kept(again) == {}


def test_nothing_of_last_time_is_shown_unless_the_wave_says_so(journey: Journey) -> None:
    version = make_version(journey.programme)
    send(ask(make_wave(journey.programme, version=version), journey), {"S1": 4})
    again = ask(make_wave(journey.programme, version=version, moment="exit"), journey)
    assert [line for line in sheet(again).lines if line.previous] == []


# --- What waited for a network ---
def test_of_two_devices_the_newest_answer_stands_whichever_arrives_last(
    journey: Journey, clock: time_machine.Traveller
) -> None:
    asked = asked_of(journey)
    save(asked, {"S1": 5})
    clock.shift(timedelta(minutes=10))
    save(asked, {"S1": 1, "Y1": 0}, ago={"S1": 900, "Y1": 900})
    assert kept(asked) == {"S1": 5, "Y1": 0}
    save(asked, {"S1": 2}, ago={"S1": 60})
    assert kept(asked) == {"S1": 2, "Y1": 0}


def test_what_waited_is_saved_even_where_it_decides_what_is_asked(client_of: ClientOf, journey: Journey) -> None:
    asked = asked_of(journey)
    address = reverse("evaluation:request_save", args=[asked.pk])
    sent = {"section": "A", "shown": ["N1", "S1"], "M1": "12,5", "M1-ago": "30", "Y1": "1", "R1": "11"}
    page = client_of(asked.respondent).post(address, sent).content.decode()
    assert kept(asked) == {"M1": Decimal("12.5"), "Y1": 1}
    assert 'data-refused="R1"' in page
    assert 'id="q-D1"' in page


# --- Entered by a lead ---
def test_a_lead_enters_what_was_given_on_paper_and_its_giver_reads_who_did(
    client_of: ClientOf, journey: Journey, lead: User
) -> None:
    asked = asked_of(journey)
    client = client_of(lead)
    address = reverse("evaluation:entry", args=[asked.pk])
    assert client.get(reverse("evaluation:entry_screen", args=[asked.pk, 1]))["Location"] == address
    assert client.post(address, {"entry": "paper"})["Location"] == f"{address}1/"
    client.post(f"{address}1/", {"S1": "4", "Y1": "0"})
    assert client.post(f"{address}review/")["Location"] == address
    response = Response.objects.get()
    assert (response.entered_by, response.entry, kept(asked)) == (lead, "paper", {"S1": 4, "Y1": 0})
    page = client_of(asked.respondent).get(reverse("evaluation:request", args=[asked.pk])).content.decode()
    assert "saisies par Léa Riou" in page.replace("\xa0", " ")


@pytest.mark.parametrize("mode", [Wave.Mode.CONFIDENTIAL, Wave.Mode.ANONYMOUS])
def test_nobody_enters_answers_that_are_promised_not_to_be_read(journey: Journey, lead: User, mode: str) -> None:
    asked = asked_of(journey, mode=mode)
    with pytest.raises(Refused, match="seule la personne sollicitée"):
        actions.enter_answers(asked, {"S1": 4}, by=lead, entry="paper")
    assert not Response.objects.exists()


def test_the_api_enters_and_sends(client_of: ClientOf, journey: Journey, lead: User) -> None:
    asked = asked_of(journey)
    body = {"entry": "phone", "answers": {"S1": 3}, "send": True}
    answer = client_of(lead).post(reverse("api:requests-enter", args=[asked.pk]), body, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (200, "complete")
    assert (Response.objects.get().entry, kept(asked)) == ("phone", {"S1": 3})
