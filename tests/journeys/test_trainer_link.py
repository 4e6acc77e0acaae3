"""The trainer without an account: a letter on the day, a link to one list, and nothing else behind it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from backend.accounts.models import Link, Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions, tasks
from journeys.models import Delivery, Journey, ModuleDate
from tests.factories.journeys import make_journey, make_programme
from tests.factories.stays import enrol, make_module_date, module_of
from tests.journeys.test_waiting import as_given

pytestmark = pytest.mark.django_db
ASK = "journeys/letters/attendance_ask"


@pytest.fixture
def journeys(organisation: Organisation, lead: User) -> list[Journey]:
    make_programme(organisation)
    return [make_journey(organisation, by=lead) for _ in range(3)]


@pytest.fixture
def date(journeys: list[Journey], lead: User) -> ModuleDate:
    """Tomorrow at nine, three people, a trainer with an address."""
    facts = {"trainer": "Noé Caro", "trainer_email": "noe@example.net"}
    date = make_module_date(module_of(journeys[0]), by=lead, **facts)
    enrol(date, *journeys, by=lead)
    return date


def the_link() -> str:
    """The address in the newest letter to the trainer, as a path."""
    found = re.search(r"http://testserver(/attendance/[\w-]+/)", Email.objects.filter(template=ASK).latest("pk").text)
    assert found
    return found[1]


def asked() -> int:
    return Email.objects.filter(template=ASK).count()


def test_the_letter_leaves_once_on_the_morning_of_the_day(date: ModuleDate, clock: time_machine.Traveller) -> None:
    assert tasks.sweep_trainer_links() == 0
    clock.move_to(date.starts_at - timedelta(hours=2, minutes=1))
    assert tasks.sweep_trainer_links() == 0
    clock.shift(timedelta(minutes=1))
    assert [tasks.sweep_trainer_links(), tasks.sweep_trainer_links()] == [1, 0]
    letter = Email.objects.get(template=ASK)
    assert letter.to_address == "noe@example.net"
    assert "3 personnes sont inscrites" in letter.text


def test_nobody_is_asked_without_address_people_or_date(
    journeys: list[Journey], lead: User, date: ModuleDate, clock: time_machine.Traveller
) -> None:
    make_module_date(date.module, trainer_email="seule@example.net", by=lead)
    actions.cancel_module_date(date, reason="Formateur malade", by=lead)
    enrol(make_module_date(date.module, by=lead), journeys[0], by=lead)
    clock.shift(timedelta(days=1))
    assert tasks.sweep_trainer_links() == 0
    with pytest.raises(Refused, match="annulée"):
        actions.send_trainer_link(date, by=lead)


def test_reading_changes_nothing_and_shows_only_names(
    date: ModuleDate, journeys: list[Journey], anonymous: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=1))
    tasks.sweep_trainer_links()
    for _ in range(2):
        page = anonymous.get(the_link())
        assert (page.status_code, anonymous.head(the_link()).status_code) == (200, 200)
    text = page.content.decode()
    for journey in journeys:
        assert str(journey.holder) in text
        assert journey.holder.user.email not in text and str(journey.project) not in text
        assert f"/journeys/{journey.pk}/" not in text
    assert not Delivery.objects.exists()
    assert Link.objects.get(purpose="attendance").last_used_at is None


def test_one_tap_then_the_exceptions(
    date: ModuleDate, journeys: list[Journey], anonymous: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=1))
    tasks.sweep_trainer_links()
    link = the_link()
    answer = anonymous.post(link, {"rest": "present"}, follow=True)
    assert [url for url, _status in answer.redirect_chain] == [link]
    assert "3 personnes sont notées présentes" in answer.content.decode()
    rows = list(date.enrolments.order_by("pk"))
    marks = {f"state_{row.pk}": "present" for row in rows}
    anonymous.post(link, marks | {f"state_{rows[0].pk}": "late", f"late_{rows[0].pk}": "20"})
    anonymous.post(link, marks | {f"state_{rows[0].pk}": "late", f"late_{rows[0].pk}": "20"})
    live = Delivery.objects.exclude(state="void").order_by("minutes")
    assert list(live.values_list("minutes", "state", "declared_by")) == [
        (160, "declared", None), (180, "declared", None), (180, "declared", None),
    ]  # fmt: skip
    assert Entry.objects.filter(verb="mark_attendance").latest("pk").details["trainer"] == "noe@example.net"
    assert Link.objects.get(purpose="attendance").last_used_at is not None
    assert not anonymous.session.keys() - {"_language"}


def test_before_it_begins_the_link_shows_who_is_expected_and_takes_nothing(
    date: ModuleDate, journeys: list[Journey], lead: User, anonymous: Client
) -> None:
    actions.send_trainer_link(date, by=lead)
    assert str(journeys[0].holder) in anonymous.get(the_link()).content.decode()
    anonymous.post(the_link(), {"rest": "present"})
    assert not Delivery.objects.exists()


def test_the_link_closes_seven_days_after_the_date(
    date: ModuleDate, anonymous: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=1))
    tasks.sweep_trainer_links()
    clock.move_to(date.ends_at + timedelta(days=7) - timedelta(seconds=1))
    assert anonymous.get(the_link()).status_code == 200
    clock.shift(timedelta(seconds=1))
    for answer in (anonymous.get(the_link()), anonymous.post(the_link(), {"rest": "present"})):
        assert answer.status_code == 404
        assert "Ce lien n’ouvre plus rien" in answer.content.decode()
    assert not Delivery.objects.exists()


def test_another_address_another_day_or_a_lead_closes_the_link(
    date: ModuleDate, lead: User, anonymous: Client, clock: time_machine.Traveller
) -> None:
    later = date.starts_at + timedelta(days=2)
    changes: list[Callable[[], object]] = [
        lambda: actions.move_module_date(date, **as_given(date, trainer_email="zoe@example.net"), by=lead),
        lambda: actions.move_module_date(
            date, **as_given(date, starts_at=later, ends_at=later + timedelta(hours=3)), by=lead
        ),
        lambda: actions.revoke_trainer_link(date, by=lead),
        lambda: actions.send_trainer_link(date, by=lead),
        lambda: actions.cancel_module_date(date, reason="Malade", by=lead),
    ]
    for change in changes:
        actions.send_trainer_link(date, by=lead)
        link = the_link()
        assert anonymous.get(link).status_code == 200
        change()
        assert anonymous.get(link).status_code == 404
        date.refresh_from_db()


def test_a_new_address_is_asked_anew_on_the_day(date: ModuleDate, lead: User, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=1))
    tasks.sweep_trainer_links()
    actions.move_module_date(date, **as_given(date, trainer_email="zoe@example.net"), by=lead)
    assert [tasks.sweep_trainer_links(), tasks.sweep_trainer_links()] == [1, 0]
    assert list(Email.objects.filter(template=ASK).order_by("pk").values_list("to_address", flat=True)) == [
        "noe@example.net", "zoe@example.net",
    ]  # fmt: skip


def test_the_trainer_is_told_once_when_the_date_moves_or_is_cancelled(date: ModuleDate, lead: User) -> None:
    later = date.starts_at + timedelta(days=2)
    for _ in range(2):
        moved = as_given(date, starts_at=later, ends_at=later + timedelta(hours=3))
        date = actions.move_module_date(date, **moved, by=lead)
    actions.move_module_date(date, **as_given(date, seats=20), by=lead)
    actions.cancel_module_date(date, reason="Salle fermée", by=lead)
    told = Email.objects.filter(template="journeys/letters/module_trainer").order_by("pk")
    assert [(one.to_address, one.subject.split("\u00a0:")[0]) for one in told] == [
        ("noe@example.net", "Déplacé"), ("noe@example.net", "Annulé"),
    ]  # fmt: skip
    assert "Salle fermée" in told[1].text


def test_a_link_of_another_purpose_opens_nothing(date: ModuleDate, anonymous: Client) -> None:
    from backend.accounts.actions import make_link

    _link, token = make_link("delivery_confirm", about=date, email=date.trainer_email)
    assert anonymous.get(f"/attendance/{token}/").status_code == 404


def test_a_lead_sends_and_closes_the_link_from_the_page(
    date: ModuleDate, lead: User, client_of: Callable[[User], Client]
) -> None:
    client, page = client_of(lead), f"/module-dates/{date.pk}/"
    assert "noe@example.net" in client.get(page).content.decode()
    client.post(f"{page}trainer/send/")
    assert asked() == 1
    assert "Fermer ce lien" in client.get(page).content.decode()
    client.post(f"{page}trainer/revoke/")
    assert not Link.objects.filter(purpose="attendance", revoked_at=None).exists()


def test_later_than_seven_days_after_the_date_no_link_is_sent(date: ModuleDate, lead: User, clock: Any) -> None:
    clock.move_to(date.ends_at + timedelta(days=7))
    with pytest.raises(Refused, match="sept jours"):
        actions.send_trainer_link(date, by=lead)
    clock.shift(timedelta(minutes=-1))
    actions.send_trainer_link(date, by=lead)
    assert asked() == 1
