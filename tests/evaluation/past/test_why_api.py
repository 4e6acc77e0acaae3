"""Why figures and indicators have changed, over the API: the causes with their sums and rows, for leads."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.lib import clock
from evaluation.models import Wave
from journeys import actions as journeys
from journeys.models import Programme
from tests.evaluation.past.conftest import Days
from tests.evaluation.test_survey_measures import SECTIONS, answer, ask, wave
from tests.factories.indicators import make_indicator, redefine
from tests.factories.journeys import make_delivery, make_journey
from tests.factories.surveys import make_questionnaire

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
FIGURE = "/api/v1/indicators/hours/"


def causes(body: dict[str, Any]) -> dict[str, tuple[float, float, int]]:
    return {one["cause"]: (one["numerator"], one["denominator"], one["rows"]) for one in body["parts"]}


def adds_up(body: dict[str, Any]) -> bool:
    return all(
        body["before"][side] + sum(one[side] for one in body["parts"]) == body["after"][side]
        for side in ("numerator", "denominator")
    )


def test_a_figure_says_why_with_its_rows(
    client_of: ClientOf, lead: User, observer: User, programme: Programme, days: Days
) -> None:
    journey = make_journey(programme.organisation, programme=programme, started_on=date(2026, 3, 1))
    gone = make_delivery(journey, minutes=100, days_ago=1)
    before = clock.today()
    days.after(5)
    make_delivery(journey, minutes=30, days_ago=1)
    make_delivery(journey, minutes=40, days_ago=30)
    journeys.void_delivery(gone, reason="Deux fois", by=None)
    client, asked = client_of(lead), {"before": before.isoformat()}
    body = client.get(f"{FIGURE}why/", asked).json()
    assert (body["unit"], body["before"], body["after"]) == (
        "minutes", {"on": "2026-11-23", "numerator": 100, "denominator": 1},
        {"on": "2026-11-28", "numerator": 70, "denominator": 2},
    )  # fmt: skip
    assert causes(body) == {"new": (30, 1, 1), "late": (40, 1, 1), "correction": (-100, -1, 1), "definition": (0, 0, 0)}
    assert adds_up(body)
    rows = client.get(f"{FIGURE}changes/", asked).json()
    assert [
        (row["cause"], row["before"] and row["before"]["value"], row["after"] and row["after"]["value"])
        for row in rows["results"]
    ] == [("new", None, 30), ("late", None, 40), ("correction", 100, None)]
    assert client.get(f"{FIGURE}changes/", {**asked, "part": "late"}).json()["count"] == 1
    assert list(client.get(f"{FIGURE}changes/", {**asked, "part": "weather"}).json()) == ["part"]
    assert list(client.get(f"{FIGURE}why/").json()) == ["before"]
    assert list(client.get(f"{FIGURE}why/", {"before": "2026-11-28", "after": "2026-11-23"}).json()) == ["after"]
    assert client_of(observer).get(f"{FIGURE}why/", asked).status_code == 403


def test_an_indicator_says_what_its_own_definition_changed(
    client_of: ClientOf, lead: User, programme: Programme, days: Days
) -> None:
    journey = make_journey(programme.organisation, programme=programme, started_on=date(2026, 3, 1))
    make_delivery(journey, minutes=60, kind="module", days_ago=1)
    make_delivery(journey, minutes=25, days_ago=1)
    narrowed = make_indicator(programme.organisation, measure="hours", narrow={"kind": "module"})
    other = make_indicator(programme.organisation, measure="people")
    before = clock.today()
    days.after(5)
    redefine(narrowed, narrow={})
    redefine(other, measure="hours")
    make_delivery(journey, minutes=7, days_ago=1)
    client, asked = client_of(lead), {"before": before.isoformat()}
    body = client.get(f"/api/v1/own-indicators/{narrowed.pk}/why/", asked).json()
    assert (body["before"]["numerator"], body["after"]["numerator"]) == (60, 92)
    assert causes(body) == {"new": (7, 1, 1), "late": (0, 0, 0), "correction": (0, 0, 0), "definition": (25, 1, 1)}
    changed = client.get(f"/api/v1/own-indicators/{narrowed.pk}/changes/", {**asked, "part": "definition"}).json()
    assert [(row["before"], row["after"]["value"]) for row in changed["results"]] == [(None, 25)]
    # another measure altogether: its rows leave, others come, even where both have the same number
    body = client.get(f"/api/v1/own-indicators/{other.pk}/why/", asked).json()
    assert (body["before"]["numerator"], body["after"]["numerator"]) == (1, 92)
    assert causes(body)["definition"] == (84, 1, 3) and causes(body)["new"] == (7, 1, 1) and adds_up(body)
    changed = client.get(f"/api/v1/own-indicators/{other.pk}/changes/", {**asked, "part": "definition"}).json()
    assert sorted(
        (row["before"] and row["before"]["value"], row["after"] and row["after"]["value"])
        for row in changed["results"]
        if row["after"]
    ) == [(None, 25), (None, 60)]
    assert [row["before"]["value"] for row in changed["results"] if row["before"]] == [1]


def test_an_indicator_as_known_on_a_day(client_of: ClientOf, lead: User, programme: Programme, days: Days) -> None:
    line = make_delivery(make_journey(programme.organisation, programme=programme), minutes=90, days_ago=0)
    indicator = make_indicator(programme.organisation, measure="hours")
    on = clock.today()
    days.after(1)
    journeys.void_delivery(line, reason="Deux fois", by=None)
    days.after(2)
    client, url = client_of(lead), f"/api/v1/own-indicators/{indicator.pk}/"
    values = [client.get(f"{url}value/", asked).json()["current"]["value"] for asked in ({}, {"known": on.isoformat()})]
    assert values == [0, 1.5]
    counts = [client.get(f"{url}rows/", asked).json()["count"] for asked in ({}, {"known": on.isoformat()})]
    assert counts == [0, 1]
    assert list(client.get(f"{url}value/", {"known": "2030-01-01"}).json()) == ["known"]


def test_an_answer_given_since_is_a_new_fact_and_no_correction(
    client_of: ClientOf, lead: User, programme: Programme, days: Days
) -> None:
    make_questionnaire(programme.organisation, SECTIONS)
    of: Wave = wave(programme)
    asked = ask(of)
    before = clock.today()
    days.after(2)
    answer(of, request=asked, Y1=0, S1=4)
    client = client_of(lead)
    for code, found in (("survey:essai:Y1", (0, 1, 1)), ("survey:essai:S1", (4, 1, 1))):
        body = client.get(f"/api/v1/indicators/{code}/why/", {"before": before.isoformat()}).json()
        assert causes(body)["new"] == found and causes(body)["correction"] == (0, 0, 0) and adds_up(body)
