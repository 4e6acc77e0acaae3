"""Reports on a schedule over the API: the rules, the rights and the sentences of the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Organisation, User
from evaluation import actions
from evaluation.models import ReportSchedule
from journeys.models import Programme
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import make_programme

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
LIST = "/api/v1/report-schedules/"
JSON = "application/json"


def test_set_up_changed_paused_and_stopped(
    client_of: ClientOf, programme: Programme, lead: User, observer: User
) -> None:
    client = client_of(lead)
    made = client.post(LIST, {"every": "month", "programme": programme.pk, "readers": [observer.pk]}, JSON)
    assert made.status_code == 201
    said = made.json()
    assert {name: said[name] for name in ("every", "closes_after", "programme", "audience", "readers", "revision")} == {
        "every": "month", "closes_after": 14, "programme": programme.pk, "audience": "observers",
        "readers": [observer.pk], "revision": 0,
    }  # fmt: skip
    assert said["coming"] == {"first": "2026-11-01", "last": "2026-11-30"}
    url = f"{LIST}{said['id']}/"
    kept = client.patch(url, {"seen": 0, "every": "quarter", "closes_after": 7}, JSON).json()
    assert (kept["every"], kept["closes_after"], kept["readers"], kept["revision"]) == ("quarter", 7, [observer.pk], 1)
    assert kept["coming"] == {"first": "2026-10-01", "last": "2026-12-31"}
    emptied = client.patch(url, {"seen": 1, "readers": []}, JSON).json()
    assert (emptied["readers"], emptied["closes_after"], emptied["programme"]) == ([], 7, programme.pk)
    assert client.post(f"{url}resume/", content_type=JSON).status_code == 409
    assert client.post(f"{url}pause/", content_type=JSON).json()["paused_at"] is not None
    assert client.post(f"{url}resume/", content_type=JSON).json()["paused_at"] is None
    assert [one["id"] for one in client.get(LIST).json()["results"]] == [said["id"]]
    assert (client.post(f"{url}drop/", content_type=JSON).status_code, ReportSchedule.objects.exists()) == (204, False)


def test_of_two_who_change_it_the_second_is_told(client_of: ClientOf, organisation: Organisation, lead: User) -> None:
    schedule = actions.create_schedule(organisation, actions.SchedulePlan(every="month"), [], by=None)
    client, url = client_of(lead), f"{LIST}{schedule.pk}/"
    assert list(client.patch(url, {"closes_after": 3}, JSON).json()) == ["seen"]
    assert client.patch(url, {"seen": 0, "closes_after": 3}, JSON).status_code == 200
    late = client.patch(url, {"seen": 0, "closes_after": 9}, JSON)
    assert (late.status_code, late.json()["is_stale"]) == (409, True)
    schedule.refresh_from_db()
    assert schedule.closes_after == 3


@pytest.mark.parametrize(
    ("wrong", "field", "status"),
    [
        ({"every": "week"}, "every", 400),
        ({"closes_after": 121}, "closes_after", 400),
        ({"closes_after": -1}, "closes_after", 400),
        ({"audience": "everybody"}, "audience", 400),
        ({"programme": 10**30}, "programme", 400),
        ({"readers": ["x"]}, "readers", 400),
        ({"readers": [10**30]}, "readers", 400),
        ({"organisation": 10**30}, "organisation", 400),
    ],
)
def test_a_wrong_plan_is_told_field_by_field(
    client_of: ClientOf, lead: User, wrong: dict[str, Any], field: str, status: int
) -> None:
    told = client_of(lead).post(LIST, {"every": "month"} | wrong, JSON)
    assert (told.status_code, field in told.json()) == (status, True)
    assert not ReportSchedule.objects.exists()


def test_only_who_may_read_is_written_to(
    client_of: ClientOf, organisation: Organisation, lead: User, observer: User, holder: User, steward: User
) -> None:
    client = client_of(lead)
    stranger = make_member(make_organisation(), "observer")
    for one in (holder, stranger):
        assert list(client.post(LIST, {"every": "month", "readers": [observer.pk, one.pk]}, JSON).json()) == ["readers"]
    listed = client.get(f"{LIST}readers/").json()
    assert {one["id"] for one in listed} == {lead.pk, observer.pk, steward.pk}
    assert all(set(one) == {"id", "name"} and one["name"] for one in listed)


def test_the_same_report_twice_and_programmes_of_others_are_refused(client_of: ClientOf, lead: User) -> None:
    client = client_of(lead)
    assert client.post(LIST, {"every": "month"}, JSON).status_code == 201
    twice = client.post(LIST, {"every": "month"}, JSON)
    assert (twice.status_code, twice.json()["field"]) == (409, "programme")
    strange = make_programme(make_organisation())
    assert client.post(LIST, {"every": "year", "programme": strange.pk}, JSON).status_code in (400, 409)
    assert ReportSchedule.objects.count() == 1


def test_a_list_asks_as_much_of_the_database_for_one_as_for_three(
    client_of: ClientOf, organisation: Organisation, lead: User, observer: User,
    assert_num_queries_same: Callable[..., int],
) -> None:  # fmt: skip
    client = client_of(lead)
    actions.create_schedule(organisation, actions.SchedulePlan(every="month"), [observer], by=None)

    def more() -> None:
        for every in ("quarter", "year"):
            actions.create_schedule(organisation, actions.SchedulePlan(every=every), [lead, observer], by=None)

    assert_num_queries_same(lambda: client.get(LIST), more)
