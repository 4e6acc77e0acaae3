"""The steps of one journey as a reader finds them: what was recorded for each, and what she may do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock, prepared
from backend.web.reading import day, moment
from journeys.models import (
    Enrolment,
    Immersion,
    Journey,
    Milestone,
    MilestoneProposal,
    ModuleDate,
    PlanChange,
    ProgrammeVersion,
    Step,
)
from journeys.policies import (
    may_apply_version,
    may_list_modules,
    may_personalise,
    may_plan_immersion,
    may_propose_milestone,
    may_reach_milestone,
    may_undo_change,
    may_undo_milestone,
    may_wish_host,
)
from journeys.queries.journeys import note_of, when_of
from journeys.queries.offers import version_offered
from journeys.queries.teams import share_words


@dataclass(frozen=True)
class StepLine:
    """One step with its day in words and what this reader may do about it ("" where she may not)."""

    step: Step
    when: str
    note: str
    record_url: str
    record_label: str
    ask_url: str
    move_url: str
    edit_url: str
    waive_url: str
    restore_url: str

    @property
    def has_acts(self) -> bool:
        return bool(self.record_url or self.edit_url or self.restore_url)


@dataclass(frozen=True)
class PlanTools:
    """What this reader may do with the plan as a whole ("" or None where she may not)."""

    add_url: str = ""
    last: PlanChange | None = None
    undo_url: str = ""
    version: ProgrammeVersion | None = None
    version_url: str = ""

    @property
    def last_words(self) -> str:
        """What the last change was, by whom and when."""
        if self.last is None:
            return ""
        words = {"what": change_words(self.last), "when": moment(self.last.created_at)}
        if self.last.by is None:
            return _("%(what)s, %(when)s") % words
        return _("%(what)s, by %(person)s, %(when)s") % {**words, "person": self.last.by}


def change_words(change: PlanChange) -> str:
    """What a change of plan did, in words."""
    words = {
        "add_step": _("“%(step)s” added"),
        "edit_step": _("“%(step)s” edited"),
        "move_step": _("“%(step)s” moved"),
        "remove_step": _("“%(step)s” removed"),
        "restore_step": _("“%(step)s” restored"),
        "waive_step": _("“%(step)s” waived"),
        "apply_version": _("Version %(step)s of the programme taken up"),
    }
    return words.get(change.verb, "%(step)s") % {"step": change.label or change.verb}


def given_back(step: Step) -> str:
    """What waiving this step takes from her, in a sentence: her seat, her place in line; "" when she has neither."""
    places = step.enrolments.filter(
        state__in=[Enrolment.State.ENROLLED, Enrolment.State.WAITING],
        module_date__state=ModuleDate.State.PLANNED, module_date__starts_at__gt=clock.now(),
    )  # fmt: skip
    first = places.select_related("module_date").order_by("state", "module_date__starts_at", "pk").first()
    if first is None:
        return ""
    words = _("Their place in line for %(day)s is given up.")
    if first.state == Enrolment.State.ENROLLED:
        words = _("Their seat on %(day)s goes to the first who waits; it does not come back by itself.")
    return words % {"day": day(first.module_date.starts_at)}


def plan_tools(journey: Journey, user: User) -> PlanTools:
    """The tools above the steps; nothing for who does not make the plan."""
    if not may_personalise(user, journey):
        return PlanTools()
    last = journey.plan_changes.select_related("by").order_by("-created_at", "-pk").first()
    undoes = last is not None and last.undone_at is None and may_undo_change(user, journey)
    version = version_offered(journey) if may_apply_version(user, journey) else None
    return PlanTools(
        add_url=reverse("journeys:step_add", args=[journey.pk]),
        last=last if undoes else None,
        undo_url=reverse("journeys:journey_undo", args=[journey.pk]) if undoes else "",
        version=version,
        version_url=reverse("journeys:journey_version", args=[journey.pk]) if version else "",
    )


@dataclass(frozen=True)
class Records:
    """What hangs on the steps of a journey: {step: its latest stay, its milestone, its proposal that waits}."""

    stays: Mapping[int, Immersion]
    milestones: Mapping[int, Milestone]
    proposals: Mapping[int, MilestoneProposal]


def records_of(journey: Journey) -> Records:
    """In three queries; stays that were rejected or cancelled are left out."""
    on = journey.pk

    def stays() -> "QuerySet[Immersion]":
        closed = [Immersion.State.REJECTED, Immersion.State.CANCELLED]
        rows = Immersion.objects.filter(step__journey=on).exclude(state__in=closed)
        return rows.select_related("company").order_by("starts_on", "pk")

    def milestones() -> "QuerySet[Milestone]":
        return Milestone.objects.filter(step__journey=on).order_by("pk")

    def waiting() -> "QuerySet[MilestoneProposal]":
        proposed = MilestoneProposal.State.PROPOSED
        return MilestoneProposal.objects.filter(step__journey=on, state=proposed).order_by("pk")

    return Records(
        stays={one.step_id: one for one in prepared.objects(("stays_of", on), stays)},
        milestones={one.step_id: one for one in prepared.objects(("milestones_of", on), milestones)},
        proposals={one.step_id: one for one in prepared.objects(("proposals_of", on), waiting)},
    )


def note_with_records(step: Step, records: Records) -> str:
    """What was recorded or is asked, and whether the team does it once for all."""
    return " · ".join(part for part in (_note(step, records), share_words(step)) if part)


def _note(step: Step, records: Records) -> str:
    """The evidence of a milestone, the host of a stay; else what the step asks for."""
    if step.pk in records.milestones:
        return records.milestones[step.pk].evidence
    if step.pk in records.stays:
        stay = records.stays[step.pk]
        return f"{stay.company} · {stay.get_state_display()}"
    if step.pk in records.proposals:
        return _("proposed, waiting to be read")
    return note_of(step)


def stay_url(step: Step, records: Records) -> str:
    """The page of the step's stay, if it has one."""
    stay = records.stays.get(step.pk)
    return reverse("journeys:immersion_detail", args=[stay.pk]) if stay else ""


def own_url(step: Step, user: User, records: Records) -> str:
    """Where a station leads somebody who moves no step: its stay, where a date is chosen, where it is proposed."""
    if (
        step.kind == "milestone"
        and may_propose_milestone(user, step)
        and (step.is_open or step.pk in records.milestones)
    ):
        return reverse("journeys:milestone_propose", args=[step.pk])
    if step.kind == "module" and step.is_open and step.module_id and may_list_modules(user):
        return reverse("journeys:module_detail", args=[step.module_id])
    return stay_url(step, records)


def _milestone_record(step: Step, user: User, records: Records) -> tuple[str, str]:
    """(label, address) for a milestone: to propose, to answer, to record, to undo."""
    if step.pk in records.milestones:
        milestone = records.milestones[step.pk]
        milestone.step = step  # read already, with its journey: not once more for each milestone
        may = may_undo_milestone(user, milestone)
        return (_("Undo"), reverse("journeys:milestone_undo", args=[milestone.pk])) if may else ("", "")
    if step.pk in records.proposals and not may_propose_milestone(user, step):
        return _("Read the proposal"), reverse("journeys:proposal_detail", args=[records.proposals[step.pk].pk])
    if step.is_open and may_propose_milestone(user, step):
        label = _("See my proposal") if step.pk in records.proposals else _("Propose as reached")
        return label, reverse("journeys:milestone_propose", args=[step.pk])
    if step.is_open and may_reach_milestone(user, step):
        return _("Record as reached"), reverse("journeys:milestone_reach", args=[step.pk])
    return "", ""


def former_urls(steps: list[Step], user: User) -> dict[int, str]:
    """{step carried over a bridge: the line of the former journey where it was done}, as far as she may see those."""
    carried = {
        step.pk: step.carried_from_id for step in steps if step.carried_from_id and step.state == Step.State.DONE
    }
    if not carried:
        return {}
    seen = Step.objects.visible_to(user).filter(pk__in=carried.values()).order_by().values_list("pk", "journey")
    url = {pk: f"{reverse('journeys:journey_detail', args=[journey])}#step-{pk}" for pk, journey in seen}
    return {pk: url[former] for pk, former in carried.items() if former in url}


def _record(step: Step, user: User, records: Records) -> tuple[str, str]:
    """(label, address) of the page where this step is planned, recorded or read."""
    if step.pk in records.stays:
        return _("See the stay"), stay_url(step, records)
    if step.kind == "milestone":
        return _milestone_record(step, user, records)
    if step.kind == "immersion" and step.is_open and may_plan_immersion(user, step) and step.journey.is_live:
        return _("Plan the stay"), reverse("journeys:immersion_plan", args=[step.pk])
    if step.kind == "immersion" and step.is_open and may_wish_host(user, step) and step.journey.is_live:
        return _("Look for a host"), _offers_url(step)
    if step.kind == "module" and step.is_open and step.module_id and may_list_modules(user):
        return _("See its dates"), reverse("journeys:module_detail", args=[step.module_id])
    return "", ""


def _ask_url(step: Step, user: User, records: Records, record_url: str) -> str:
    """Where a company is asked on her behalf, beside the page where her stay is planned."""
    url = _offers_url(step)
    is_to_place = step.kind == "immersion" and step.is_open and step.journey.is_live and step.pk not in records.stays
    return url if is_to_place and url != record_url and may_wish_host(user, step) else ""


def _offers_url(step: Step) -> str:
    return f"{reverse('journeys:offer_list')}?step={step.pk}"


def step_lines(steps: list[Step], user: User, records: Records) -> list[StepLine]:
    """Every step, in order, with its acts for this reader."""
    former = former_urls(steps, user)
    return [_step_line(step, user, records, former.get(step.pk, "")) for step in steps]


def _step_line(step: Step, user: User, records: Records, former: str) -> StepLine:
    makes = may_personalise(user, step.journey)
    opens = makes and step.is_open
    over = makes and step.state in (Step.State.WAIVED, Step.State.ABANDONED)
    label, url = (_("See where it was done"), former) if former else _record(step, user, records)
    return StepLine(
        step=step,
        when=when_of(step),
        note=note_with_records(step, records),
        record_url=url,
        record_label=label,
        ask_url=_ask_url(step, user, records, url),
        move_url=reverse("journeys:step_move", args=[step.pk]) if opens else "",
        edit_url=reverse("journeys:step_edit", args=[step.pk]) if opens else "",
        waive_url=reverse("journeys:step_waive", args=[step.pk]) if opens else "",
        restore_url=reverse("journeys:step_restore", args=[step.pk]) if over else "",
    )
