"""The link of the letter: no sign-in, one session, and reading it changes nothing."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from backend.accounts import actions as accounts
from backend.accounts.models import Link, User
from backend.mail.models import Email
from journeys.models import Commitment, Delivery
from mentoring import actions, tasks
from mentoring.models import Mentorship, Session
from tests.factories.mentoring import make_past_session

pytestmark = pytest.mark.django_db


def letter_link() -> str:
    """The address in the letter that asks for the log, as a path."""
    letter = Email.objects.get(template="mentoring/letters/session_log")
    found = re.search(r"http://testserver(/log/[\w-]+/)", letter.text)
    assert found
    return found[1]


@pytest.fixture
def session(pair: Mentorship) -> Session:
    """Over for an hour and a half; its mentor has been asked."""
    session = make_past_session(pair)
    tasks.sweep_sessions_to_log()
    return session


def state(session: Session) -> tuple[str, int, int]:
    session.refresh_from_db()
    return session.state, Delivery.objects.count(), Email.objects.count()


def test_the_letter_says_who_and_when_in_the_mentors_language(session: Session) -> None:
    letter = Email.objects.get(template="mentoring/letters/session_log")
    assert letter.subject == "Votre séance avec Hawa Diallo a-t-elle eu lieu\u00a0?"
    assert letter.to_address == "mentor@example.org"
    assert "lundi 23 novembre" in letter.text


def test_reading_the_link_changes_nothing_however_often(session: Session, anonymous: Client) -> None:
    before = state(session)
    for _time in range(3):
        page = anonymous.get(letter_link())
        assert page.status_code == 200
        assert "Hawa Diallo" in page.content.decode()
        assert anonymous.head(letter_link()).status_code == 200
    assert state(session) == before


def test_one_tap_logs_without_signing_in_and_offers_the_rest(session: Session, anonymous: Client, mentor: User) -> None:
    link = letter_link()
    answer = anonymous.post(link, {"act": "held"}, follow=True)
    assert [url for url, _status in answer.redirect_chain] == [link]
    session.refresh_from_db()
    assert (session.state, session.held_minutes, session.logged_by) == ("held", 90, mentor)
    page = answer.content.decode()
    shared = "Lu par\xa0: Hawa Diallo, vous, les responsables de programme et les autres mentors de ce parcours."
    assert shared in page
    assert "Lue par\xa0: vous et les responsables de programme. Pas par Hawa Diallo." in page
    assert "Lue par\xa0: vous seul·e, pour toujours." in page
    assert Link.objects.get(purpose="session_log").last_used_at is not None
    assert not anonymous.session.keys() - {"_language"}


def test_a_double_tap_or_a_second_device_doubles_nothing(session: Session) -> None:
    link = letter_link()
    phone, laptop = Client(), Client()
    phone.post(link, {"act": "held"})
    second = laptop.post(link, {"act": "held"}, follow=True).content.decode()
    assert "Cette séance est déjà notée, par Marc Tessier. Rien n’a été compté deux fois." in second
    assert Delivery.objects.count() == 1
    assert Email.objects.filter(template="mentoring/letters/confirm_hours").count() == 1


def test_details_are_kept_from_the_link(session: Session, anonymous: Client, holder: User) -> None:
    link = letter_link()
    anonymous.post(link, {"act": "held"})
    body = {"act": "details", "summary": "Le prix est fixé.", "next_text": "Appeler la banque", "next_owner": "holder",
            "next_due_on": "2026-12-01", "themes": ["funding"], "private_note": "Fatiguée"}  # fmt: skip
    anonymous.post(link, body)
    anonymous.post(link, body)
    session.refresh_from_db()
    assert (session.summary, session.themes, session.private_note) == ("Le prix est fixé.", ["funding"], "Fatiguée")
    assert Commitment.objects.get().owner == holder


def test_other_times_from_the_link(session: Session, anonymous: Client) -> None:
    body = {"act": "times", "times-day": "2026-11-23", "times-time": "06:30", "times-minutes_0": "1",
            "times-minutes_1": "0", "times-medium": "phone"}  # fmt: skip
    anonymous.post(letter_link(), body)
    session.refresh_from_db()
    assert (session.held_minutes, session.medium) == (60, "phone")
    anonymous.post(letter_link(), {**body, "times-minutes_0": "2"})
    assert list(Delivery.objects.order_by("pk").values_list("minutes", "state")) == [(60, "void"), (120, "declared")]


def test_a_no_show_from_the_link(session: Session, anonymous: Client) -> None:
    anonymous.post(letter_link(), {"act": "missed", "missed-outcome": "no_show", "missed-reason": ""})
    assert state(session)[:2] == ("no_show", 0)
    assert "n’a pas eu lieu" in anonymous.get(letter_link()).content.decode()


def test_an_unknown_act_does_nothing(session: Session, anonymous: Client) -> None:
    before = state(session)
    assert anonymous.post(letter_link(), {"act": "fly"}).status_code == 200
    assert state(session) == before


def test_the_page_is_on_the_mentors_clock_and_in_her_language(pair: Mentorship, mentor: User) -> None:
    mentor.language, mentor.time_zone = "en", "America/Cayenne"
    mentor.save()
    make_past_session(pair)
    tasks.sweep_sessions_to_log()
    page = Client().get(letter_link()).content.decode()
    assert "Held as planned" in page and "Monday 23 November at 2:00" in page


def test_a_closed_link_is_a_kind_404(
    session: Session, anonymous: Client, mentor: User, clock: time_machine.Traveller
) -> None:
    link = letter_link()
    other_purpose = accounts.make_link("delivery_confirm", about=session, user=mentor)[1]
    for path in ("/log/nothing/", f"/log/{other_purpose}/"):
        answer = anonymous.get(path)
        assert answer.status_code == 404
        assert "Ce lien n’ouvre plus rien" in answer.content.decode()
        assert anonymous.post(path, {"act": "held"}).status_code == 404
    clock.shift(timedelta(days=30, seconds=1))
    assert anonymous.get(link).status_code == 404
    assert state(session)[:2] == ("planned", 0)


def test_a_moved_session_closes_its_old_link_and_is_asked_about_anew(
    session: Session, anonymous: Client, mentor: User, clock: time_machine.Traveller
) -> None:
    link = letter_link()
    actions.move_session(session, starts_at=session.starts_at + timedelta(days=1), by=mentor)
    assert anonymous.post(link, {"act": "held"}).status_code == 404
    clock.shift(timedelta(days=1))
    assert tasks.sweep_sessions_to_log() == 1
    assert Email.objects.filter(template="mentoring/letters/session_log").count() == 2


def test_an_ended_mentor_still_logs_the_session_she_held(session: Session, anonymous: Client, pair: Mentorship) -> None:
    actions.end_mentorship(pair, reason="other", by=None)
    anonymous.post(letter_link(), {"act": "held"})
    assert state(session)[:2] == ("held", 1)


def test_a_mentor_whose_account_is_closed_has_no_link_any_more(
    session: Session, anonymous: Client, mentor: User
) -> None:
    mentor.is_active = False
    mentor.save()
    assert anonymous.get(letter_link()).status_code == 404


def test_a_browser_keeps_the_page_as_long_as_the_link_opens_it_and_herself_goes_to_her_own(
    session: Session, anonymous: Client, mentor: User, clock: time_machine.Traveller
) -> None:
    link = letter_link()
    kept = anonymous.get(link)
    assert (kept["X-Kept-For"], int(kept["X-Kept-Seconds"]) // 86400) == (str(mentor.pk), 30)
    actions.log_session(session, summary="Mot du matin", by=mentor)
    kept = anonymous.get(link)
    assert (kept["X-Kept-Seconds"], "Mot du matin" in kept.content.decode()) == (str(48 * 3600), False)
    clock.shift(timedelta(hours=49))
    assert "X-Kept-For" not in anonymous.get(link)
    anonymous.force_login(mentor)
    assert anonymous.get(link)["Location"] == f"/sessions/{session.pk}/log/"
