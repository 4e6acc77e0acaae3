"""Campaigns over the API: from the plan to the snapshot, with the rules and the rights of the pages."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from backend.accounts.models import Organisation, User
from evaluation.models import Campaign
from journeys.models import Programme
from tests.factories.accounts import make_member
from tests.factories.journeys import make_programme
from tests.factories.publishing import LAST, accompany, make_campaign

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
LIST = "/api/v1/campaigns/"
JSON = "application/json"
DAYS = {"since": "2026-01-01", "until": LAST.isoformat(), "closes_on": LAST.isoformat()}


def test_planned_changed_checked_looked_over_and_published(
    client_of: ClientOf, programme: Programme, lead: User, observer: User
) -> None:
    accompany(programme, 7)
    accompany(programme, 2, gender="")
    second = make_member(programme.organisation, "lead")
    hers, other = client_of(lead), client_of(second)
    made = hers.post(LIST, DAYS, JSON)
    assert (made.status_code, made.json()["state"], made.json()["programme"]) == (201, "draft", None)
    url = f"{LIST}{made.json()['id']}/"
    kept = hers.patch(url, {"seen": 0, "title": "Bilan", "programme": programme.pk}, JSON).json()
    assert (kept["title"], kept["programme"], kept["until"], kept["revision"]) == (
        "Bilan", programme.pk, LAST.isoformat(), 1,
    )  # fmt: skip
    assert "women" in {one["figure"] for one in hers.get(f"{url}checks/").json()}
    assert hers.post(f"{url}publish/", content_type=JSON).status_code == 409
    assert hers.post(f"{url}check/", content_type=JSON).json()["checked_by"] == lead.pk
    assert hers.post(f"{url}review/", content_type=JSON).status_code == 409  # she checked it herself
    assert other.post(f"{url}review/", content_type=JSON).json()["reviewed_by"] == second.pk
    told = other.post(f"{url}publish/", content_type=JSON)
    assert (told.status_code, told.json()["number"], told.json()["campaign"]) == (201, 1, made.json()["id"])
    snapshot = f"/api/v1/snapshots/{told.json()['id']}/"
    figures = client_of(observer).get(snapshot).json()["content"]["figures"]
    assert {one["code"]: one["value"] for one in figures}["people"] == 9
    assert hers.post(f"{url}discard/", content_type=JSON).status_code == 409
    assert hers.post(f"{url}withdraw/", {"why": " "}, JSON).status_code == 400
    assert hers.post(f"{url}withdraw/", {"why": "Une erreur de saisie."}, JSON).json()["state"] == "draft"
    assert client_of(observer).get(snapshot).status_code == 404


def test_of_two_who_change_it_the_second_is_told(client_of: ClientOf, organisation: Organisation, lead: User) -> None:
    campaign, client = make_campaign(organisation), client_of(lead)
    url = f"{LIST}{campaign.pk}/"
    assert list(client.patch(url, {"title": "Sans avoir lu"}, JSON).json()) == ["seen"]
    assert client.patch(url, {"seen": 0, "title": "Première"}, JSON).status_code == 200
    late = client.patch(url, {"seen": 0, "title": "Seconde"}, JSON)
    assert (late.status_code, late.json()["is_stale"]) == (409, True)
    campaign.refresh_from_db()
    assert campaign.title == "Première"
    assert (client.post(f"{url}discard/", content_type=JSON).status_code, Campaign.objects.exists()) == (204, False)


@pytest.mark.parametrize(
    ("wrong", "field", "status"),
    [
        ({"until": "2025-12-31"}, "until", 409),
        ({"closes_on": "2026-11-01"}, "closes_on", 409),
        ({"since": "0001-01-01"}, "since", 409),
        ({"until": "9999-12-31", "closes_on": "9999-12-31"}, "until", 409),
        ({"until": "hier"}, "until", 400),
        ({"title": "a" * 121}, "title", 400),
        ({"note": "a\x00"}, "note", 400),
        ({"audience": "everybody"}, "audience", 400),
        ({"programme": 10**30}, "programme", 400),
        ({"organisation": "une"}, "organisation", 400),
    ],
)
def test_a_wrong_plan_is_told_field_by_field(
    client_of: ClientOf, lead: User, wrong: dict[str, object], field: str, status: int
) -> None:
    answer = client_of(lead).post(LIST, DAYS | wrong, JSON)
    told = answer.json()
    assert (answer.status_code, told.get("field") or next(iter(told))) == (status, field)
    assert not Campaign.objects.exists()


def test_another_organisation_is_no_place_for_it(
    client_of: ClientOf, lead: User, observer: User, other_organisation: Organisation
) -> None:
    client = client_of(lead)
    for wrong in ({"organisation": other_organisation.pk}, {"programme": make_programme(other_organisation).pk}):
        answer = client.post(LIST, DAYS | wrong, JSON)
        assert (answer.status_code, list(answer.json())) == (400, list(wrong))
    make_campaign(other_organisation, until=date(2026, 6, 30))
    assert client.get(LIST).json()["count"] == 0
    assert client_of(observer).post(LIST, DAYS, JSON).status_code == 403
