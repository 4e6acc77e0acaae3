"""What is over, answered or cancelled: what asks about it and still waits stays here, seen by leads as dropped."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.mail import actions as mail
from backend.mail.kinds import KIND_OF
from backend.mail.models import Email
from evaluation import actions as surveys
from journeys import actions as journeys
from journeys.actions.immersions import assessments
from journeys.models import Journey, Step
from mentoring import actions as mentoring
from mentoring import tasks as sessions
from tests.factories.evaluation import answer, make_request
from tests.factories.journeys import make_delivery, make_journey
from tests.factories.mail import make_email
from tests.factories.mentoring import make_pair, make_session
from tests.factories.stays import enrol, make_immersion, make_module_date, module_of
from tests.factories.story import at

NIGHT = at("2026-12-01", "22:30")
"""Nothing that can wait leaves at this hour: it is all still here when the act comes."""
DAY = timedelta(days=1)
NOTICE = "mail/letters/account_notice"
Act = Callable[[], Any]


@pytest.fixture(autouse=True)
def notices_are_reminders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KIND_OF, NOTICE, KIND_OF["evaluation/letters/survey_reminder"])


def waiting_about(row: Any, to: User) -> None:
    """A reminder about `row` stands in the outbox."""
    make_email(to, about=row, organisation=Organisation.objects.get())


def hours(journey: Journey, act: str) -> Act:
    line = make_delivery(journey)
    waiting_about(line, journey.holder.user)
    reader = journey.holder.user
    if act == "confirmed":
        return lambda: journeys.confirm_delivery(line, by=reader)
    if act == "disputed":
        return lambda: journeys.dispute_delivery(line, comment="Une heure de moins", by=reader)
    return lambda: journeys.void_delivery(line, reason="Saisie deux fois", by=None)


def commitment(journey: Journey, act: str) -> Act:
    due = clock.today() + DAY
    one, other = (
        journeys.add_commitment(journey, text=text, owner=journey.holder.user, due_on=due, by=None) for text in "ab"
    )
    mentions = [(one, due)] if act != "one of two" else [(one, due), (other, due)]
    make_email(journey.holder.user, organisation=journey.programme.organisation, mentions=mentions)
    if act == "moved":
        return lambda: journeys.move_commitment(one, due_on=due + 9 * DAY, by=None)
    if act == "dropped":
        return lambda: journeys.drop_commitment(one, reason="Plus utile", by=None)
    return lambda: journeys.complete_commitment(one, by=None)


def proposal(journey: Journey, act: str) -> Act:
    step = Step.objects.get(journey=journey, kind="milestone")
    found = journeys.propose_milestone(step, reached_on=clock.today(), evidence="Relu", by=journey.holder.user)
    waiting_about(found, journey.holder.user)
    if act == "accepted":
        return lambda: journeys.accept_proposal(found, by=None)
    if act == "sent back":
        return lambda: journeys.send_back_proposal(found, answer="Il manque le budget", by=None)
    return lambda: journeys.withdraw_proposal(found, by=journey.holder.user)


def questionnaire(journey: Journey, act: str) -> Act:
    request = make_request(journey)
    if act == "answered":
        answer(request, 4)
        return lambda: surveys.complete_request(request, by=request.respondent)
    if act == "refused":
        return lambda: surveys.refuse_request(request, by=request.respondent)
    return lambda: journeys.leave_journey(journey, reason="employment", comment="", by=None)


def stay(journey: Journey, act: str) -> Act:
    row = make_immersion(journey, state="in_progress", starts_on=clock.today() - 3 * DAY)
    side = assessments.Assessment.Side.HOLDER
    asked, _new = assessments.Assessment.objects.get_or_create(immersion=row, side=side)
    waiting_about(asked, journey.holder.user)
    return lambda: journeys.cancel_immersion(row, reason="L’atelier a fermé", by=None)


def module(journey: Journey, act: str) -> Act:
    date_ = make_module_date(module_of(journey), starts_at=clock.now() + 2 * DAY)
    [seat] = enrol(date_, journey)
    if act == "withdrawn":
        waiting_about(seat, journey.holder.user)
        return lambda: journeys.withdraw_enrolment(seat, by=None)
    waiting_about(date_, journey.holder.user)
    return lambda: journeys.cancel_module_date(date_, reason="Salle fermée", by=None)


def pair(journey: Journey, act: str) -> Act:
    found = make_pair(journey.programme.organisation, journey=journey)
    if act == "cancelled":
        session = make_session(found, clock.now() + 3 * DAY)
        waiting_about(session, journey.holder.user)
        return lambda: mentoring.cancel_session(session, reason="Grippe", for_mentor=True, by=None)
    waiting_about(found, journey.holder.user)
    if act == "journey left":
        return lambda: journeys.leave_journey(journey, reason="employment", comment="", by=None)
    return lambda: mentoring.end_mentorship(found, reason="other", by=None)


TABLE = [
    (hours, "confirmed"), (hours, "disputed"), (hours, "voided"),
    (commitment, "done"), (commitment, "moved"), (commitment, "dropped"),
    (proposal, "accepted"), (proposal, "sent back"), (proposal, "withdrawn"),
    (questionnaire, "answered"), (questionnaire, "refused"), (questionnaire, "journey left"),
    (stay, "cancelled"), (module, "cancelled"), (module, "withdrawn"),
    (pair, "cancelled"), (pair, "ended"), (pair, "journey left"),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.parametrize(("matter", "act"), TABLE, ids=[f"{matter.__name__} {act}" for matter, act in TABLE])
def test_what_still_waits_about_it_stays_here(
    organisation: Organisation, holder: User, matter: Callable[[Journey, str], Act], act: str
) -> None:
    with time_machine.travel(NIGHT, tick=False):
        journey = make_journey(organisation, holder, started_on=date(2026, 9, 1))
        happens = matter(journey, act)
        [before] = Email.objects.filter(to_user=holder, state="pending", why="hours").order_by("-pk")[:1]
        happens()
        before.refresh_from_db()
    assert (before.state, before.why, bytes(before.message)) == ("dropped", "cancelled", b"")


@pytest.mark.django_db
@pytest.mark.any_database
def test_a_letter_of_two_things_waits_for_the_other(organisation: Organisation, holder: User) -> None:
    with time_machine.travel(NIGHT, tick=False):
        happens = commitment(make_journey(organisation, holder), "one of two")
        happens()
    assert Email.objects.get(template=NOTICE).state == "pending"


@pytest.mark.django_db
@pytest.mark.any_database
def test_the_question_before_a_session_that_is_near_passes_a_full_week(
    organisation: Organisation, holder: User
) -> None:
    with time_machine.travel(NIGHT, tick=False):
        found = make_pair(organisation, holder=holder)
        mail.set_letter_rules(organisation, opens_at=8, closes_at=20, asks_a_week=1, by=None)
        make_email(holder, organisation=organisation)
        make_session(found, NIGHT + 2 * DAY)
    with time_machine.travel(at("2026-12-02", "09:00"), tick=False):
        sessions.sweep_questions()
        letter = Email.objects.get(template="mentoring/letters/session_question")
    assert (letter.state, letter.why) == ("pending", "")
