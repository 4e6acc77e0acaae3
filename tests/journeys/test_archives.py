"""A journey that has ended is put away or opened again, never deleted; and the same acts over HTTP."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import get_resolver, reverse

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from journeys import actions
from journeys.models import Journey, Milestone, Step
from journeys.queries.board import Filters, board
from tests.factories.journeys import (
    make_journey,
    step_of,
)

Browser = Callable[[User], Client]
TODAY = date(2026, 11, 23)
START = date(2026, 10, 1)


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, referent=lead, started_on=START, name="Café des possibles")


def door(name: str, row: Any) -> str:
    return reverse(f"journeys:{name}", args=[row.pk])


def dues(journey: Journey) -> dict[str, date]:
    return dict(journey.steps.order_by("position").values_list("code", "due_on"))


def moved(journey: Journey, before: dict[str, date]) -> dict[str, int]:
    """{code: by how many days it is due later than before}."""
    return {code: (due - before[code]).days for code, due in dues(journey).items()}


# --- Put away, opened again -----------------------------------------------------------------------------
def shown(user: User, state: str) -> list[Journey]:
    """`with`: all of them, archived ones too."""
    return list(board(user, Filters(state="all", archived="with") if state == "with" else Filters(state=state)))


def test_put_away_it_leaves_the_lists_but_one(journey: Journey, lead: User, client_of: Browser) -> None:
    browser = client_of(lead)
    with pytest.raises(Refused):
        actions.archive_journey(journey, by=lead)
    actions.leave_journey(journey, reason="moved", by=lead)
    assert [shown(lead, state) for state in ("all", "left", "with")] == [[journey]] * 3
    browser.post(door("journey_archive", journey))
    browser.post(door("journey_archive", journey))
    journey.refresh_from_db()
    assert journey.archived_at is not None
    assert [shown(lead, state) for state in ("live", "all", "left", "with")] == [[], [], [], [journey]]
    browser.post(door("journey_unarchive", journey))
    assert shown(lead, "all") == [journey]


def test_opened_again_its_dropped_steps_are_to_plan_later_by_the_days_it_was_closed(
    journey: Journey, lead: User, client_of: Browser, clock: Any
) -> None:
    actions.advance_step(step_of(journey, "module"), "done", by=None)
    before = dues(journey)
    actions.archive_journey(actions.leave_journey(journey, reason="moved", by=lead), by=lead)
    clock.shift(timedelta(days=12))
    browser = client_of(lead)
    url = door("journey_reopen", journey)
    empty = browser.post(url, {"reason": "", "planned_end_on": ""})
    assert list(empty.context["form"].errors) == ["reason", "planned_end_on"]
    past = browser.post(url, {"reason": "De retour", "planned_end_on": "2026-11-01"})
    assert list(past.context["form"].errors) == ["planned_end_on"]
    browser.post(url, {"reason": "De retour", "planned_end_on": "2027-09-30"})
    journey.refresh_from_db()
    assert (journey.state, journey.ended_on, journey.archived_at, journey.leave_reason, journey.planned_end_on) == (
        "active",
        None,
        None,
        "",
        date(2027, 9, 30),
    )
    assert list(journey.steps.order_by("position").values_list("state", flat=True)) == ["done", *["planned"] * 3]
    assert moved(journey, before) == {"posture": 0, "mentorat": 12, "immersion": 12, "plan": 12}


def test_not_opened_again_beside_another_one_under_way(organisation: Organisation, journey: Journey) -> None:
    actions.leave_journey(journey, reason="moved", by=None)
    make_journey(organisation, journey.holder.user, programme=journey.programme, project=journey.project)
    with pytest.raises(Refused):
        actions.reopen_journey(journey, reason="De retour", planned_end_on=date(2027, 9, 30), by=None)
    journey.refresh_from_db()
    assert (journey.state, journey.steps.filter(state="abandoned").count()) == ("left", 4)


def test_no_door_deletes_a_journey(journey: Journey, lead: User, client_of: Browser) -> None:
    lead.is_staff = lead.is_superuser = True
    lead.save()
    browser = client_of(lead)
    assert browser.delete(reverse("api:journeys-detail", args=[journey.pk])).status_code == 405
    assert browser.post(reverse("admin:journeys_journey_delete", args=[journey.pk]), {"post": "yes"}).status_code == 403
    for model in (Journey, Step, Milestone):
        registered = admin.site._registry.get(model)
        assert registered is None or not registered.has_delete_permission(None)  # type: ignore[arg-type]
    names = [name for name in get_resolver("journeys.urls").reverse_dict if isinstance(name, str)]
    assert [name for name in names if "delete" in name and "journey" in name] == []
    assert Journey.objects.get() == journey


@pytest.mark.parametrize(("persona", "code"), [("holder", 403), ("steward", 403), ("outsider", 404), ("observer", 404)])
def test_only_leads_put_away_and_open_again(
    journey: Journey, client_of: Browser, persona: str, code: int, request: pytest.FixtureRequest
) -> None:
    actions.leave_journey(journey, reason="moved", by=None)
    browser = client_of(request.getfixturevalue(persona))
    for name in ("journey_archive", "journey_unarchive", "journey_reopen"):
        assert browser.post(door(name, journey), {"reason": "x"}).status_code == code


# --- Over HTTP ------------------------------------------------------------------------------------------
def test_the_same_acts_over_http(journey: Journey, lead: User, client_of: Browser) -> None:
    browser = client_of(lead)

    def act(verb: str, **data: Any) -> Any:
        url = reverse(f"api:journeys-{verb}", args=[journey.pk])
        return browser.post(url, data, content_type="application/json")

    assert act("pause", reason="Naissance").json() == {"review_on": ["Ce champ est obligatoire."]}
    assert act("pause", reason="Naissance", review_on="2026-11-23").json()["field"] == "review_on"
    paused = act("pause", reason="Naissance", review_on="2027-02-01").json()
    assert (paused["state"], paused["paused_on"], paused["review_on"]) == ("paused", "2026-11-23", "2027-02-01")
    assert act("resume").json()["state"] == "active"
    assert act("archive").status_code == 409
    assert act("leave", reason="bridged").status_code == 400
    assert act("leave", reason="other", comment="Deuil").json()["leave_comment"] == "Deuil"
    assert act("archive").json()["archived_at"] is not None
    for asked, count in (
        ({}, 0),
        ({"archived": "1"}, 1),
        ({"archived": "only"}, 1),
        ({"archived_at__isnull": "true"}, 0),
    ):
        assert browser.get(reverse("api:journeys-list"), asked).json()["count"] == count
    assert browser.get(reverse("api:journeys-detail", args=[journey.pk])).json()["id"] == journey.pk
    assert act("unarchive").json()["archived_at"] is None
    opened = act("reopen", reason="De retour", planned_end_on="2027-09-30").json()
    assert (opened["state"], opened["planned_end_on"]) == ("active", "2027-09-30")
