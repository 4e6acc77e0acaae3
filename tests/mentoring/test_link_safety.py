"""A mail scanner that follows every link of every letter changes nothing."""

import hashlib
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.apps import apps
from django.test import Client

from backend.accounts.models import User
from backend.mail.models import Email
from mentoring import actions, tasks
from mentoring.models import Mentorship
from tests.factories.mentoring import make_held_session, make_past_session, make_session

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
    assert {path.strip("/").split("/")[0] for path in paths} >= {"log", "confirm", "sessions"}
    before = database()
    for _time in range(10):
        for path in sorted(paths):
            scanner = Client()
            assert scanner.get(path).status_code in (200, 302), path
            assert scanner.head(path).status_code in (200, 302), path
    after = database()
    assert {table for table in before if before[table] != after[table]} == set()
