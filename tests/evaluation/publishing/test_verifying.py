"""A snapshot recomputed later from the facts as known then gives the same bytes, or says what differs and why."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from backend.accounts.models import User
from evaluation import actions
from evaluation.models import Campaign, Snapshot
from evaluation.queries.publishing.verifying import verify
from journeys.models import Journey, Programme
from tests.factories.indicators import make_indicator
from tests.factories.journeys import make_delivery
from tests.factories.publishing import FIRST, LAST, accompany, publish

pytestmark = pytest.mark.django_db
Traveller = time_machine.Traveller


@pytest.fixture(autouse=True)
def triggers_by_the_clock(settings: Any) -> None:
    settings.CLOCK_MAY_TRAVEL = True


@pytest.fixture
def later(snapshot: Snapshot, programme: Programme, clock: Traveller) -> Snapshot:
    """The snapshot, forty days and many facts later: people, hours and states that were not known then."""
    clock.shift(timedelta(days=40))
    accompany(programme, 6)
    for journey in Journey.objects.order_by("pk")[:8]:
        make_delivery(journey, minutes=45, happened_at=timezone.now() - timedelta(days=60))
    person = Journey.objects.order_by("pk")[0].holder
    person.gender = "man"
    person.save(update_fields=["gender"])
    return Snapshot.objects.get(pk=snapshot.pk)


def test_facts_recorded_since_change_nothing_of_it(later: Snapshot) -> None:
    made = verify(later)
    assert (made.is_whole, made.is_same, made.again, made.why, made.changes) == (True, True, later.sha256, [], [])


def test_in_another_language_and_time_zone_the_bytes_are_the_same(later: Snapshot) -> None:
    with translation.override("en"), timezone.override("Pacific/Auckland"):
        assert verify(later).is_same


def test_a_snapshot_that_came_after_another_is_held_against_the_same_ones(
    later: Snapshot, programme: Programme, clock: Traveller
) -> None:
    campaign = Campaign.objects.get(pk=later.campaign_id)
    actions.reopen_campaign(campaign, by=None)
    second = publish(campaign)
    clock.shift(timedelta(days=3))
    accompany(programme, 2)
    assert verify(Snapshot.objects.get(pk=second.pk)).is_same
    assert verify(Snapshot.objects.get(pk=later.pk)).is_same


def test_another_threshold_or_word_since_changes_nothing(later: Snapshot) -> None:
    campaign = Campaign.objects.get(pk=later.campaign_id)
    Programme.objects.update(smallest_group=9)
    actions.reopen_campaign(campaign, by=None)
    actions.update_campaign(
        campaign, actions.CampaignPlan(since=FIRST, until=LAST, closes_on=LAST, title="Autre"), by=None, revision=0
    )
    assert verify(later).is_same


def test_a_target_replaced_since_is_the_one_of_then(campaign: Campaign, programme: Programme, clock: Traveller) -> None:
    indicator = make_indicator(programme.organisation)
    aim = {"since": FIRST, "until": LAST, "decided_by": "Comité", "decided_on": FIRST, "why": "Convention"}
    actions.set_target(indicator, value=12, by=None, **aim)
    accompany(programme, 13)
    snapshot = publish(campaign)
    people = next(one for one in snapshot.content["figures"] if one["code"] == "people")
    assert (people["target"]["value"], people["target"]["standing"]) == (12, "reached")
    clock.shift(timedelta(days=2))
    actions.set_target(indicator, value=20, by=None, **aim)
    assert verify(Snapshot.objects.get(pk=snapshot.pk)).is_same


def test_what_keeps_no_past_is_told_in_words(later: Snapshot, programme: Programme) -> None:
    programme.title_fr = "Un autre nom"
    programme.save(update_fields=["title_fr"])
    made = verify(later)
    assert (made.is_same, made.is_whole, made.changes) == (False, True, [])
    assert made.why == [
        "Chaque chiffre ressort identique\xa0; seuls des mots, des noms ou des tableaux par groupe diffèrent."
    ]


def test_a_person_forgotten_since_makes_figures_come_out_otherwise_and_it_is_said(
    snapshot: Snapshot, clock: Traveller
) -> None:
    clock.shift(timedelta(days=2))
    journey = Journey.objects.order_by("pk")[0]
    Journey.objects.filter(pk=journey.pk).update(state="draft")
    actions.forget_past_of(journey.holder)
    made = verify(Snapshot.objects.get(pk=snapshot.pk))
    assert not made.is_same
    assert ("personnes accompagnées", "13", "12") in [(one.title, one.before, one.after) for one in made.changes]
    assert "oublié" in made.why[-1]


def test_bytes_that_were_tampered_with_are_found_out(snapshot: Snapshot) -> None:
    Snapshot.objects.filter(pk=snapshot.pk).update(body=snapshot.body.replace('"value":13', '"value":31', 1))
    made = verify(Snapshot.objects.get(pk=snapshot.pk))
    assert (made.is_whole, made.is_same) == (False, True)


def test_the_command_tells_each_and_fails_where_one_differs(later: Snapshot, programme: Programme) -> None:
    said = io.StringIO()
    call_command("verify_snapshots", stdout=said)
    assert f"{later.pk}: same bytes, SHA-256 {later.sha256}." in said.getvalue()
    programme.title_fr = "Un autre nom"
    programme.save(update_fields=["title_fr"])
    wrong = io.StringIO()
    with pytest.raises(CommandError, match="1 of 1 differ"):
        call_command("verify_snapshots", str(later.pk), stdout=said, stderr=wrong)
    assert f"{later.pk}: published {later.sha256}, recomputed " in wrong.getvalue()
    with pytest.raises(CommandError, match="No snapshot 0"):
        call_command("verify_snapshots", "0")


def test_the_page_is_for_leads(
    later: Snapshot, lead: User, observer: User, client_of: Callable[[User], Client]
) -> None:
    address = reverse("evaluation:snapshot_verify", args=[later.pk])
    assert client_of(lead).get(address).context["verified"].is_same
    assert client_of(observer).get(address).status_code == 403
