"""The pages, the files and the API of figures as known on a past day."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.history.models import WatchedTable
from backend.lib import clock
from evaluation.forms import narrowed
from evaluation.queries.scope import Scope
from journeys import actions as journeys
from journeys.models import Programme
from tests.evaluation.past.conftest import Days
from tests.factories.indicators import make_indicator, redefine
from tests.factories.journeys import make_delivery, make_journey

pytestmark = pytest.mark.django_db
BOARD, ROWS = reverse("evaluation:indicators"), reverse("evaluation:figure_rows", args=["hours"])


@pytest.fixture
def voided(programme: Programme, days: Days) -> date:
    """Ninety minutes stood on this day; they were voided on the next."""
    line = make_delivery(make_journey(programme.organisation, programme=programme), minutes=90, days_ago=0)
    on = clock.today()
    days.after(1)
    journeys.void_delivery(line, reason="Deux fois", by=None)
    days.after(9)
    return on


def value_of(response: Any, code: str) -> Any:
    return next(one.value for one in response.context["board"].figures if one.code == code)


def test_a_lead_reads_the_page_as_known_then(client_of: Callable[[User], Client], lead: User, voided: date) -> None:
    client = client_of(lead)
    now, then = client.get(BOARD), client.get(BOARD, {"known": voided.isoformat()})
    assert (value_of(now, "hours"), value_of(then, "hours")) == (0, 90)
    assert then.context["scope"].until == voided  # this year, as it ended then
    assert "Tel que connu le 23 novembre 2026." in then.content.decode()
    assert "Tel que connu le 23" not in now.content.decode()
    assert value_of(client.get(BOARD), "hours") == 0


def test_rows_and_files_are_of_that_day_too(client_of: Callable[[User], Client], lead: User, voided: date) -> None:
    client, asked = client_of(lead), {"known": voided.isoformat()}
    assert client.get(ROWS).context["page"].paginator.count == 0
    page = client.get(ROWS, asked)
    assert [line.value for line, _url in page.context["lines"]] == [90]
    assert f"known={voided.isoformat()}" in page.context["csv_url"]
    (_head, row) = b"".join(client.get(ROWS, {**asked, "file": "csv"}).streaming_content).decode().splitlines()  # type: ignore[arg-type]  # bytes
    assert row.endswith(";90")
    assert client.get(ROWS, {**asked, "file": "xlsx"}).status_code == 200


@pytest.mark.parametrize(
    ("known", "told"),
    [("2026-12-31", "Ce jour est encore à venir."), ("hier", "Saisissez une date valide."),
     ("2026-11-20", "Ce qui était connu un jour donné est gardé depuis le 23 novembre"[:40])],
)  # fmt: skip
def test_a_day_that_cannot_be_told_is_said_beside_the_field(
    client_of: Callable[[User], Client], lead: User, voided: date, known: str, told: str
) -> None:
    WatchedTable.objects.filter(name="journeys_step").update(since=clock.now() - clock.days(10))
    client = client_of(lead)
    page = client.get(BOARD, {"known": known, "period": "all"})
    assert told in page.content.decode().replace("&#x27;", "’")
    assert (value_of(page, "hours"), page.context["scope"].since) == (0, None)
    answer = client.get("/api/v1/indicators/", {"known": known})
    assert answer.status_code == 400
    assert list(answer.json()) == ["known"]


def test_a_program_reads_the_past_too(client_of: Callable[[User], Client], lead: User, voided: date) -> None:
    client = client_of(lead)

    def hours(**asked: str) -> Any:
        return next(one["value"] for one in client.get("/api/v1/indicators/", asked).json() if one["code"] == "hours")

    assert (hours(), hours(known=voided.isoformat())) == (0, 90)
    rows = client.get("/api/v1/indicators/hours/rows/", {"known": voided.isoformat()}).json()
    assert [one["value"] for one in rows["results"]] == [90]


def test_who_reads_published_figures_asks_for_no_past(
    client_of: Callable[[User], Client], observer: User, voided: date
) -> None:
    assert client_of(observer).get(BOARD, {"known": voided.isoformat()}).status_code == 302
    for where in ("", "hours/"):
        assert client_of(observer).get(f"/api/v1/indicators/{where}", {"known": voided.isoformat()}).status_code == 403


def test_the_territory_is_that_of_today_and_says_so(
    client_of: Callable[[User], Client], lead: User, voided: date
) -> None:
    page = client_of(lead).get(reverse("evaluation:territory"), {"known": voided.isoformat()})
    assert "known" not in page.context["form"].fields
    assert not any("known" in rows for _place, rows in page.context["communes"])


def test_no_null_character_reaches_the_database() -> None:
    asked = narrowed(Scope(organisation=None, until=date(2026, 11, 23)), QueryDict("commune=%00&milestone=a%00b"))
    assert (asked.commune, asked.milestone) == ("", "ab")


def test_a_lead_reads_why_a_figure_has_changed(client_of: Callable[[User], Client], lead: User, voided: date) -> None:
    here = reverse("evaluation:figure_why", args=["hours"])
    client = client_of(lead)
    assert client.get(here).context["found"] is None
    page = client.get(here, {"before": voided.isoformat(), "part": "correction"})
    assert (page.context["found"].before[0], page.context["found"].after[0]) == (90, 0)
    ((_change, was, now),) = page.context["rows"]
    assert (was.value, now) == (90, None)
    assert client.get(here, {"before": "2027-12-01"}).context["form"].errors["before"]


def test_an_indicator_is_read_as_known_by_the_definition_of_then(
    client_of: Callable[[User], Client], programme: Programme, lead: User, days: Days
) -> None:
    for _each in range(3):
        make_delivery(make_journey(programme.organisation, programme=programme), minutes=60, days_ago=0)
    indicator = make_indicator(programme.organisation)
    then = days.after(1).date()
    days.after(2)
    make_journey(programme.organisation, programme=programme)
    redefine(indicator, measure="hours")
    address = reverse("evaluation:indicator_detail", args=[indicator.pk])
    client = client_of(lead)
    now = client.get(address)
    assert (now.context["version"].number, now.context["one"].found.figure.value) == (2, 180)
    past = client.get(address, {"known": then.isoformat()})
    assert (past.context["version"].number, past.context["one"].found.figure.value) == (1, 3)
    assert past.context["page"].paginator.count == 3
    assert "Tel que connu le" in past.content.decode()
    body = b"".join(client.get(address, {"known": then.isoformat(), "file": "csv"}).streaming_content).decode()
    assert body.count("\n") == 4
    assert client.get(address, {"known": "2030-01-01"}).context["form"].errors["known"]


def test_a_server_that_cannot_look_back_says_so(
    client_of: Callable[[User], Client], lead: User, voided: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluation.forms.past.can_look_back", lambda: False)
    page = client_of(lead).get(BOARD, {"known": voided.isoformat()})
    assert "tables temporaires" in page.content.decode()
    answer = client_of(lead).get("/api/v1/indicators/hours/", {"known": voided.isoformat()})
    assert (answer.status_code, list(answer.json())) == (400, ["known"])
