"""Indicators of leads over the API: read, valued, made, aimed, with the rules and the rights of the pages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from evaluation.models import Indicator
from journeys.models import Programme
from tests.factories.indicators import make_indicator, make_indicator_draft, redefine
from tests.factories.journeys import make_delivery, make_journey, make_programme

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
TODAY = date(2026, 11, 23)
LIST = "/api/v1/own-indicators/"


def address(indicator: Indicator, act: str = "") -> str:
    name = f"own-indicators-{act or 'detail'}"
    return reverse(f"api:{name}", args=[indicator.pk])


def send(client: Client, url: str, body: Any, method: str = "post") -> Any:
    return getattr(client, method)(url, body, content_type="application/json")


def people(programme: Programme, count: int, minutes: int = 90) -> None:
    for _each in range(count):
        journey = make_journey(programme.organisation, programme=programme, started_on=TODAY - timedelta(days=90))
        make_delivery(journey, minutes=minutes)


def test_drafted_changed_published_aimed_and_archived(client_of: ClientOf, programme: Programme, lead: User) -> None:
    people(programme, 2)
    client = client_of(lead)
    made = send(client, LIST, {"title_fr": "Heures par personne", "measure": "hours", "shape": "ratio",
                               "denominator": "people", "iris": ["PI4060"], "breakdowns": ["programme"]})  # fmt: skip
    indicator = Indicator.objects.get()
    told = made.json()
    assert (made.status_code, told["id"], told["definition"], told["owner"]) == (201, indicator.pk, None, lead.pk)
    assert (told["draft"]["measure"], told["draft"]["iris"], told["draft"]["breakdowns"]) == (
        "hours", ["PI4060"], ["programme"],
    )  # fmt: skip
    assert client.get(address(indicator, "value")).status_code == 404  # nothing published yet
    changed = send(client, address(indicator), {"narrow": {"kind": "mentoring"}, "seen": told["seen"]}, "patch").json()
    assert (changed["draft"]["narrow"], changed["draft"]["title_fr"]) == ({"kind": "mentoring"}, "Heures par personne")
    published = send(client, address(indicator, "publish"), {"revision": changed["draft"]["revision"]}).json()
    assert (published["definition"]["number"], published["definition"]["published_by"], published["draft"]) == (
        1, lead.pk, None,
    )  # fmt: skip
    target = {"value": "2.5", "since": "2026-01-01", "until": "2026-12-31", "decided_by": "Copil",
              "decided_on": "2026-01-05", "why": "convention"}  # fmt: skip
    (kept,) = send(client, address(indicator, "target"), target).json()["targets"]
    assert (kept["value"], kept["replaced_at"]) == ("2.50", None)
    base = send(client, address(indicator, "baseline"), {"value": "1", "day": "2025-12-31", "source": "Bilan"}).json()
    assert base["baseline"] == {"value": "1.00", "day": "2025-12-31", "source": "Bilan"}
    value = client.get(address(indicator, "value")).json()
    assert {name: value["current"][name] for name in ("value", "shown", "unit", "numerator", "denominator")} == {
        "value": 1.5, "shown": "1\u00a0h\u00a030", "unit": "h", "numerator": 180, "denominator": 2,
    }  # fmt: skip
    assert (value["aim"]["standing"], value["aim"]["target"], value["since"]) == ("far", kept["id"], "2026-01-01")
    assert value["breakdowns"][0]["parts"][0]["of"] == "3\u00a0h/2"
    dropped = send(client, address(indicator, "drop-target"), {"target": kept["id"]}).json()
    assert dropped["targets"][0]["replaced_at"] is not None
    assert client.get(LIST).json()["results"][0]["targets"] == []
    assert send(client, address(indicator, "archive"), {}).json()["archived_at"] is not None
    assert client.get(f"{LIST}?archived_at__isnull=true").json()["count"] == 0
    assert send(client, address(indicator, "restore"), {}).json()["archived_at"] is None


def test_the_second_of_two_programs_is_told(client_of: ClientOf, organisation: Organisation, lead: User) -> None:
    indicator = make_indicator(organisation)
    client = client_of(lead)
    seen = client.get(address(indicator)).json()["seen"]
    assert send(client, address(indicator), {"title_fr": "La première"}, "patch").json() == {
        "seen": ["Dites ce que vous avez lu\u00a0: «\u00a0seen\u00a0» de l’indicateur."]
    }
    first = send(client, address(indicator), {"title_fr": "La première", "seen": seen}, "patch")
    second = send(client, address(indicator), {"title_fr": "La seconde", "seen": seen}, "patch")
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json() == {
        "detail": "Quelqu’un d’autre a changé ce brouillon entre-temps.", "field": None, "is_stale": True,
    }  # fmt: skip
    draft = first.json()["draft"]
    assert send(client, address(indicator, "publish"), {"reason": "Mots", "revision": 0}).json()["is_stale"] is True
    assert send(client, address(indicator, "publish"), {"revision": draft["revision"]}).json()["field"] == "reason"
    assert client.get(address(indicator)).json()["draft"]["title_fr"] == "La première"
    assert send(client, address(indicator, "discard"), {}).json()["draft"] is None
    gone = send(client, address(indicator, "discard"), {})
    assert (gone.status_code, gone.json()["field"]) == (409, None)


def test_a_draft_never_published_goes_with_its_indicator(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    indicator = make_indicator_draft(organisation).indicator
    assert send(client_of(lead), address(indicator, "discard"), {}).status_code == 204
    assert not Indicator.objects.exists()


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"title_fr": ""}, 400, "title_fr"),
        ({"measure": "nothing"}, 400, "measure"),
        ({"shape": "pie"}, 400, "shape"),
        ({"shape": "share"}, 409, "denominator"),
        ({"narrow": {"kind": "module"}}, 409, "kind"),
        ({"narrow": {"commune": "99999"}}, 400, "commune"),
        ({"narrow": {"colour": "red"}}, 400, "narrow"),
        ({"narrow": "red"}, 400, "narrow"),
        ({"matures_after": 121}, 400, "matures_after"),
        ({"iris": ["PI0000"]}, 400, "iris"),
        ({"breakdowns": ["colour"]}, 400, "breakdowns"),
        ({"programme": 999}, 400, "programme"),
        ({"organisation": 999}, 400, "organisation"),
    ],
)
def test_what_is_wrong_is_told_by_field(
    client_of: ClientOf, organisation: Organisation, lead: User, given: dict[str, Any], status: int, field: str
) -> None:
    answer = send(client_of(lead), LIST, {"title_fr": "Personnes", "measure": "people", **given})
    told = answer.json()
    assert answer.status_code == status, told
    assert (told["field"] if status == 409 else next(iter(told))) == field
    assert not Indicator.objects.exists()


def test_lists_and_values_ask_the_same_for_three_as_for_one(
    client_of: ClientOf, programme: Programme, lead: User, assert_num_queries_same: Callable[..., int]
) -> None:
    people(programme, 1)
    client = client_of(lead)
    first = make_indicator(programme.organisation)
    url = address(first, "rows")
    make_indicator(programme.organisation, measure="hours", shape="ratio", denominator="people")

    def more() -> None:
        people(programme, 2)
        for _each in range(2):
            make_indicator(programme.organisation, measure="hours", shape="ratio", denominator="people")

    for one in (LIST, f"{LIST}values/", url, f"{url}?page=1"):
        assert_num_queries_same(lambda one=one: client.get(one), more)  # type: ignore[misc]  # bound now
    assert [len(client.get(one).json()["results"]) for one in (LIST, url)] == [10, 9]


def test_rows_come_by_cursor_and_add_up(client_of: ClientOf, programme: Programme, lead: User) -> None:
    people(programme, 5)
    indicator = make_indicator(programme.organisation, measure="hours", shape="ratio", denominator="people")
    client = client_of(lead)
    url: str | None = f"{address(indicator, 'rows')}?page_size=2"
    found: list[float] = []
    counts: list[int] = []
    while url:
        page = client.get(url).json()
        found += [row["value"] for row in page["results"]]
        url = page["next"]
        if not counts:
            assert page["previous"] is None
            people(programme, 1, minutes=10)  # written while one reads: it comes last, and moves nobody
        counts.append(page["count"])
    assert (found, counts) == ([90] * 5 + [10], [5, 6, 6])
    second = client.get(f"{address(indicator, 'rows')}?of=second").json()
    assert (second["count"], {row["value"] for row in second["results"]}) == (6, {1})
    assert client.get(f"{address(indicator, 'rows')}?of=third").json() == {"of": ["first, second"]}
    for cursor in ("abc", "cD1hYmM=", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "é"):
        assert client.get(address(indicator, "rows"), {"cursor": cursor}).status_code == 404


def test_who_reads_published_figures_reads_none_of_them(
    client_of: ClientOf, programme: Programme, observer: User, steward: User, mentor: User
) -> None:
    people(programme, 6)
    whole = make_indicator(programme.organisation)
    make_indicator_draft(programme.organisation)
    for reader in (observer, steward):
        client = client_of(reader)
        assert client.get(LIST).json()["count"] == 0
        for url in (address(whole), f"{LIST}values/", *(address(whole, one) for one in ("value", "rows", "why"))):
            answer = client.get(url, {"before": "2026-11-01"})
            assert (answer.status_code, "chiffres publiés" in answer.json()["detail"]) == (403, True), url
    assert client_of(mentor).get(LIST).json()["count"] == 0
    assert client_of(mentor).get(address(whole)).status_code == 403


def test_a_scope_that_is_wrong_or_of_others_is_never_answered_by_another(
    client_of: ClientOf, programme: Programme, lead: User, other_organisation: Organisation
) -> None:
    indicator = make_indicator(programme.organisation)
    other = make_programme(other_organisation)
    client = client_of(lead)
    for url in (address(indicator, "value"), "/api/v1/indicators/", "/api/v1/indicators/people/rows/"):
        assert list(client.get(url, {"since": "2026-12-40"}).json()) == ["since"], url
        assert client.get(url, {"period": "century"}).status_code == 400
    for url in (f"{LIST}values/", "/api/v1/indicators/people/"):
        assert list(client.get(url, {"organisation": other_organisation.pk}).json()) == ["organisation"]
        assert list(client.get(url, {"programme": other.pk}).json()) == ["programme"]


def test_old_and_new_stand_side_by_side_over_the_api(client_of: ClientOf, programme: Programme, lead: User) -> None:
    people(programme, 3)
    indicator = make_indicator(programme.organisation)
    redefine(indicator, measure="hours")
    (one,) = client_of(lead).get(f"{LIST}values/").json()
    assert (one["current"]["value"], one["current"]["unit"], one["current"]["definition"]) == (4.5, "h", 2)
    assert (one["beside"]["value"], one["beside"]["definition"]) == (3, 1)
