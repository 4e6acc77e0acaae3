"""The holder's question two days before, the mentor's briefing the day before: once an appointment, never too late."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock as house
from backend.mail.models import Email
from journeys import actions as journeys
from journeys import tasks as journey_tasks
from mentoring import actions, tasks
from mentoring.models import Mentorship, Objective, Session
from tests.factories.mentoring import make_held_session, make_pair, make_session

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
QUESTION, BRIEFING = "mentoring/letters/session_question", "mentoring/letters/briefing"
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def session(pair: Mentorship) -> Session:
    """Friday 27 November at 14:00; the clock says Monday."""
    return make_session(pair, datetime(2026, 11, 27, 14, 0, tzinfo=PARIS))


def at(clock: time_machine.Traveller, day: int, hour: int, minute: int = 0) -> None:
    clock.move_to(datetime(2026, 11, day, hour, minute, tzinfo=PARIS))


def posted() -> tuple[int, int]:
    return tasks.sweep_questions(), tasks.sweep_briefings()


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def link() -> str:
    found = re.search(
        r"http://testserver(/question/[\w-]+/)", Email.objects.filter(template=QUESTION).latest("pk").text
    )
    assert found
    return found[1]


def test_each_letter_goes_out_once_on_its_morning_and_the_briefing_says_it_all(
    pair: Mentorship, session: Session, holder: User, mentor: User, anonymous: Client, clock: time_machine.Traveller
) -> None:
    held = make_held_session(pair, hours_ago=60, summary="Le prix est fixé.")
    actions.update_log(held, private_note="Fatiguée, ne pas brusquer", by=mentor)
    late = journeys.add_commitment(pair.journey, text="Relire le bail", owner=holder, due_on=house.today(), by=mentor)
    done = journeys.add_commitment(pair.journey, text="Ouvrir le compte", owner=holder, due_on=None, by=mentor)
    aim = actions.set_objective(pair, text="Oser demander", start=2, wanted=6, by=holder)
    Objective.objects.filter(pk=aim.pk).update(midway=4)
    at(clock, 25, 7, 55)
    assert posted() == (0, 0)
    at(clock, 25, 8, 2)
    assert (posted(), posted()) == ((1, 0), (0, 0))
    asked = Email.objects.get(template=QUESTION)
    assert asked.to_user == holder
    assert asked.subject.replace("\u00a0", " ") == "Qu’attendez-vous de votre séance avec Marc Tessier ?"
    for _time in range(10):
        page = anonymous.get(link()).content.decode()
        anonymous.head(link())
    assert "Relire le bail" in page and "Ouvrir le compte" in page
    session.refresh_from_db()
    assert session.question == ""
    anonymous.post(link(), {"act": "question", "text": "Faut-il signer le bail ?"})
    anonymous.post(link(), {"act": "done", "commitment": done.pk})
    at(clock, 26, 8, 5)
    assert (posted(), posted()) == ((0, 1), (0, 0))
    letter = Email.objects.get(template=BRIEFING)
    text = letter.text.replace("\u00a0", " ")
    assert (letter.to_user, letter.subject.replace("\u00a0", " ")) == (
        mentor, "Hawa Diallo, demain : l’essentiel en deux minutes"
    )  # fmt: skip
    assert "Faut-il signer le bail ?" in text and "Le prix est fixé." in text
    assert "Relire le bail (Hawa Diallo, avant le 23 novembre) · en retard" in text
    assert text.index("Relire le bail") < text.index("Fait depuis") < text.index("Ouvrir le compte")
    assert "Fatiguée" not in text and late.is_late
    for words in (text, plain(letter.html)):
        assert "Oser demander (de 2 à 6 sur 8, aujourd’hui à 4)" in words


def test_programs_read_the_same_briefing_and_leads_no_question(
    pair: Mentorship, session: Session, holder: User, mentor: User, lead: User, client_of: Browser
) -> None:
    held = make_held_session(pair, hours_ago=60, summary="Le prix est fixé.")
    journeys.add_commitment(pair.journey, text="Relire le bail", owner=holder, due_on=house.today(), by=mentor)
    actions.set_objective(pair, text="Oser demander", start=2, wanted=6, by=holder)
    actions.write_question(session, text="Faut-il signer ?", by=holder)
    url = reverse("api:sessions-briefing", args=[session.pk])
    read = client_of(mentor).get(url).json()
    assert (read["question"], read["last_session"]["id"]) == ("Faut-il signer ?", held.pk)
    assert (read["last_session"]["summary"], read["held"], read["expected"]) == ("Le prix est fixé.", 1, 6)
    assert [(one["text"], one["owner_name"]) for one in read["commitments"]] == [("Relire le bail", "Hawa Diallo")]
    [aim] = read["objectives"]
    assert (aim["text"], aim["start"], aim["now"], aim["wanted"]) == ("Oser demander", 2, 2, 6)
    assert client_of(lead).get(url).json() == {**read, "question": None}
    session.refresh_from_db()
    assert session.briefed_at is None


def test_a_moved_session_asks_anew_and_a_cancelled_one_never(
    session: Session, mentor: User, clock: time_machine.Traveller
) -> None:
    at(clock, 25, 9)
    assert posted() == (1, 0)
    actions.move_session(session, starts_at=session.starts_at + timedelta(days=3), by=mentor)
    assert posted() == (0, 0)
    at(clock, 28, 9)
    assert posted() == (1, 0)
    session.refresh_from_db()
    actions.cancel_session(session, reason="Grève", for_mentor=True, by=mentor)
    at(clock, 29, 9)
    assert posted() == (0, 0)
    assert Email.objects.filter(template=QUESTION).count() == 2


def test_a_moved_session_is_briefed_anew(session: Session, mentor: User, clock: time_machine.Traveller) -> None:
    at(clock, 26, 9)
    assert posted() == (1, 1)
    actions.move_session(session, starts_at=session.starts_at + timedelta(days=3), by=mentor)
    at(clock, 29, 9)
    assert (posted(), posted()) == ((1, 1), (0, 0))


def test_after_a_two_day_stop_what_has_begun_is_dropped_and_what_is_too_near_is_not_sent(
    pair: Mentorship, session: Session, clock: time_machine.Traveller
) -> None:
    at(clock, 27, 11, 1)  # two hours and 59 minutes before
    assert posted() == (0, 0)
    at(clock, 27, 10, 59)
    assert posted() == (0, 1)  # no question: it begins today
    at(clock, 27, 14, 1)
    make_session(pair, datetime(2026, 11, 28, 10, 0, tzinfo=PARIS))
    at(clock, 28, 10, 1)
    assert posted() == (0, 0)


def test_the_morning_is_the_readers_own(session: Session, mentor: User, clock: time_machine.Traveller) -> None:
    mentor.time_zone = "America/Cayenne"  # four hours behind: 8:00 there is noon in Nantes
    mentor.save()
    at(clock, 26, 11, 59)
    assert tasks.sweep_briefings() == 0
    at(clock, 26, 12, 0)
    assert tasks.sweep_briefings() == 1
    assert "à 10\u00a0h" in Email.objects.get(template=BRIEFING).text


def test_what_is_due_rides_in_the_letter_of_the_session_and_in_no_other(
    pair: Mentorship, session: Session, holder: User, mentor: User, clock: time_machine.Traveller
) -> None:
    for owner, text, day in ((holder, "Appeler la banque", 25), (mentor, "Envoyer le modèle", 27)):
        journeys.add_commitment(
            pair.journey, text=text, owner=owner, due_on=date(2026, 11, day), by=mentor
        )  # fmt: skip
    at(clock, 25, 8, 30)
    assert journey_tasks.sweep_commitments() == 0  # the question of this morning is on its way, and carries it
    assert posted() == (1, 0)
    assert "Appeler la banque" in Email.objects.get(template=QUESTION).text
    at(clock, 26, 8, 30)
    assert (journey_tasks.sweep_commitments(), posted(), journey_tasks.sweep_commitments()) == (0, (0, 1), 0)
    assert "Vous vous y êtes engagé·e" in Email.objects.get(template=BRIEFING).text


def test_the_question_is_for_the_two_and_closes_when_the_session_begins(
    pair: Mentorship, session: Session, holder: User, mentor: User, lead: User, client_of: Browser,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    at(clock, 26, 15)
    tasks.sweep_briefings()
    url = reverse("mentoring:session_question", args=[session.pk])
    client_of(holder).post(url, {"act": "question", "text": "Parler du loyer"})  # after the letter: on the page
    brief = reverse("mentoring:session_briefing", args=[session.pk])
    assert "Parler du loyer" in client_of(mentor).get(brief).content.decode()
    page = client_of(lead).get(brief)
    assert page.status_code == 200 and "Parler du loyer" not in page.content.decode()
    assert client_of(lead).get(f"/api/v1/sessions/{session.pk}/").json()["question"] is None
    assert client_of(mentor).get(f"/api/v1/sessions/{session.pk}/").json()["question"] == "Parler du loyer"
    at(clock, 27, 14, 0)
    late = client_of(holder).post(url, {"act": "question", "text": "Trop tard"})
    session.refresh_from_db()
    assert session.question == "Parler du loyer" and "a commencé" in late.content.decode()


def test_two_sessions_of_one_day_are_briefed_in_one_letter(
    organisation: Organisation, pair: Mentorship, session: Session, mentor: User, clock: time_machine.Traveller
) -> None:
    other = make_session(make_pair(organisation, pair.mentor), datetime(2026, 11, 27, 16, 0, tzinfo=PARIS))
    at(clock, 26, 8, 5)
    assert (tasks.sweep_briefings(), tasks.sweep_briefings()) == (1, 0)
    letter = Email.objects.get(template=BRIEFING)
    assert plain(letter.subject) == "Demain, 2 séances : l’essentiel en deux minutes"
    for one in (session, other):
        assert letter.text.count(reverse("mentoring:session_briefing", args=[one.pk])) == 1
        assert letter.html.count(reverse("mentoring:session_briefing", args=[one.pk])) == 1


def waiting(template: str) -> list[Email]:
    return list(Email.objects.filter(template=template, state="pending").order_by("pk"))


def test_a_session_moved_while_its_question_waits_is_asked_about_as_it_stands_there_and_back(
    pair: Mentorship, session: Session, holder: User, mentor: User, clock: time_machine.Traveller
) -> None:
    journeys.add_commitment(
        pair.journey, text="Appeler la banque", owner=holder, due_on=date(2026, 11, 25), by=mentor
    )  # fmt: skip
    friday, later = session.starts_at, session.starts_at + timedelta(hours=2)
    at(clock, 25, 21)  # too late for today: the question waits until tomorrow, eight o’clock
    assert tasks.sweep_questions() == 1 and len(waiting(QUESTION)) == 1
    for starts_at in (later, friday):
        actions.move_session(session, starts_at=starts_at, by=mentor)
        assert waiting(QUESTION) == []
        session.refresh_from_db()
        assert (session.question_asked_at, tasks.sweep_questions(), tasks.sweep_questions()) == (None, 1, 0)
        (asked,) = waiting(QUESTION)
        assert "Appeler la banque" in asked.text and asked.drop_after == starts_at
    assert Email.objects.filter(template=QUESTION, state="dropped").count() == 2


def test_of_two_sessions_in_one_briefing_the_one_that_stays_is_briefed_anew(
    organisation: Organisation, pair: Mentorship, session: Session, mentor: User, clock: time_machine.Traveller
) -> None:
    other = make_session(make_pair(organisation, pair.mentor), datetime(2026, 11, 27, 16, 0, tzinfo=PARIS))
    at(clock, 26, 21)  # too late for today: it waits until tomorrow, eight o’clock
    assert tasks.sweep_briefings() == 1 and len(waiting(BRIEFING)) == 1
    actions.cancel_session(session, reason="Malade", for_mentor=False, by=mentor)
    assert waiting(BRIEFING) == [] and tasks.sweep_briefings() == 1
    (letter,) = waiting(BRIEFING)
    assert letter.text.count("/briefing/") == 1 and f"/{other.pk}/" in letter.text
