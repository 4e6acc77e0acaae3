"""Immersions, companies and milestones: what the actions promise."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from journeys import actions, tasks
from journeys.actions.immersions.rules import facts_of, problems, warnings
from journeys.actions.immersions.signing import signed_by
from journeys.models import Company, Delivery, Immersion, Journey, Milestone, Step
from tests.factories.accounts import make_organisation
from tests.factories.journeys import make_journey, step_of
from tests.factories.stays import SIRETS, make_company, make_immersion, make_milestone, make_stay

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def journey(organisation: Organisation, lead: User) -> Journey:
    return make_journey(organisation, by=lead)


@pytest.fixture
def company(organisation: Organisation) -> Company:
    return make_company(organisation, "La Conserverie")


def fields(stay: actions.Stay, journey: Journey) -> list[str]:
    return [field for field, _sentence in problems(stay, step_of(journey, "immersion"))]


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({}, []),
        ({"starts_on": TODAY, "ends_on": TODAY + timedelta(days=29), "minutes_planned": 100 * 60}, []),
        ({"starts_on": TODAY, "ends_on": TODAY + timedelta(days=30), "minutes_planned": 100 * 60}, ["ends_on"]),
        ({"starts_on": TODAY, "ends_on": TODAY - timedelta(days=1)}, ["ends_on"]),
        ({"starts_on": TODAY, "ends_on": TODAY, "minutes_planned": 600}, []),
        ({"starts_on": TODAY, "ends_on": TODAY, "minutes_planned": 601}, ["minutes_planned"]),
        ({"starts_on": TODAY, "ends_on": TODAY + timedelta(days=6), "minutes_planned": 48 * 60}, []),
        (
            {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=6), "minutes_planned": 48 * 60 + 1},
            ["minutes_planned"],
        ),
        ({"minutes_planned": 0}, ["minutes_planned"]),
        ({"starts_on": TODAY}, []),
        ({"starts_on": TODAY - timedelta(days=1)}, ["starts_on"]),
        ({"basis": "pmsmp"}, ["basis_number"]),
        ({"basis": "pmsmp", "basis_number": "PM-12"}, []),
    ],
)
def test_each_rule_is_told_beside_its_field(
    journey: Journey, company: Company, facts: dict[str, Any], wrong: list[str]
) -> None:
    assert fields(make_stay(company, **facts), journey) == wrong


def test_tutor_and_holder_sign_each_for_herself(journey: Journey, company: Company, organisation: Organisation) -> None:
    assert fields(make_stay(company, tutor_email=journey.holder.user.email.upper()), journey) == ["tutor_email"]
    assert fields(make_stay(company, tutor_email=organisation.contact_email), journey) == ["tutor_email"]
    assert fields(make_stay(company, tutor_email="tutor@example.org"), journey) == []


@pytest.mark.parametrize(("born", "wrong"), [(None, []), (2010, []), (2011, ["starts_on"])])
def test_sixteen_is_the_least(journey: Journey, company: Company, born: int | None, wrong: list[str]) -> None:
    journey.holder.birth_year = born
    step = step_of(journey, "immersion")
    step.journey = journey
    stay = make_stay(company, starts_on=TODAY, born_on=None)
    assert [field for field, _sentence in problems(stay, step)] == wrong


def test_a_host_of_another_organisation_or_set_aside_is_refused(journey: Journey, company: Company) -> None:
    assert fields(make_stay(make_company(make_organisation())), journey) == ["company"]
    company = actions.set_aside_company(company, reason="Muette", by=None)
    assert fields(make_stay(company), journey) == ["company"]


def test_a_twin_and_a_frequent_host_only_warn(journey: Journey, company: Company) -> None:
    first = make_immersion(journey, company=company, starts_on=TODAY)
    step = first.step
    assert list(warnings(facts_of(first), step, but=first)) == []
    near = make_stay(company, starts_on=TODAY + timedelta(days=7))
    far = make_stay(company, starts_on=TODAY + timedelta(days=60))
    later = make_stay(company, starts_on=TODAY + timedelta(days=400))
    assert [len(list(warnings(stay, step))) for stay in (near, far, later)] == [2, 1, 0]
    assert actions.plan_immersion(step, near, by=None).state == Immersion.State.DRAFT


def test_nothing_starts_before_validation(journey: Journey, company: Company, clock: time_machine.Traveller) -> None:
    waiting = make_immersion(journey, company=company, state="to_validate", starts_on=TODAY)
    tasks.sweep_immersions_to_start()
    waiting.refresh_from_db()
    assert waiting.state == Immersion.State.TO_VALIDATE
    with pytest.raises(Refused):
        actions.complete_immersion(waiting, outcome="completed", minutes_done=600, by=None)
    actions.validate_immersion(waiting, by=None)
    for _ in range(2):
        tasks.sweep_immersions_to_start()
    waiting.refresh_from_db()
    assert waiting.state == Immersion.State.IN_PROGRESS
    assert step_of(journey, "immersion").state == Step.State.IN_PROGRESS
    assert Entry.objects.filter(verb="start_immersion").count() == 1


def test_the_sweep_waits_for_the_first_day(journey: Journey, clock: time_machine.Traveller) -> None:
    stay = make_immersion(journey, state="validated", starts_on=TODAY + timedelta(days=1))
    tasks.sweep_immersions_to_start()
    stay.refresh_from_db()
    assert stay.state == Immersion.State.VALIDATED
    clock.shift(timedelta(days=1))
    tasks.sweep_immersions_to_start()
    stay.refresh_from_db()
    assert stay.state == Immersion.State.IN_PROGRESS


def test_each_party_signs_once_in_any_order(journey: Journey, lead: User) -> None:
    stay = make_immersion(journey, state="to_sign")
    seen = []
    for party in ("organisation", "organisation", "holder", "company"):
        stay = actions.record_signature(stay, party=party, signed_on=TODAY, by=lead)
        seen.append((stay.state, len(signed_by(stay))))
    assert seen == [("partly_signed", 1), ("partly_signed", 1), ("partly_signed", 2), ("to_validate", 3)]


@pytest.mark.parametrize(
    ("state", "party", "day", "field"),
    [
        ("to_sign", "mayor", TODAY, "party"),
        ("to_sign", "holder", TODAY + timedelta(days=1), "signed_on"),
        ("partly_signed", "holder", TODAY - timedelta(days=1), "party"),
        ("draft", "holder", TODAY, None),
    ],
)
def test_a_wrong_signature_is_refused(journey: Journey, state: str, party: str, day: date, field: str | None) -> None:
    stay = make_immersion(journey, state=state)
    with pytest.raises(Refused) as refusal:
        actions.record_signature(stay, party=party, signed_on=day, by=None)
    assert refusal.value.field == field


@pytest.mark.parametrize("state", ["to_sign", "partly_signed", "to_validate"])
def test_any_edit_before_validation_wipes_the_signatures(journey: Journey, state: str) -> None:
    stay = make_immersion(journey, state=state)
    signed = len(signed_by(stay))
    same = actions.update_immersion(stay, facts_of(stay), by=None)
    assert (same.state, len(signed_by(same))) == (state, signed)
    changed = actions.update_immersion(stay, replace(facts_of(stay), tutor_job="Gérante"), by=None)
    assert (changed.state, changed.tutor_job, len(signed_by(changed))) == ("draft", "Gérante", 0)


def test_a_validated_stay_is_not_edited(journey: Journey) -> None:
    stay = make_immersion(journey, state="validated")
    with pytest.raises(Refused):
        actions.update_immersion(stay, replace(facts_of(stay), tutor_job="Gérante"), by=None)
    assert len(signed_by(stay)) == 3


def test_completed_hours_stand_declared_and_the_step_is_done(journey: Journey, lead: User) -> None:
    starts = TODAY - timedelta(days=4)
    stay = make_immersion(journey, state="in_progress", starts_on=starts)
    actions.complete_immersion(stay, outcome="completed", minutes_done=33 * 60, by=lead)
    line = Delivery.objects.get()
    assert (line.source, line.kind, line.minutes, line.state) == (f"immersion:{stay.pk}", "immersion", 1980, "declared")
    step = step_of(journey, "immersion")
    assert (step.state, step.done_on) == ("done", TODAY)
    with pytest.raises(Refused):
        actions.complete_immersion(stay, outcome="completed", minutes_done=33 * 60, by=lead)
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"outcome": "completed", "minutes_done": 600}, "outcome"),
        ({"outcome": "partial", "minutes_done": 600}, "last_day_on"),
        ({"outcome": "partial", "minutes_done": 600, "last_day_on": TODAY + timedelta(days=1)}, "last_day_on"),
        ({"outcome": "partial", "minutes_done": 0, "last_day_on": TODAY}, "minutes_done"),
        ({"outcome": "partial", "minutes_done": 1201, "last_day_on": TODAY}, "minutes_done"),
        ({"outcome": "not_happened"}, "reason"),
        ({"outcome": "not_happened", "reason": "Malade"}, "side"),
        ({"outcome": "well"}, "outcome"),
    ],
)
def test_an_impossible_outcome_is_refused(journey: Journey, facts: dict[str, Any], field: str) -> None:
    stay = make_immersion(journey, state="in_progress", starts_on=TODAY - timedelta(days=1))
    with pytest.raises(Refused) as refusal:
        actions.complete_immersion(stay, by=None, **facts)
    assert refusal.value.field == field
    assert not Delivery.objects.exists()


def test_a_partial_stay_counts_what_was_done(journey: Journey) -> None:
    stay = make_immersion(journey, state="in_progress", starts_on=TODAY - timedelta(days=1))
    actions.complete_immersion(stay, outcome="partial", minutes_done=420, last_day_on=TODAY, by=None)
    assert (stay.state, stay.last_day_on, Delivery.objects.get().minutes) == ("completed", TODAY, 420)


def test_what_did_not_happen_writes_no_hours(journey: Journey) -> None:
    stay = make_immersion(journey, state="in_progress", starts_on=TODAY)
    actions.complete_immersion(stay, outcome="not_happened", reason="Malade", side="holder", by=None)
    told = (stay.state, stay.closing_reason, stay.closing_side, Delivery.objects.count())
    assert told == ("completed", "Malade", "holder", 0)
    assert step_of(journey, "immersion").state == Step.State.PLANNED


@pytest.mark.parametrize("state", ["cancelled", "rejected"])
def test_a_closed_stay_gives_its_step_back(journey: Journey, state: str) -> None:
    stay = make_immersion(journey, state=state)
    assert (stay.state, bool(stay.closing_reason)) == (state, True)
    assert step_of(journey, "immersion").state == Step.State.PLANNED


def test_closing_needs_a_reason(journey: Journey) -> None:
    stay = make_immersion(journey, state="to_sign")
    for close in (actions.cancel_immersion, actions.reject_immersion):
        with pytest.raises(Refused) as refusal:
            close(stay, reason="  ", by=None)
        assert refusal.value.field == "reason"


# --- Companies ------------------------------------------------------------------------------------
def test_a_siret_is_read_with_its_spaces(organisation: Organisation) -> None:
    assert make_company(organisation, siret="732 829 320 00074").siret == SIRETS[0]


@pytest.mark.parametrize("siret", ["73282932000075", "7328293200007", "7328293200007X", "abc"])
def test_an_impossible_siret_is_refused(organisation: Organisation, siret: str) -> None:
    with pytest.raises(Refused) as refusal:
        make_company(organisation, siret=siret)
    assert refusal.value.field == "siret"


def test_one_siret_once_in_an_organisation(organisation: Organisation, other_organisation: Organisation) -> None:
    first = make_company(organisation, "La Conserverie", siret=SIRETS[0])
    make_company(other_organisation, siret=SIRETS[0])
    with pytest.raises(Refused, match="La Conserverie"):
        make_company(organisation, siret=SIRETS[0])
    second = make_company(organisation)
    with pytest.raises(Refused, match="La Conserverie"):
        actions.update_company(second, siret=SIRETS[0], by=None)
    assert actions.update_company(first, activity="Bocaux", by=None).activity == "Bocaux"


def test_a_company_described_on_the_way_comes_with_the_stay_or_not_at_all(journey: Journey) -> None:
    step = step_of(journey, "immersion")
    with pytest.raises(Refused) as refusal:
        actions.plan_immersion(step, make_stay(None), new_company={"name": "Neuve", "siret": "123"}, by=None)
    assert refusal.value.field == "new_siret"
    with pytest.raises(Refused):
        actions.plan_immersion(step, make_stay(None, minutes_planned=1), new_company={"name": ""}, by=None)
    assert not Company.objects.exists()
    stay = actions.plan_immersion(step, make_stay(None), new_company={"name": "Neuve"}, by=None)
    assert stay.company.name == "Neuve"


# --- Milestones -----------------------------------------------------------------------------------
def test_a_reached_milestone_is_dated_and_evidenced(journey: Journey, lead: User) -> None:
    milestone = make_milestone(journey, reached_on=TODAY - timedelta(days=2))
    step = step_of(journey, "milestone")
    assert (step.state, step.done_on) == ("done", TODAY - timedelta(days=2))
    with pytest.raises(Refused):
        make_milestone(journey)
    assert milestone.evidence == "Plan relu"


@pytest.mark.parametrize(
    ("day", "evidence", "field"), [(TODAY + timedelta(days=1), "Vu", "reached_on"), (TODAY, " ", "evidence")]
)
def test_an_impossible_milestone_is_refused(journey: Journey, day: date, evidence: str, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        make_milestone(journey, reached_on=day, evidence=evidence)
    assert refusal.value.field == field


def test_an_undone_milestone_leaves_its_trace(journey: Journey, lead: User) -> None:
    milestone = make_milestone(journey)
    with pytest.raises(Refused):
        actions.undo_milestone(milestone, reason="", by=lead)
    actions.undo_milestone(milestone, reason="Erreur de personne", by=lead)
    assert not Milestone.objects.exists()
    assert step_of(journey, "milestone").state == Step.State.PLANNED
    entry = Entry.objects.get(verb="undo_milestone")
    assert (entry.details["reason"], entry.details["evidence"]) == ("Erreur de personne", "Plan relu")
    assert make_milestone(journey).pk
