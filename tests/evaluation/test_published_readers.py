"""Whoever reads published figures reads snapshots and nothing else: no door gives them a figure as it stands now."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock
from evaluation import actions
from evaluation.management.demo.cast import House
from evaluation.management.demo.publications import Publications, end_of_month
from evaluation.management.demo.replay import Replay
from evaluation.models import Campaign, Snapshot
from journeys.models import Programme
from tests.factories.accounts import make_member
from tests.factories.indicators import make_indicator
from tests.factories.journeys import make_holder, make_journey

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
LAST = date(2026, 11, 22)
LIVE = (
    ("indicators", []), ("figure_rows", ["people"]), ("figure_rows", ["survey:essai:S1"]), ("figure_why", ["people"]),
)  # fmt: skip
WHY = "Vous lisez les chiffres publiés, qui restent tels qu’ils étaient à leur date"


def publish(organisation: Organisation, until: date = LAST) -> Snapshot:
    plan = actions.CampaignPlan(until=until, closes_on=LAST)
    return actions.publish_campaign(
        actions.check_campaign(actions.create_campaign(organisation, plan, by=None), by=None), by=None
    )


@pytest.fixture
def snapshots(programme: Programme) -> list[Snapshot]:
    for _each in range(6):
        person = make_holder(programme.organisation).user
        make_journey(programme.organisation, person, programme=programme, started_on=date(2026, 3, 2))
    return [publish(programme.organisation, date(2026, 6, 30)), publish(programme.organisation)]


def taken_to(client: Client, address: str, **data: str) -> tuple[str, list[str]]:
    answer = client.get(address, data)
    assert answer.status_code == 302
    return answer.headers["Location"], [str(one) for one in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize("reader", ["observer", "steward"])
@pytest.mark.parametrize(("name", "args"), LIVE)
def test_where_figures_stand_as_of_now_they_land_on_the_latest_publication(
    snapshots: list[Snapshot], reader: str, name: str, args: list[str], client_of: ClientOf,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    client = client_of(request.getfixturevalue(reader))
    for data in ({}, {"file": "csv"}, {"period": "dates", "since": "2026-11-01"}, {"known": "2026-06-01"}):
        address, told = taken_to(client, reverse(f"evaluation:{name}", args=args), **data)
        assert address == reverse("evaluation:snapshot", args=[snapshots[1].pk])
        assert told and all(one.startswith(WHY) for one in told)
    page = client.get(address)
    assert page.status_code == 200 and WHY in page.content.decode()


def test_an_observer_reads_no_territory_as_it_stands_and_a_steward_does(
    snapshots: list[Snapshot], observer: User, steward: User, client_of: ClientOf
) -> None:
    address = reverse("evaluation:territory")
    for kind in ("", "csv", "xlsx"):
        assert taken_to(client_of(observer), address, file=kind)[0].endswith(f"/{snapshots[1].pk}/")
    assert client_of(steward).get(address).context["whole"].people == 6


def test_an_indicator_of_the_leads_is_read_in_publications(
    snapshots: list[Snapshot], observer: User, steward: User, mentor: User, client_of: ClientOf
) -> None:
    indicator = make_indicator(snapshots[0].organisation)
    for name in ("indicator_detail", "indicator_chart", "indicator_why"):
        page = reverse(f"evaluation:{name}", args=[indicator.pk])
        for reader in (observer, steward):
            assert taken_to(client_of(reader), page)[0] == reverse("evaluation:snapshot", args=[snapshots[1].pk])
        assert client_of(mentor).get(page).status_code == 403


def test_before_anything_is_published_they_land_on_the_empty_list(observer: User, client_of: ClientOf) -> None:
    address, _told = taken_to(client_of(observer), reverse("evaluation:indicators"))
    assert address == reverse("evaluation:snapshot_list")
    assert "Rien n’est encore publié" in client_of(observer).get(address).content.decode()


def test_of_an_organisation_that_is_asked_for_the_publication_is_that_organisations(
    snapshots: list[Snapshot], other_organisation: Organisation, steward: User, client_of: ClientOf
) -> None:
    theirs = publish(other_organisation, date(2026, 1, 31))
    here = reverse("evaluation:indicators")
    asked = taken_to(client_of(steward), here, organisation=str(other_organisation.pk))[0]
    assert asked == reverse("evaluation:snapshot", args=[theirs.pk])
    assert taken_to(client_of(steward), here, organisation="9" * 30)[0].endswith(f"/{snapshots[1].pk}/")


@pytest.mark.parametrize(
    ("name", "args"),
    [("indicators-list", []), ("indicators-detail", ["people"]), ("indicators-rows", ["people"]),
     ("territory-list", []), ("territory-summary", []), ("territory-neighbourhoods", []), ("territory-table", [])],
)  # fmt: skip
def test_the_api_refuses_with_the_same_sentence(
    name: str, args: list[str], observer: User, mentor: User, client_of: ClientOf
) -> None:
    address = reverse(f"api:{name}", args=args)
    answer = client_of(observer).get(address)
    assert (answer.status_code, answer.json()["detail"].startswith(WHY)) == (403, True)
    refused = client_of(mentor).get(address)
    assert (refused.status_code, WHY in refused.content.decode()) == (403, False)


def test_a_lead_who_observes_elsewhere_reads_only_what_she_leads_as_it_stands(
    snapshots: list[Snapshot], other_organisation: Organisation, client_of: ClientOf
) -> None:
    both = make_member(other_organisation, "lead", "both@example.org")
    make_member(snapshots[0].organisation, "observer", "both@example.org")
    make_member(snapshots[0].organisation, "steward", "both@example.org")
    client = client_of(both)
    for address in (reverse("evaluation:indicators"), reverse("evaluation:figure_rows", args=["people"])):
        page = client.get(address, {"organisation": str(snapshots[0].organisation.pk)})
        assert page.context["words"]["organisation"] == other_organisation.name
    told = client.get(reverse("api:indicators-detail", args=["people"]), {"organisation": ""})
    assert told.json()["value"] == 0


def test_the_demo_has_two_publications_and_one_in_preparation(programme: Programme, lead: User) -> None:
    replay = Replay(clock.now())
    Publications(replay, House(programme.organisation, programme, lead), months=(5, 2))
    replay.run(lambda _moment: None)
    assert replay.refused == []
    published = Snapshot.objects.order_by("pk").values_list("campaign__until", flat=True)
    assert [*published] == [date(2026, 6, 30), date(2026, 9, 30)]
    assert [*Campaign.objects.filter(state="draft").values_list("until", flat=True)] == [date(2026, 12, 31)]


@pytest.mark.parametrize(
    ("ago", "last"),
    [(-1, date(2027, 1, 31)), (0, date(2026, 12, 31)), (1, date(2026, 11, 30)), (12, date(2025, 12, 31))],
)
def test_the_last_day_of_a_month_around_new_year(ago: int, last: date) -> None:
    assert end_of_month(date(2026, 12, 31), ago) == last
