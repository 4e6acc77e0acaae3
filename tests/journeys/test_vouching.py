"""A line of hours that the holder says is otherwise: a thread, both agree or a lead settles, nothing is overwritten."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock as house
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions, tasks
from journeys.models import Delivery, DeliveryMessage, Journey
from journeys.queries.thread import thread_of
from tests.factories.accounts import make_member
from tests.factories.journeys import make_companion, make_journey

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
WORD = "journeys/letters/correction_word"


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User, mentor: User) -> Journey:
    journey = make_journey(organisation, holder, referent=lead)
    make_companion(journey, mentor)
    return journey


@pytest.fixture
def line(journey: Journey, mentor: User) -> Delivery:
    """An hour and a half that Marc declared two days ago."""
    return actions.record_delivery(
        journey, step=None, kind="mentoring", source="test:1", minutes=90, by=mentor,
        happened_at=house.now() - timedelta(days=2),
    )  # fmt: skip


def link_in(letter: Email) -> str:
    found = re.search(r"http://testserver(/[\w-]+/[\w-]{20,}/)", letter.text)
    assert found
    return found[1]


def last_word(to: User) -> Email:
    letter = Email.objects.filter(template=WORD, to_user=to).order_by("pk").last()
    assert letter
    return letter


def stands(line: Delivery) -> list[tuple[int, str]]:
    """(minutes, state) of every line of the same source, the oldest first."""
    rows = Delivery.objects.filter(journey=line.journey_id, source=line.source).order_by("pk")
    return list(rows.values_list("minutes", "state"))


def test_the_mentor_accepts_in_one_tap_from_her_letter_and_the_right_line_stands_confirmed(
    line: Delivery, holder: User, mentor: User, anonymous: Client
) -> None:
    actions.dispute_delivery(line, comment="Une heure seulement", minutes=60, by=holder)
    letter = last_word(mentor)
    assert letter.subject.replace("\u00a0", " ") == "Hawa Diallo dit 1 h : êtes-vous d’accord ?"
    link = link_in(letter)
    for _time in range(10):
        page = anonymous.get(link).content.decode()
        anonymous.head(link)
    assert "1\u00a0h\u00a030" in page and "Accepter 1\u00a0h" in page and "Une heure seulement" in page
    assert stands(line) == [(90, "disputed")]
    anonymous.post(link, {"act": "accept", "seen": "1"})
    second = anonymous.post(link, {"act": "accept", "seen": "1"}, follow=True).content.decode()
    assert "C’est réglé" in second
    assert stands(line) == [(90, "void"), (60, "confirmed")]
    right = Delivery.objects.get(replaces=line)
    assert (right.confirmed_by, right.declared_by, right.happened_at) == (holder, mentor, line.happened_at)
    told = Email.objects.get(template="journeys/letters/correction_over")
    assert (told.to_user, told.subject.replace("\u00a0", " ")) == (holder, "Réglé : 1 h samedi 21 novembre")


def test_two_rounds_then_the_lead_is_asked_and_settles_with_a_reason_that_both_read(
    line: Delivery, holder: User, mentor: User, lead: User, client_of: Browser
) -> None:
    browsers = {holder: Client(), mentor: Client()}
    actions.dispute_delivery(line, comment="Une heure", minutes=60, by=holder)
    for person, minutes in ((mentor, 80), (holder, 65), (mentor, 75)):
        page = link_in(last_word(person))
        typed = {"act": "answer", "text": f"Plutôt {minutes}", "minutes_0": "0", "minutes_1": str(minutes)}
        answer = browsers[person].post(page, {**typed, "minutes_0": str(minutes // 60), "minutes_1": str(minutes % 60)})
        assert answer.status_code == 302
    assert not Email.objects.filter(template="journeys/letters/settle_asked").exists()
    browsers[holder].post(
        link_in(last_word(holder)), {"act": "answer", "text": "Non, 70", "minutes_0": "1", "minutes_1": "10"}
    )
    asked = Email.objects.get(template="journeys/letters/settle_asked")
    assert asked.to_user == lead
    for words in ("Plutôt 80", "Plutôt 65", "Plutôt 75", "Non, 70"):
        assert words in asked.text
    line.refresh_from_db()
    with pytest.raises(Refused, match="responsable"):
        actions.answer_correction(line, text="Encore", by=mentor)
    url = reverse("journeys:delivery_settle", args=[line.pk])
    page = client_of(lead).get(url).content.decode()
    assert "1\u00a0h\u00a010 · Hawa Diallo" in page and "1\u00a0h\u00a015 · Marc Tessier" in page
    client_of(lead).post(url, {"figure": "other", "minutes_0": "1", "minutes_1": "12", "reason": "À mi-chemin"})
    assert stands(line) == [(90, "void"), (72, "confirmed")]
    told = Email.objects.filter(template="journeys/letters/correction_over")
    assert {one.to_user for one in told} == {holder, mentor}
    assert all("À mi-chemin" in one.text for one in told)
    right = Delivery.objects.get(replaces=line)
    seen = client_of(holder).get(reverse("journeys:delivery_detail", args=[right.pk])).content.decode()
    assert "Plutôt 80" in seen and "À mi-chemin" in seen


def test_the_holder_accepts_the_mentors_figure_or_says_it_did_not_take_place(
    line: Delivery, journey: Journey, holder: User, mentor: User
) -> None:
    actions.dispute_delivery(line, comment="Plus court", by=holder)
    with pytest.raises(Refused, match="Aucun chiffre"):
        actions.accept_correction(line, by=mentor)
    actions.answer_correction(line, text="Une heure vingt, alors", minutes=80, by=mentor)
    right = actions.accept_correction(line, by=holder)
    assert (right.minutes, right.state, right.declared_by, right.confirmed_by) == (80, "confirmed", mentor, holder)
    actions.dispute_delivery(right, comment="En fait rien", did_not_happen=True, by=holder)
    gone = actions.accept_correction(right, by=mentor)
    assert (gone.state, thread_of(gone).turn) == ("void", "")
    assert [state for _minutes, state in stands(line)] == ["void", "void"]


def test_who_answers_an_older_word_or_out_of_turn_is_told_and_nothing_is_written(
    line: Delivery, holder: User, mentor: User
) -> None:
    actions.dispute_delivery(line, comment="Une heure", minutes=60, by=holder)
    with pytest.raises(Refused, match="dit votre mot"):
        actions.answer_correction(line, text="Et puis", by=holder)
    actions.answer_correction(line, text="1 h 20", minutes=80, seen=1, by=mentor)
    with pytest.raises(Refused, match="entre-temps"):
        actions.accept_correction(line, seen=1, by=mentor)
    actions.answer_correction(line, text="65", minutes=65, seen=2, by=holder)
    with pytest.raises(Refused, match="entre-temps"):
        actions.accept_correction(line, seen=1, by=mentor)
    assert (DeliveryMessage.objects.count(), stands(line)) == (3, [(90, "disputed")])


def test_ten_days_of_silence_ask_the_lead_once(
    line: Delivery, holder: User, lead: User, clock: time_machine.Traveller
) -> None:
    actions.dispute_delivery(line, comment="Une heure", minutes=60, by=holder)
    clock.shift(timedelta(days=9, hours=23))
    assert tasks.sweep_corrections() == 0
    clock.shift(timedelta(days=3))
    assert (tasks.sweep_corrections(), tasks.sweep_corrections()) == (1, 0)
    assert [one.to_user for one in Email.objects.filter(template="journeys/letters/settle_asked")] == [lead]


def test_the_words_are_for_the_two_and_the_leads_only(
    line: Delivery, journey: Journey, holder: User, organisation: Organisation, steward: User, client_of: Browser
) -> None:
    adviser = make_member(organisation, "mentor", "adviser@example.org")
    make_companion(journey, adviser, role="adviser")
    actions.dispute_delivery(line, comment="Mot réservé", minutes=60, by=holder)
    for person in (adviser, steward):
        browser = client_of(person)
        for name in ("delivery_detail", "journey_ledger"):
            args = [line.pk if name == "delivery_detail" else journey.pk]
            page = browser.get(reverse(f"journeys:{name}", args=args)).content.decode()
            assert "1\u00a0h\u00a030" in page and "Mot réservé" not in page
        assert browser.get(f"/api/v1/deliveries/{line.pk}/").json()["dispute"] == ""
    assert DeliveryMessage.objects.visible_to(adviser).count() == 0
    thread = client_of(holder).get(f"/api/v1/deliveries/{line.pk}/thread/").json()
    assert (thread["turn"], thread["proposed"], thread["messages"][0]["text"]) == ("declarer", 60, "Mot réservé")


def test_the_holder_is_reminded_once_then_the_lead_is_told_by_the_number_of_days_of_the_organisation(
    line: Delivery, journey: Journey, holder: User, lead: User, client_of: Browser, clock: time_machine.Traveller
) -> None:
    from mentoring.models import Terms

    Terms.objects.create(organisation=journey.programme.organisation, confirm_days=8)
    clock.shift(timedelta(days=3, hours=23))
    actions.record_delivery(
        journey, step=None, kind="module", source="test:2", minutes=30, by=lead, happened_at=house.now()
    )  # fmt: skip
    assert tasks.sweep_hours_to_confirm() == 0
    clock.shift(timedelta(days=2, hours=2))
    assert (tasks.sweep_hours_to_confirm(), tasks.sweep_hours_to_confirm()) == (1, 0)
    letter = Email.objects.get(template="journeys/letters/hours_waiting")
    assert (letter.to_user, letter.subject.replace("\u00a0", " ")) == (holder, "2 h attendent votre accord")
    assert len(set(re.findall(r"/confirm/[\w-]+/", letter.text))) == 2
    needs = reverse("journeys:needs")
    assert "non confirmées" not in client_of(lead).get(needs).content.decode()
    clock.shift(timedelta(days=2))
    page = client_of(lead).get(needs + "?sign=unconfirmed").content.decode().replace("\u00a0", " ")
    assert "1 h 30 non confirmées, la plus ancienne ligne depuis 8 jours." in page
    ledger = client_of(lead).get(reverse("journeys:journey_ledger", args=[journey.pk])).content.decode()
    assert ledger.count("non confirmée depuis 8 jours") == 1
    assert "non confirmées" in client_of(lead).get(needs).content.decode()
    Terms.objects.update(confirm_days=20)
    assert "non confirmées" not in client_of(lead).get(needs).content.decode(), "of the day she changes it"
    assert stands(line) == [(90, "declared")]


def test_two_journeys_one_reminder_that_names_both_and_two_organisations_one_each(
    line: Delivery, organisation: Organisation, other_organisation: Organisation, holder: User, lead: User,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    for where, name in ((organisation, "Le Fournil"), (other_organisation, "La Ressourcerie")):
        journey = make_journey(where, holder, name=name)
        actions.record_delivery(
            journey, step=None, kind="module", source=f"test:{name}", minutes=30, by=lead, happened_at=house.now()
        )  # fmt: skip
    clock.shift(timedelta(days=8))
    assert (tasks.sweep_hours_to_confirm(), tasks.sweep_hours_to_confirm()) == (2, 0)
    here, there = Email.objects.filter(template="journeys/letters/hours_waiting").order_by("pk")
    assert (here.organisation, there.organisation) == (organisation, other_organisation)
    assert (here.subject.replace("\u00a0", " "), len(set(re.findall(r"/confirm/[\w-]+/", here.text)))) == (
        "2 h attendent votre accord", 2,
    )  # fmt: skip
    for text in (here.text, here.html):
        assert line.journey.project.name in text and "Le Fournil" in text and "La Ressourcerie" not in text
    assert "La Ressourcerie" not in there.text  # one journey: its name would say nothing
