"""The doors of the answering pages: scanners change nothing, no other link opens them, nothing is kept on the way."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.models import Link, Organisation, User
from evaluation.models import Answer, Request, Response
from tests.factories.accounts import make_member
from tests.factories.evaluation import answer, make_request
from tests.factories.journeys import make_journey

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
PAGES = ("", "1/", "review/", "refuse/", "save/")


@pytest.fixture
def asked(organisation: Organisation, holder: User) -> Request:
    found = make_request(make_journey(organisation, holder))
    answer(found, 3)
    return found


def link_of(asked: Request, purpose: str = "request_answer") -> str:
    return reverse("evaluation:link", args=[accounts.make_link(purpose, about=asked, user=asked.respondent)[1]])


def everything() -> list[Any]:
    tables = (Request, Response, Answer)
    links = list(Link.objects.order_by("pk").values("pk", "expires_at", "revoked_at"))  # when it was used may be noted
    return [links, *(list(table._default_manager.order_by("pk").values()) for table in tables)]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_what_scans_a_link_changes_nothing(anonymous: Client, asked: Request, method: str) -> None:
    link = link_of(asked)
    before = everything()
    for _each in range(3):
        for page in PAGES:
            assert getattr(anonymous, method)(link + page).status_code < 500
    assert everything() == before


@pytest.mark.parametrize("page", PAGES)
def test_a_link_for_something_else_or_taken_back_opens_no_page(anonymous: Client, asked: Request, page: str) -> None:
    own, other = link_of(asked), link_of(asked, "confirm_delivery")
    before = everything()
    for link in (other, own[:-6] + "abcde/"):
        assert anonymous.get(link + page).status_code in (404, 405, 410)
        assert anonymous.post(link + page, {"shown": "EC11", "EC11": "5"}).status_code in (404, 405, 410)
    assert everything() == before
    accounts.revoke_links(asked, purpose="request_answer")
    assert anonymous.post(own + page, {"shown": "EC11", "EC11": "5"}).status_code in (404, 405, 410)
    assert set(Answer.objects.values_list("value", flat=True)) == {3}


@pytest.mark.parametrize("page", PAGES)
def test_another_site_sends_nothing_in_somebody_s_name(asked: Request, holder: User, page: str) -> None:
    watched = Client(enforce_csrf_checks=True)
    watched.force_login(holder)
    before = everything()
    for start in (link_of(asked), reverse("evaluation:request", args=[asked.pk])):
        before = everything()
        assert watched.post(start + page, {"shown": "EC11", "EC11": "5", "sure": "1"}).status_code == 403
        assert everything() == before


@pytest.mark.parametrize("page", PAGES)
def test_somebody_else_s_questionnaire_is_not_there(
    client_of: ClientOf, asked: Request, organisation: Organisation, other_organisation: Organisation, page: str
) -> None:
    url = reverse("evaluation:request", args=[asked.pk]) + page
    before = everything()
    for place in (organisation, other_organisation):
        stranger = client_of(make_member(place, "holder", f"{place.slug}@example.org"))
        for found in (stranger.get(url), stranger.post(url, {"shown": "EC11", "EC11": "5"})):
            assert found.status_code in (404, 405)
    assert everything() == before


def test_nothing_of_what_is_answered_is_kept_on_the_way(
    client_of: ClientOf, anonymous: Client, asked: Request, holder: User
) -> None:
    link, own = link_of(asked), reverse("evaluation:request", args=[asked.pk])
    read = [anonymous.get(link + page) for page in ("", "1/", "review/", "refuse/")]
    read += [client_of(holder).get(own + page) for page in ("1/", "review/", "refuse/")]
    assert [one.status_code for one in read] == [200] * len(read)
    assert [one.request["PATH_INFO"] for one in read if "no-store" not in one.get("Cache-Control", "")] == []
