"""What is answered where it is read: an ask in words, how it feels, the question for the next session."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.lib import clock
from backend.mail.models import Email
from journeys.models import Delivery
from mentoring import actions
from mentoring.models import Fit, Mentorship, TimeProposal
from tests.factories.mail import last_letter_to, link_in
from tests.factories.mentoring import make_past_session, make_session

ClientOf = Callable[[User], Client]


def test_a_mentor_answers_an_ask_in_words_with_times_from_her_letter(
    pair: Mentorship, holder: User, mentor: User, client: Client
) -> None:
    ask = actions.propose_times(pair, side="holder", times=[], agenda="Un mardi matin", by=holder)
    url = link_in(last_letter_to(mentor), "/times/")
    assert "Un mardi matin" in client.get(url).content.decode()
    day = (clock.now() + timedelta(days=5)).date()
    typed = {"act": "propose", "first_0": day.isoformat(), "first_1": "09:30", "minutes_0": "1", "minutes_1": "0",
             "medium": "in_person", "place": "La Fabrique"}  # fmt: skip
    wrong = client.post(url, typed | {"first_0": "2020-01-07"}).content.decode()
    assert "La Fabrique" in wrong and TimeProposal.objects.count() == 1
    shown = client.post(url, typed, follow=True).content.decode()
    assert "Vos horaires sont en route" in shown
    counter = TimeProposal.objects.get(side="mentor")
    ask.refresh_from_db()
    assert (ask.state, counter.state, counter.place, counter.times.count()) == ("declined", "open", "La Fabrique", 1)
    client.post(url, typed)
    assert TimeProposal.objects.count() == 2
    assert Email.objects.filter(to_user=holder, template__contains="times").count() == 1


def test_confirming_leads_to_how_it_feels_and_a_refused_answer_keeps_its_words(
    pair: Mentorship, holder: User, mentor: User, client_of: ClientOf
) -> None:
    actions.log_session(make_past_session(pair), by=mentor)
    browser = client_of(holder)
    told = browser.post(reverse("journeys:delivery_confirm", args=[Delivery.objects.get().pk]))
    page = reverse("mentoring:mentorship", args=[pair.pk])
    assert told["Location"] == f"{page}#fit"
    assert 'id="fit"' in browser.get(page).content.decode()
    url = reverse("mentoring:fit_say", args=[pair.pk])
    wrong = browser.post(url, {"words": "On se comprend"}).content.decode()
    assert 'value="On se comprend"' in wrong and "id_answer_error" in wrong and Fit.objects.count() == 0
    browser.post(url, {"answer": Fit.Answer.DECIDING, "words": "On se comprend"})
    assert Fit.objects.get().words == "On se comprend"


@pytest.mark.parametrize(("days", "question", "is_asked"), [(6, "", True), (8, "", False), (6, "Mes prix", False)])
def test_the_home_asks_for_the_question_within_a_week_and_until_it_is_said(
    pair: Mentorship, holder: User, client_of: ClientOf, days: int, question: str, is_asked: bool
) -> None:
    session = make_session(pair, clock.now() + timedelta(days=days))
    if question:
        actions.write_question(session, text=question, by=holder)
    page = client_of(holder).get(reverse("home")).content.decode()
    assert (reverse("mentoring:session_question", args=[session.pk]) in page) == is_asked
