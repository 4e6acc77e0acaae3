"""Letters of an anonymous wave tell nobody who had not answered yet: no lead reads of them, unless they came back."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib import clock as house_clock
from backend.mail import policies
from backend.mail.models import Email, FailingAddress
from backend.mail.queries import failing_shown, own_letters
from backend.mail.weekly import Week
from evaluation import actions
from evaluation.models import Request, Wave
from evaluation.queries.weekly import evaluation_lines
from tests.factories.evaluation import answer, make_wave
from tests.factories.journeys import make_journey, make_programme

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ClientOf = Callable[[User], Client]
MODES = pytest.mark.parametrize(("mode", "is_told"), [("confidential", True), ("anonymous", False)])


@pytest.fixture
def wave(organisation: Organisation) -> Wave:
    return make_wave(make_programme(organisation), "campaign")


def ask(wave: Wave, mode: str) -> tuple[Request, Email, Email]:
    """Somebody was asked and reminded: (request, ask, reminder)."""
    Wave.objects.filter(pk=wave.pk).update(mode=mode)
    wave.refresh_from_db()
    asked = actions.send_request(wave, make_journey(wave.programme.organisation, programme=wave.programme), by=None)
    actions.remind_request(asked, by=None)
    first, second = Email.objects.filter(template__startswith="evaluation/letters/survey").order_by("pk")
    return asked, first, second


@MODES
def test_no_door_of_a_lead_tells_of_them(client_of: ClientOf, lead: User, wave: Wave, mode: str, is_told: bool) -> None:
    asked, *letters = ask(wave, mode)
    client, found = client_of(lead), 200 if is_told else 404
    for letter in letters:
        for name in ("mail:email_detail", "mail:email_body", "api:emails-detail"):
            assert client.get(reverse(name, args=[letter.pk])).status_code == found, name
    listed = client.get(reverse("api:emails-list"), {"to_user": asked.respondent_id}).json()["results"]
    assert {one["id"] for one in listed} >= {one.pk for one in letters} if is_told else listed == []
    outbox = client.get(reverse("mail:outbox")).content.decode()
    assert all((reverse("mail:email_detail", args=[one.pk]) in outbox) == is_told for one in letters)
    thread = client.get(reverse("journeys:journey_letters", args=[asked.journey_id])).content.decode()
    assert (letters[1].subject in thread) == is_told
    over_api = client.get(reverse("api:journeys-thread", args=[asked.journey_id])).json()
    assert any(letters[1].subject in str(line) for line in over_api["results"]) == is_told
    told = client.get(reverse("api:history-list"), {"verb": "remind_request"}).json()
    assert told["count"] == Entry.objects.filter(verb="remind_request").count() == int(is_told)


def test_whose_they_are_reads_them(client_of: ClientOf, wave: Wave) -> None:
    asked, *letters = ask(wave, "anonymous")
    assert asked.respondent
    client = client_of(asked.respondent)
    assert [client.get(reverse("mail:email_detail", args=[one.pk])).status_code for one in letters] == [200, 200]
    assert {one.pk for one in own_letters(asked.respondent)} >= {one.pk for one in letters}


@pytest.mark.parametrize("state", ["failed", "dead"])
def test_one_that_did_not_get_through_is_told_and_sent_again(
    client_of: ClientOf, lead: User, wave: Wave, state: str
) -> None:
    _asked, _first, second = ask(wave, "anonymous")
    Email.objects.filter(pk=second.pk).update(state=state, attempts=1, last_error="550 5.1.1")
    client = client_of(lead)
    page = reverse("mail:email_detail", args=[second.pk])
    assert page in client.get(reverse("mail:outbox")).content.decode()
    again = client.post(reverse("mail:email_retry", args=[second.pk]), follow=True)
    assert (again.status_code, again.redirect_chain[-1][0]) == (200, page)


def test_one_that_came_back_is_told(client_of: ClientOf, lead: User, wave: Wave) -> None:
    asked, first, second = ask(wave, "anonymous")
    Email.objects.filter(pk=first.pk).update(state="sent", sent_at=house_clock.now())
    FailingAddress.objects.create(address=second.to_address, letter=first, status="5.1.1", words="User unknown")
    Email.objects.filter(pk=second.pk).update(state="kept_back")
    client = client_of(lead)
    assert client.get(reverse("mail:email_detail", args=[first.pk])).status_code == 200
    assert client.get(reverse("mail:email_detail", args=[second.pk])).status_code == 404  # it waits: not answered yet
    (shown,) = failing_shown(lead)
    assert shown.letter == first
    FailingAddress.objects.update(letter=None)
    (shown,) = failing_shown(lead)
    assert shown.letter is None
    assert asked.respondent_name not in client.get(reverse("mail:received")).content.decode()


def test_answering_leaves_no_trace_in_letters_that_did_not_leave(lead: User, wave: Wave) -> None:
    """Two were asked and reminded at night; one answers: what is dropped then says so, and is told to nobody."""
    asked, *letters = ask(wave, "anonymous")
    answer(asked, {"EC11": 3})
    actions.complete_request(asked, by=asked.respondent)
    assert {one.state for one in Email.objects.filter(pk__in=[one.pk for one in letters])} == {"dropped"}
    assert not Email.objects.filter(policies.visible_emails(lead), to_user=asked.respondent).exists()


@MODES
def test_no_weekly_letter_tells_them_over_a_shoulder(wave: Wave, mode: str, is_told: bool) -> None:
    asked, *_letters = ask(wave, mode)
    assert asked.respondent
    organisation, now = wave.programme.organisation, house_clock.now()
    week = Week(organisation, frozenset([asked.respondent.pk]), now, now, ZoneInfo(organisation.time_zone))
    assert [line.subject for line in evaluation_lines(week)] == [f"request:{asked.pk}"] * is_told
