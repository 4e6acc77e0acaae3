"""Programmes, journeys and hours, made by calling the actions."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock
from journeys import actions
from journeys.models import Commune, Companion, Delivery, Holder, Journey, Programme, Project, Step
from tests.factories.accounts import make_member

_numbers = count(1)
NO_SESSION = 10**9
"""Above every number that a session has: a line of this factory never stands in the way of a real one."""

STEPS: list[dict[str, Any]] = [
    {"code": "posture", "kind": "module", "weight": 1, "max": 30, "minutes": 420,
     "title_fr": "Posture entrepreneuriale", "title_en": "Entrepreneurial posture"},
    {"code": "mentorat", "kind": "mentoring", "weight": 4, "max": 270, "minutes": 540, "occurrences": 6,
     "title_fr": "Mentorat", "title_en": "Mentoring"},
    {"code": "immersion", "kind": "immersion", "weight": 3, "min": 15, "max": 90, "minutes": 2100, "after": ["posture"],
     "title_fr": "Immersion en entreprise", "title_en": "Company immersion"},
    {"code": "plan", "kind": "milestone", "weight": 2, "min": 15, "max": 60, "after": ["posture"],
     "title_fr": "Plan d’affaires validé", "title_en": "Business plan validated",
     "evidence_fr": "Plan à trois ans", "evidence_en": "Three-year plan"},
]  # fmt: skip
"""One step of each kind: weights 1 + 4 + 3 + 2."""


def make_programme(organisation: Organisation, code: str = "", **fields: Any) -> Programme:
    """A programme with a published version of four steps, one of each kind."""
    description = {
        "code": code or f"programme-{next(_numbers)}",
        "track": "ess",
        "phases": ["emergence", "creation"],
        "title_fr": "Incubation ESS",
        "title_en": "SSE incubation",
        "steps": STEPS,
    }
    settings = {name: fields.pop(name) for name in ("hole_days", "silence_weeks", "is_open") if name in fields}
    programme = actions.create_programme(organisation, description | fields, by=None)
    if settings:
        Programme.objects.filter(pk=programme.pk).update(**settings)
        programme.refresh_from_db()
    return programme


def make_holder(organisation: Organisation, user: User | None = None, **fields: Any) -> Holder:
    """A person as holder in this organisation."""
    person = user or make_member(organisation, Membership.Role.HOLDER)
    holder, _created = Holder.objects.get_or_create(organisation=organisation, user=person, defaults=fields)
    return holder


def make_commune(insee: str = "44109", name: str = "Nantes") -> Commune:
    commune, _created = Commune.objects.get_or_create(insee=insee, defaults={"name": name})
    return commune


def make_project(organisation: Organisation, holder: Holder | None = None, **fields: Any) -> Project:
    """A project, carried by `holder` if given."""
    project = Project.objects.create(
        organisation=organisation, **{"name": f"Projet {next(_numbers)}", "commune": make_commune(), **fields}
    )
    if holder is not None:
        project.holders.add(holder)
    return project


def make_journey(
    organisation: Organisation,
    user: User | None = None,
    *,
    programme: Programme | None = None,
    project: Project | None = None,
    started_on: date | None = None,
    referent: User | None = None,
    by: User | None = None,
    **project_fields: Any,
) -> Journey:
    """An active journey of `user` (or somebody new) in the organisation's first programme (made if there is none)."""
    programme = programme or organisation.programmes.first() or make_programme(organisation)
    holder = make_holder(organisation, user)
    project = project or make_project(organisation, holder, **project_fields)
    return actions.open_journey(
        programme, project, holder, started_on=started_on or clock.today(), referent=referent, by=by
    )


def make_companion(journey: Journey, user: User, role: str = Companion.Role.MENTOR) -> Companion:
    """She accompanies this journey."""
    return actions.add_companion(journey, user, role, by=None)


def step_of(journey: Journey, kind: str) -> Step:
    """The journey's first step of this kind."""
    return journey.steps.filter(kind=kind).order_by("position").select_related("journey__programme")[0]


def make_delivery(
    journey: Journey,
    *,
    kind: str = "mentoring",
    minutes: int = 90,
    days_ago: int = 1,
    happened_at: datetime | None = None,
    source: str = "",
    by: User | None = None,
    **fields: Any,
) -> Delivery:
    """A declared line of hours."""
    return actions.record_delivery(
        journey,
        step=step_of(journey, kind),
        kind=kind,
        source=source or f"session:{NO_SESSION + next(_numbers)}",
        happened_at=happened_at or clock.now() - timedelta(days=days_ago),
        minutes=minutes,
        by=by,
        **fields,
    )


def make_confirmed_delivery(journey: Journey, **fields: Any) -> Delivery:
    """A line that its holder has confirmed."""
    return actions.confirm_delivery(make_delivery(journey, **fields), by=journey.holder.user)


def finish(journey: Journey, *, but: Callable[[Step], bool] = lambda step: False) -> None:
    """Every step done, except those for which `but` is true."""
    for step in journey.steps.order_by("position"):
        if not but(step):
            actions.advance_step(step, Step.State.DONE, by=None)
