"""A mentor's hours as a paper: honest about what is confirmed, silent about who, and the same twice."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys import actions as journeys
from journeys.models import Delivery
from journeys.queries.ledger import tally
from mentoring import actions
from mentoring.models import Mentor, Mentorship
from mentoring.queries.attestation import hours_of
from tests.conftest import missing
from tests.factories.mentoring import make_held_session, make_past_session

ClientOf = Callable[[User], Client]
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def words_of(pdf: bytes) -> str:
    program = shutil.which("pdftotext") or missing("pdftotext")
    done = subprocess.run([program, "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def test_the_paper_says_hours_by_state_and_month_without_naming_anybody(
    profile: Mentor, pair: Mentorship, mentor: User, holder: User, client_of: ClientOf
) -> None:
    first = make_held_session(pair, hours_ago=24 * 30)
    make_held_session(pair, hours_ago=5)
    journeys.confirm_delivery(Delivery.objects.get(source=first.source), by=holder)
    actions.declare_apart(first, preparation=30, travel=45, by=mentor)
    door = client_of(mentor)
    url = reverse("mentoring:attestation", args=[profile.pk])
    once, twice = (door.get(url, {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}).content for _time in range(2))
    assert once == twice
    text = " ".join(words_of(once).split())
    assert "Attestation de mentorat" in text and "Marc Tessier" in text
    for name in (holder.first_name, holder.last_name, str(pair.journey.project)):
        assert name not in text
    rows = {line.split("  ")[0].strip(): line for line in words_of(once).splitlines()}
    contact = " ".join(next(line for start, line in rows.items() if start.startswith("Temps de présence")).split())
    assert contact == "Temps de présence 3h 1 h 30 1 h 30 0h 0h"
    assert "Octobre 2026 1 1 h 30 30 min 45 min" in text
    assert "Novembre 2026 1 1 h 30 0h 0h" in text


def test_time_apart_is_said_again_rather_than_twice_and_only_once_held(
    profile: Mentor, pair: Mentorship, mentor: User
) -> None:
    session = make_held_session(pair)
    for minutes in (30, 20, 20):
        actions.declare_apart(session, preparation=minutes, by=mentor)
    found = tally(hours_of(profile, *YEAR))
    assert (found.standing(sort="preparation"), found.standing()) == (20, session.minutes)
    actions.update_log(session, minutes=60, by=mentor)  # the line of contact time, not the one beside it
    found = tally(hours_of(profile, *YEAR))
    assert (found.standing(sort="preparation"), found.standing()) == (20, 60)
    actions.declare_apart(session, preparation=0, by=mentor)
    assert tally(hours_of(profile, *YEAR)).standing(sort="preparation") == 0
    with pytest.raises(Refused):
        actions.declare_apart(make_past_session(pair, hours_ago=30), travel=10, by=mentor)


def test_days_back_to_front_are_told_on_the_page(profile: Mentor, mentor: User, client_of: ClientOf) -> None:
    today = clock.today()
    asked = {"starts_on": today.isoformat(), "ends_on": (today - timedelta(days=1)).isoformat()}
    page = client_of(mentor).get(reverse("mentoring:attestation", args=[profile.pk]), asked, follow=True)
    assert page.context["form"].errors["ends_on"] == ["Le dernier jour précède le premier."]
