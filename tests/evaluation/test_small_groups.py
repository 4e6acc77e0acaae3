"""What is published shows no group smaller than the setting, on neither side of a share."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.lib import clock
from evaluation import actions
from evaluation.models import Campaign, Request
from evaluation.queries.drawn import Figure
from evaluation.queries.figures import board
from evaluation.queries.publishing.content import content
from evaluation.queries.scope import Scope
from evaluation.queries.small_groups import hidden_parts, smallest_group
from journeys import actions as journeys
from journeys.models import Journey, Programme, Step
from tests.factories.evaluation import answer, make_wave
from tests.factories.journeys import make_holder, make_journey, make_programme, step_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def opened(programme: Programme, count: int) -> list[Journey]:
    people = [make_holder(programme.organisation).user for _each in range(count)]
    started = TODAY - timedelta(days=100)
    return [make_journey(programme.organisation, one, programme=programme, started_on=started) for one in people]


def hides(scope: Scope, code: str) -> bool:
    made = board(scope.narrowed(is_published=True))
    return next(one for one in made.figures if one.code == code).is_hidden


@pytest.mark.parametrize(("kind", "code"), [("immersion", "immersions"), ("milestone", "milestones")])
@pytest.mark.parametrize(("done", "hidden"), [(0, False), (4, True), (5, False), (11, False), (15, True), (16, False)])
def test_published_steps_are_hidden_where_few_people_are_on_either_side(
    programme: Programme, scope: Scope, kind: str, code: str, done: int, hidden: bool
) -> None:
    """Of 15 of 16, everybody knows who is the one."""
    people = opened(programme, 16)
    steps = [step_of(journey, kind) for journey in people]
    Step.objects.exclude(pk__in=[one.pk for one in steps]).update(due_on=TODAY + timedelta(days=400))
    Step.objects.filter(pk__in=[one.pk for one in steps]).update(due_on=TODAY - timedelta(days=1))
    Step.objects.filter(pk__in=[one.pk for one in steps[:done]]).update(state=Step.State.DONE, done_on=TODAY)
    assert hides(scope, code) is hidden
    if kind == "milestone":
        found = board(scope.narrowed(is_published=True)).by_milestone
        assert [one.is_hidden for one in found] == [hidden] * len(found)


@pytest.mark.parametrize(("complete", "hidden"), [(1, True), (5, False), (6, False), (7, True), (11, False)])
def test_published_answers_and_changes_are_hidden_where_few_are_on_either_side(
    programme: Programme, scope: Scope, complete: int, hidden: bool
) -> None:
    people = opened(programme, 11)
    for moment in ("start", "exit"):
        wave = make_wave(programme, moment)
        for journey in people[: complete if moment == "exit" else None]:
            request = actions.send_request(wave, journey, by=None)
            answer(request, 5)
            actions.complete_request(request, by=request.respondent)
        for journey in people[complete:] if moment == "exit" else []:
            actions.send_request(wave, journey, by=None)
    assert hides(scope, "posture") is hidden


def test_the_setting_of_the_programmes_is_the_smallest_group_shown(programme: Programme, scope: Scope) -> None:
    opened(programme, 6)
    assert not hides(scope, "people")
    journeys.update_programme(programme, smallest_group=7, by=None)
    other = make_programme(programme.organisation)
    assert smallest_group(programme.organisation_id) == smallest_group(None) == 7
    assert smallest_group(programme.organisation_id, other.pk) == 5
    assert smallest_group(programme.organisation_id + 1) == 5
    assert hides(scope.narrowed(smallest_group=smallest_group(programme.organisation_id)), "people")


def test_a_publication_goes_by_the_setting(programme: Programme) -> None:
    opened(programme, 6)
    journeys.update_programme(programme, smallest_group=7, by=None)
    day = clock.today() - timedelta(days=1)
    found = content(Campaign(organisation=programme.organisation, until=day, closes_on=day))
    assert found["smallest_group"] == 7
    assert next(one for one in found["figures"] if one["code"] == "people")["is_hidden"]


def test_no_programme_publishes_groups_of_two(
    programme: Programme, lead: User, client_of: Callable[[User], Client]
) -> None:
    client, address = client_of(lead), reverse("journeys:programme_update", args=[programme.pk])
    typed = {"title_fr": "Le soir", "track": "ess", "hole_days": 21, "silence_weeks": 3, "smallest_group": 2}
    page = client.post(address, typed)
    assert page.context["form"].errors["smallest_group"] and page.context["form"]["smallest_group"].value() == "2"
    client.post(address, typed | {"smallest_group": 3, "stamp": page.context["form"].stamp})
    programme.refresh_from_db()
    assert programme.smallest_group == 3
    client.post(address, typed | {"smallest_group": "", "stamp": client.get(address).context["form"].stamp})
    programme.refresh_from_db()
    assert programme.smallest_group == 5
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.update(smallest_group=2)


def test_parts_hide_on_every_side_or_all_of_them_do() -> None:
    assert hidden_parts([(9, 6), (7, 5), (8, 0)], 5) == set()
    assert hidden_parts([(9, 6), (1, 5), (8, 0)], 5) == {1, 2}
    assert hidden_parts([(9, 0), (1, 0), (0, 0)], 5) == {0, 1}
    assert hidden_parts([(9, 1), (8, 0), (7, 0)], 5) == {0, 1, 2}  # of the total nobody else is
    assert hidden_parts([], 5) == set()


def test_published_answers_do_not_tell_of_the_few_whose_time_is_over(programme: Programme, scope: Scope) -> None:
    """Of ten whose time is over four have not answered, and nobody is told; of those who still can nothing is."""
    wave = make_wave(programme, "start")
    before = clock.now() - timedelta(days=40)
    journeys = opened(programme, 17)
    asked = [actions.send_request(wave, journey, by=None, at=before) for journey in journeys[:10]]
    asked += [actions.send_request(wave, journey, by=None) for journey in journeys[10:]]
    for request in asked[:6]:
        answer(request, 5, at=before)
        actions.complete_request(request, by=request.respondent, at=before)

    def told() -> Figure:
        made = board(scope.narrowed(is_published=True))
        return next(one for one in made.figures if one.code == "response")

    assert told().is_hidden
    Request.objects.filter(pk=asked[10].pk).update(expires_at=clock.now())
    assert (told().numerator, told().denominator) == (6, 11)
