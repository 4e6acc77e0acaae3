"""Long lists: as many queries for many rows as for one, cut in pages, narrowed by what is allowed only."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from rest_framework.test import APIClient

from backend.accounts.models import Organisation, User
from tests.backend.api.conftest import BASE, fill
from tests.factories.journeys import make_journey

pytestmark = pytest.mark.django_db
# One instrument is shared by all; indicators are computed, not listed row by row; an organisation has one set of terms;
# the samples of letters are those of the house.
FEW = {"questionnaires", "indicators", "organisations", "mentor-terms", "letter-samples"}


def list_routes() -> list[str]:
    routes = get_resolver().reverse_dict  # fills the namespaces
    assert routes is not None
    names = get_resolver().namespace_dict["api"][1].reverse_dict.keys()
    return sorted(name for name in names if isinstance(name, str) and name.endswith("-list"))


def test_every_list_asks_the_same_for_three_rows_as_for_one(organisation: Organisation, lead: User) -> None:
    from django.urls import reverse

    client = APIClient()
    client.force_login(lead)
    urls = {name: reverse(f"api:{name}") for name in list_routes()}

    def measure() -> dict[str, tuple[int, int]]:
        found = {}
        for name, url in urls.items():
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(url)
            assert answer.status_code == 200, (name, answer.content)
            body = answer.json()
            found[name] = (len(queries), body["count"] if isinstance(body, dict) and "count" in body else len(body))
        return found

    fill(organisation, lead, 1)
    measure()  # warms what is kept per process
    few = measure()
    fill(organisation, lead, 2)
    fill(organisation, lead, 3)
    many = measure()
    assert {name: (few[name][0], many[name][0]) for name in urls if few[name][0] != many[name][0]} == {}
    grown = {name for name in urls if many[name][1] > few[name][1]}
    assert {name.removesuffix("-list") for name in set(urls) - grown} <= FEW


def test_pages_are_cut_and_ordered_as_asked(organisation: Organisation, lead: User) -> None:
    for _ in range(3):
        make_journey(organisation, by=lead)
    client = APIClient()
    client.force_login(lead)
    page = client.get(f"{BASE}/journeys/", {"page_size": 2, "ordering": "-id"}).json()
    assert page["count"] == 3
    assert [row["id"] for row in page["results"]] == sorted((row["id"] for row in page["results"]), reverse=True)
    assert len(page["results"]) == 2
    assert client.get(f"{BASE}/journeys/", {"page": 9}).status_code == 404


@pytest.mark.parametrize(("query", "count"), [("state=active", 1), ("state=left", 0), ("holder__user__password=x", 1)])
def test_only_whitelisted_filters_narrow(organisation: Organisation, lead: User, query: str, count: int) -> None:
    make_journey(organisation, by=lead)
    client = APIClient()
    client.force_login(lead)
    assert client.get(f"{BASE}/journeys/?{query}").json()["count"] == count


def test_an_impossible_filter_is_told_beside_its_name(organisation: Organisation, lead: User) -> None:
    client = APIClient()
    client.force_login(lead)
    answer = client.get(f"{BASE}/journeys/?state=flying")
    assert answer.status_code == 400
    assert list(answer.json()) == ["state"]


def test_each_sees_her_own(
    organisation: Organisation, lead: User, holder: User, outsider: User, program_of: Callable[[User], Any]
) -> None:
    make_journey(organisation, holder, by=lead)
    make_journey(organisation, by=lead)
    counts = {
        name: program_of(person).get(f"{BASE}/journeys/").json()["count"]
        for name, person in (("lead", lead), ("holder", holder), ("outsider", outsider))
    }
    assert counts == {"lead": 2, "holder": 1, "outsider": 0}
