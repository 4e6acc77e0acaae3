"""Leaving a journey: questionnaires that have not left stay here, and whoever was told nothing was never asked."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib import clock as house_clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from evaluation import actions, tasks
from evaluation.models import Request, Wave
from evaluation.queries.measures import MEASURES, totals
from evaluation.queries.requests import not_asked, wave_counts, wave_requests
from evaluation.queries.scope import Scope
from journeys.actions import leave_journey, reopen_journey
from journeys.models import Journey
from tests.factories.evaluation import close_all, make_wave
from tests.factories.journeys import make_journey, make_programme

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def wave(organisation: Organisation) -> Wave:
    return make_wave(make_programme(organisation), "start")


def ask(wave: Wave) -> Request:
    journey = make_journey(wave.programme.organisation, programme=wave.programme)
    return actions.send_request(wave, journey, by=None)


def letters_about(request: Request) -> "QuerySet[Email]":
    kind = ContentType.objects.get_for_model(Request)
    return Email.objects.filter(about_type=kind, about_id=request.pk).order_by("pk")


def reached(request: Request) -> Request:
    """Its letter left."""
    letters_about(request).update(state="sent", attempts=1, sent_at=house_clock.now(), message=b"")
    return request


def leave(*requests: Request) -> None:
    for one in requests:
        leave_journey(Journey.objects.get(pk=one.journey_id), reason="moved", by=None)


def states(*requests: Request) -> list[str]:
    return [Request.objects.get(pk=one.pk).state for one in requests]


def test_who_left_before_any_letter_was_never_asked_and_counts_nowhere(
    wave: Wave, lead: User, organisation: Organisation
) -> None:
    told, untold = reached(ask(wave)), ask(wave)
    leave(told, untold)
    assert states(told, untold) == ["sent", "withdrawn"]
    assert [one.state for one in letters_about(untold)] == ["dropped"]
    assert [one.about_id for one in Entry.objects.filter(verb="withdraw_request")] == [untold.pk]
    (count,) = [one for one in wave_counts(lead) if one.wave == wave]
    assert (count.asked, count.waiting) == (1, 1)
    assert [list(wave_requests(wave, view)) for view in ("missing", "closed")] == [[told], []]
    close_all()
    day = house_clock.today()
    scope = Scope(organisation=organisation.pk, since=day - timedelta(days=90), until=day)
    assert totals([MEASURES["response"]], scope)["response"].rows == 1


def test_who_left_after_the_letter_stays_asked_and_is_reminded_no_more(
    wave: Wave, clock: time_machine.Traveller
) -> None:
    asked = reached(ask(wave))
    clock.shift(timedelta(days=8))
    assert tasks.sweep_reminders() == 1
    leave(asked)
    assert states(asked) == ["sent"]
    assert [one.state for one in letters_about(asked)] == ["sent", "dropped"]


def test_whoever_had_begun_without_a_letter_stays_asked(wave: Wave) -> None:
    asked = ask(wave)
    actions.begin_request(asked, by=asked.respondent)
    leave(asked)
    assert states(asked) == ["opened"]


def test_other_journeys_stay_as_they_are(wave: Wave) -> None:
    gone, other = ask(wave), ask(wave)
    leave(gone)
    assert states(other) == ["sent"]
    assert [one.state for one in letters_about(other)] == ["pending"]


def test_a_journey_that_goes_on_after_all_can_be_asked_by_hand(
    wave: Wave, lead: User, clock: time_machine.Traveller
) -> None:
    asked = ask(wave)
    leave(asked)
    journey = Journey.objects.get(pk=asked.journey_id)
    reopen_journey(journey, reason="Reste", planned_end_on=house_clock.today() + timedelta(days=90), by=None)
    assert list(not_asked(wave)) == [journey]
    with pytest.raises(Refused):
        actions.send_request(wave, journey, by=None)  # the clock asks nobody twice
    clock.shift(timedelta(hours=1))
    again = actions.send_request(wave, journey, by=lead)
    assert (again.pk, states(again)) == (asked.pk, ["sent"])
    assert [one.state for one in letters_about(again)] == ["dropped", "pending"]


def test_a_wave_that_was_stopped_asks_them_no_more(wave: Wave, lead: User) -> None:
    asked = ask(wave)
    leave(asked)
    actions.stop_wave(wave, by=lead)
    with pytest.raises(Refused, match="arrêtée"):
        actions.resend_request(Request.objects.get(pk=asked.pk), by=lead)
