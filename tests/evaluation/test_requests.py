"""Who is asked, when, and never twice."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from evaluation import actions, tasks
from evaluation.models import Request, Wave
from journeys import actions as journeys
from journeys.models import Journey
from tests.factories.evaluation import answer, make_answered, make_request, wave_of
from tests.factories.journeys import finish, make_journey, make_programme

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def letters() -> list[tuple[str, str]]:
    return list(Email.objects.order_by("pk").values_list("template", "to_address"))


@pytest.fixture
def journey(organisation: Organisation, holder: User) -> Journey:
    return make_journey(organisation, holder, started_on=TODAY)


def completed(organisation: Organisation, on: date = TODAY) -> Journey:
    journey = make_journey(organisation, started_on=TODAY - timedelta(days=300))
    finish(journey)
    return journeys.complete_journey(journey, by=None, on=on)


def test_a_journey_that_starts_is_asked_once_however_often_the_clock_rings(journey: Journey) -> None:
    assert tasks.sweep_due_requests() == 1
    assert tasks.sweep_due_requests() == 0
    asked = Request.objects.get()
    assert (asked.respondent.email, asked.wave.moment, asked.state) == ("holder@example.org", "start", "sent")
    assert asked.expires_at == clock.now() + timedelta(days=30)
    assert letters() == [("evaluation/letters/survey_request", "holder@example.org")]


def test_exit_is_asked_of_completed_journeys_and_never_of_those_who_left(organisation: Organisation) -> None:
    done = completed(organisation)
    gone = make_journey(organisation, started_on=TODAY - timedelta(days=30))
    journeys.leave_journey(gone, reason="moved", by=None)
    assert tasks.sweep_due_requests() == 1
    assert list(Request.objects.values_list("journey", "wave__moment")) == [(done.pk, "exit")]


@pytest.mark.parametrize(
    ("started", "asked"),
    [(TODAY, 1), (TODAY - timedelta(days=150), 1), (TODAY - timedelta(days=200), 0), (TODAY + timedelta(days=1), 0)],
)
def test_an_old_cohort_is_asked_too_but_not_about_a_start_half_a_year_ago(
    organisation: Organisation, started: date, asked: int
) -> None:
    make_journey(organisation, started_on=started)
    assert tasks.sweep_due_requests() == asked


def test_a_paused_journey_is_not_asked(journey: Journey) -> None:
    journeys.pause_journey(journey, reason="Congé maternité", review_on=date(2027, 3, 1), by=None)
    assert tasks.sweep_due_requests() == 0


def test_a_day_without_worker_costs_nothing(journey: Journey, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=3))
    assert tasks.sweep_due_requests() == 1


def test_a_programme_that_came_without_waves_gets_them(organisation: Organisation) -> None:
    programme = make_programme(organisation)
    Wave.objects.filter(programme=programme).delete()
    make_journey(organisation, programme=programme, started_on=TODAY)
    assert tasks.sweep_due_requests() == 1


def test_a_great_cohort_rings_again(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr(tasks, "BATCH", 2)
    monkeypatch.setattr(tasks.jobs, "enqueue", lambda path: rung.append(path))
    for _each in range(3):
        make_journey(organisation, started_on=TODAY)
    assert [tasks.sweep_due_requests(), tasks.sweep_due_requests(), tasks.sweep_due_requests()] == [2, 1, 0]
    assert rung == ["evaluation.tasks.sweep_due_requests"]


def test_the_letter_holds_a_link_and_a_way_to_say_no(journey: Journey) -> None:
    make_request(journey)
    email = Email.objects.get()
    assert email.subject == "Ma posture entrepreneuriale, au départ\u00a0: 4 minutes"
    assert "http://testserver/q/" in email.text
    assert "/refuse/" in email.text
    assert email.organisation == journey.programme.organisation


def test_an_english_reader_is_asked_in_english(organisation: Organisation, holder: User) -> None:
    User.objects.filter(pk=holder.pk).update(language="en")
    make_request(make_journey(organisation, User.objects.get(pk=holder.pk)))
    assert Email.objects.get().subject == "My entrepreneurial posture, at the start: 4 minutes"


def test_asking_by_hand_says_why_not(journey: Journey, lead: User, other_organisation: Organisation) -> None:
    asked = make_request(journey, by=lead)
    assert asked.asked_by == lead
    with pytest.raises(Refused, match="déjà été sollicitée"):
        make_request(journey, by=lead)
    answer(asked, 4)
    actions.complete_request(asked, by=asked.respondent)
    with pytest.raises(Refused, match="déjà répondu"):
        make_request(journey, by=lead)
    with pytest.raises(Refused, match="autre dispositif"):
        actions.send_request(wave_of(make_programme(other_organisation)), journey, by=lead)


def test_an_expired_request_is_asked_again_only_by_a_person(
    journey: Journey, lead: User, clock: time_machine.Traveller
) -> None:
    asked = make_request(journey)
    clock.shift(timedelta(days=31))
    assert tasks.sweep_expired_requests() == 1
    assert tasks.sweep_expired_requests() == 0
    assert tasks.sweep_due_requests() == 0
    again = make_request(journey, by=lead)
    assert (again.pk, again.state, again.sent_at) == (asked.pk, "sent", timezone.now())
    assert len(letters()) == 2


def test_somebody_who_said_no_is_never_asked_again(journey: Journey, lead: User) -> None:
    actions.refuse_request(make_request(journey), by=journey.holder.user)
    with pytest.raises(Refused):
        make_request(journey, by=lead)


def test_two_reminders_a_week_apart_and_no_third(journey: Journey, clock: time_machine.Traveller) -> None:
    make_request(journey)
    sent = []
    for _day in range(29):
        clock.shift(timedelta(days=1))
        sent.append(tasks.sweep_reminders() + tasks.sweep_reminders())
    assert [day for day, count in enumerate(sent, start=1) if count] == [7, 14]
    assert sum(sent) == 2
    assert [template for template, _to in letters()] == [
        "evaluation/letters/survey_request",
        "evaluation/letters/survey_reminder",
        "evaluation/letters/survey_reminder",
    ]
    with pytest.raises(Refused, match="Deux relances"):
        actions.remind_request(Request.objects.get(), by=None)


@pytest.mark.parametrize("end", ["complete", "refuse"])
def test_whoever_has_answered_or_said_no_is_not_reminded(
    journey: Journey, clock: time_machine.Traveller, end: str
) -> None:
    asked = make_request(journey)
    answer(asked, {"EC11": 3})
    getattr(actions, f"{end}_request")(asked, by=asked.respondent)
    clock.shift(timedelta(days=8))
    assert tasks.sweep_reminders() == 0


def test_a_partial_answer_stays_partial_when_time_is_up(journey: Journey, clock: time_machine.Traveller) -> None:
    asked = make_request(journey)
    answer(asked, {"EC11": 3, "EC12": 3, "EC13": 3})
    clock.shift(timedelta(days=31))
    assert tasks.sweep_expired_requests() == 0
    asked.refresh_from_db()
    assert asked.state == "partial"


def test_a_letter_that_came_back_is_marked(journey: Journey, lead: User) -> None:
    asked = make_request(journey)
    about: dict[str, Any] = {"about_type": ContentType.objects.get_for_model(Request), "about_id": asked.pk}
    Email.objects.filter(**about).update(state=Email.State.FAILED)
    assert tasks.sweep_expired_requests() == 1
    assert tasks.sweep_expired_requests() == 0
    asked.refresh_from_db()
    assert asked.state == "bounced"


def test_sending_at_a_past_day_keeps_that_day(organisation: Organisation) -> None:
    day = datetime(2026, 3, 2, 9, tzinfo=timezone.get_current_timezone())
    journey = make_journey(organisation, started_on=date(2026, 3, 2))
    request = make_answered(journey, values=5, at=day)
    assert (request.sent_at, request.response.completed_at, request.response.answers.count()) == (day, day, 15)
