"""Programmes, read: the line, the days of each step, and who may read them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from tests.factories.journeys import make_journey, make_programme

Browser = Callable[[User], Client]
LIST = "/programmes/"


def test_the_list_shows_each_programme_as_its_line(
    organisation: Organisation, holder: User, client_of: Browser
) -> None:
    programme = make_programme(organisation, capacity=12)
    make_journey(organisation, holder)
    [offer] = client_of(holder).get(LIST).context["rows"]
    assert (offer.programme, offer.live, offer.places) == (programme, 1, "1 place prise sur 12 cette année")
    assert [(stop.label, stop.kind, stop.when) for stop in offer.stops] == [
        ("Posture entrepreneuriale", "module", "sous 30 jours"),
        ("Mentorat", "mentoring", "sous 270 jours"),
        ("Immersion en entreprise", "immersion", "entre le jour 15 et le jour 90"),
        ("Plan d’affaires validé", "milestone", "entre le jour 15 et le jour 60"),
    ]


def test_an_observer_reads_no_count_of_people(organisation: Organisation, observer: User, client_of: Browser) -> None:
    programme = make_programme(organisation, capacity=12)
    make_journey(organisation)
    [offer] = client_of(observer).get(LIST).context["rows"]
    assert (offer.live, offer.places) == (0, "12 places par an")
    page = client_of(observer).get(reverse("journeys:programme_detail", args=[programme.pk]))
    assert page.context["offer"].places == "12 places par an"


def test_one_programme_says_what_comes_after_what_and_how_much(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    programme = make_programme(organisation)
    page = client_of(lead).get(reverse("journeys:programme_detail", args=[programme.pk])).context
    assert [
        (line["step"].title_en, line["after"], line["amount"].replace("\u00a0", " ")) for line in page["steps"]
    ] == [
        ("Entrepreneurial posture", "", "7 h"),
        ("Mentoring", "", "6 séances de 1 h 30"),
        ("Company immersion", "Posture entrepreneuriale", "35 h"),
        ("Business plan validated", "Posture entrepreneuriale", ""),
    ]
    assert (page["phases"], page["minutes"], page["leads"]) == ("émergence, création", 420 + 540 + 2100, True)


@pytest.mark.parametrize(
    ("persona", "status"), [("holder", 200), ("mentor", 200), ("observer", 200), ("steward", 200), ("outsider", 404)]
)
def test_members_read_the_offer_of_their_organisation(
    persona: str, status: int, organisation: Organisation, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    programme = make_programme(organisation)
    browser = client_of(request.getfixturevalue(persona))
    assert browser.get(reverse("journeys:programme_detail", args=[programme.pk])).status_code == status
    assert len(browser.get(LIST).context["rows"]) == (1 if status == 200 else 0)


def test_the_list_costs_as_much_for_three_programmes_as_for_one(
    organisation: Organisation, lead: User, client_of: Browser, assert_num_queries_same: Callable[..., int]
) -> None:
    make_programme(organisation)
    browser = client_of(lead)
    assert_num_queries_same(lambda: browser.get(LIST), lambda: [make_programme(organisation) for _ in range(2)])
