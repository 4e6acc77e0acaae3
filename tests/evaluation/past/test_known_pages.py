"""The pages, the files and the API of figures as known on a past day."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import python_calamine
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.history.models import WatchedTable
from backend.lib import clock
from evaluation import actions as indicators
from evaluation.forms import narrowed
from evaluation.queries.measures import MEASURES
from evaluation.queries.scope import NOT_KNOWN, Scope
from journeys import actions as journeys
from journeys.models import Delivery, Programme, Project
from tests.evaluation.past.conftest import Days
from tests.factories.indicators import make_indicator, redefine
from tests.factories.journeys import make_commune, make_delivery, make_journey
from tests.factories.mentoring import make_held_session, make_pair
from tests.factories.stays import make_company

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


@pytest.mark.parametrize(
    "url",
    [
        ROWS,
        f"{ROWS}chart/",
        f"{ROWS}why/",
        reverse("evaluation:figure_compare"),
        reverse("evaluation:territory"),
        "own",
    ],
)
@pytest.mark.parametrize(("known", "told"), [("2030-01-01", "Ce jour est encore à venir."), ("abc", "Saisissez une")])
def test_no_page_takes_a_wrong_day_in_silence(
    client_of: Callable[[User], Client], lead: User, voided: date, programme: Programme, url: str, known: str, told: str
) -> None:
    if url == "own":
        url = reverse("evaluation:indicator_detail", args=[make_indicator(programme.organisation).pk])
    client = client_of(lead)
    body = client.get(url, {"known": known}).content.decode()
    assert body.count(told) == 1 and "Tel que connu le" not in body.partition("<form")[0]
    assert told not in client.get(url).content.decode()


def test_a_baseline_of_a_later_day_was_not_there_yet(
    client_of: Callable[[User], Client], lead: User, voided: date, programme: Programme
) -> None:
    indicator = make_indicator(programme.organisation, measure="hours", title_fr="Heures")
    later = clock.today()
    indicators.set_baseline(indicator, by=None, value=12, day=later, source="Bilan")
    client, url = client_of(lead), reverse("evaluation:indicator_detail", args=[indicator.pk])
    assert "Bilan" in client.get(url).content.decode()
    assert "Bilan" not in client.get(url, {"known": voided.isoformat()}).content.decode()


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


def test_the_territory_is_told_as_known_then(
    client_of: Callable[[User], Client], lead: User, programme: Programme, voided: date
) -> None:
    Project.objects.update(commune=make_commune("44143", "Rezé"))
    make_company(programme.organisation, commune=make_commune())
    client, url, asked = client_of(lead), reverse("evaluation:territory"), {"known": voided.isoformat()}

    def placed(page: Any) -> dict[str, tuple[int, int]]:
        return {place.name: (place.people, place.minutes) for place, _rows in page.context["communes"] if place.people}

    now, then = client.get(url), client.get(url, asked)
    assert (placed(now), placed(then)) == ({"Rezé": (1, 0)}, {"Nantes": (1, 90)})
    body = then.content.decode()
    assert "Tel que connu le 23 novembre 2026." in body
    assert "Les communes, les quartiers" in body
    assert (now.context["balances"] != [], then.context["balances"], 'id="offers"' in body) == (True, [], False)
    assert f"known={voided.isoformat()}" in then.context["workbook"]
    assert all(f"known={voided.isoformat()}" in rows for _place, rows in then.context["communes"])
    assert client.get(url, {"known": "2027-01-01"}).context["form"].errors["known"] == ["Ce jour est encore à venir."]


def test_the_files_and_the_api_of_the_territory_are_of_that_day_too(
    client_of: Callable[[User], Client], lead: User, voided: date
) -> None:
    Project.objects.update(commune=make_commune("44143", "Rezé"))
    client, url, asked = client_of(lead), reverse("evaluation:territory"), {"known": voided.isoformat()}
    answer = client.get(url, {**asked, "file": "csv"})
    assert answer["Content-Disposition"].endswith('jalon-communes-2026-11-23.csv"')
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[1:3] == ["44109;Nantes;;1;non;;;;1;1,5;;;;;;;", "44143;Rezé;;0;non;;;;0;0;;;;;;;"]
    book = python_calamine.load_workbook(io.BytesIO(client.get(url, {**asked, "file": "xlsx"}).content))
    about = {str(row[0]): row[1] for row in book.get_sheet_by_index(2).to_python()[:6]}
    assert (about["Tel que connu le"], about["Écrit le"]) == ("2026-11-23", clock.today().isoformat())
    api = "/api/v1/territory/"

    def nantais(**asked: str) -> Any:
        first = client.get(api, asked).json()["results"][0]
        return first["name"], first["people"], first["balance"] is None

    assert (nantais(), nantais(**asked)) == (("Nantes", 0, False), ("Nantes", 1, True))
    assert [client.get(f"{api}summary/", one).json()["empty_communes"] for one in ({}, asked)] == [["Nantes"], ["Rezé"]]
    assert [client.get(f"{api}{end}", {"known": "2030-01-01"}).json().keys() for end in ("", "summary/", "table/")] == [
        {"known"}] * 3  # fmt: skip
    assert client.get(f"{api}table/", asked).content.decode("utf-8-sig").splitlines()[1] == lines[1]


def test_a_steward_is_told_that_the_past_is_for_leads(
    client_of: Callable[[User], Client], steward: User, voided: date
) -> None:
    client = client_of(steward)
    page = client.get(reverse("evaluation:territory"), {"known": voided.isoformat()})
    told = "Ce qui était connu un jour passé est lu par les responsables"
    assert told in page.content.decode() and "Tel que connu le" not in page.content.decode()
    answer = client.get("/api/v1/territory/", {"known": voided.isoformat()})
    assert answer.status_code == 400 and answer.json()["known"][0].startswith(told)


def test_no_null_character_reaches_the_database() -> None:
    asked = narrowed(Scope(organisation=None, until=date(2026, 11, 23)), QueryDict("commune=%00&milestone=a%00b"))
    assert (asked.commune, asked.milestone) == ("", "ab")


def test_the_charts_and_the_comparison_are_read_as_known_too(
    client_of: Callable[[User], Client], lead: User, programme: Programme, voided: date
) -> None:
    client = client_of(lead)
    own = make_indicator(programme.organisation, measure="hours")
    for chart in (reverse("evaluation:figure_chart", args=["hours"]), f"/indicators/own/{own.pk}/chart/"):
        asked = {"by": "programme", "file": "csv", "known": voided.isoformat()}
        past = client.get(chart, asked).content.decode().splitlines()[1].split(";")
        now = client.get(chart, asked | {"known": ""}).content.decode().splitlines()[1].split(";")
        assert (past[1], now[1]) == ("1,5", "0"), chart
    compared = reverse("evaluation:figure_compare")
    compared, asked = reverse("evaluation:figure_compare"), {"figure": "hours", "by": "gender", "a": NOT_KNOWN}
    lines = [client.get(compared, asked | {"known": on}).context["found"].lines for on in (voided.isoformat(), "")]
    assert [found[0].figure.replace("\xa0", " ") for found in lines] == ["1 h 30", "0 h"]


WHY = reverse("evaluation:figure_why", args=["hours"])


def test_a_lead_reads_why_a_figure_has_changed(client_of: Callable[[User], Client], lead: User, voided: date) -> None:
    client = client_of(lead)
    assert client.get(WHY).context["found"] is None
    page = client.get(WHY, {"before": voided.isoformat(), "part": "correction"})
    assert (page.context["found"].before[0], page.context["found"].after[0]) == (90, 0)
    ((was, now, _here, _former),) = page.context["rows"]
    assert (was.value, now) == (90, None)
    assert "1\xa0h\xa030" in page.content.decode()
    assert client.get(WHY, {"before": "2027-12-01"}).context["form"].errors["before"]


def test_each_row_that_changed_a_figure_leads_to_its_session_or_journey(
    client_of: Callable[[User], Client], lead: User, programme: Programme, days: Days
) -> None:
    session = make_held_session(make_pair(programme.organisation))
    journey = session.mentorship.journey
    plain = make_delivery(journey, minutes=25, source="module:1", days_ago=0)
    line = Delivery.objects.get(source=f"session:{session.pk}")
    before = clock.today()
    days.after(2)
    journeys.replace_delivery(line, minutes=45, reason="Plus court", by=None)
    journeys.void_delivery(plain, reason="Deux fois", by=None)
    client = client_of(lead)
    page = client.get(WHY, {"before": before.isoformat(), "part": "correction"})
    there, about = f"/sessions/{session.pk}/", f"/journeys/{journey.pk}/"
    found = {(was and was.value, now and now.value): (here, former) for was, now, here, former in page.context["rows"]}
    assert found == {(90, None): (there, ""), (25, None): (about, ""), (None, 45): (there, "")}
    body = page.content.decode()
    assert (body.count(f'href="{there}"'), body.count(f'href="{about}"')) == (2, 1)
    assert [client.get(url).status_code for url in (there, about)] == [200, 200]


def test_whoever_may_not_open_the_rows_reads_the_rule_and_the_counts_of_why(
    client_of: Callable[[User], Client], lead: User, voided: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MEASURES, "hours", replace(MEASURES["hours"], may_open=lambda _user, _organisation: False))
    page = client_of(lead).get(WHY, {"before": voided.isoformat(), "part": "correction"})
    body = page.content.decode()
    assert (page.status_code, page.context["rows"]) == (200, [])
    assert (str(MEASURES["hours"].definition) in body, "part=correction#rows" in body) == (True, False)
    assert [rows for *_sums, rows in page.context["found"].parts] == [0, 0, 1, 0]


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
