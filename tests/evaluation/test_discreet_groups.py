"""Published tables by group: each cell is told only if enough people stand behind it, and no subtraction tells it."""

from datetime import date, timedelta

import pytest

from evaluation import actions
from evaluation.queries.breakdown import Group, breakdown
from evaluation.queries.figures import board
from evaluation.queries.scope import Scope
from journeys import actions as journeys
from journeys.actions import load_territory
from journeys.models import Delivery, Journey, Neighbourhood, Programme, Statement, Step
from tests.factories.evaluation import answer, close_all, make_wave
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


def opened(programme: Programme, count: int) -> list[Journey]:
    started = TODAY - timedelta(days=100)
    holders = [make_holder(programme.organisation).user for _each in range(count)]
    return [make_journey(programme.organisation, one, programme=programme, started_on=started) for one in holders]


@pytest.fixture
def three(programme: Programme) -> list[list[Journey]]:
    """Six people, six people, seven people, each in a programme of theirs."""
    others = [make_programme(programme.organisation) for _each in range(2)]
    return [opened(one, count) for one, count in zip([programme, *others], (6, 6, 7), strict=True)]


@pytest.fixture
def published(scope: Scope) -> Scope:
    return scope.narrowed(is_published=True)


def groups(scope: Scope, three: list[list[Journey]]) -> list[Group]:
    found = {one.key: one for one in breakdown(scope, "programme", board(scope))}
    return [found[people[0].programme_id] for people in three]


def hides(scope: Scope, three: list[list[Journey]], column: str) -> list[bool]:
    return [column in one.hidden for one in groups(scope, three)]


def test_hours_of_few_people_of_a_group_are_hidden_with_the_next(
    scope: Scope, published: Scope, three: list[list[Journey]]
) -> None:
    for people in (three[0][:2], three[1], three[2]):
        for journey in people:
            make_delivery(journey, minutes=60)
    assert [(one.minutes, "minutes" in one.hidden) for one in groups(published, three)] == [
        (0, True),
        (0, True),
        (420, False),
    ]
    assert [one.is_hidden for one in groups(published, three)] == [False] * 3
    assert [one.minutes for one in groups(scope, three)] == [120, 360, 420]
    assert hides(scope, three, "minutes") == [False] * 3


def test_nobody_behind_a_cell_is_told(published: Scope, three: list[list[Journey]]) -> None:
    for journey in three[2]:
        make_delivery(journey, minutes=60)
    assert hides(published, three, "minutes") == [False] * 3


def test_sure_hours_are_of_enough_people_and_so_are_the_others(published: Scope, three: list[list[Journey]]) -> None:
    """Of one group all but one have confirmed: the one left is told by a difference of two cells."""
    for people in (three[0][:5], three[1][:1], three[2]):
        for journey in people:
            make_confirmed_delivery(journey, minutes=60)
    for people in (three[0][5:], three[1][1:]):
        for journey in people:
            make_delivery(journey, minutes=60)
    assert hides(published, three, "minutes") == [False] * 3
    assert hides(published, three, "sure") == [True, True, False]


def test_sure_hours_by_group_give_no_hidden_state_away(published: Scope, three: list[list[Journey]]) -> None:
    for people in three:
        for journey in people:
            make_confirmed_delivery(journey, minutes=60)
    for journey in three[0][:2]:
        statement = Statement.objects.create(journey=journey, starts_on=TODAY, ends_on=TODAY)
        journey.deliveries.update(state=Delivery.State.SIGNED, statement=statement)
    assert board(published).hours.sure is None
    assert hides(published, three, "sure") == [True] * 3
    assert hides(published, three, "minutes") == [False] * 3


@pytest.mark.parametrize(
    ("silent", "told"),
    [
        ((0, 0, 0), [False] * 3),
        ((1, 0, 0), [True] * 3),
        ((1, 6, 0), [True, True, False]),
        ((5, 0, 7), [True, True, False]),
    ],
)
def test_complete_answers_are_hidden_by_those_who_have_not_answered_too(
    published: Scope, three: list[list[Journey]], silent: tuple[int, ...], told: list[bool]
) -> None:
    """One has not answered: no other cell could hide with theirs, so all do. Five have not: one has."""
    for people, count in zip(three, silent, strict=True):
        wave = make_wave(people[0].programme, "start")
        for i, journey in enumerate(people):
            request = actions.send_request(wave, journey, by=None)
            if i >= count:
                answer(request, 5)
                actions.complete_request(request, by=request.respondent)
    close_all()
    assert hides(published, three, "answers") == told


def test_milestones_of_few_people_of_a_group_are_hidden_even_if_they_are_many(
    scope: Scope, published: Scope, three: list[list[Journey]]
) -> None:
    for people in (three[0][:2], three[1], three[2]):
        for journey in people:
            journeys.advance_step(step_of(journey, "milestone"), Step.State.DONE, by=None, on=TODAY)
    Step.objects.exclude(state=Step.State.DONE).update(due_on=TODAY + timedelta(days=90))
    assert hides(published, three, "milestones") == [True, True, False]
    assert [one.milestones for one in groups(published, three)] == [(0, 0), (0, 0), (7, 7)]
    assert [one.milestones for one in groups(scope, three)] == [(2, 2), (6, 6), (7, 7)]


def test_a_line_that_is_not_shown_protects_its_cells_too(published: Scope, programme: Programme) -> None:
    """Two lines are hidden for their people; together two of them have hours, the total less the third line."""
    others = [make_programme(programme.organisation) for _each in range(3)]
    people = [opened(one, count) for one, count in zip([programme, *others], (2, 6, 7, 8), strict=True)]
    for journey in [*people[1][:2], *people[2], *people[3]]:
        make_delivery(journey, minutes=60)
    found = groups(published, people)
    assert [one.is_hidden for one in found] == [True, True, False, False]
    assert ["minutes" in one.hidden for one in found] == [True, True, True, False]


def test_neighbourhoods_tell_no_more_than_the_group_they_are_parts_of(published: Scope, programme: Programme) -> None:
    load_territory()
    named = Neighbourhood.objects.order_by("name")[0]
    for qpv, count in (("inside", 6), ("outside", 9), ("unknown", 2)):
        for journey in opened(programme, count):
            journey.project.qpv = qpv
            journey.project.neighbourhood = named if qpv == "inside" else None
            journey.project.save()
    made = board(published)
    found = {one.key: one for one in breakdown(published, "qpv", made)}
    assert [key for key, one in found.items() if one.is_hidden] == ["inside", "unknown"]
    inside = breakdown(published, "neighbourhood", made, whole=found["inside"])
    assert [one.label for one in inside if one.is_hidden] == [named.name]
    assert not any(one.people for one in inside if not one.is_hidden)


def test_neighbourhoods_hide_the_cells_that_the_group_hides(published: Scope, programme: Programme) -> None:
    load_territory()
    named = Neighbourhood.objects.order_by("name")[0]
    for qpv, count, told in (("inside", 6, 5), ("outside", 9, 2), ("unknown", 7, 7)):
        for i, journey in enumerate(opened(programme, count)):
            journey.project.qpv = qpv
            journey.project.neighbourhood = named if qpv == "inside" else None
            journey.project.save()
            if i < told:
                make_delivery(journey, minutes=60)
    made = board(published)
    whole = next(one for one in breakdown(published, "qpv", made) if one.key == "inside")
    assert (whole.is_hidden, "minutes" in whole.hidden) == (False, True)
    parts = breakdown(published, "neighbourhood", made, whole=whole)
    assert all("minutes" in one.hidden and not one.minutes for one in parts)


@pytest.mark.parametrize(("travellers", "told"), [(4, None), (5, 5 * 30)])
def test_preparation_and_travel_of_few_people_are_hidden(
    scope: Scope, published: Scope, three: list[list[Journey]], travellers: int, told: int | None
) -> None:
    for journey in three[0]:
        make_delivery(journey, minutes=60)
        make_delivery(journey, minutes=10, sort=Delivery.Sort.PREPARATION)
    for journey in three[0][:travellers]:
        make_delivery(journey, minutes=30, sort=Delivery.Sort.TRAVEL)
    hours = board(published).hours
    assert (hours.travel, hours.preparation) == (told, told and 60)
    assert (board(scope).hours.travel, board(scope).hours.preparation) == (travellers * 30, 60)
    assert hours.total == 360
