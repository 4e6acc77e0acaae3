"""The steps of one journey as a reader finds them: what was recorded for each, and what she may do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from journeys.models import Immersion, Journey, Milestone, Step
from journeys.policies import (
    Abilities,
    may_list_modules,
    may_plan_immersion,
    may_reach_milestone,
    may_undo_milestone,
    may_waive_step,
)
from journeys.queries.journeys import note_of, when_of


@dataclass(frozen=True)
class StepLine:
    """One step with its day in words and what this reader may do about it ("" where she may not)."""

    step: Step
    when: str
    note: str
    record_url: str
    record_label: str
    advance_url: str
    waive_url: str

    @property
    def has_acts(self) -> bool:
        return bool(self.record_url or self.advance_url or self.waive_url)


@dataclass(frozen=True)
class Records:
    """What hangs on the steps of a journey: {step: its latest stay}, {step: its milestone}."""

    stays: Mapping[int, Immersion]
    milestones: Mapping[int, Milestone]


def records_of(journey: Journey) -> Records:
    """In two queries; stays that were rejected or cancelled are left out."""
    closed = [Immersion.State.REJECTED, Immersion.State.CANCELLED]
    stays = Immersion.objects.filter(step__journey=journey).exclude(state__in=closed).select_related("company")
    milestones = Milestone.objects.filter(step__journey=journey)
    return Records(
        stays={stay.step_id: stay for stay in stays.order_by("starts_on", "pk")},
        milestones={milestone.step_id: milestone for milestone in milestones.order_by("pk")},
    )


def note_with_records(step: Step, records: Records) -> str:
    """The evidence of a milestone, the host of a stay; else what the step asks for."""
    if step.pk in records.milestones:
        return records.milestones[step.pk].evidence
    if step.pk in records.stays:
        stay = records.stays[step.pk]
        return f"{stay.company} · {stay.get_state_display()}"
    return note_of(step)


def stay_url(step: Step, records: Records) -> str:
    """The page of the step's stay, if it has one."""
    stay = records.stays.get(step.pk)
    return reverse("journeys:immersion_detail", args=[stay.pk]) if stay else ""


def _record(step: Step, user: User, records: Records) -> tuple[str, str]:
    """(label, address) of the page where this step is planned, recorded or read."""
    if step.pk in records.stays:
        return _("See the stay"), stay_url(step, records)
    if step.pk in records.milestones:
        milestone = records.milestones[step.pk]
        if may_undo_milestone(user, milestone):
            return _("Undo"), reverse("journeys:milestone_undo", args=[milestone.pk])
    elif step.kind == "immersion" and step.is_open and may_plan_immersion(user, step) and step.journey.is_live:
        return _("Plan the stay"), reverse("journeys:immersion_plan", args=[step.pk])
    elif step.kind == "milestone" and step.is_open and may_reach_milestone(user, step):
        return _("Record as reached"), reverse("journeys:milestone_reach", args=[step.pk])
    elif step.kind == "module" and step.is_open and step.module_id and may_list_modules(user):
        return _("See its dates"), reverse("journeys:module_detail", args=[step.module_id])
    return "", ""


def step_lines(steps: list[Step], user: User, can: Abilities, records: Records) -> list[StepLine]:
    """Every step, in order, with its acts for this reader."""
    return [_step_line(step, user, can, records) for step in steps]


def _step_line(step: Step, user: User, can: Abilities, records: Records) -> StepLine:
    moves = can.change_steps and step.is_open
    waives = step.is_open and may_waive_step(user, step)
    label, url = _record(step, user, records)
    return StepLine(
        step=step,
        when=when_of(step),
        note=note_with_records(step, records),
        record_url=url,
        record_label=label,
        advance_url=reverse("journeys:step_advance", args=[step.pk]) if moves else "",
        waive_url=reverse("journeys:step_waive", args=[step.pk]) if waives else "",
    )
