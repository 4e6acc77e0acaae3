"""A mail scanner that follows every link of every letter changes nothing."""

import hashlib
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.apps import apps
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.lib import clock as house
from backend.mail.models import Email
from journeys import actions as journeys
from journeys import tasks as journey_tasks
from journeys.models import Delivery
from mentoring import actions, tasks
from mentoring.models import Mentor, Mentorship
from tests.factories.journeys import make_journey
from tests.factories.mentoring import make_held_session, make_mentor, make_pair, make_past_session, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def database() -> dict[str, str]:
    """{table: digest of all its rows}: every table, none left out."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        rows = list(model._default_manager.order_by("pk").values_list())
        found[model._meta.db_table] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def links() -> set[str]:
    """Every address of ours in the text and the page of every letter, as paths."""
    found = set()
    for letter in Email.objects.order_by("pk"):
        for url in re.findall(r"http://testserver[^\s\"'<>)]*", f"{letter.text} {letter.html}"):
            parts = urlsplit(url)
            found.add(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def test_a_scanner_that_follows_every_link_ten_times_leaves_the_database_as_it_was(
    pair: Mentorship, mentor: User, clock: time_machine.Traveller
) -> None:
    actions.cancel_session(make_session(pair), reason="Grippe", for_mentor=True, by=mentor)
    make_held_session(pair, hours_ago=30, summary="Le prix.")
    make_past_session(pair)
    tasks.sweep_sessions_to_log()
    clock.shift(timedelta(days=4))
    tasks.sweep_log_reminders()
    paths = links()
    assert kinds(paths) >= {"log", "confirm", "sessions"}
    assert changed_by_following(paths, times=10) == set()


def kinds(paths: set[str]) -> set[str]:
    """What each leads to: the first word of its path."""
    return {path.strip("/").split("/")[0] for path in paths}


def changed_by_following(paths: set[str], times: int = 2) -> set[str]:
    """The tables that are not as they were once a scanner has followed each so many times."""
    before = database()
    for _time in range(times):
        for path in sorted(paths):
            scanner = Client()
            fine = (200, 302, 404) if path.startswith("/answers/") else (200, 302)  # an answer is for a date to come
            assert scanner.get(path).status_code in fine, path
            assert scanner.head(path).status_code in fine, path
    after = database()
    return {table for table in before if before[table] != after[table]}


def test_nor_do_the_links_of_a_pair_from_its_proposal_to_the_departure_of_its_mentor(
    organisation: Organisation, pair: Mentorship, profile: Mentor, mentor: User, holder: User, lead: User
) -> None:
    now = house.now()
    actions.propose_mentor(make_journey(organisation), profile, by=lead)
    actions.propose_times(pair, side="mentor", times=[now + timedelta(days=5)], medium="phone", by=mentor)
    make_held_session(pair, hours_ago=30)
    journeys.dispute_delivery(Delivery.objects.get(), comment="Une heure", minutes=60, by=holder)
    with time_machine.travel(now - timedelta(days=2), tick=False):
        tomorrow = (now + timedelta(days=1)).date()
        journeys.add_commitment(pair.journey, text="Relire le bail", owner=mentor, due_on=tomorrow, by=mentor)
        others = [pair, make_pair(organisation, profile)]
        actions.plan_gathering(profile, pairs=others, starts_at=now - timedelta(hours=3), by=mentor)
    make_session(pair, now + timedelta(days=2))
    actions.ask_review(pair)
    leaver = make_mentor(organisation)
    actions.leave_mentor(leaver, handings=[actions.Handing(make_pair(organisation, leaver).pk)], by=lead)
    sweeps = (tasks.sweep_questions, journey_tasks.sweep_commitments, tasks.sweep_sessions_to_log)
    assert [sweep() for sweep in sweeps] == [1, 1, 1]
    secret = {"pair", "times", "hours-answer", "question", "commitments", "gatherings", "pair-words", "attestation"}
    paths = {path for path in links() if kinds({path}) <= secret}
    assert kinds(paths) == secret
    assert changed_by_following(paths) == set()
