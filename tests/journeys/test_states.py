"""A journey rests, resumes and ends: its dates, its refusals, and what is said before."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from journeys import actions
from journeys.models import Journey, MilestoneProposal, Statement, Step
from tests.factories.journeys import (
    finish,
    make_confirmed_delivery,
    make_delivery,
    make_journey,
    step_of,
)
from tests.factories.mentoring import make_pair, make_past_session
from tests.factories.stays import enrol, make_module_date, module_of

Browser = Callable[[User], Client]
TODAY = date(2026, 11, 23)
START = date(2026, 10, 1)


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, referent=lead, started_on=START, name="Café des possibles")


def door(name: str, row: Any) -> str:
    return reverse(f"journeys:{name}", args=[row.pk])


def refusal(answer: Any) -> str:
    [sentence] = answer.context["form"].non_field_errors()
    return str(sentence).replace("\u00a0", " ")


def dues(journey: Journey) -> dict[str, date]:
    return dict(journey.steps.order_by("position").values_list("code", "due_on"))


def moved(journey: Journey, before: dict[str, date]) -> dict[str, int]:
    """{code: by how many days it is due later than before}."""
    return {code: (due - before[code]).days for code, due in dues(journey).items()}


def pause(journey: Journey, days: int = 30) -> Journey:
    return actions.pause_journey(journey, reason="Naissance", review_on=TODAY + timedelta(days=days), by=None)


# --- Pause --------------------------------------------------------------------------------------------
def test_a_pause_shifts_the_open_plan_at_once_until_its_review(journey: Journey, lead: User) -> None:
    actions.advance_step(step_of(journey, "module"), Step.State.DONE, by=None)
    before, end = dues(journey), journey.planned_end_on
    actions.pause_journey(journey, reason=" Naissance ", review_on=TODAY + timedelta(days=40), by=lead)
    journey.refresh_from_db()
    assert moved(journey, before) == {"posture": 0, "mentorat": 40, "immersion": 40, "plan": 40}
    assert (journey.state, journey.pause_reason, journey.paused_on, journey.review_on, journey.planned_end_on) == (
        "paused",
        "Naissance",
        TODAY,
        TODAY + timedelta(days=40),
        end + timedelta(days=40),
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"review_on": TODAY}, "review_on"),
        ({"review_on": TODAY - timedelta(days=1)}, "review_on"),
        ({"review_on": TODAY + timedelta(days=366)}, "review_on"),
    ],
)
def test_a_pause_needs_a_reason_and_a_review_within_a_year(journey: Journey, given: dict[str, Any], field: str) -> None:
    before = dues(journey)
    with pytest.raises(Refused) as refused:
        actions.pause_journey(journey, **{"reason": "x", "review_on": TODAY + timedelta(days=9), "by": None} | given)
    journey.refresh_from_db()
    assert (refused.value.field, journey.state, moved(journey, before)["plan"]) == (field, "active", 0)


def test_a_pause_said_twice_shifts_once(journey: Journey) -> None:
    before, stale = dues(journey), Journey.objects.get(pk=journey.pk)
    pause(journey)
    with pytest.raises(Refused):
        pause(stale, 60)
    assert set(moved(journey, before).values()) == {30}


@pytest.mark.parametrize("days", [0, 10, 30, 75])
def test_resuming_counts_the_days_really_rested(journey: Journey, clock: Any, days: int) -> None:
    before, end = dues(journey), journey.planned_end_on
    pause(journey)
    clock.shift(timedelta(days=days))
    actions.resume_journey(journey, by=None)
    journey.refresh_from_db()
    assert set(moved(journey, before).values()) == {days}
    assert (journey.planned_end_on - end).days == days
    assert (journey.state, journey.paused_on, journey.review_on, journey.pause_reason) == ("active", None, None, "")
    with pytest.raises(Refused):
        actions.resume_journey(journey, by=None)
    assert set(moved(journey, before).values()) == {days}


@pytest.mark.parametrize("state", ["active", "completed", "left", "draft"])
def test_what_is_not_paused_is_not_resumed(journey: Journey, state: str) -> None:
    ended = {"ended_on": TODAY} if state in ("completed", "left") else {}
    reason = {"leave_reason": "employment"} if state == "left" else {}
    Journey.objects.filter(pk=journey.pk).update(state=state, **ended, **reason)
    with pytest.raises(Refused, match="n’est pas en pause"):
        actions.resume_journey(journey, by=None)
    assert Journey.objects.get(pk=journey.pk).state == state


def test_two_pauses_add_up_each_once(journey: Journey, clock: Any) -> None:
    before = dues(journey)
    for _each in range(2):
        actions.pause_journey(journey, reason="x", review_on=clock_today() + timedelta(days=20), by=None)
        clock.shift(timedelta(days=7))
        actions.resume_journey(journey, by=None)
    assert set(moved(journey, before).values()) == {14}


def clock_today() -> date:
    from backend.lib import clock as house

    return house.today()


def test_a_day_is_a_day_across_the_change_of_hour(journey: Journey, clock: Any) -> None:
    """From the evening before summer time begins to early the morning after: one night, one day."""
    paris = ZoneInfo("Europe/Paris")
    clock.move_to(datetime(2027, 3, 27, 23, 30, tzinfo=paris))
    before = dues(journey)
    actions.pause_journey(journey, reason="x", review_on=date(2027, 4, 1), by=None)
    clock.move_to(datetime(2027, 3, 28, 0, 30, tzinfo=paris))
    actions.resume_journey(journey, by=None)
    assert set(moved(journey, before).values()) == {1}


def test_what_is_dated_anew_during_the_pause_keeps_its_day(journey: Journey, clock: Any) -> None:
    before = dues(journey)
    pause(journey)
    by_hand = step_of(journey, "milestone")
    Step.objects.filter(pk=by_hand.pk).update(due_on=date(2027, 5, 4))
    until = journey.planned_end_on + timedelta(days=100)
    asked = actions.ask_extension(journey, until_on=until, reason="x", by=journey.holder.user)
    actions.decide_extension(asked, granted=True, reason="Oui", by=None)
    clock.shift(timedelta(days=10))
    actions.resume_journey(journey, by=None)
    journey.refresh_from_db()
    by_hand.refresh_from_db()
    assert (by_hand.due_on, journey.planned_end_on) == (date(2027, 5, 4), until)
    assert moved(journey, before)["mentorat"] == 10


def test_a_pause_past_its_review_is_to_look_at(journey: Journey, lead: User, clock: Any, client_of: Browser) -> None:
    pause(journey, 10)
    clock.shift(timedelta(days=9))
    page = client_of(lead).get(door("journey_detail", journey))
    assert not page.context["rest"].is_to_review
    clock.shift(timedelta(days=1))
    page = client_of(lead).get(door("journey_detail", journey))
    assert page.context["rest"].is_to_review
    hers = client_of(journey.holder.user).get(door("journey_detail", journey)).content.decode()
    assert "Le point était prévu le jeudi 3 décembre" in hers


def test_the_page_says_before_how_far_it_shifts_and_what_stays(
    journey: Journey, lead: User, client_of: Browser
) -> None:
    seat = make_module_date(module_of(journey))
    enrol(seat, journey)
    browser = client_of(lead)
    first = browser.get(door("journey_pause", journey)).context["shift"]
    assert (first.days, first.steps, first.end_becomes - first.end_was) == (30, 4, timedelta(days=30))
    assert [one.title for one in first.stays] == ["Posture entrepreneuriale"]
    part = browser.get(door("journey_pause", journey), {"review_on": "2026-12-03"}, headers={"HX-Request": "true"})
    assert part.context["shift"].days == 10
    assert [template.name for template in part.templates] == ["journeys/journey_shift.html"]
    assert browser.get(door("journey_pause", journey), {"review_on": "hier"}).context["shift"] is None
    journey.refresh_from_db()
    assert journey.state == "active"


def test_the_pages_pause_and_resume(journey: Journey, lead: User, client_of: Browser, clock: Any) -> None:
    browser = client_of(lead)
    empty = browser.post(door("journey_pause", journey), {"reason": "", "review_on": "2026-01-01"})
    assert list(empty.context["form"].errors) == ["reason"]
    wrong = browser.post(door("journey_pause", journey), {"reason": "Naissance", "review_on": "2026-01-01"})
    assert (list(wrong.context["form"].errors), "Naissance" in wrong.content.decode()) == (["review_on"], True)
    answer = browser.post(door("journey_pause", journey), {"reason": "Naissance", "review_on": "2027-02-01"})
    assert answer.headers["Location"] == door("journey_detail", journey)
    clock.shift(timedelta(days=5))
    browser = client_of(lead)
    words = browser.get(door("journey_resume", journey)).context["rest"].words
    assert words == (
        "En pause depuis 5 jours. Les étapes ouvertes et la fin prévue reviennent de 65 jours en arrière, "
        "la pause étant plus courte que prévu."
    )
    browser.post(door("journey_resume", journey))
    journey.refresh_from_db()
    assert journey.state == "active"


# --- The end ------------------------------------------------------------------------------------------
def test_completing_names_what_is_missing_and_then_succeeds(journey: Journey, lead: User, client_of: Browser) -> None:
    finish(journey, but=lambda step: step.kind == "milestone")
    browser = client_of(lead)
    url = door("journey_complete", journey)
    assert [step.title for step in browser.get(url).context["missing"]] == ["Plan d’affaires validé"]
    refused = browser.post(url, {"on": "2026-11-20"})
    assert refusal(refused) == "Il reste à faire ou à dispenser : Plan d’affaires validé."
    actions.advance_step(step_of(journey, "milestone"), "done", by=None)
    browser.post(url, {"on": "2026-11-20"})
    journey.refresh_from_db()
    assert (journey.state, journey.ended_on) == ("completed", date(2026, 11, 20))


def test_completing_warns_of_what_is_left_in_the_air(
    organisation: Organisation, journey: Journey, lead: User, mentor: User, client_of: Browser
) -> None:
    make_past_session(make_pair(organisation, mentor, journey=journey))
    make_confirmed_delivery(journey, minutes=60)
    make_delivery(journey, minutes=90)
    actions.dispute_delivery(make_delivery(journey, minutes=30), comment="Une heure", by=None)
    plan = step_of(journey, "milestone")
    MilestoneProposal.objects.create(step=plan, proposed_by=journey.holder.user, reached_on=TODAY, evidence="Plan")
    Statement.objects.create(journey=journey, starts_on=START, ends_on=TODAY)
    finish(journey)
    page = client_of(lead).get(door("journey_complete", journey)).context
    assert page["missing"] == []
    assert [act.label.replace("\u00a0", " ") for act in page["warnings"]] == [
        "1 ligne d’heures est contestée",
        "2 h sans confirmation",
        "1 séance à consigner",
        "1 jalon proposé, à décider",
        "1 relevé d’heures à signer",
    ]


def test_nothing_is_left_in_the_air_of_a_journey_without_loose_ends(
    journey: Journey, lead: User, client_of: Browser
) -> None:
    finish(journey)
    page = client_of(lead).get(door("journey_complete", journey)).context
    assert (page["missing"], page["warnings"]) == ([], [])


@pytest.mark.parametrize("day", ["2026-12-01", "2026-09-30"])
def test_a_journey_ends_between_its_start_and_today(journey: Journey, lead: User, client_of: Browser, day: str) -> None:
    answer = client_of(lead).post(door("journey_leave", journey), {"reason": "employment", "on": day})
    assert list(answer.context["form"].errors) == ["on"]
    finish(journey)
    answer = client_of(lead).post(door("journey_complete", journey), {"on": day})
    assert list(answer.context["form"].errors) == ["on"]
    journey.refresh_from_db()
    assert (journey.state, journey.ended_on, journey.steps.filter(state="abandoned").count()) == ("active", None, 0)


def test_a_journey_that_has_not_begun_ends_on_the_day_it_was_to_begin(organisation: Organisation) -> None:
    begins = TODAY + timedelta(days=20)
    journey = make_journey(organisation, started_on=begins)
    actions.leave_journey(journey, reason="moved", by=None, on=TODAY)
    assert journey.ended_on == begins


def test_leaving_keeps_its_reason_and_drops_what_is_open(journey: Journey, lead: User, client_of: Browser) -> None:
    actions.advance_step(step_of(journey, "module"), "done", by=None)
    browser = client_of(lead)
    url = door("journey_leave", journey)
    assert list(browser.post(url, {"reason": "bored", "on": "2026-11-20"}).context["form"].errors) == ["reason"]
    browser.post(url, {"reason": "employment", "comment": "Un CDI à Rezé", "on": "2026-11-20"})
    journey.refresh_from_db()
    states = list(journey.steps.order_by("position").values_list("state", flat=True))
    assert (journey.state, journey.leave_reason, journey.leave_comment) == ("left", "employment", "Un CDI à Rezé")
    assert states == ["done", *["abandoned"] * 3]
    page = browser.get(door("journey_detail", journey))
    assert (page.context["can"].leave_journey, "Un CDI à Rezé" in page.content.decode()) == (False, True)


def test_only_a_bridge_writes_that_she_went_on_elsewhere(journey: Journey, lead: User, client_of: Browser) -> None:
    with pytest.raises(Refused) as refused:
        actions.leave_journey(journey, reason="bridged", by=lead)
    assert refused.value.field == "reason"
    form = client_of(lead).get(door("journey_leave", journey)).context["form"]
    assert "bridged" not in [value for value, _label in form.fields["reason"].choices]
    assert Journey.objects.get().state == "active"


def test_another_reason_is_said(journey: Journey) -> None:
    with pytest.raises(Refused) as refused:
        actions.leave_journey(journey, reason="other", comment=" ", by=None)
    assert refused.value.field == "comment"
    assert actions.leave_journey(journey, reason="other", comment="Deuil", by=None).leave_comment == "Deuil"


def test_a_journey_at_its_end_refuses_another_end(journey: Journey, lead: User, client_of: Browser) -> None:
    actions.leave_journey(journey, reason="moved", by=None)
    answer = client_of(lead).post(door("journey_pause", journey), {"reason": "x", "review_on": "2027-01-04"})
    assert refusal(answer) == "Ce n’est plus possible : l’état est maintenant « quitté »."


def test_an_end_takes_the_pause_and_the_waiting_extension_along(journey: Journey) -> None:
    pause(journey)
    until = journey.planned_end_on + timedelta(days=9)
    asked = actions.ask_extension(journey, until_on=until, reason="x", by=None)
    actions.leave_journey(journey, reason="moved", by=None)
    journey.refresh_from_db()
    asked.refresh_from_db()
    assert (journey.paused_on, journey.review_on, asked.state) == (None, None, "withdrawn")


def test_leaving_during_a_pause_counts_only_the_days_it_rested(journey: Journey, lead: User, clock: Any) -> None:
    before, end = dues(journey), journey.planned_end_on
    actions.pause_journey(journey, reason="Congé", review_on=TODAY + timedelta(days=300), by=lead)
    clock.shift(timedelta(days=2))
    actions.leave_journey(journey, reason="employment", by=lead)
    assert journey.planned_end_on == end + timedelta(days=2)
    clock.shift(timedelta(days=1))
    actions.reopen_journey(journey, reason="Elle revient", planned_end_on=TODAY + timedelta(days=400), by=lead)
    assert set(moved(journey, before).values()) == {3}


def test_a_required_step_that_is_waived_is_not_missing(journey: Journey, lead: User) -> None:
    finish(journey, but=lambda step: step.kind == "milestone")
    actions.waive_step(step_of(journey, "milestone"), reason="Sans objet", by=lead)
    assert actions.complete_journey(journey, by=lead).state == "completed"
