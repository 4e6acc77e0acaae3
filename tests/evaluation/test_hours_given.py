"""What mentors and companies gave: each hour once, what is apart kept apart, few people hidden."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from backend.accounts.models import Organisation
from backend.lib import clock
from evaluation.queries.drawn_base import Figure
from evaluation.queries.exports import lines_of
from evaluation.queries.figures import board, figure
from evaluation.queries.hours_given import given_hours
from evaluation.queries.lines import row_set
from evaluation.queries.measures import MEASURES, grouped
from evaluation.queries.scope import Scope
from journeys.models import Delivery, Programme
from mentoring import actions
from mentoring.models import Gathering, Mentor, Mentorship, Session
from mentoring.queries.hours import lines_told_twice, own_deliveries
from tests.factories.journeys import make_confirmed_delivery, make_delivery, make_journey, make_programme
from tests.factories.mentoring import make_held_session, make_mentor, make_pair
from tests.factories.stays import make_immersion

pytestmark = pytest.mark.django_db


def pairs_of(programme: Programme, count: int, mentor: Mentor | None = None) -> list[Mentorship]:
    mentor = mentor or make_mentor(programme.organisation)
    journeys = [make_journey(programme.organisation, programme=programme) for _each in range(count)]
    return [make_pair(programme.organisation, mentor, journey=journey) for journey in journeys]


def gathered(pairs: Sequence[Mentorship], minutes: int = 120, hours_ago: int = 3) -> Gathering:
    """They met together, and all came."""
    mentor, starts_at = pairs[0].mentor, clock.now() - timedelta(hours=hours_ago)
    with time_machine.travel(starts_at - timedelta(days=1), tick=False):
        made = actions.plan_gathering(
            mentor, pairs=pairs, starts_at=starts_at, minutes=minutes, title="Prix", by=mentor.user
        )
    actions.log_gathering(made, came=list(made.sessions.order_by("pk").values_list("pk", flat=True)), by=mentor.user)
    return made


def shown(code: str, scope: Scope) -> Figure:
    return next(one for one in board(scope).figures if one.code == code)


def test_a_session_with_several_people_is_given_once_and_received_by_each(programme: Programme, scope: Scope) -> None:
    pairs = pairs_of(programme, 3)
    gathered(pairs)
    make_held_session(pairs[0], hours_ago=30)  # an hour with one
    alone = Session.objects.get(gathering=None)
    assert figure("hours_mentoring", scope).value == 3 * 120 + (alone.held_minutes or 0)
    assert figure("given_mentors", scope).value == 120 + (alone.held_minutes or 0)
    own = own_deliveries(pairs[0].mentor.user).standing()
    assert sorted(given_hours(scope).values_list("pk", flat=True)) == sorted(own.values_list("pk", flat=True))
    assert {line.what for line in lines_of(row_set("given_mentors", scope))} == {str(pairs[0].mentor)}


def test_the_surest_line_stands_then_the_longest_then_the_first_whatever_the_scope(
    organisation: Organisation, programme: Programme, scope: Scope
) -> None:
    mentor = make_mentor(organisation)
    other = make_programme(organisation)
    pairs = [*pairs_of(programme, 2, mentor), *pairs_of(other, 1, mentor)]
    sessions = list(gathered(pairs).sessions.order_by("pk"))
    lines = [Delivery.objects.get(source=one.source) for one in sessions]
    assert {one["line"] for one in lines_told_twice()} == {lines[1].pk, lines[2].pk}
    actions.update_log(sessions[1], minutes=150, by=mentor.user)
    assert figure("given_mentors", scope).value == 150
    Delivery.objects.filter(pk=lines[2].pk).update(state="confirmed", confirmed_at=clock.now())
    assert figure("given_mentors", scope).value == 120
    parts = grouped([MEASURES["given_mentors"]], scope, "programme")["given_mentors"]
    assert {key: one.value for key, one in parts.items()} == {other.pk: 120}
    assert figure("given_mentors", scope.narrowed(programme=programme.pk)).value == 0
    assert figure("given_mentors", scope).note == "dont 2\u00a0h confirmées par les personnes qui les ont reçues"


def test_preparation_and_travel_are_told_apart_and_training_is_of_nobody_here(
    programme: Programme, scope: Scope
) -> None:
    pair = pairs_of(programme, 1)[0]
    session = make_held_session(pair)
    actions.declare_apart(session, by=pair.mentor.user, preparation=45, travel=30)
    make_confirmed_delivery(pair.journey, kind="module", minutes=600)
    found = figure("given_apart", scope)
    assert (found.value, found.numerator) == (75, 45)
    assert found.note == "45\u00a0min de préparation, 30\u00a0min de trajet"
    assert figure("given_mentors", scope).value == session.held_minutes
    assert sorted(line.what for line in lines_of(row_set("given_apart", scope))) == [
        f"{pair.mentor} · préparation", f"{pair.mentor} · trajet",
    ]  # fmt: skip


def test_companies_give_the_real_hours_of_stays(programme: Programme, scope: Scope) -> None:
    journey = make_journey(programme.organisation, programme=programme)
    stay = make_immersion(journey, state="completed", starts_on=date(2026, 10, 5))
    make_delivery(journey, minutes=60)
    assert figure("given_companies", scope).value == 5 * 7 * 60
    assert [line.what for line in lines_of(row_set("given_companies", scope))] == [stay.company.name]
    september = scope.narrowed(until=date(2026, 9, 30))
    assert figure("given_companies", september).value == 0


def test_who_gives_is_told_of_lines_from_no_session_too(programme: Programme, scope: Scope) -> None:
    journey = make_journey(programme.organisation, programme=programme)
    make_delivery(journey, minutes=50, source="import:7")
    make_delivery(journey, minutes=20, source="session:none")
    assert figure("given_mentors", scope).value == 70
    assert {line.what for line in lines_of(row_set("given_mentors", scope))} == {"mentorat"}
    assert set(given_hours(scope).values_list("giver", flat=True)) == {None}


def held(pair: Mentorship, hours_ago: int) -> None:
    make_held_session(pair, hours_ago=hours_ago)


def test_published_neither_few_mentors_nor_few_of_a_group_are_found(programme: Programme, scope: Scope) -> None:
    published = scope.narrowed(is_published=True)
    pairs = [pair for _each in range(4) for pair in pairs_of(programme, 2)]
    for number, pair in enumerate(pairs):
        held(pair, 3 + 2 * number)
    assert shown("hours_mentoring", published).value  # eight people
    assert shown("given_mentors", published).is_hidden  # of four mentors
    held(pairs_of(programme, 1)[0], 40)
    found = shown("given_mentors", published)
    assert (found.value, found.note, found.numerator) == (shown("hours_mentoring", published).value, "", None)
    gathered(pairs[:2], hours_ago=60)  # what the second received again is the hours received less these
    assert shown("given_mentors", published).is_hidden


def test_published_hours_of_companies_hide_with_the_kinds_received(programme: Programme, scope: Scope) -> None:
    published = scope.narrowed(is_published=True)
    for _each in range(6):
        make_delivery(make_journey(programme.organisation, programme=programme), kind="immersion", minutes=420)
    assert shown("given_companies", published).value == 6 * 420
    make_delivery(make_journey(programme.organisation, programme=programme), kind="module", minutes=60)
    assert shown("hours_immersion", published).is_hidden and shown("given_companies", published).is_hidden


def test_a_group_session_stays_one_in_the_year_that_sees_a_part_of_it(programme: Programme, scope: Scope) -> None:
    pairs = pairs_of(programme, 2)
    gathered(pairs, hours_ago=30)
    day = datetime(2026, 11, 23, tzinfo=UTC).date()
    assert figure("given_mentors", scope.narrowed(since=day, until=day)).value == 0
    assert figure("given_mentors", scope).value == 120
