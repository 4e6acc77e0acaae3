"""What no hand types: each is answered with a sentence, never with a stack trace, and takes no word away."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.lib.doors import fresh_once
from backend.mail.models import Email
from journeys import actions as journeys
from journeys.models import Delivery
from mentoring import actions
from mentoring.models import LONGEST_BIO, LONGEST_NOTE, LogDraft, Mentor, Mentorship, Session
from tests.factories.mentoring import make_held_session, make_session

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"expertise": ["a\ud800b"]}, "expertise"),
        ({"languages": "\ud800"}, "languages"),
        ({"commune": "44\x00"}, "commune"),
        ({"communes": ["44\x00"]}, "communes"),
        ({"bio": "é" * (LONGEST_BIO + 1)}, "bio"),
    ],
    ids=["half-a-character", "half-a-list", "nul", "nul-in-a-list", "long"],
)
def test_the_api_tells_beside_the_field_what_no_page_can_show_nor_database_keep(
    sent: dict[str, Any], field: str, profile: Mentor, mentor: User, client_of: ClientOf
) -> None:
    url = reverse("api:mentors-detail", args=[profile.pk])
    answer = client_of(mentor).patch(url, sent, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_a_summary_is_as_long_as_the_page_lets_it_be_edited_however_it_comes(
    pair: Mentorship, mentor: User, client_of: ClientOf
) -> None:
    url = reverse("api:sessions-update-log", args=[make_held_session(pair).pk])
    said = {"summary": "é" * (LONGEST_NOTE + 1)}
    answer = client_of(mentor).post(url, said, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["summary"])


def test_a_log_is_kept_though_its_page_says_nonsense_and_an_older_draft_is_not_kept_after_it(
    pair: Mentorship, mentor: User, client_of: ClientOf
) -> None:
    session, client = make_held_session(pair), client_of(mentor)
    url = reverse("mentoring:session_log", args=[session.pk])
    page = {"once": fresh_once(), "seen": "[" * 100_000, "revision": "²"}
    assert client.post(url, {**page, "act": "draft", "summary": "Le pr"}).json()["revision"] == 1
    assert client.post(url, {**page, "act": "details", "summary": "Le prix", "revision": "1"}).status_code == 302
    late = client.post(url, {**page, "act": "draft", "summary": "Le pri"})
    session.refresh_from_db()
    assert (late.status_code, session.summary, LogDraft.objects.count()) == (422, "Le prix", 0)
    assert client.post(url, {**page, "act": "draft", "summary": "Le prix et le bail"}).json()["revision"] == 1


def test_two_taps_that_confirm_from_two_pages_confirm_once(pair: Mentorship, holder: User) -> None:
    make_held_session(pair)
    first, second = (Delivery.objects.get() for _tap in "ab")
    journeys.confirm_delivery(first, by=holder)
    assert journeys.confirm_delivery(second, by=holder).confirmed_at == first.confirmed_at


def test_a_question_written_while_the_briefing_is_being_made_is_told_in_it(
    pair: Mentorship, holder: User, clock: time_machine.Traveller
) -> None:
    session = make_session(pair)
    read_before = Session.objects.get(pk=session.pk)
    actions.write_question(session, text="Le bail est-il bon ?", by=holder)
    clock.shift(timedelta(hours=1))
    assert actions.brief_mentor([read_before])
    assert "Le bail est-il bon ?" in Email.objects.get(template="mentoring/letters/briefing").text
