"""A mentor's first screen: who is next, what is to be logged, how each person is doing and why."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock as house_clock
from journeys import actions as journeys
from mentoring import actions, queries
from mentoring.models import Mentor, Mentorship
from tests.factories.journeys import step_of
from tests.factories.mentoring import make_held_session, make_mentor, make_pair, make_past_session, make_session

ClientOf = Callable[[User], Client]


def home(user: User) -> queries.MentorHome:
    return queries.mentor_home(user, house_clock.now())


def words(user: User) -> list[tuple[str, str, str]]:
    return [(line.word, line.tone, line.reason) for line in home(user).holders]


def test_a_session_within_a_day_is_prepared_first(pair: Mentorship, mentor: User) -> None:
    over, soon = make_past_session(pair), make_session(pair, house_clock.now() + timedelta(hours=23))
    found = home(mentor)
    assert (found.first, found.next_session, found.to_log) == ("prepare", soon, [over])
    assert found.rest_to_log == [over]


def test_else_what_is_over_is_logged_newest_first(pair: Mentorship, mentor: User) -> None:
    make_session(pair, house_clock.now() + timedelta(days=3))
    older, newest = make_past_session(pair, hours_ago=50), make_past_session(pair)
    found = home(mentor)
    assert (found.first, found.newest_to_log, found.rest_to_log) == ("log", newest, [older])


def test_else_a_milestone_proposed_by_her_holder_is_looked_at_and_nobody_elses(
    organisation: Organisation, pair: Mentorship, mentor: User, holder: User, client_of: ClientOf
) -> None:
    make_session(pair, house_clock.now() + timedelta(days=3))
    other = make_pair(organisation).journey
    asked = [
        journeys.propose_milestone(
            step_of(journey, "milestone"), reached_on=house_clock.today(), evidence="Devis signé",
            by=journey.holder.user,
        )
        for journey in (pair.journey, other)
    ]  # fmt: skip
    found = home(mentor)
    assert (found.first, found.proposals, found.rest_to_check) == ("check", asked[:1], [])
    assert (
        f'href="{reverse("journeys:proposal_detail", args=[asked[0].pk])}"'
        in client_of(mentor).get("/").content.decode()
    )
    over = make_past_session(pair)
    assert (home(mentor).first, home(mentor).to_log, home(mentor).rest_to_check) == ("log", [over], asked[:1])
    journeys.accept_proposal(asked[0], by=mentor)
    assert home(mentor).proposals == []


def test_else_the_next_one_is_prepared(pair: Mentorship, mentor: User) -> None:
    make_session(pair, house_clock.now() + timedelta(days=3))
    assert home(mentor).first == "prepare"


def test_else_a_session_is_planned_with_whoever_needs_it_most(
    organisation: Organisation, pair: Mentorship, profile: Mentor, mentor: User
) -> None:
    make_held_session(pair, hours_ago=24 * 40)
    make_pair(organisation, profile)
    found = home(mentor)
    assert found.first == "plan"
    assert found.to_plan and found.to_plan.pair == pair


def test_nobody_yet_is_said_kindly(profile: Mentor, mentor: User, client_of: ClientOf) -> None:
    assert (home(mentor).first, home(mentor).holders) == ("", [])
    assert "Personne ne vous est encore confié" in client_of(mentor).get("/").content.decode()


def test_a_new_person_is_to_meet(pair: Mentorship, mentor: User) -> None:
    assert words(mentor) == [("à rencontrer", "warn", "Pas encore de séance\xa0: planifiez la première.")]


@pytest.mark.parametrize(
    ("days", "word", "tone"),
    [(20, "sur les rails", "good"), (22, "à planifier", "warn"), (27, "à planifier", "warn"), (29, "silence", "bad")],
)
def test_the_longer_since_the_last_session_the_louder(
    pair: Mentorship, mentor: User, days: int, word: str, tone: str
) -> None:
    make_held_session(pair, hours_ago=24 * days)
    assert [(line[0], line[1]) for line in words(mentor)] == [(word, tone)]


def test_a_session_ahead_puts_her_on_track(pair: Mentorship, mentor: User) -> None:
    make_held_session(pair, hours_ago=24 * 60)
    make_session(pair, house_clock.now() + timedelta(days=3))
    assert words(mentor) == [("sur les rails", "good", "Prochaine séance dans 3 jours.")]


def test_a_late_next_step_is_to_follow_up(pair: Mentorship, mentor: User, holder: User) -> None:
    make_session(pair, house_clock.now() + timedelta(days=3))
    journeys.add_commitment(pair.journey, text="Devis", owner=holder, due_on=date(2026, 11, 22), by=mentor)
    assert words(mentor) == [("à relancer", "warn", "1 engagement est en retard.")]


def test_hours_of_mentoring_that_are_disputed_come_before_late_next_steps(pair: Mentorship, mentor: User) -> None:
    make_held_session(pair)
    journeys.dispute_delivery(pair.journey.deliveries.get(), comment="Une heure seulement", by=None)
    assert words(mentor) == [("heures contestées", "warn", "1 ligne d’heures est contestée.")]


def test_a_paused_journey_asks_nothing(pair: Mentorship, mentor: User) -> None:
    journeys.pause_journey(pair.journey, reason="Congé maternité", review_on=date(2027, 3, 1), by=None)
    assert words(mentor) == [("en pause", "neutral", "Congé maternité")]
    assert home(mentor).to_plan is None


def test_hours_of_the_year_are_split_by_state_ended_pairs_included(
    organisation: Organisation, pair: Mentorship, mentor: User, holder: User, profile: Mentor
) -> None:
    for hours in (3, 30, 60):
        make_held_session(pair, hours_ago=hours)
    journeys.confirm_delivery(pair.journey.deliveries.order_by("pk")[0], by=holder)
    make_held_session(pair, hours_ago=24 * 340)
    actions.end_mentorship(pair, reason="other", by=None)
    make_held_session(make_pair(organisation))
    found = home(mentor)
    journeys.declare_delivery(
        pair.journey, kind="mentoring", sort="travel", minutes=40, happened_at=house_clock.now(), by=mentor
    )
    assert found.hours.states == [("déclaré", 180), ("confirmé", 90)]
    assert (found.hours.minutes, found.year, found.holders) == (270, 2026, [])


def test_the_year_turns_on_the_readers_clock(pair: Mentorship, mentor: User, clock: time_machine.Traveller) -> None:
    make_held_session(pair)
    clock.move_to(house_clock.now().replace(year=2027, month=1, day=1))
    assert home(mentor).hours.total.count == 0


def test_the_first_screen_asks_the_same_queries_for_one_and_for_three(
    organisation: Organisation, mentor: User, profile: Mentor, client_of: ClientOf, assert_num_queries_same: Any
) -> None:
    def add(number: int) -> None:
        for _each in range(number):
            pair = make_pair(organisation, profile)
            days = 1 + Mentorship.objects.count()
            make_past_session(pair, hours_ago=24 * days)
            make_held_session(pair, hours_ago=24 * (days + 30))
            make_session(pair, house_clock.now() + timedelta(days=days))

    actions.update_mentor(profile, capacity=9, by=None)
    add(1)
    assert_num_queries_same(lambda: client_of(mentor).get("/"), lambda: add(2))


def test_the_page_of_a_pair_asks_the_same_queries_for_one_and_for_three(
    pair: Mentorship, mentor: User, client_of: ClientOf, assert_num_queries_same: Any
) -> None:
    def add(number: int) -> None:
        for each in range(number):
            days = 1 + pair.sessions.count()
            make_past_session(pair, hours_ago=24 * days)
            session = make_held_session(pair, hours_ago=24 * (days + 30))
            actions.update_log(session, next_steps=[actions.NextStep(f"Pas {days} {each}")], by=mentor)
            make_session(pair, house_clock.now() + timedelta(days=days))

    add(1)
    client, url = client_of(mentor), reverse("mentoring:mentorship", args=[pair.pk])
    assert_num_queries_same(lambda: client.get(url), lambda: add(2))


def test_somebody_elses_people_are_not_shown(organisation: Organisation, pair: Mentorship) -> None:
    colleague = make_mentor(organisation)
    assert home(colleague.user).holders == []
