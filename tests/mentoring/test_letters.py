"""What leaves the house: each letter as it is read, in both languages."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.mail.models import Email
from journeys.models import Journey
from mentoring import actions, tasks
from mentoring.models import Mentor, Mentorship
from tests.factories.mail import last_letter_to
from tests.factories.mentoring import make_past_session, make_session

Snapshot = Callable[[Email], None]
TWO = datetime(2026, 12, 1, 14, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(params=["fr", "en"], autouse=True)
def language(request: pytest.FixtureRequest, mentor: User, holder: User) -> str:
    """Both read this language."""
    for person in (mentor, holder):
        person.language = request.param
        person.save()
    return str(request.param)


def test_the_welcome(organisation: Organisation, mentor: User, language: str, snapshot: Snapshot) -> None:
    actions.create_mentor(organisation, email=mentor.email, by=None)
    snapshot(last_letter_to(mentor))


def test_the_mentor_learns_of_the_pair(pair: Mentorship, mentor: User, snapshot: Snapshot) -> None:
    snapshot(last_letter_to(mentor))


def test_the_holder_learns_of_the_pair(pair: Mentorship, holder: User, snapshot: Snapshot) -> None:
    snapshot(last_letter_to(holder))


def test_the_invite(pair: Mentorship, holder: User, mentor: User, snapshot: Snapshot) -> None:
    actions.plan_session(pair, starts_at=TWO, place="Café du Bouffay", agenda="Les prix", by=mentor)
    snapshot(last_letter_to(holder))


def test_the_cancellation(pair: Mentorship, holder: User, mentor: User, snapshot: Snapshot) -> None:
    session = make_session(pair, TWO)
    Email.objects.filter(method="REQUEST").update(state="sent", sent_at=clock.now(), attempts=1)
    actions.cancel_session(session, reason="Une grippe", for_mentor=True, by=mentor)
    snapshot(last_letter_to(holder))


def test_the_log_is_asked_for(pair: Mentorship, mentor: User, snapshot: Snapshot) -> None:
    make_past_session(pair)
    tasks.sweep_sessions_to_log()
    snapshot(last_letter_to(mentor))


def test_the_hours_are_to_be_confirmed(pair: Mentorship, mentor: User, holder: User, snapshot: Snapshot) -> None:
    actions.log_session(make_past_session(pair), summary="Le prix est fixé.\nReste la banque.", by=mentor)
    snapshot(last_letter_to(holder))


def test_the_mentor_learns_of_the_end(pair: Mentorship, mentor: User, snapshot: Snapshot) -> None:
    actions.end_mentorship(pair, reason="mentor_left", by=None)
    snapshot(last_letter_to(mentor))


def test_the_holder_learns_of_the_end(pair: Mentorship, holder: User, snapshot: Snapshot) -> None:
    actions.end_mentorship(pair, reason="not_a_fit", by=None)
    snapshot(last_letter_to(holder))


def test_a_letter_about_a_journey_that_is_over_promises_no_follow_up(
    pair: Mentorship, profile: Mentor, journey: Journey, holder: User, language: str
) -> None:
    Journey.objects.filter(pk=journey.pk).update(state="left", leave_reason="moved", ended_on=clock.today())
    actions.end_mentorship(Mentorship.objects.get(pk=pair.pk), reason="holder_left", by=None)
    promise = {"fr": "revient vers vous", "en": "comes back to you"}[language]
    assert promise not in last_letter_to(holder).text
