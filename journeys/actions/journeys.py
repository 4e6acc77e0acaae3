"""Journeys: opened from a programme, moved through their states, accompanied."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.bulk import insert_many
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys import signals
from journeys.models import (
    Commitment,
    Companion,
    Holder,
    Journey,
    Programme,
    ProgrammeVersion,
    Project,
    Step,
    StepTemplate,
)

Pair = tuple[Project, Holder]
COPIED = (
    *("position", "kind", "title_fr", "title_en", "weight", "is_required", "min_days", "max_days"),
    *("minutes_expected", "occurrences", "evidence_fr", "evidence_en", "module_id"),
)


@dataclass(frozen=True)
class Opening:
    """One journey to open: whose, from which day, and if it is known with whom and until when."""

    project: Project
    holder: Holder
    started_on: date
    referent: User | None = None
    planned_end_on: date | None = None


def _dates(templates: Sequence[StepTemplate], after: dict[int, list[int]], start: date) -> dict[int, tuple[date, date]]:
    """{template id: (not before, due)}: days count from the latest due date of what comes first, else the start."""
    by_id = {template.pk: template for template in templates}
    found: dict[int, tuple[date, date]] = {}

    def place(pk: int) -> tuple[date, date]:
        if pk not in found:
            anchor = max((place(before)[1] for before in after[pk]), default=start)
            template = by_id[pk]
            found[pk] = (anchor + timedelta(days=template.min_days), anchor + timedelta(days=template.max_days))
        return found[pk]

    for template in templates:
        place(template.pk)
    return found


def _planned_end(start: date, dates: dict[int, tuple[date, date]]) -> date:
    """The last due date; half a year when the programme has no steps."""
    return max((due for _earliest, due in dates.values()), default=start + timedelta(days=180))


def _prerequisites(version: ProgrammeVersion) -> dict[int, list[int]]:
    """{template id: ids of the templates that come before it}."""
    after: dict[int, list[int]] = defaultdict(list)
    pairs = StepTemplate.after.through.objects.filter(from_steptemplate__version=version)
    for later, earlier in pairs.values_list("from_steptemplate_id", "to_steptemplate_id"):
        after[later].append(earlier)
    return after


def _copy_steps(
    journeys: Sequence[Journey],
    templates: Sequence[StepTemplate],
    after: dict[int, list[int]],
    dates: dict[date, dict[int, tuple[date, date]]],
) -> None:
    """The steps of each journey and what each waits for."""
    same = {one.pk: tuple(getattr(one, name) for name in COPIED) for one in templates}
    now = clock.now()
    insert_many(
        Step,
        ("created_at", "journey_id", "template_id", "earliest_on", "due_on", "state", "waive_reason", *COPIED),
        (
            (now, journey.pk, pk, *dates[journey.started_on][pk], Step.State.PLANNED.value, "", *facts)
            for journey in journeys
            for pk, facts in same.items()
        ),
    )
    copies: dict[tuple[int, int | None], int] = {}
    for start in range(0, len(journeys), 500):
        steps = Step.objects.filter(journey__in=journeys[start : start + 500]).order_by("pk")
        for journey_id, template_id, pk in steps.values_list("journey_id", "template_id", "pk"):
            copies[journey_id, template_id] = pk
    insert_many(
        Step.after.through,
        ("from_step_id", "to_step_id"),
        (
            (copies[journey.pk, later], copies[journey.pk, earlier])
            for journey in journeys
            for later, earliers in after.items()
            for earlier in earliers
        ),
    )


@transaction.atomic
def open_journeys(
    programme: Programme, pairs: Sequence[Pair], *, started_on: date, referent: User | None = None, by: User | None
) -> list[Journey]:
    """An active journey for each (project, holder), all from the same day: see `open_many`."""
    return open_many(programme, [Opening(*pair, started_on, referent) for pair in pairs], by=by)


@transaction.atomic
def open_many(programme: Programme, openings: Sequence[Opening], *, by: User | None) -> list[Journey]:
    """An active journey for each opening, its steps copied from the programme's published version.

    Due dates follow the min and max days of each step. The number of queries does not grow with the number of openings.
    Refused when the programme has no published version, or one of them already has a live journey in it.
    """
    version = programme.versions.filter(published_at__isnull=False).order_by("-number").first()
    if version is None:
        raise Refused(_("This programme has no published version yet."))
    taken = Journey.objects.live().filter(programme=programme, holder__in=[one.holder for one in openings])
    live = set(taken.values_list("project_id", "holder_id"))
    if any((one.project.pk, one.holder.pk) in live for one in openings):
        raise Refused(_("This person already has a journey under way in this programme for this project."))
    templates = list(version.steps.order_by("position"))
    after = _prerequisites(version)
    dates = {start: _dates(templates, after, start) for start in {one.started_on for one in openings}}
    journeys = Journey.objects.bulk_create(
        [
            Journey(
                programme=programme,
                version=version,
                project=one.project,
                holder=one.holder,
                referent=one.referent,
                state=Journey.State.ACTIVE,
                started_on=one.started_on,
                planned_end_on=one.planned_end_on or _planned_end(one.started_on, dates[one.started_on]),
            )
            for one in openings
        ],
        batch_size=500,
    )
    _copy_steps(journeys, templates, after, dates)
    history.record_many("open_journey", journeys, by=by, organisation=programme.organisation)
    return journeys


def open_journey(
    programme: Programme,
    project: Project,
    holder: Holder,
    *,
    started_on: date,
    referent: User | None = None,
    by: User | None,
) -> Journey:
    """One active journey, as `open_journeys` does it."""
    return open_journeys(programme, [(project, holder)], started_on=started_on, referent=referent, by=by)[0]


@transaction.atomic
def pause_journey(journey: Journey, *, reason: str, by: User | None) -> Journey:
    """The journey rests. Refused without a reason, or when it is not under way."""
    if not reason.strip():
        raise Refused(_("Say in a few words why the journey is paused."), field="reason")
    move(journey, Journey.State.PAUSED, stamps={"pause_reason": reason.strip()})
    history.record("pause_journey", journey, by=by, organisation=journey.programme.organisation, reason=reason)
    return journey


@transaction.atomic
def resume_journey(journey: Journey, *, by: User | None) -> Journey:
    """Under way again; open steps and the planned end move by the days it rested."""
    paused = history.last("pause_journey", journey)
    rested = timedelta(days=max(0, (clock.now() - paused.at).days)) if paused else timedelta()
    move(journey, Journey.State.ACTIVE, stamps={"planned_end_on": journey.planned_end_on + rested, "pause_reason": ""})
    steps = list(journey.steps.filter(state__in=[Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS]))
    for step in steps:
        step.earliest_on += rested
        step.due_on += rested
    Step.objects.bulk_update(steps, ["earliest_on", "due_on"])
    history.record(
        "resume_journey", journey, by=by, organisation=journey.programme.organisation, rested_days=rested.days
    )
    return journey


@transaction.atomic
def complete_journey(journey: Journey, *, by: User | None, on: date | None = None) -> Journey:
    """The journey is completed. Refused while a required step is neither done nor waived (they are named), and for a
    day to come."""
    missing = [step.title for step in journey.steps.filter(is_required=True) if step.state not in ("done", "waived")]
    if missing:
        raise Refused(_("Still to do or to waive: %(steps)s.") % {"steps": ", ".join(missing)})
    return _end(journey, Journey.State.COMPLETED, {}, on=on, by=by)


@transaction.atomic
def leave_journey(journey: Journey, *, reason: str, by: User | None, on: date | None = None) -> Journey:
    """The holder leaves before the end, for one of the known reasons. Open steps are abandoned.

    Refused for a day to come.
    """
    if reason not in Journey.LeaveReason.values:
        raise Refused(_("Choose one of the reasons for leaving."), field="reason")
    journey.steps.filter(state__in=[Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS]).update(
        state=Step.State.ABANDONED
    )
    return _end(journey, Journey.State.LEFT, {"leave_reason": reason}, on=on, by=by)


def _end(
    journey: Journey, state: Journey.State, stamps: dict[str, str], *, on: date | None, by: User | None
) -> Journey:
    if on is not None and on > clock.today():
        raise Refused(_("A journey ends on a day that has come."), field="on")
    move(journey, state, stamps={"ended_on": on or clock.today(), **stamps})
    verb = "complete_journey" if state == Journey.State.COMPLETED else "leave_journey"
    history.record(verb, journey, by=by, organisation=journey.programme.organisation, **stamps)
    signals.journey_ended.send(Journey, journey=journey)
    return journey


@transaction.atomic
def advance_step(step: Step, state: str, *, on: date | None = None, by: User | None) -> Step:
    """The step is now `state`; a done step remembers the day. Nothing happens when it is there already.

    Refused when the step cannot go there from where it is.
    """
    if step.state == state:
        return step
    was = step.state
    done = state == Step.State.DONE
    move(step, state, stamps={"done_on": (on or clock.today()) if done else None})
    history.record(
        "advance_step", step, by=by, organisation=step.journey.programme.organisation, was=was, now=str(state)
    )
    return step


@transaction.atomic
def waive_step(step: Step, *, reason: str, by: User | None) -> Step:
    """The step no longer counts for this person. Refused without a reason."""
    if not reason.strip():
        raise Refused(_("Say in a few words why this step is waived."), field="reason")
    move(step, Step.State.WAIVED, stamps={"waive_reason": reason.strip()})
    history.record("waive_step", step, by=by, organisation=step.journey.programme.organisation, reason=reason)
    return step


@transaction.atomic
def add_companion(journey: Journey, user: User, role: str, *, by: User | None) -> Companion:
    """She sees this journey from now on, for as long as she accompanies it."""
    companion, _created = Companion.objects.get_or_create(journey=journey, user=user, role=role, ended_at=None)
    return companion


@transaction.atomic
def end_companion(journey: Journey, user: User, role: str, *, by: User | None) -> int:
    """She sees it no more."""
    return journey.companions.filter(user=user, role=role, ended_at=None).update(ended_at=clock.now())


@transaction.atomic
def add_commitment(journey: Journey, *, text: str, owner: User, due_on: date | None, by: User | None) -> Commitment:
    """A decided next action. Refused when it says nothing, or its owner has no part in the journey."""
    if not text.strip():
        raise Refused(_("Say what is to be done."), field="text")
    people = {
        journey.holder.user_id,
        journey.referent_id,
        *journey.companions.filter(ended_at=None).values_list("user", flat=True),
    }
    if owner.pk not in people and not owner.leads(journey.programme.organisation_id):
        raise Refused(_("Only people active on this journey can own a next step."), field="owner")
    commitment = Commitment.objects.create(
        journey=journey, text=text.strip()[:240], owner=owner, due_on=due_on, made_by=by
    )
    history.record("add_commitment", commitment, by=by, organisation=journey.programme.organisation)
    return commitment


@transaction.atomic
def complete_commitment(commitment: Commitment, *, by: User | None) -> Commitment:
    """Done. Done twice is done once."""
    changed = Commitment.objects.open().filter(pk=commitment.pk).update(done_at=clock.now())
    commitment.refresh_from_db()
    if changed:
        organisation = commitment.journey.programme.organisation
        history.record("complete_commitment", commitment, by=by, organisation=organisation)
    return commitment
