"""Figures and their rows tell nothing that a wave promised to keep, and count the moment they name and no other."""

from datetime import date, timedelta

import pytest

from backend.accounts.models import User
from backend.lib import clock
from evaluation import actions
from evaluation.models import Request, Wave
from evaluation.queries.breakdown import breakdown
from evaluation.queries.charts import charts_of
from evaluation.queries.exports import lines_of
from evaluation.queries.figures import board, figure
from evaluation.queries.lines import row_set
from evaluation.queries.scope import Scope
from journeys import actions as journeys
from journeys.models import Journey, Programme, Step
from tests.factories.evaluation import answer, close_all, make_answered, make_wave
from tests.factories.journeys import (
    make_confirmed_delivery,
    make_delivery,
    make_holder,
    make_journey,
    make_programme,
    step_of,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def opened(programme: Programme) -> Journey:
    person = make_holder(programme.organisation).user
    started = TODAY - timedelta(days=100)
    return make_journey(programme.organisation, person, programme=programme, started_on=started)


def sent(wave: Wave, journey: Journey, points: int = 6) -> Request:
    request = actions.send_request(wave, journey, by=None)
    answer(request, points)
    return actions.complete_request(request, by=request.respondent)


def test_no_row_says_who_has_answered_an_anonymous_questionnaire(programme: Programme, scope: Scope) -> None:
    journey = opened(programme)
    make_answered(journey)
    sent(make_wave(programme, "exit", mode="anonymous"), journey)
    close_all()
    assert [line.what for line in lines_of(row_set("response", scope))] == ["Ma posture entrepreneuriale · au départ"]
    assert (figure("response", scope).numerator, figure("response", scope).denominator) == (1, 1)


def test_the_response_rate_is_of_the_start_and_the_exit(programme: Programme, scope: Scope) -> None:
    journey = opened(programme)
    make_answered(journey)
    for wave in (make_wave(programme, "mid"), make_wave(programme, "exit", months=6)):
        actions.send_request(wave, journey, by=None)
    close_all()
    assert figure("response", scope).denominator == 1
    actions.send_request(make_wave(programme, "exit", days=7), journey, by=None)
    close_all()
    assert figure("response", scope).denominator == 2


def test_what_a_mentor_is_asked_is_no_answer_nor_change_of_the_holder(
    programme: Programme, scope: Scope, mentor: User
) -> None:
    journey = opened(programme)
    make_answered(journey, "start", 3)
    make_answered(journey, "exit", 5)
    for wave in (make_wave(programme, moment, "mentor") for moment in ("start", "exit")):
        version = wave.questionnaire.versions.get()
        Request.objects.create(
            wave=wave, version=version, journey=journey, respondent=mentor, sent_at=clock.now(), expires_at=clock.now()
        )
    close_all()
    assert (figure("response", scope).numerator, figure("response", scope).denominator) == (2, 2)
    assert [line.value for line in lines_of(row_set("posture", scope))] == [2]


def test_no_row_shows_what_was_answered_in_confidence(programme: Programme, scope: Scope) -> None:
    named, hidden = opened(programme), opened(programme)
    for journey in (named, hidden):
        make_answered(journey, "start", 3)
    make_answered(named, "exit", 5)
    sent(make_wave(programme, "exit", mode="confidential"), hidden)
    assert [(line.value, line.what) for line in lines_of(row_set("posture", scope))] == [(2, "3,00 → 5,00")]
    assert len(board(scope).gains.pairs) == 1


def test_what_is_asked_half_a_year_later_is_no_second_change(programme: Programme, scope: Scope) -> None:
    journey = opened(programme)
    make_answered(journey, "start", 3)
    make_answered(journey, "exit", 5)
    sent(make_wave(programme, "exit", months=6), journey, 8)
    assert [line.value for line in lines_of(row_set("posture", scope))] == [2]


def test_published_kinds_of_hours_are_all_shown_or_none(programme: Programme, scope: Scope) -> None:
    published = scope.narrowed(is_published=True)
    people = [opened(programme) for _each in range(6)]
    for journey in people:
        make_delivery(journey, minutes=60)
    for journey in people[:4]:
        make_delivery(journey, kind="module", minutes=120)
    made = board(published)
    kinds = [one for one in made.figures if one.code.startswith("hours_")]
    assert [one.is_hidden for one in kinds] == [True] * 3  # the one hidden is the total less the other two
    assert (made.hours.kinds, made.hours.total) == ([], 6 * 60 + 4 * 120)
    make_delivery(people[4], kind="module", minutes=120)
    made = board(published)
    assert not any(one.is_hidden for one in made.figures if one.code.startswith("hours_"))
    assert [kind.total for kind in made.hours.kinds] == [600, 360, 0]


def test_no_published_change_of_a_small_group_is_the_whole_less_the_others(programme: Programme, scope: Scope) -> None:
    others = [make_programme(programme.organisation) for _each in range(2)]
    for one, count in zip([programme, *others], (2, 6, 7), strict=True):
        for journey in [opened(one) for _each in range(count)]:
            make_answered(journey, "start", 3)
            make_answered(journey, "exit", 5)
    published = scope.narrowed(is_published=True)
    groups = {one.key: one.gain for one in breakdown(published, "programme", board(published))}
    told = [gain and gain.n for gain in (groups[one.pk] for one in (programme, *others))]
    assert told == [None, None, 7]
    groups = {one.key: one.gain for one in breakdown(scope, "programme", board(scope))}
    gain = groups[programme.pk]
    assert gain is not None and gain.n == 2


def test_published_hours_of_few_people_are_not_told(programme: Programme, scope: Scope) -> None:
    published = scope.narrowed(is_published=True)
    people = [opened(programme) for _each in range(6)]
    for journey in people[:4]:
        make_delivery(journey, minutes=60)
    made = board(published)
    assert next(one for one in made.figures if one.code == "hours").is_hidden
    assert (made.hours.is_hidden, made.hours.kinds, made.hours.total) == (True, [], 0)
    assert charts_of(made).hours.rows == []
    assert board(scope).hours.total == 240
    make_delivery(people[4], minutes=60)
    made = board(published)
    assert (made.hours.is_hidden, made.hours.total, made.hours.states) == (False, 300, [0, 0, 300, 0])


def test_no_published_state_of_hours_is_the_total_less_the_others(programme: Programme, scope: Scope) -> None:
    published = scope.narrowed(is_published=True)
    people = [opened(programme) for _each in range(6)]
    for journey in people:
        make_delivery(journey, minutes=60)
    for journey in people[:2]:
        make_confirmed_delivery(journey, minutes=90)
    made = board(published)
    assert (made.hours.states, made.hours.sure, made.hours.total) == ([0, None, None, 0], None, 540)
    drawn = next(one for one in made.figures if one.code == "hours")
    assert (drawn.value, drawn.note, drawn.numerator) == (540, "", None)
    assert "3 h" not in charts_of(made).hours.finding
    assert all(kind.minutes[1:3] == [None, None] for kind in made.hours.kinds)
    assert board(scope).hours.sure == 180


def test_published_steps_count_the_people_behind_them(programme: Programme, scope: Scope) -> None:
    """Six steps of two people are of two people."""
    published = scope.narrowed(is_published=True)
    for journey in [opened(programme) for _each in range(6)][:2]:
        first = step_of(journey, "milestone")
        journeys.advance_step(first, Step.State.DONE, by=None, on=TODAY)
        copies = [Step(**{**_fields(first), "code": f"plan-{i}", "position": 50 + i}) for i in range(2)]
        Step.objects.bulk_create(copies)
    Step.objects.exclude(state=Step.State.DONE).update(due_on=TODAY + timedelta(days=90))
    assert figure("milestones", scope).numerator == 6
    made = board(published)
    assert [line.is_hidden for line in made.by_milestone] == [True]
    assert made.hides_milestones
    assert not board(scope).hides_milestones


def _fields(step: Step) -> dict[str, object]:
    return {one.attname: getattr(step, one.attname) for one in Step._meta.concrete_fields if not one.primary_key}
