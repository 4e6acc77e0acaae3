"""The screens of the questionnaire, by the link of the letter and signed in."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from backend.accounts.models import Organisation, User
from backend.mail.models import Email
from evaluation import actions
from evaluation.models import Answer, Request, Wave
from evaluation.queries.wording import Wording, promise
from tests.factories.evaluation import answer, make_request
from tests.factories.journeys import make_journey

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def asked(organisation: Organisation, holder: User) -> Request:
    return make_request(make_journey(organisation, holder))


@pytest.fixture
def link(asked: Request, settings: object) -> str:
    """The address in the letter, up to its token."""
    return link_of(asked)


def link_of(asked: Request) -> str:
    from backend.accounts.actions import make_link

    _link, token = make_link("request_answer", about=asked, user=asked.respondent)
    return reverse("evaluation:link", args=[token])


def state() -> str:
    return Request.objects.values_list("state", flat=True).get()


def test_opening_the_link_changes_nothing_and_says_who_asks_and_who_reads(anonymous: Client, link: str) -> None:
    page = anonymous.get(link).content.decode().replace("\u00a0", " ")
    assert state() == "sent"
    for words in (
        "Les Écossolies",
        "Ma posture entrepreneuriale",
        "environ 4 minutes, 15 questions",
        "votre mentor ne les voit pas",
    ):
        assert words in page


@pytest.mark.parametrize("mode", list(Wave.Mode))
def test_the_first_page_promises_what_the_letter_does(anonymous: Client, link: str, mode: Wave.Mode) -> None:
    Wave.objects.update(mode=mode)
    wording = Wording(Request.objects.get())
    page = anonymous.get(link).content.decode()
    assert escape(wording.why) in page
    promises = {one: escape(promise(Wave(mode=one, audience="holder"), "Les Écossolies")) for one in Wave.Mode}
    assert [one for one in Wave.Mode if promises[one] in page] == [mode]
    assert wording.promise == html.unescape(promises[mode])


def test_the_whole_way_without_javascript(anonymous: Client, link: str) -> None:
    first = anonymous.post(link)
    assert (first.status_code, first["Location"]) == (302, f"{link}1/")
    assert state() == "opened"
    page = anonymous.get(f"{link}1/").content.decode()
    assert page.count("<fieldset") == page.count("<legend") == 5
    assert len(re.findall(r'type="radio"', page)) == 5 * 9
    for area in (1, 2, 3):
        given = {f"EC{area}{n}": "5" for n in range(1, 6)}
        answered = anonymous.post(f"{link}{area}/", given)
        assert answered["Location"] == (f"{link}{area + 1}/" if area < 3 else f"{link}review/")
    assert Answer.objects.count() == 15
    assert anonymous.get(f"{link}review/").status_code == 200
    assert anonymous.post(f"{link}review/")["Location"] == link
    assert state() == "complete"
    assert "Merci" in anonymous.get(link).content.decode()
    assert anonymous.get(f"{link}1/")["Location"] == link


def test_each_item_is_saved_as_it_is_chosen_and_says_what_is_left(anonymous: Client, link: str) -> None:
    answered = anonymous.post(f"{link}save/", {"EC11": "6"}, headers={"HX-Request": "true"})
    assert answered.status_code == 200
    assert "Enregistré." in answered.content.decode()
    assert "Il reste 14 questions" in answered.content.decode()
    anonymous.post(f"{link}save/", {"EC12": "na"})
    assert set(Answer.objects.values_list("item__code", "value")) == {("EC11", 6), ("EC12", None)}


def test_another_device_resumes_where_one_stopped(anonymous: Client, link: str, asked: Request) -> None:
    answer(asked, {f"EC1{n}": 4 for n in range(1, 6)})
    other = Client()
    assert "Continuer" in other.get(link).content.decode()
    assert other.post(link)["Location"] == f"{link}2/"
    assert other.get(f"{link}1/").content.decode().count("checked") == 5


def test_previous_keeps_what_was_chosen(anonymous: Client, link: str) -> None:
    answered = anonymous.post(f"{link}2/", {"EC21": "2", "back": "1"})
    assert answered["Location"] == f"{link}1/"
    assert Answer.objects.get().value == 2


def test_saving_after_time_is_up_says_so(anonymous: Client, asked: Request, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=29))
    link = link_of(asked)
    clock.shift(timedelta(days=2))
    page = anonymous.post(f"{link}save/", {"EC11": "6"})
    assert (page.status_code, "délai est passé" in page.content.decode()) == (200, True)
    assert "Ce questionnaire est clos" in anonymous.get(link).content.decode()
    assert Answer.objects.count() == 0


def test_a_value_off_the_scale_is_not_saved(anonymous: Client, link: str) -> None:
    page = anonymous.post(f"{link}save/", {"EC11": "12"})
    assert "Enregistré." not in page.content.decode()
    assert Answer.objects.count() == 0


def test_refusing_takes_a_page_then_one_click(anonymous: Client, link: str) -> None:
    assert anonymous.get(f"{link}refuse/").status_code == 200
    assert state() == "sent"
    assert anonymous.post(f"{link}refuse/")["Location"] == link
    assert state() == "refused"
    assert "C’est noté" in anonymous.get(link).content.decode()
    anonymous.post(link)
    assert state() == "opened"


def test_whoever_is_no_holder_is_told_nothing_of_a_journey_of_theirs(anonymous: Client, link: str) -> None:
    assert "dans votre parcours" in anonymous.get(f"{link}refuse/").content.decode()
    Wave.objects.update(audience=Wave.Audience.TUTOR)
    for page in (anonymous.get(f"{link}refuse/"), anonymous.post(f"{link}refuse/", follow=True)):
        assert "relancera" in page.content.decode() and "dans votre parcours" not in page.content.decode()


@pytest.mark.parametrize("screen", ["", "1/", "review/", "refuse/"])
def test_a_wrong_link_opens_nothing_in_kind_words(anonymous: Client, db: None, screen: str) -> None:
    page = anonymous.get(f"/q/nothing-like-a-token/{screen}")
    assert page.status_code == 404
    assert "Ce lien ne s’ouvre plus" in page.content.decode()


def test_the_link_of_the_letter_opens_this_questionnaire(anonymous: Client, asked: Request) -> None:
    found = re.search(r"http://testserver(/q/[\w-]+/)", Email.objects.get().text)
    assert found is not None
    assert anonymous.get(found[1]).status_code == 200


def test_signed_in_the_same_screens_open(client_of: ClientOf, asked: Request) -> None:
    client = client_of(asked.respondent)
    url = reverse("evaluation:request", args=[asked.pk])
    assert client.get(url).status_code == 200
    assert client.post(url)["Location"] == reverse("evaluation:request_screen", args=[asked.pk, 1])


def test_a_lead_follows_up_but_does_not_answer_and_a_stranger_is_told_nothing(
    client_of: ClientOf, asked: Request, lead: User, outsider: User, mentor: User
) -> None:
    url = reverse("evaluation:request", args=[asked.pk])
    found = {person.email: client_of(person).get(url).status_code for person in (lead, outsider, mentor)}
    assert found == {"lead@example.org": 403, "outsider@example.org": 404, "mentor@example.org": 404}


def test_a_screen_asks_as_much_of_the_database_whatever_was_answered(
    anonymous: Client, link: str, asked: Request, assert_num_queries_same: Callable[..., int]
) -> None:
    queries = assert_num_queries_same(lambda: anonymous.get(f"{link}1/"), lambda: answer(asked, 4))
    assert queries <= 8


def test_ones_own_posture_is_shown_after_sending(client_of: ClientOf, asked: Request) -> None:
    client = client_of(asked.respondent)
    url = reverse("evaluation:my_posture")
    assert "On vous sollicite" in client.get(url).content.decode()
    answer(asked, 5)
    actions.complete_request(asked, by=asked.respondent)
    page = client.get(url).content.decode()
    assert "<title>Ma posture, domaine par domaine</title>" in page
    assert "Après votre prochain questionnaire" in page
    assert "On vous sollicite" not in page
