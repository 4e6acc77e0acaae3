"""Module dates, companies, immersions and milestones, made by calling the actions."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from stdnum import luhn

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


def make_siret() -> str:
    """One that passes the check, another each time."""
    body = f"9{next(_numbers):07d}"
    siren = body + luhn.calc_check_digit(body)
    return f"{siren}0001{luhn.calc_check_digit(siren + '0001')}"


def make_company(organisation: Organisation, name: str = "", **fields: Any) -> Company:
    """A host."""
    fields = {"siret": make_siret(), "address": "3 quai de la Fosse, Nantes", **fields}
    return actions.create_company(organisation, name=name or f"Entreprise {next(_numbers)}", by=None, **fields)


def days_of(starts_on: date, minutes: list[int]) -> list[dict[str, Any]]:
    """A schedule of these minutes, day after day, each from 8:00 on with a break of an hour after four hours."""
    days = []
    for shift, length in enumerate(minutes):
        late = 12 * 60 + 60 + max(0, length - 240)
        slots = [(480, 480 + min(240, length)), (13 * 60, late)][: 1 + (length > 240)]
        spans = [[f"{minute // 60:02d}:{minute % 60:02d}" for minute in slot] for slot in slots]
        days.append({"on": (starts_on + timedelta(days=shift)).isoformat(), "slots": spans if length else []})
    return days


# Everything that an agreement needs before it goes out to be signed.
WHOLE: dict[str, Any] = {
    "tutor_name": "Paule Tutrice",
    "tutor_job": "Cheffe d’atelier",
    "activities": "Découvrir l’atelier, participer à l’accueil.",
    "emergency_name": "Sacha Proche",
    "emergency_phone": "06 12 34 56 78",
    "insurance": "Assureur, contrat 12345",
    "signatory_name": "Dominique Direction",
    "validator_name": "Camille Responsable",
    "born_on": date(1990, 5, 4),
}


def make_stay(company: Company | None, **facts: Any) -> actions.Stay:
    """Five days of seven hours, a week from now, with nothing missing but the schedule."""
    starts = facts.pop("starts_on", clock.today() + timedelta(days=7))
    number = next(_numbers)
    emails = {f"{who}_email": f"{who}{number}@exemple.fr" for who in ("tutor", "signatory", "validator")}
    given = {"ends_on": starts + timedelta(days=4), **WHOLE, **emails, **facts}
    if not given.get("schedule"):
        given.setdefault("minutes_planned", 5 * 7 * 60)
    return actions.Stay(company=company, starts_on=starts, **given)


def with_days(stay: actions.Stay) -> actions.Stay:
    """The same with a schedule that has its hours: as many each day, ten at most."""
    days = max(stay.days, 1)
    share, rest = divmod(stay.minutes_planned, days)
    minutes = [share + (shift < rest) for shift in range(days)]
    return replace(stay, schedule=stay.schedule or days_of(stay.starts_on, minutes))


def make_immersion(
    journey: Journey, *, state: str = "draft", company: Company | None = None, **facts: Any
) -> Immersion:
    """An immersion of this journey, brought to `state` by the actions; drafted and signed before it began."""
    company = company or make_company(journey.programme.organisation)
    birth_year = journey.holder.birth_year
    if birth_year:
        facts.setdefault("born_on", date(birth_year, 5, 4))
    stay = with_days(make_stay(company, **facts))
    before = datetime.combine(stay.starts_on, time(8), tzinfo=UTC) - timedelta(days=1)
    with clock.pretend(before) if before < clock.now() else nullcontext():
        row = _signed(actions.plan_immersion(step_of(journey, "immersion"), stay, by=None), state)
    if state in ("in_progress", "completed"):
        row = actions.start_immersion(row, by=None)
    if state == "completed":
        row = actions.complete_immersion(row, outcome="completed", minutes_done=row.minutes_planned, by=None)
    return row


def _signed(row: Immersion, state: str) -> Immersion:
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
    return row


def make_milestone(journey: Journey, *, reached_on: date | None = None, evidence: str = "Plan relu") -> Milestone:
    """The journey's milestone, reached today."""
    return actions.reach_milestone(
        step_of(journey, "milestone"), reached_on=reached_on or clock.today(), evidence=evidence, by=None
    )
