"""What no page sends, sent to indicators, targets, campaigns and what came of journeys: a clear answer, never a 500."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.models import Indicator, Target
from journeys.models import Programme
from tests.factories.indicators import make_indicator
from tests.factories.journeys import make_journey

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
LIST = "/api/v1/own-indicators/"
HOSTILE: dict[str, Any] = {
    "very long": "é" * 100_000,
    "null": "a\0b",
    "half a character": "a\ud800b",
    "huge": 10**30,
    "huge text": "9" * 400,
    "not finite": "NaN",
    "infinite": "1e999",
    "list": ["a", ["b"]],
    "object": {"a": {"b": 1}},
    "nothing": None,
    "yes": True,
    "markup": "<script>alert(1)</script>",
    "year 1": "0001-01-01",
    "year 9999": "9999-12-31",
    "no day": "2026-02-30",
}
DEFINITION = {
    "title_fr": "Personnes", "measure": "people", "shape": "figure", "matures_from": "started", "direction": "more",
}  # fmt: skip
TARGET = {
    "value": "10", "upto": "20", "since": "2026-01-01", "until": "2026-12-31", "decided_by": "Copil",
    "decided_on": "2026-01-05", "why": "convention",
}  # fmt: skip
BASELINE = {"value": "2", "day": "2025-12-31", "source": "Bilan"}


def some(names: Any, hostile: str) -> list[str]:
    """A third of the names, others for each value: together all of them meet many."""
    place = list(HOSTILE).index(hostile)
    return [name for i, name in enumerate(names) if (i + place) % 3 == 0]


def body_of(fields: dict[str, Any], name: str, value: Any) -> bytes:
    return json.dumps({**fields, name: value}).encode()


def is_told(answer: Any) -> bool:
    """Refused in words: 400 by field or 409 with a sentence; or taken, where the value is sound after all."""
    told = answer.json() if answer.content else {}
    return answer.status_code in (200, 201) or (answer.status_code in (400, 409) and bool(told))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_indicators_over_the_api(client_of: ClientOf, organisation: Organisation, lead: User, hostile: str) -> None:
    indicator = make_indicator(organisation)
    client, value = client_of(lead), HOSTILE[hostile]
    url = f"{LIST}{indicator.pk}/"
    seen = client.get(url).json()["seen"]
    doors = [
        (LIST, "post", {**DEFINITION, "organisation": organisation.pk, "programme": None, "narrow": {}, "iris": [],
                        "breakdowns": [], "denominator": "", "matures_after": 0, "reading_fr": ""}),
        (url, "patch", {"title_fr": "Autre", "seen": seen, "narrow": {}}),
        (f"{url}target/", "post", TARGET),
        (f"{url}drop-target/", "post", {"target": 1}),
        (f"{url}baseline/", "post", BASELINE),
        (f"{url}publish/", "post", {"revision": 0, "reason": "x", "is_material": False}),
        (f"{url}discard/", "post", {"revision": 0}),
    ]  # fmt: skip
    for address, method, fields in doors:
        for name in some(fields, hostile):
            answer = getattr(client, method)(address, body_of(fields, name, value), content_type="application/json")
            assert is_told(answer), (address, name, answer.status_code, answer.content[:200])
            if name == "narrow" and method == "post":
                nested = body_of(fields, name, {"commune": value, "cohort": value, "kind": value})
                answer = client.post(address, nested, content_type="application/json")
                assert is_told(answer), (address, name, answer.content[:200])
    for address in (url, f"{url}value/", LIST, f"{LIST}values/", reverse("evaluation:indicators")):
        assert client.get(address).status_code == 200, address
    page = client.get(reverse("evaluation:indicator_detail", args=[indicator.pk]))
    assert page.status_code == 200 and "<script>alert(1)" not in page.content.decode()


@pytest.mark.parametrize("hostile", [name for name in HOSTILE if name != "half a character"])
def test_addresses_of_figures_and_indicators(
    client_of: ClientOf, programme: Programme, lead: User, hostile: str
) -> None:
    make_journey(programme.organisation, programme=programme)
    indicator = make_indicator(programme.organisation)
    client, value = client_of(lead), str(HOSTILE[hostile])[:2000]
    names = ("organisation", "programme", "period", "since", "until", "cohort", "known", "before", "after", "part",
             "of", "page", "page_size", "cursor", "commune", "neighbourhood", "milestone")  # fmt: skip
    for url in (f"{LIST}{indicator.pk}/rows/", f"{LIST}{indicator.pk}/changes/", f"{LIST}{indicator.pk}/value/",
                f"{LIST}values/", "/api/v1/indicators/hours/rows/", "/api/v1/indicators/people/changes/"):  # fmt: skip
        for name in some(names, hostile):
            answer = client.get(url, {"before": "2026-11-01", name: value})
            assert answer.status_code in (200, 400, 404), (url, name, answer.status_code)
    for filter_ in ("organisation", "programme", "code", "archived_at__isnull"):
        assert client.get(LIST, {filter_: value}).status_code in (200, 400), filter_


def test_bodies_that_are_none(client_of: ClientOf, organisation: Organisation, lead: User) -> None:
    client = client_of(lead)
    wrong = [
        (b"", 400), (b"{", 400), (b"[]", 400), (b'"a"', 400), (b"null", 400), (b"\xff\xfe", 400),
        (b"[" * 100_000, 400), (b'{"title_fr":' * 20_000, 400),
    ]  # fmt: skip
    for body, status in wrong:
        answer = client.post(LIST, body, content_type="application/json")
        assert answer.status_code == status and answer.json(), body[:20]
    assert client.post(LIST, b"<a/>", content_type="application/xml").status_code == 415
    assert client.post(LIST, DEFINITION).status_code == 415  # a form
    twice = b'{"title_fr":"A","title_fr":"B","measure":"people"}'
    assert client.post(LIST, twice, content_type="application/json").json()["draft"]["title_fr"] == "B"
    assert Indicator.objects.count() == 1


@pytest.mark.parametrize("hostile", [name for name in HOSTILE if name != "half a character"])
def test_forms_of_indicators_targets_campaigns_and_outcomes(
    client_of: ClientOf, programme: Programme, lead: User, hostile: str
) -> None:
    organisation = programme.organisation
    indicator = make_indicator(organisation)
    journey = make_journey(organisation, programme=programme)
    client, value = client_of(lead), HOSTILE[hostile]
    typed = value if isinstance(value, list) and all(isinstance(one, str) for one in value) else str(value)
    day = (clock.today() - timedelta(days=30)).isoformat()
    campaign = {"programme": "", "since": "", "until": day, "closes_on": day, "audience": "observers"}
    doors: list[tuple[str, dict[str, Any]]] = [
        (reverse("evaluation:indicator_create"), {**DEFINITION, "find": "", "commune": "", "iris": "", "breakdowns": "",
                                                  "matures_after": "", "reading_fr": ""}),
        (reverse("evaluation:indicator_create"), {**DEFINITION, "search": "1", "find": ""}),
        (reverse("evaluation:indicator_create"), {**DEFINITION, "look": "1", "cohort": ""}),
        (reverse("evaluation:indicator_update", args=[indicator.pk]), {**DEFINITION, "seen": ""}),
        (reverse("evaluation:target_set", args=[indicator.pk]), TARGET),
        (reverse("evaluation:baseline_set", args=[indicator.pk]), BASELINE),
        (reverse("evaluation:campaign_create"), campaign),
        *((reverse("journeys:outcome_add", args=[journey.pk, kind]), {
            "happened_on": day, "code": "", "note": "", "jobs_created": "", "amount": "", "partner": "",
        }) for kind in ("created", "jobs", "funding", "cooperation", "exit")),
    ]  # fmt: skip
    for url, fields in doors:
        for name in some(fields, hostile):
            answer = client.post(url, {**fields, name: typed})
            assert answer.status_code in (200, 302), (url, name, answer.status_code)
            if answer.status_code == 200 and hostile == "markup":
                assert "<script>alert(1)" not in answer.content.decode(), (url, name)
    for name in ("indicators", "snapshot_list", "indicator_list"):
        assert client.get(reverse(f"evaluation:{name}")).status_code == 200


def test_a_target_in_an_impossible_year_is_refused_at_every_door(organisation: Organisation) -> None:
    indicator = make_indicator(organisation)
    for first, last in ((date(1, 1, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(9999, 12, 31))):
        with pytest.raises(Refused) as refused:
            actions.set_target(
                indicator, by=None, value=Decimal(1), decided_by="a", decided_on=date(2026, 1, 1), why="b", since=first,
                until=last,
            )  # fmt: skip
        assert refused.value.field == ("since" if first.year == 1 else "until")
    assert not Target.objects.exists()
