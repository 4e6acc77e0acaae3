"""Every number of a publication is held against those before it: milestones, kinds of hours, groups, amounts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from evaluation import actions
from evaluation.models import Campaign, Release, Snapshot
from evaluation.queries.publishing import behind, guard
from evaluation.queries.publishing.cells import shown_of
from evaluation.queries.publishing.content import scope_of
from evaluation.statistics.differencing import Rule, exposed_groups
from journeys import actions as journeys
from journeys.models import Commune, Journey, Programme
from tests.factories.journeys import (
    make_confirmed_delivery,
    make_delivery,
    make_holder,
    make_journey,
    make_programme,
)
from tests.factories.outcomes import FACTS, make_outcome

pytestmark = pytest.mark.django_db
LAST = date(2026, 11, 22)
Publish = Callable[..., dict[str, Any]]


def opened(programme: Programme, count: int, **facts: Any) -> list[Journey]:
    return [
        make_journey(
            programme.organisation, make_holder(programme.organisation, gender="woman").user, programme=programme,
            started_on=date(2026, 3, 2), **facts,
        )
        for _each in range(count)
    ]  # fmt: skip


@pytest.fixture
def publish(programme: Programme) -> Publish:
    def publish(of: Programme | None = None) -> dict[str, Any]:
        plan = actions.CampaignPlan(until=LAST, closes_on=LAST, programme=of)
        campaign = actions.create_campaign(programme.organisation, plan, by=None)
        found = actions.publish_campaign(actions.check_campaign(campaign, by=None), by=None).content
        return found | {"by_code": {one["code"]: one for one in found["figures"]}}

    return publish


def test_a_kind_of_hours_that_two_others_would_be_known_by_is_hidden(programme: Programme, publish: Publish) -> None:
    """Eight were trained in all, six of them in this programme: two elsewhere."""
    elsewhere = opened(make_programme(programme.organisation), 7)
    here = opened(programme, 7)
    for journey in (*here, *elsewhere):
        make_confirmed_delivery(journey, minutes=60)
    for journey in (*here[:6], *elsewhere[:2]):
        make_confirmed_delivery(journey, kind="module", minutes=30)
    assert publish()["hours"]["kinds"]["module"]["total"] == 240
    told = publish(programme)
    assert (told["by_code"]["hours"]["value"], told["by_code"]["hours_training"]["is_hidden"]) == (600, True)
    assert told["hours"] is None or told["hours"]["kinds"]["module"]["total"] is None
    note = told["by_code"]["hours_training"]["fr"]["note"]
    assert "quelques personnes" in note and "2 " not in note  # how many would tell what is hidden


def test_one_persons_hours_are_not_told_as_those_of_many(programme: Programme, publish: Publish) -> None:
    people = opened(programme, 8)
    for journey in people:
        make_confirmed_delivery(journey, minutes=10)
    for _each in range(9):
        make_confirmed_delivery(people[0], minutes=600)
    told = publish()
    assert told["by_code"]["hours"]["value"] is None and told["hours"] is None
    assert "une seule personne" in told["by_code"]["hours"]["fr"]["note"]
    assert told["by_code"]["people"]["value"] == 8


def test_one_persons_more_hours_are_not_told_by_the_difference(programme: Programme, publish: Publish) -> None:
    """Six have more than before, one of them nearly all of it."""
    people = opened(programme, 8)
    for journey in people:
        make_confirmed_delivery(journey, minutes=600)
    assert publish()["by_code"]["hours"]["value"] == 4800
    for journey in people[:6]:
        make_confirmed_delivery(journey, minutes=5)
    make_confirmed_delivery(people[0], minutes=600)
    assert publish()["by_code"]["hours"]["is_hidden"]


def test_milestones_of_two_more_people_are_hidden_line_by_line(programme: Programme, publish: Publish) -> None:
    opened(programme, 9)
    first = publish()["milestones"]
    assert first and not any(one["is_hidden"] for one in first)
    opened(programme, 2)
    assert publish()["milestones"] == []


def test_communes_that_two_more_people_would_tell_are_hidden(programme: Programme, publish: Publish) -> None:
    journeys.load_territory()
    one, other = Commune.objects.order_by("pk")[:2]
    opened(programme, 9, commune=one)
    assert publish()["by_code"]["communes"]["value"] == 1
    opened(programme, 2, commune=other)
    assert publish()["by_code"]["communes"]["value"] is None


def test_an_amount_of_funding_that_is_one_projects_is_hidden(programme: Programme, publish: Publish) -> None:
    for i, journey in enumerate(opened(programme, 7)):
        amount = 100_000_000 if i == 0 else 10_000
        make_outcome(journey, "funding", date(2026, 6, 1), **FACTS["funding"] | {"amount_cents": amount})
    told = publish()["by_code"]["funding"]
    assert told["is_hidden"] and "une seule personne" in told["fr"]["note"]


def test_what_the_guard_does_not_know_is_not_told(programme: Programme, publish: Publish, monkeypatch: Any) -> None:
    opened(programme, 9)
    real = guard.content

    def with_more(campaign: Any, **more: Any) -> dict[str, Any]:
        found = real(campaign, **more)
        found["figures"].append(found["figures"][0] | {"code": "own:12", "is_hidden": False, "value": 3})
        line = {"key": "x", "is_hidden": False, "hidden": [], "cells": {"people": 6}, "fr": "x", "en": "x"}
        found["tables"].append({"code": "cohort", "lines": [line]})
        return found

    monkeypatch.setattr(guard, "content", with_more)
    told = publish()
    assert (told["by_code"]["own:12"]["value"], told["by_code"]["own:12"]["is_hidden"]) == (None, True)
    assert told["tables"][-1]["lines"][0]["cells"]["people"] is None


def test_behind_each_number_that_is_shown_stand_its_people_and_no_words(programme: Programme, publish: Publish) -> None:
    other = make_programme(programme.organisation)
    for one in (programme, other):
        for i, journey in enumerate(opened(one, 8)):
            make_confirmed_delivery(journey, minutes=60)
            make_delivery(journey, kind="module", minutes=30 + i)
    told = publish()
    released = {(row.figure, row.part): row.people for row in Release.objects.all()}
    scope = scope_of(Campaign.objects.get())
    shown = [one["code"] for one in told["figures"] if not one["is_hidden"]]
    assert {"people", "hours", "hours_training", "milestones", "communes"} <= set(shown)
    for code in shown:
        behind_it = behind.counted(guard.MEASURES[code], scope) | behind.spent_apart(scope)
        for part in ["", *(cell.part for cell in shown_of(told, code))]:
            assert released.get((code, part), {}) == behind_it.get(part, {}), (code, part)
    assert len(released["hours", "cell:module/declared"]) == 16
    assert not any(journey.project.name in str(released) for journey in Journey.objects.all())


def test_everything_released_to_an_organisation_bounds_nobody(programme: Programme, publish: Publish) -> None:
    """Three publications over programmes that overlap: no family of figures tells a small group."""
    other = make_programme(programme.organisation)
    people = opened(programme, 8) + opened(other, 6)
    for journey in people:
        make_confirmed_delivery(journey, minutes=60)
    publish()
    for journey in [*opened(programme, 3), *opened(other, 6)]:
        make_confirmed_delivery(journey, kind="module", minutes=45)
    publish()
    publish(programme)
    publish(other)
    assert Snapshot.objects.count() == 4
    families: dict[Any, list[frozenset[str]]] = {}
    for row in Release.objects.all():
        measure = guard.MEASURES[row.figure]
        families.setdefault(measure.base, []).extend(behind.sides_of(row.people, measure, 5))
    for figures in families.values():
        assert exposed_groups(figures, Rule(5, behind.person_of)) == []
