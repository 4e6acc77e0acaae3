"""A publication is changed while it is prepared, by one lead at a time; what was published is withdrawn, and why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.models import Campaign, Snapshot
from evaluation.queries.publishing.difference import changed
from evaluation.queries.publishing.pages import before
from journeys.models import Programme
from tests.factories.journeys import make_programme
from tests.factories.publishing import FIRST, LAST, accompany, make_campaign, publish

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def plan(**more: Any) -> actions.CampaignPlan:
    return actions.CampaignPlan(**({"since": FIRST, "until": LAST, "closes_on": LAST} | more))


TYPED = {"since": "2026-01-01", "until": "2026-11-22", "closes_on": "2026-11-30", "audience": "observers"}


def test_what_is_prepared_changes_and_its_words_are_published(
    campaign: Campaign, programme: Programme, lead: User
) -> None:
    accompany(programme, 7)
    wanted = plan(programme=programme, title="Rapport d’automne", note="Deux mentors de plus.", since=None)
    actions.update_campaign(campaign, wanted, by=lead, revision=0)
    campaign.refresh_from_db()
    assert (campaign.programme, campaign.since, campaign.revision) == (programme, None, 1)
    found = publish(campaign).content
    assert (found["title"], found["note"], found["scope"]["since"]) == (
        "Rapport d’automne", "Deux mentors de plus.", None,
    )  # fmt: skip


@pytest.mark.parametrize("state", ["checked", "published"])
def test_it_changes_only_in_preparation(campaign: Campaign, programme: Programme, state: str) -> None:
    accompany(programme, 7)
    actions.check_campaign(campaign, by=None)
    if state == "published":
        actions.publish_campaign(campaign, by=None)
    with pytest.raises(Refused):
        actions.update_campaign(campaign, plan(title="Trop tard"), by=None, revision=0)
    campaign.refresh_from_db()
    assert campaign.title == ""


def test_of_two_leads_who_change_it_the_second_is_told(campaign: Campaign) -> None:
    actions.update_campaign(campaign, plan(title="Première"), by=None, revision=0)
    with pytest.raises(Refused) as refused:
        actions.update_campaign(campaign, plan(title="Seconde"), by=None, revision=0)
    assert refused.value.details["is_stale"]
    campaign.refresh_from_db()
    assert campaign.title == "Première"


def test_once_published_its_period_programme_and_readers_stay_and_its_words_may_change(
    campaign: Campaign, programme: Programme
) -> None:
    accompany(programme, 7)
    publish(campaign)
    actions.reopen_campaign(campaign, by=None)
    for more in ({"until": LAST - timedelta(days=1)}, {"programme": programme}, {"audience": "outside"}):
        with pytest.raises(Refused, match="Quelque chose en a été publié"):
            actions.update_campaign(campaign, plan(**more), by=None, revision=campaign.revision)
        campaign.refresh_from_db()
    actions.update_campaign(campaign, plan(note="Une précision."), by=None, revision=campaign.revision)
    assert publish(Campaign.objects.get()).content["note"] == "Une précision."


def test_a_change_that_cannot_be_is_refused_beside_its_field(
    campaign: Campaign, other_organisation: Organisation
) -> None:
    for more, field in (
        ({"closes_on": LAST - timedelta(days=1)}, "closes_on"),
        ({"programme": make_programme(other_organisation)}, "programme"),
    ):
        with pytest.raises(Refused) as refused:
            actions.update_campaign(campaign, plan(**more), by=None, revision=0)
        assert refused.value.field == field


def test_a_lead_changes_it_on_its_page_and_loses_nothing_of_what_she_typed(
    campaign: Campaign, lead: User, client_of: ClientOf
) -> None:
    client, address = client_of(lead), reverse("evaluation:campaign_update", args=[campaign.pk])
    assert client.get(address).context["form"]["until"].initial == LAST
    page = client.post(address, TYPED | {"revision": "0", "note": "Longue note", "closes_on": "2026-01-05"})
    assert page.context["form"].errors["closes_on"] and page.context["form"]["note"].value() == "Longue note"
    assert client.post(address, TYPED | {"revision": "0", "title": "Un"}).status_code == 302
    page = client.post(address, TYPED | {"revision": "0", "title": "Deux"})
    assert page.context["is_stale"] and page.context["form"]["title"].value() == "Deux"
    assert client.post(address, TYPED | {"revision": str(page.context["revision"]), "title": "Deux"}).status_code == 302
    campaign.refresh_from_db()
    assert campaign.title == "Deux"


def test_the_form_of_one_that_was_published_keeps_what_readers_know_it_by(
    campaign: Campaign, programme: Programme, lead: User, client_of: ClientOf
) -> None:
    accompany(programme, 7)
    publish(campaign)
    actions.reopen_campaign(campaign, by=None)
    client, address = client_of(lead), reverse("evaluation:campaign_update", args=[campaign.pk])
    typed = {"until": "2026-06-30", "closes_on": "2026-12-01", "title": "Titre", "revision": str(campaign.revision)}
    assert client.post(address, typed).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.until, campaign.title) == (LAST, "Titre")


# --- Withdrawn ------------------------------------------------------------------------------------
@pytest.fixture
def withdrawn(snapshot: Snapshot, lead: User) -> Snapshot:
    actions.withdraw_campaign(Campaign.objects.get(), by=lead, why="Une erreur de saisie.")
    snapshot.refresh_from_db()
    return snapshot


def test_what_is_withdrawn_is_read_by_leads_only_with_the_reason(
    withdrawn: Snapshot, lead: User, observer: User, steward: User, client_of: ClientOf
) -> None:
    address = reverse("evaluation:snapshot", args=[withdrawn.pk])
    assert "Une erreur de saisie." in client_of(lead).get(address).content.decode()
    for reader in (observer, steward):
        client = client_of(reader)
        assert client.get(address).status_code == 404
        assert client.get(reverse("evaluation:snapshot_file", args=[withdrawn.pk, "json"])).status_code == 404
        assert client.get(reverse("api:snapshots-detail", args=[withdrawn.pk])).status_code == 404
        assert client.get(reverse("evaluation:snapshot_list")).context["published"] == []
    assert Campaign.objects.get().state == "draft"


def test_what_comes_after_does_not_tell_what_was_withdrawn(withdrawn: Snapshot, programme: Programme) -> None:
    accompany(programme, 6)
    second = publish(Campaign.objects.get())
    assert (second.number, before(second)) == (2, None)
    assert changed(withdrawn.content, second.content)


def test_the_same_figures_may_be_published_again_after_it(withdrawn: Snapshot) -> None:
    assert publish(Campaign.objects.get()).sha256 == withdrawn.sha256


def test_withdrawing_needs_a_reason_and_something_published(campaign: Campaign, lead: User) -> None:
    with pytest.raises(Refused) as refused:
        actions.withdraw_campaign(campaign, by=lead, why=" ")
    assert refused.value.field == "why"
    with pytest.raises(Refused):
        actions.withdraw_campaign(campaign, by=lead, why="Pour rien")


def test_a_lead_withdraws_on_a_page(snapshot: Snapshot, lead: User, client_of: ClientOf) -> None:
    client = client_of(lead)
    address = reverse("evaluation:campaign_withdraw", args=[snapshot.campaign_id])
    assert client.post(address, {"why": ""}).context["form"].errors["why"]
    assert client.post(address, {"why": "Erreur"}).status_code == 302
    page = client.post(address, {"why": "Encore"})
    assert page.context["form"].errors and Snapshot.objects.get().withdrawn_why == "Erreur"


def test_a_campaign_of_an_organisation_stays_with_its_leads(
    other_organisation: Organisation, lead: User, client_of: ClientOf
) -> None:
    theirs = make_campaign(other_organisation)
    for name in ("campaign", "campaign_update", "campaign_withdraw"):
        assert client_of(lead).get(reverse(f"evaluation:{name}", args=[theirs.pk])).status_code == 404
