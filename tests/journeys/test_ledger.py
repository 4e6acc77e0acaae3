"""The ledger of hours: totals, one-tap confirmation, disputes, corrections, and the link in the letter."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.actions import make_link, revoke_links
from backend.accounts.models import Organisation, User
from journeys import actions
from journeys.models import Delivery, Journey
from journeys.queries.ledger import ledger, to_confirm
from tests.factories.journeys import make_companion, make_confirmed_delivery, make_delivery, make_journey

Browser = Callable[[User], Client]


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, referent=lead)


def messages_of(response: object) -> list[str]:
    found = response.context["messages"]  # type: ignore[attr-defined]  # a test response
    return [str(message).replace("\u00a0", " ") for message in found]


# --- Totals -----------------------------------------------------------------------------------------
def test_totals_are_split_by_kind_and_state(journey: Journey) -> None:
    make_delivery(journey, minutes=90)
    make_confirmed_delivery(journey, minutes=60)
    make_confirmed_delivery(journey, kind="module", minutes=420)
    found = ledger(Delivery.objects.filter(journey=journey))
    assert found.columns == ["déclaré", "confirmé"]
    assert [(line.label, line.cells, line.minutes) for line in found.lines] == [
        ("formation", [0, 420], 420),
        ("mentorat", [90, 60], 150),
        ("immersion", [0, 0], 0),
    ]
    assert (found.total.cells, found.minutes, found.sure, found.unsure) == ([90, 480], 570, 480, 90)


def test_preparation_and_travel_are_kept_apart_from_contact_time(journey: Journey) -> None:
    make_delivery(journey, minutes=90)
    make_delivery(journey, minutes=30, sort="preparation")
    make_delivery(journey, minutes=20, sort="travel", kind="immersion")
    found = ledger(Delivery.objects.filter(journey=journey))
    assert found.minutes == 90
    assert [(line.label, line.minutes) for line in found.aside] == [("préparation", 30), ("trajet", 20)]


def test_void_lines_count_for_nothing_and_disputed_ones_have_their_column(journey: Journey, holder: User) -> None:
    actions.void_delivery(make_delivery(journey, minutes=500), reason="saisi deux fois", by=None)
    actions.dispute_delivery(make_delivery(journey, minutes=45), comment="Non.", by=holder)
    found = ledger(Delivery.objects.filter(journey=journey))
    assert found.columns == ["déclaré", "confirmé", "contesté"]
    assert (found.total.cells, found.sure, found.total.count) == ([0, 0, 45], 0, 1)


def test_the_same_totals_stand_on_every_page(journey: Journey, holder: User, lead: User, client_of: Browser) -> None:
    make_delivery(journey, minutes=90)
    make_confirmed_delivery(journey, minutes=60)
    expected = ledger(Delivery.objects.filter(journey=journey))
    home = client_of(holder).get(reverse("home"))
    own = client_of(holder).get(reverse("journeys:ledger"))
    page = client_of(lead).get(reverse("journeys:journey_detail", args=[journey.pk]))
    whole = client_of(lead).get(reverse("journeys:journey_ledger", args=[journey.pk]))
    assert home.context["home"].ledger == expected
    assert [answer.context["ledger"] for answer in (own, page, whole)] == [expected] * 3


def test_to_confirm_lists_declared_lines_oldest_first(journey: Journey) -> None:
    recent, old = make_delivery(journey, days_ago=1), make_delivery(journey, days_ago=9)
    make_confirmed_delivery(journey)
    assert list(to_confirm(Delivery.objects.filter(journey=journey))) == [old, recent]


# --- One tap ----------------------------------------------------------------------------------------
def test_the_holder_confirms_in_one_tap_and_twice_is_once(journey: Journey, holder: User, client_of: Browser) -> None:
    delivery = make_delivery(journey, minutes=90)
    url = reverse("journeys:delivery_confirm", args=[delivery.pk])
    browser = client_of(holder)
    first = browser.post(url, {"next": "/?as=holder"})
    delivery.refresh_from_db()
    stamp = delivery.confirmed_at
    second = browser.post(url, follow=True)
    delivery.refresh_from_db()
    assert (first.status_code, first.headers["Location"]) == (302, "/?as=holder")
    assert second.redirect_chain == [(reverse("journeys:journey_ledger", args=[journey.pk]), 302)]
    assert (delivery.state, delivery.confirmed_by, delivery.confirmed_at) == ("confirmed", holder, stamp)
    assert messages_of(second) == ["1 h 30 : c’est confirmé, merci."] * 2


def test_next_never_leads_to_another_site(journey: Journey, holder: User, client_of: Browser) -> None:
    delivery = make_delivery(journey)
    answer = client_of(holder).post(
        reverse("journeys:delivery_confirm", args=[delivery.pk]), {"next": "https://evil.example/"}
    )
    assert answer.headers["Location"] == reverse("journeys:journey_ledger", args=[journey.pk])


def test_a_voided_line_cannot_be_confirmed_and_says_so(journey: Journey, holder: User, client_of: Browser) -> None:
    delivery = actions.void_delivery(make_delivery(journey), reason="erreur", by=None)
    answer = client_of(holder).post(reverse("journeys:delivery_confirm", args=[delivery.pk]), follow=True)
    delivery.refresh_from_db()
    assert delivery.state == "void"
    assert len(messages_of(answer)) == 1
    assert "annulé" in messages_of(answer)[0]


@pytest.mark.parametrize(("persona", "status"), [("mentor", 403), ("lead", 403), ("steward", 403), ("outsider", 404)])
def test_only_who_received_the_hours_vouches_for_them(
    persona: str, status: int, journey: Journey, mentor: User, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    make_companion(journey, mentor)
    delivery = make_delivery(journey)
    person = request.getfixturevalue(persona)
    for name in ("confirm", "dispute"):
        url = reverse(f"journeys:delivery_{name}", args=[delivery.pk])
        assert client_of(person).post(url, {"comment": "x"}).status_code == status
    delivery.refresh_from_db()
    assert delivery.state == "declared"


# --- Disputes and corrections -----------------------------------------------------------------------
def test_a_dispute_needs_words_and_keeps_them(journey: Journey, holder: User, client_of: Browser) -> None:
    delivery = make_delivery(journey)
    url = reverse("journeys:delivery_dispute", args=[delivery.pk])
    empty = client_of(holder).post(url, {"comment": "  "})
    assert (empty.status_code, list(empty.context["form"].errors)) == (200, ["comment"])
    client_of(holder).post(url, {"comment": "Une heure, pas deux."})
    delivery.refresh_from_db()
    assert (delivery.state, delivery.dispute) == ("disputed", "Une heure, pas deux.")


def test_a_lead_voids_with_a_reason_and_the_line_stays_readable(
    journey: Journey, lead: User, client_of: Browser
) -> None:
    delivery = make_delivery(journey)
    browser = client_of(lead)
    url = reverse("journeys:delivery_void", args=[delivery.pk])
    assert list(browser.post(url, {"reason": ""}).context["form"].errors) == ["reason"]
    page = browser.post(url, {"reason": "Saisi deux fois"}, follow=True)
    assert [(line.state, line.void_reason) for line in page.context["deliveries"]] == [("void", "Saisi deux fois")]
    assert page.context["ledger"].minutes == 0


def test_hours_of_a_moment_to_come_are_refused(journey: Journey, lead: User, client_of: Browser) -> None:
    delivery = make_delivery(journey, minutes=120)
    typed = {
        "minutes_0": "1",
        "minutes_1": "0",
        "happened_at_0": "2027-01-01",
        "happened_at_1": "14:00",
        "reason": "Faute",
    }
    answer = client_of(lead).post(reverse("journeys:delivery_replace", args=[delivery.pk]), typed)
    assert list(answer.context["form"].errors) == ["happened_at"]
    delivery.refresh_from_db()
    assert (delivery.state, Delivery.objects.count()) == ("declared", 1)


def test_a_lead_replaces_a_line_and_the_holder_confirms_anew(
    journey: Journey, lead: User, holder: User, client_of: Browser
) -> None:
    delivery = make_confirmed_delivery(journey, minutes=120)
    url = reverse("journeys:delivery_replace", args=[delivery.pk])
    page = client_of(lead).get(url)
    assert page.context["form"].initial["minutes"] == 120
    client_of(lead).post(
        url,
        {
            "happened_at_0": "2026-11-20",
            "happened_at_1": "14:00",
            "minutes_0": "1",
            "minutes_1": "0",
            "reason": "Une heure",
        },
    )
    new = Delivery.objects.get(replaces=delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.void_reason) == ("void", "Une heure")
    assert (new.state, new.minutes, new.source, new.happened_at.isoformat()) == (
        "declared",
        60,
        delivery.source,
        "2026-11-20T13:00:00+00:00",
    )
    home = client_of(holder).get(reverse("home")).context["home"]
    assert (home.main.code, home.main.url) == ("confirm", reverse("journeys:delivery_confirm", args=[new.pk]))


@pytest.mark.parametrize(("persona", "status"), [("holder", 403), ("mentor", 403), ("steward", 403), ("outsider", 404)])
def test_only_a_lead_corrects_the_ledger(
    persona: str, status: int, journey: Journey, mentor: User, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    make_companion(journey, mentor)
    delivery = make_delivery(journey)
    person = request.getfixturevalue(persona)
    for name in ("void", "replace"):
        url = reverse(f"journeys:delivery_{name}", args=[delivery.pk])
        assert client_of(person).post(url, {"reason": "x"}).status_code == status


def test_who_carries_no_journey_is_told_where_hours_are(mentor: User, client_of: Browser) -> None:
    page = client_of(mentor).get(reverse("journeys:ledger"))
    assert (page.status_code, next(template.name for template in page.templates)) == (200, "journeys/ledger_empty.html")


def test_the_ledger_of_one_of_several_journeys(organisation: Organisation, holder: User, client_of: Browser) -> None:
    first = make_journey(organisation, holder)
    second = make_journey(organisation, holder)
    page = client_of(holder).get(reverse("journeys:journey_ledger", args=[first.pk]))
    assert sorted((name, current) for name, _url, current in page.context["switch"]) == sorted(
        [(first.project.name, True), (second.project.name, False)]
    )


# --- The link in the letter -------------------------------------------------------------------------
@pytest.fixture
def delivery(journey: Journey, mentor: User) -> Delivery:
    return make_delivery(journey, minutes=90, by=mentor)


@pytest.fixture
def link(delivery: Delivery, holder: User) -> str:
    _link, token = make_link("delivery_confirm", about=delivery, user=holder, days=30)
    return reverse("journeys:delivery_confirm_link", args=[token])


def test_reading_the_link_changes_nothing(link: str, delivery: Delivery, anonymous: Client) -> None:
    for method in (anonymous.get, anonymous.head):
        assert method(link).status_code == 200
    delivery.refresh_from_db()
    assert delivery.state == "declared"


def test_one_tap_from_the_link_confirms_without_signing_in(
    link: str, delivery: Delivery, holder: User, anonymous: Client
) -> None:
    page = anonymous.post(link, {"act": "confirm"}, follow=True)
    delivery.refresh_from_db()
    stamp = delivery.confirmed_at
    again = anonymous.post(link, {"act": "confirm"}, follow=True)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.confirmed_by, delivery.confirmed_at) == ("confirmed", holder, stamp)
    assert page.redirect_chain == again.redirect_chain == [(link, 302)]
    assert "Vous avez confirmé 1 h 30" in again.content.decode().replace("\u00a0", " ")


def test_the_link_disputes_with_words_only(link: str, delivery: Delivery, anonymous: Client) -> None:
    empty = anonymous.post(link, {"act": "dispute", "comment": ""})
    assert (empty.status_code, list(empty.context["form"].errors)) == (200, ["comment"])
    anonymous.post(link, {"act": "dispute", "comment": "Nous avons fait une heure."})
    delivery.refresh_from_db()
    assert (delivery.state, delivery.dispute) == ("disputed", "Nous avons fait une heure.")


def test_a_disputed_line_may_be_confirmed_after_all(link: str, delivery: Delivery, anonymous: Client) -> None:
    anonymous.post(link, {"act": "dispute", "comment": "Je vérifie."})
    anonymous.post(link, {"act": "confirm"})
    delivery.refresh_from_db()
    assert delivery.state == "confirmed"


def test_a_voided_line_says_why_and_stays_void(link: str, delivery: Delivery, anonymous: Client) -> None:
    actions.void_delivery(delivery, reason="La séance n’a pas eu lieu", by=None)
    page = anonymous.post(link, {"act": "confirm"}, follow=True)
    delivery.refresh_from_db()
    assert delivery.state == "void"
    assert "La séance n’a pas eu lieu" in page.content.decode()


def test_a_wrong_expired_revoked_or_foreign_link_is_a_kind_404(
    link: str, delivery: Delivery, holder: User, lead: User, anonymous: Client, clock: object
) -> None:
    wrong = reverse("journeys:delivery_confirm_link", args=["x" * 32])
    _link, elsewhere = make_link("session_log", about=delivery, user=holder)
    _link, somebody = make_link("delivery_confirm", about=delivery, user=lead)
    _link, nobody = make_link("delivery_confirm", about=delivery, email="a@example.org")
    doors = [
        wrong,
        *(reverse("journeys:delivery_confirm_link", args=[token]) for token in (elsewhere, somebody, nobody)),
    ]
    assert [anonymous.post(door, {"act": "confirm"}).status_code for door in doors] == [404] * 4
    page = anonymous.get(wrong)
    assert (page.status_code, next(template.name for template in page.templates)) == (
        404,
        "journeys/delivery_confirm_gone.html",
    )
    revoke_links(delivery)
    assert anonymous.get(link).status_code == 404
    _link, token = make_link("delivery_confirm", about=delivery, user=holder, days=3)
    fresh = reverse("journeys:delivery_confirm_link", args=[token])
    clock.shift(timedelta(days=4))  # type: ignore[attr-defined]  # the traveller of time-machine
    assert anonymous.get(fresh).status_code == 404
    delivery.refresh_from_db()
    assert delivery.state == "declared"


def test_the_ledger_page_costs_as_much_for_three_lines_as_for_one(
    journey: Journey, holder: User, client_of: Browser, assert_num_queries_same: Callable[..., int]
) -> None:
    make_delivery(journey)
    browser = client_of(holder)
    url = reverse("journeys:ledger")
    assert_num_queries_same(lambda: browser.get(url), lambda: [make_delivery(journey) for _ in range(2)])
