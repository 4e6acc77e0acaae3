"""A corrected line asks to be confirmed anew, once; preparation and travel are declared apart."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions
from journeys.models import Delivery, Journey
from tests.factories.journeys import make_companion, make_confirmed_delivery, make_journey

Browser = Callable[[User], Client]
APART = {"sort": "travel", "kind": "mentoring", "happened_at_0": "2026-11-20", "happened_at_1": "14:00"}


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User, mentor: User) -> Journey:
    journey = make_journey(organisation, holder, referent=lead)
    make_companion(journey, mentor)
    return journey


def corrected(journey: Journey, lead: User, client_of: Browser) -> Delivery:
    """A confirmed line of 90 minutes that its lead corrects to 60 on the page."""
    line = make_confirmed_delivery(journey, minutes=90)
    typed = {"happened_at_0": "2026-11-20", "happened_at_1": "14:00", "minutes_0": "1", "minutes_1": "0"}
    url = reverse("journeys:delivery_replace", args=[line.pk])
    assert client_of(lead).post(url, {**typed, "reason": "Une heure seulement"}).status_code == 302
    line.refresh_from_db()
    return line.replaced_by


# --- The letter ---------------------------------------------------------------------------------------
def test_a_corrected_line_asks_the_holder_once_and_her_link_confirms_it(
    journey: Journey, lead: User, client_of: Browser
) -> None:
    right = corrected(journey, lead, client_of)
    letter = Email.objects.get(template="journeys/letters/confirm_again")
    text = letter.text.replace("\u00a0", " ")
    assert (letter.key, letter.to_address) == (f"confirm_hours:{right.pk}", "holder@example.org")
    assert letter.subject.replace("\u00a0", " ") == "Vos heures ont été corrigées : 1 h, est-ce exact ?"
    assert "mentorat, dimanche 22 novembre, 1 h 30" in text
    assert "mentorat, vendredi 20 novembre, 1 h" in text
    assert "Une heure seulement" in text


def test_the_api_asks_too_and_other_callers_send_their_own(journey: Journey, lead: User, client_of: Browser) -> None:
    line = make_confirmed_delivery(journey)
    actions.replace_delivery(line, minutes=30, reason="Présence corrigée", by=lead)
    assert Email.objects.filter(template="journeys/letters/confirm_again").count() == 0
    other = make_confirmed_delivery(journey)
    answer = client_of(lead).post(
        f"/api/v1/deliveries/{other.pk}/replace/", {"minutes": 30, "reason": "Erreur"}, "application/json"
    )
    assert Email.objects.get(template="journeys/letters/confirm_again").key == f"confirm_hours:{answer.json()['id']}"


def test_one_letter_a_line_whoever_corrects_it(journey: Journey, lead: User, client_of: Browser) -> None:
    first = corrected(journey, lead, client_of)
    actions.replace_delivery(first, minutes=45, reason="Encore", by=lead, asks_anew=True)
    keys = Email.objects.filter(template="journeys/letters/confirm_again").values_list("key", flat=True)
    assert len(keys) == len(set(keys)) == 2


# --- Apart --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("persona", ["mentor", "lead"])
def test_who_accompanies_declares_travel_apart_from_contact_time(
    journey: Journey, persona: str, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(persona)
    url = reverse("journeys:delivery_declare", args=[journey.pk])
    client_of(person).post(url, {**APART, "minutes_0": "0", "minutes_1": "40"})
    line = journey.deliveries.get()
    assert (line.sort, line.kind, line.minutes, line.state, line.declared_by) == (
        "travel", "mentoring", 40, "declared", person,
    )  # fmt: skip
    page = client_of(person).get(reverse("journeys:journey_ledger", args=[journey.pk]))
    assert (page.context["ledger"].minutes, page.context["ledger"].aside[0].minutes) == (0, 40)


def test_the_same_time_is_declared_once(journey: Journey, mentor: User, client_of: Browser) -> None:
    url = reverse("journeys:delivery_declare", args=[journey.pk])
    typed = {**APART, "minutes_0": "0", "minutes_1": "40"}
    client_of(mentor).post(url, typed)
    again = client_of(mentor).post(url, typed)
    assert again.context["form"].non_field_errors() == ["Ces heures figurent déjà au registre."]
    assert journey.deliveries.count() == 1


def test_contact_time_and_time_to_come_are_not_declared_here(journey: Journey, mentor: User) -> None:
    soon = clock.now() + timedelta(hours=1)
    with pytest.raises(Refused) as contact:
        actions.declare_delivery(
            journey, sort="contact", kind="mentoring", happened_at=clock.now(), minutes=30, by=mentor
        )
    with pytest.raises(Refused) as future:
        actions.declare_delivery(journey, sort="travel", kind="mentoring", happened_at=soon, minutes=30, by=mentor)
    assert (contact.value.field, future.value.field) == ("sort", "happened_at")
    assert journey.deliveries.count() == 0


def test_home_names_the_sort_of_time_to_confirm(
    journey: Journey, mentor: User, holder: User, client_of: Browser
) -> None:
    actions.declare_delivery(
        journey, sort="travel", kind="mentoring", happened_at=clock.now() - timedelta(days=1), minutes=30, by=mentor
    )
    todo = client_of(holder).get(reverse("home")).context["home"].todos[0]
    assert todo.title.replace("\u00a0", " ") == "30 min · trajet"
