"""From a campaign to a frozen snapshot: checked, looked over, published, read, replaced."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.models import Campaign, Snapshot
from evaluation.queries.publishing.checks import checks
from evaluation.queries.publishing.content import canonical, digest
from evaluation.queries.publishing.difference import changed, told
from evaluation.queries.publishing.files import as_csv, as_json
from evaluation.queries.publishing.guard import frozen
from evaluation.queries.publishing.paper import as_pdf, paper_data
from evaluation.queries.publishing.workbook import as_xlsx
from journeys.models import Journey, Programme
from tests.factories.accounts import make_member
from tests.factories.journeys import make_confirmed_delivery, make_delivery, make_holder, make_journey, make_programme

pytestmark = pytest.mark.django_db
LAST = date(2026, 11, 22)
ClientOf = Callable[[User], Client]


def opened(programme: Programme, count: int, gender: str = "woman", **project: object) -> list[Journey]:
    people = [make_holder(programme.organisation, gender=gender).user for _each in range(count)]
    started = LAST - timedelta(days=100)
    return [
        make_journey(programme.organisation, one, programme=programme, started_on=started, **project) for one in people
    ]


@pytest.fixture
def campaign(programme: Programme, lead: User) -> Campaign:
    plan = actions.CampaignPlan(since=date(2026, 1, 1), until=LAST, closes_on=LAST)
    return actions.create_campaign(programme.organisation, plan, by=lead)


def published(campaign: Campaign) -> Snapshot:
    return actions.publish_campaign(actions.check_campaign(campaign, by=None), by=None)


def test_a_campaign_goes_from_draft_to_published_with_a_second_pair_of_eyes(
    campaign: Campaign, lead: User, programme: Programme
) -> None:
    opened(programme, 6)
    other = make_member(programme.organisation, "lead", "other@example.org")
    actions.check_campaign(campaign, by=lead)
    with pytest.raises(Refused, match="la relit d’abord"):
        actions.publish_campaign(campaign, by=lead)
    with pytest.raises(Refused):
        actions.review_campaign(campaign, by=lead)
    actions.review_campaign(campaign, by=other)
    snapshot = actions.publish_campaign(campaign, by=lead)
    assert (campaign.state, snapshot.number, snapshot.published_by) == ("published", 1, lead)
    verbs = Entry.objects.filter(verb__endswith="_campaign").order_by("pk").values_list("verb", flat=True)
    assert [*verbs] == ["create_campaign", "check_campaign", "review_campaign", "publish_campaign"]


def test_a_lead_alone_publishes_after_her_own_check(campaign: Campaign, lead: User) -> None:
    with pytest.raises(Refused):
        actions.publish_campaign(campaign, by=lead)
    actions.check_campaign(campaign, by=lead)
    assert actions.publish_campaign(campaign, by=lead).number == 1


def test_of_two_leads_who_publish_at_once_one_does(campaign: Campaign, lead: User) -> None:
    actions.check_campaign(campaign, by=lead)
    hers, theirs = Campaign.objects.get(pk=campaign.pk), Campaign.objects.get(pk=campaign.pk)
    actions.publish_campaign(hers, by=lead)
    with pytest.raises(Refused):
        actions.publish_campaign(theirs, by=lead)
    assert Snapshot.objects.count() == 1


def test_nothing_is_checked_before_its_last_day_is_over(programme: Programme, lead: User) -> None:
    plan = actions.CampaignPlan(until=date(2026, 12, 31), closes_on=date(2026, 12, 31))
    campaign = actions.create_campaign(programme.organisation, plan, by=lead)
    with pytest.raises(Refused):
        actions.check_campaign(campaign, by=lead)


@pytest.mark.parametrize(
    ("more", "field"),
    [({"since": date(2026, 11, 23)}, "until"), ({"closes_on": LAST - timedelta(days=1)}, "closes_on")],
)
def test_days_that_cannot_be_are_refused_beside_their_field(
    organisation: Organisation, more: dict[str, date], field: str
) -> None:
    plan = actions.CampaignPlan(**{"until": LAST, "closes_on": LAST} | more)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        actions.create_campaign(organisation, plan, by=None)
    assert refused.value.field == field


def test_a_programme_of_another_organisation_is_refused(
    organisation: Organisation, other_organisation: Organisation
) -> None:
    plan = actions.CampaignPlan(until=LAST, closes_on=LAST, programme=make_programme(other_organisation))
    with pytest.raises(Refused):
        actions.create_campaign(organisation, plan, by=None)


def test_the_same_facts_give_the_same_bytes_whenever_and_in_whatever_language(
    campaign: Campaign, programme: Programme
) -> None:
    for journey in opened(programme, 7):
        make_confirmed_delivery(journey, minutes=50)
    opened(programme, 6, "man")
    snapshot = published(campaign)
    assert snapshot.sha256 == digest(snapshot.body.encode())
    with time_machine.travel("2027-06-01 12:00", tick=False), translation.override("en"):
        again = canonical(
            frozen(Campaign.objects.get(pk=campaign.pk), version=snapshot.content["software"], before=snapshot).content
        )
    assert again.decode() == snapshot.body
    figures = {one["code"]: one for one in snapshot.content["figures"]}
    assert (figures["people"]["value"], figures["women"]["numerator"], figures["women"]["denominator"]) == (13, 7, 13)
    assert figures["people"]["fr"]["title"] != figures["people"]["en"]["title"]


def test_nothing_of_few_people_is_in_the_bytes(campaign: Campaign, programme: Programme) -> None:
    for journey in opened(programme, 9):
        make_delivery(journey, minutes=60)
    for journey in opened(make_programme(programme.organisation, title_fr="Petit"), 3, "man"):
        make_delivery(journey, minutes=777)
    found = published(campaign).content
    figures = {one["code"]: one for one in found["figures"]}
    assert figures["people"]["value"] == 12
    assert figures["women"]["is_hidden"] and figures["women"]["value"] is None and figures["women"]["numerator"] is None
    lines = next(one for one in found["tables"] if one["code"] == "programme")["lines"]
    assert [(line["is_hidden"], line["cells"]["people"], line["cells"]["minutes"]) for line in lines] == [
        (True, None, None)
    ] * 2
    assert "2331" not in json.dumps(found)


def test_facts_that_change_change_nothing_published_until_it_is_replaced(
    campaign: Campaign, programme: Programme, lead: User
) -> None:
    opened(programme, 6)
    first = published(campaign)
    opened(programme, 6, "man")
    first.refresh_from_db()
    assert {one["code"]: one["value"] for one in first.content["figures"]}["people"] == 6
    actions.reopen_campaign(campaign, by=lead)
    second = published(campaign)
    first.refresh_from_db()
    assert (second.number, first.replaced_at is None, second.replaced_at) == (2, False, None)
    told = {one.title: (one.before, one.after) for one in changed(first.content, second.content)}
    assert told["personnes accompagnées"] == ("6", "12")
    actions.reopen_campaign(campaign, by=lead)
    with pytest.raises(Refused):
        published(campaign)
    with pytest.raises(Refused):
        actions.discard_campaign(campaign, by=lead)


def test_what_is_to_be_mended_is_listed_with_where(campaign: Campaign, programme: Programme) -> None:
    assert checks(campaign) == []
    journey = opened(programme, 1, "", qpv="unknown", commune=None)[0]
    make_delivery(journey, minutes=90)
    found = {check.code: check.where for check in checks(campaign)}
    assert set(found) == {"women", "qpv", "rate", "hours"}
    assert found["hours"]["state"] == "declared"
    assert found["women"]["until"] == LAST.isoformat()


def test_what_a_subtraction_from_the_snapshot_before_would_tell_is_hidden_with_the_reason(
    campaign: Campaign, programme: Programme, lead: User
) -> None:
    """Two more people: neither the whole, nor their group, is told beside the figures of before."""
    people = opened(programme, 9)
    for journey in people:
        make_delivery(journey, minutes=60)
    first = published(campaign)
    opened(programme, 2)
    make_delivery(people[0], minutes=30)
    actions.reopen_campaign(campaign, by=lead)
    second = published(campaign)
    before, after = ({one["code"]: one for one in made.content["figures"]} for made in (first, second))
    assert (before["people"]["value"], before["hours"]["value"]) == (9, 540)
    for code, n in (("people", 2), ("hours", 1)):
        assert (after[code]["value"], after[code]["is_hidden"]) == (None, True)
        note = after[code]["fr"]["note"]
        assert "quelques personnes" in note and f"{n} personne" not in note  # n would tell what is hidden
    assert second.content["people"] is None and second.content["hours"] is None
    for table in second.content["tables"]:
        assert all(line["cells"]["people"] is None and line["cells"]["minutes"] is None for line in table["lines"])
    opened(programme, 3)
    actions.reopen_campaign(campaign, by=lead)
    third = published(campaign)
    assert {one["code"]: one["value"] for one in third.content["figures"]}["people"] == 14


def test_a_programme_that_is_nearly_the_organisation_is_not_told_beside_it(
    campaign: Campaign, programme: Programme
) -> None:
    opened(programme, 9)
    opened(make_programme(programme.organisation), 3)
    published(campaign)
    plan = actions.CampaignPlan(since=date(2026, 1, 1), until=LAST, closes_on=LAST, programme=programme)
    found = published(actions.create_campaign(programme.organisation, plan, by=None)).content
    assert {one["code"]: one["value"] for one in found["figures"]}["people"] is None


# --- Files ----------------------------------------------------------------------------------------
@pytest.fixture
def snapshot(campaign: Campaign, programme: Programme) -> Snapshot:
    for journey in opened(programme, 7):
        make_confirmed_delivery(journey, minutes=50)
    opened(programme, 6, "man")
    return published(campaign)


def test_files_are_the_same_bytes_each_time(snapshot: Snapshot) -> None:
    for write in (as_json, as_csv, as_xlsx, as_pdf):
        first = write(snapshot)
        with time_machine.travel("2027-06-01 12:00", tick=False):
            assert write(Snapshot.objects.get(pk=snapshot.pk)) == first
    assert digest(as_json(snapshot)) == snapshot.sha256


def test_the_csv_has_a_row_for_each_number(snapshot: Snapshot) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(snapshot).decode("utf-8-sig")), delimiter=";"))
    people = next(row for row in rows if (row["part"], row["code"]) == ("figures", "people"))
    assert (people["value"], people["is_hidden"], people["definition"]) == ("13", "0", "1")
    assert {row["part"] for row in rows} >= {"figures", "programme", "commune", "qpv", "hours"}


def test_the_paper_is_tagged_and_tells_how_figures_are_made(snapshot: Snapshot) -> None:
    made = as_pdf(snapshot)
    assert made.startswith(b"%PDF-1.7") and b"/StructTreeRoot" in made
    told = paper_data(snapshot)
    people = told["levels"][0]["figures"] + [one for level in told["levels"] for one in level["figures"]]
    assert "13" in [one["shown"] for one in people]
    assert len(told["definitions"]) == len(snapshot.content["figures"])
    assert [row["share"] for table in told["tables"] for row in table["rows"]].count(100.0) >= 1


def test_every_number_has_its_unit_and_hours_have_theirs_in_their_words(snapshot: Snapshot) -> None:
    hours = next(one for one in snapshot.content["figures"] if one["code"] == "hours")
    assert (hours["fr"]["unit"], hours["value"]) == ("", 350)
    wait = next(one for one in snapshot.content["figures"] if one["code"] == "longest_hole")
    wait["value"], wait["is_hidden"] = 37, False
    wait["fr"] |= {"shown": "37", "unit": "jours", "note": ""}
    assert told(wait) == "37\xa0jours"
    Snapshot.objects.filter(pk=snapshot.pk).update(body=json.dumps(snapshot.content))
    snapshot = Snapshot.objects.get(pk=snapshot.pk)
    shown = [one["shown"] for level in paper_data(snapshot)["levels"] for one in level["figures"]]
    assert "37\xa0jours" in shown
    assert "5 h 50" in [one.replace("\xa0", " ") for one in shown]


# --- Pages ----------------------------------------------------------------------------------------
def test_an_observer_reads_what_is_published_and_nothing_before(
    campaign: Campaign, programme: Programme, observer: User, lead: User, client_of: ClientOf
) -> None:
    opened(programme, 6)
    client, address = client_of(observer), reverse("evaluation:snapshot_list")
    assert client.get(address).context["published"] == []
    assert client.get(reverse("evaluation:campaign", args=[campaign.pk])).status_code == 404
    snapshot = published(campaign)
    assert [one for one, *_words in client.get(address).context["published"]] == [snapshot]
    page = client.get(reverse("evaluation:snapshot", args=[snapshot.pk]))
    assert snapshot.sha256 in page.content.decode()
    assert client.get(reverse("evaluation:snapshot_file", args=[snapshot.pk, "json"])).content == as_json(snapshot)
    assert client.get(reverse("evaluation:snapshot_file", args=[snapshot.pk, "exe"])).status_code == 404


def test_a_lead_goes_all_the_way_by_hand(programme: Programme, lead: User, client_of: ClientOf, observer: User) -> None:
    opened(programme, 6)
    client = client_of(lead)
    typed = {"since": "2026-01-01", "until": "2026-11-22", "closes_on": "2026-11-01", "audience": "observers"}
    page = client.post(reverse("evaluation:campaign_create"), typed)
    assert page.context["form"].errors["closes_on"]
    page = client.post(reverse("evaluation:campaign_create"), typed | {"closes_on": "2026-11-30"}, follow=True)
    campaign = page.context["campaign"]
    for act, state in (("check", "checked"), ("publish", "published"), ("reopen", "draft")):
        page = client.post(reverse("evaluation:campaign_act", args=[campaign.pk, act]), follow=True)
        assert page.context["campaign"].state == state
    assert (
        client.post(reverse("evaluation:campaign_act", args=[campaign.pk, "discard"]), follow=True).status_code == 200
    )
    assert Campaign.objects.filter(pk=campaign.pk).exists()


def test_the_list_asks_as_much_for_one_as_for_three(
    campaign: Campaign, observer: User, client_of: ClientOf, assert_num_queries_same: Callable[..., int]
) -> None:
    published(campaign)
    client = client_of(observer)

    def more() -> None:
        for day in (3, 4):
            plan = actions.CampaignPlan(until=date(2026, 10, day), closes_on=LAST)
            published(actions.create_campaign(campaign.organisation, plan, by=None))

    assert assert_num_queries_same(lambda: client.get(reverse("evaluation:snapshot_list")), more) <= 12
