"""The papers of hours, the board as a file and steps moved by hand, over HTTP: what the pages give."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from journeys import actions
from journeys.models import Journey
from tests.factories.journeys import make_confirmed_delivery, make_journey, step_of

SignIn = Callable[[User], Client]
API = "/api/v1"


@pytest.fixture
def journey(organisation: Organisation, holder: User) -> Journey:
    made = make_journey(organisation, holder)
    make_confirmed_delivery(made, days_ago=20)
    return made


def test_the_papers_of_hours_are_those_of_the_pages(journey: Journey, lead: User, client_of: SignIn) -> None:
    statement = actions.prepare_statement(journey, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 22), by=None)
    client, days = client_of(lead), {"starts_on": "2026-11-01", "ends_on": "2026-11-30"}
    pairs = {
        f"{API}/statements/{statement.pk}/file/": f"/statements/{statement.pk}.pdf",
        f"{API}/journeys/{journey.pk}/hours/": f"/journeys/{journey.pk}/hours/period.pdf",
        f"{API}/programmes/{journey.programme_id}/hours/": f"/programmes/{journey.programme_id}/hours.pdf",
    }
    for door, page in pairs.items():
        given, shown = client.get(door, days), client.get(page, days)
        assert (given.content, given["Content-Disposition"]) == (shown.content, shown["Content-Disposition"])
        assert given["Content-Type"] == "application/pdf"
        assert client.get(door, {"as": "xlsx"}).content[:2] == b"PK"
        assert client.get(door, {"as": "csv"}).json() == {"as": ["pdf, xlsx"]}
    wrong = client.get(f"{API}/journeys/{journey.pk}/hours/", {"starts_on": "2026-12-01", "ends_on": "2026-11-01"})
    assert (wrong.status_code, list(wrong.json())) == (400, ["ends_on"])


def test_the_board_is_taken_away_as_filtered_and_with_addresses_only_when_asked(
    journey: Journey, organisation: Organisation, lead: User, client_of: SignIn
) -> None:
    make_journey(organisation)
    client = client_of(lead)
    plain = client.get(f"{API}/board/export/", {"q": "Hawa"}).content.decode()
    assert ("Diallo" in plain, "@example.org" in plain, plain.count("\r\n")) == (True, False, 2)
    answer: Any = client.post(f"{API}/board/export-contacts/?q=Hawa")
    assert "holder@example.org" in answer.content.decode()
    assert Entry.objects.filter(verb="reveal_contacts").count() == 1


def test_a_step_is_moved_by_hand_but_a_milestone_is_reached_by_its_record(
    journey: Journey, lead: User, client_of: SignIn
) -> None:
    def advance(kind: str, **body: Any) -> Any:
        path = f"{API}/steps/{step_of(journey, kind).pk}/advance/"
        return client_of(lead).post(path, body, content_type="application/json")

    done = advance("module", state="done", on="2026-11-20").json()
    assert (done["state"], done["done_on"]) == ("done", "2026-11-20")
    assert advance("milestone", state="done").status_code == 400
    assert advance("milestone", state="in_progress").json()["state"] == "in_progress"
