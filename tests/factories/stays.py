"""Module dates, companies, immersions and milestones, made by calling the actions."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from backend.accounts.models import Organisation, User
from backend.lib import clock
from journeys import actions
from journeys.models import Company, Enrolment, Immersion, Journey, Milestone, Module, ModuleDate
from tests.factories.journeys import step_of

_numbers = count(1)
SIRETS = ["73282932000074", "35600000000048", "55208131766522"]


def module_of(journey: Journey) -> Module:
    """The module of the journey's first module step."""
    module = step_of(journey, "module").module
    assert module is not None
    return module


def make_module_date(
    module: Module, *, starts_at: datetime | None = None, minutes: int = 180, by: User | None = None, **fields: Any
) -> ModuleDate:
    """A date of this module, tomorrow at the hour it is now unless told otherwise."""
    starts = starts_at or clock.now() + timedelta(days=1)
    facts: dict[str, Any] = {"place": "Solilab, Nantes", "seats": 12, **fields}
    return actions.create_module_date(
        module, starts_at=starts, ends_at=starts + timedelta(minutes=minutes), by=by, **facts
    )


def enrol(date: ModuleDate, *journeys: Journey, by: User | None = None) -> list[Enrolment]:
    """These people have a seat."""
    return actions.enrol_people(date, [step_of(journey, "module") for journey in journeys], by=by)


def make_company(organisation: Organisation, name: str = "", **fields: Any) -> Company:
    """A host."""
    return actions.create_company(organisation, name=name or f"Entreprise {next(_numbers)}", by=None, **fields)


def make_stay(company: Company | None, **facts: Any) -> actions.Stay:
    """Five days of seven hours, a week from now."""
    starts = facts.pop("starts_on", clock.today() + timedelta(days=7))
    return actions.Stay(
        company=company,
        tutor_name=facts.pop("tutor_name", "Paule Tutrice"),
        starts_on=starts,
        ends_on=facts.pop("ends_on", starts + timedelta(days=4)),
        minutes_planned=facts.pop("minutes_planned", 5 * 7 * 60),
        **facts,
    )


def make_immersion(
    journey: Journey, *, state: str = "draft", company: Company | None = None, **facts: Any
) -> Immersion:
    """An immersion of this journey, brought to `state` by the actions."""
    company = company or make_company(journey.programme.organisation)
    row = actions.plan_immersion(step_of(journey, "immersion"), make_stay(company, **facts), by=None)
    if state == "cancelled":
        return actions.cancel_immersion(row, reason="Plus d’activité", by=None)
    if state != "draft":
        row = actions.send_immersion_to_sign(row, by=None)
    if state == "rejected":
        return actions.reject_immersion(row, reason="Pas d’assurance", by=None)
    parties = {"draft": [], "to_sign": [], "partly_signed": ["holder"]}.get(state, row.parties)
    for party in parties:
        row = actions.record_signature(row, party=party, signed_on=clock.today(), by=None)
    if state in ("validated", "in_progress", "completed"):
        row = actions.validate_immersion(row, by=None)
    if state in ("in_progress", "completed"):
        row = actions.start_immersion(row, by=None)
    if state == "completed":
        row = actions.complete_immersion(row, outcome="completed", minutes_done=row.minutes_planned, by=None)
    return row


def make_milestone(journey: Journey, *, reached_on: date | None = None, evidence: str = "Plan relu") -> Milestone:
    """The journey's milestone, reached today."""
    return actions.reach_milestone(
        step_of(journey, "milestone"), reached_on=reached_on or clock.today(), evidence=evidence, by=None
    )
