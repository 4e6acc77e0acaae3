"""Stopping a wave: letters that have not left stay here, and whoever was told nothing was never asked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib import clock as house_clock
from backend.mail.models import Email
from evaluation import actions, tasks
from evaluation.models import Request, Wave
from evaluation.queries.calendar import survey_days
from evaluation.queries.measures import MEASURES, totals
from evaluation.queries.rates import rates_of, wave_rates
from evaluation.queries.requests import Unsent, never_asked, unsent, wave_counts
from evaluation.queries.scope import Scope
from journeys.models import Journey
from tests.factories.evaluation import close_all, make_wave
from tests.factories.journeys import make_journey, make_programme
from tests.factories.mail import make_email
from tests.factories.questionnaires import make_published
from tests.factories.sheets import wave_of
from tests.factories.together import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def wave(organisation: Organisation) -> Wave:
    return make_wave(make_programme(organisation), "campaign")


def ask(wave: Wave, number: int = 1) -> list[Request]:
    journeys = [make_journey(wave.programme.organisation, programme=wave.programme) for _n in range(number)]
    return [actions.send_request(wave, journey, by=None) for journey in journeys]


def leave(requests: list[Request]) -> None:
    """Their letters left."""
    letters_about(*requests).update(state="sent", attempts=1, sent_at=house_clock.now(), message=b"")


def letters_about(*requests: Request) -> "QuerySet[Email]":
    kind = ContentType.objects.get_for_model(Request)
    return Email.objects.filter(about_type=kind, about_id__in=[one.pk for one in requests]).order_by("pk")


def states(wave: Wave) -> list[str]:
    return list(Request.objects.filter(wave=wave).order_by("pk").values_list("state", flat=True))


def test_letters_that_have_not_left_stay_and_who_was_told_nothing_was_never_asked(wave: Wave, lead: User) -> None:
    reached, waiting = ask(wave), ask(wave, 2)
    leave(reached)
    letters_about(waiting[0]).update(state="kept_back", why="budget")
    assert unsent(wave) == Unsent(letters=2, people=2)
    actions.stop_wave(wave, by=lead)
    assert states(wave) == ["sent", "withdrawn", "withdrawn"]
    letters = letters_about(*waiting).values_list("state", "why", "message")
    assert [(state, why, bytes(message)) for state, why, message in letters] == [("dropped", "cancelled", b"")] * 2
    assert (unsent(wave), never_asked(wave)) == (Unsent(0, 0), 2)
    assert Entry.objects.get(verb="stop_wave").details["never_asked"] == 2
    assert Entry.objects.filter(verb="withdraw_request", by=lead).count() == 2


def test_a_letter_that_was_tried_may_have_arrived(wave: Wave, lead: User) -> None:
    ask(wave)
    Email.objects.update(attempts=1)
    assert unsent(wave) == Unsent(0, 0)
    actions.stop_wave(wave, by=lead)
    assert (states(wave), Email.objects.get().state) == (["sent"], "pending")


def test_a_reminder_that_waits_stays_here_and_its_request_counts(
    wave: Wave, lead: User, clock: time_machine.Traveller
) -> None:
    leave(asked := ask(wave))
    clock.shift(timedelta(days=8))
    assert tasks.sweep_reminders() == 1
    assert unsent(wave) == Unsent(letters=1, people=0)
    actions.stop_wave(wave, by=lead)
    assert states(wave) == ["sent"]
    assert list(letters_about(*asked).values_list("state", flat=True)) == ["sent", "dropped"]


def test_whoever_was_told_otherwise_or_has_begun_stays_asked(wave: Wave, lead: User) -> None:
    told, begun = ask(wave, 2)
    other = letters_about(told).get()
    week = make_email(told.respondent)
    Email.objects.filter(pk=week.pk).update(state="sent", sent_at=house_clock.now())
    week.mentions.create(thing=told, at=told.expires_at)
    actions.begin_request(begun, by=begun.respondent)
    assert unsent(wave) == Unsent(letters=2, people=0)
    actions.stop_wave(wave, by=lead)
    other.refresh_from_db()
    assert (states(wave), other.state) == (["sent", "opened"], "dropped")


def test_one_whose_letter_was_dropped_before_was_never_asked_either(wave: Wave, lead: User) -> None:
    ask(wave)
    Email.objects.update(state="dropped", why="budget")
    assert unsent(wave) == Unsent(letters=0, people=1)
    actions.stop_wave(wave, by=lead)
    assert states(wave) == ["withdrawn"]


def test_who_was_never_asked_counts_nowhere(wave: Wave, lead: User, organisation: Organisation) -> None:
    day = house_clock.today()
    asked, silent, _unsent = ask(wave, 3)
    leave([asked, silent])
    item = asked.version.items.order_by("position")[0].code
    actions.save_answers(asked, {item: 3}, by=asked.respondent)
    actions.complete_request(asked, by=asked.respondent)
    assert rates_of(wave)[0].bottom == 3
    actions.stop_wave(wave, by=lead)
    assert [(one.top, one.bottom) for one in rates_of(wave)] == [(1, 2)] * 4
    assert wave_rates(wave)["given"].asked == 2
    (count,) = [one for one in wave_counts(lead) if one.wave == wave]
    assert (count.asked, count.waiting, count.percent) == (2, 1, 50)
    Wave.objects.filter(pk=wave.pk).update(moment="start", days=3)  # a moment that the figure counts
    close_all()
    found = totals(
        [MEASURES["response"]], Scope(organisation=organisation.pk, since=day - timedelta(days=30), until=day)
    )
    assert (found["response"].value, found["response"].rows) == (1, 2)


def test_the_page_says_before_and_after_what_does_not_leave(
    client_of: Callable[[User], Client], wave: Wave, lead: User
) -> None:
    ask(wave, 3)
    client = client_of(lead)
    page = client.get(url := reverse("evaluation:wave_stop", args=[wave.pk])).content.decode()
    assert "3 courriers ne sont pas encore partis\u00a0: ils ne partiront pas." in page
    assert "3 personnes n’ont encore rien reçu" in page
    after = client.post(url, {"sure": "1"}, follow=True).content.decode()
    assert "Les courriers à 3 personnes n’étaient pas partis" in after
    empty = make_wave(wave.programme, "start")
    assert "pas encore parti" not in client.get(reverse("evaluation:wave_stop", args=[empty.pk])).content.decode()


def test_the_person_reads_that_nothing_is_asked_and_the_calendar_takes_the_day_off(
    client_of: Callable[[User], Client], wave: Wave, lead: User
) -> None:
    (asked,) = ask(wave)
    actions.stop_wave(wave, by=lead)
    assert asked.respondent
    page = client_of(asked.respondent).get(reverse("evaluation:request", args=[asked.pk])).content.decode()
    assert "Ces questions ont été arrêtées avant de vous être posées." in page
    today = house_clock.today()
    (day,) = survey_days(asked.respondent, today, today + timedelta(days=60))
    assert day.is_off


def test_a_wave_of_many_stops_in_as_many_queries(
    organisation: Organisation, lead: User, assert_num_queries_same: Callable[..., int]
) -> None:
    waves = [make_wave(make_programme(organisation), "campaign") for _n in range(3)]
    for wave, number in zip(waves, (1, 1, 4), strict=True):
        ask(wave, number)
    queue = iter(waves)
    assert_num_queries_same(lambda: actions.stop_wave(next(queue), by=lead), lambda: None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(4))
def test_asking_and_stopping_at_once_leave_nobody_asked_whose_letter_stays(wave: Wave, lead: User, _round: int) -> None:
    acts = [asking(wave) for _n in range(6)]
    said = at_once(*acts[:3], lambda: actions.stop_wave(fresh(wave), by=lead), *acts[3:])
    assert said[3] == "done" and all(one == "done" or "arrêtée" in one for one in said)
    assert said.count("done") == 1 + Request.objects.filter(wave=wave, state="withdrawn").count()
    assert not letters_about(*Request.objects.filter(wave=wave)).filter(state="pending").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(6))
def test_a_version_is_asked_or_withdrawn_never_both(organisation: Organisation, lead: User, _round: int) -> None:
    version = make_published(organisation)
    wave = wave_of(make_programme(organisation), version)
    first, *others = [asking(wave) for _n in range(3)]
    said = at_once(first, lambda: actions.withdraw_version(version, by=lead), *others)
    version.refresh_from_db()
    asked = version.requests.count()
    assert (asked, said.count("done")) == ((0, 1) if version.is_draft else (3, 3))


def asking(wave: Wave) -> Callable[[], Any]:
    """Somebody of the programme is about to be asked."""
    journey = make_journey(wave.programme.organisation, programme=wave.programme)
    rows = Journey.objects.select_related("programme__organisation", "holder__user", "project")
    return lambda: actions.send_request(fresh(wave), rows.get(pk=journey.pk), by=None)


def fresh(wave: Wave) -> Wave:
    return Wave.objects.select_related("questionnaire", "programme__organisation").get(pk=wave.pk)
