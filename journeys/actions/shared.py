"""Steps done once for the whole team: where they stand on one member's journey, they stand on her team-mates'.

Copies of a shared step are found by their code on the live journeys of the same project in the same programme, as
long as their holders carry the project now. Only *done* and *no longer done* are shared: a seat or a date is one's own.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.models import Carrier, Journey, Milestone, Step

OPEN = (Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS)


def team_copies(step: Step, *, only_shared: bool = True) -> list[Step]:
    """The copies of `step` on the journeys of the present team, her own included, locked in the order of their keys.

    Empty when its holder carries the project no more or her journey is over: then it is nobody else's business.
    """
    journey = step.journey
    team = Carrier.objects.current().filter(project=journey.project_id).order_by().values("holder")
    rows = Step.objects.select_for_update(of=("self",), no_key=True).filter(
        code=step.code,
        journey__project=journey.project_id,
        journey__programme=journey.programme_id,
        journey__in=Journey.objects.live().order_by().values("pk"),
        journey__holder__in=team,
    )
    if only_shared:
        rows = rows.filter(is_shared=True)
    copies = list(rows.order_by("pk"))
    return copies if any(copy.pk == step.pk for copy in copies) else []


def meet_team(step: Step) -> None:
    """Before a shared step moves: wait for team-mates who move it at this moment, and see where they left it."""
    if step.is_shared:
        for copy in team_copies(step):
            if copy.pk == step.pk:
                step.state, step.done_on = copy.state, copy.done_on


def reached_by(step: Step) -> Milestone | None:
    """The milestone that stands on this step, or on the copy of a team-mate who reached it for all."""
    steps = [step, *team_copies(step)] if step.is_shared else [step]
    found = Milestone.objects.filter(step__in=[one.pk for one in steps]).order_by("pk")
    return found.select_related("step__journey__holder__user").first()


def hold_step(step: Step) -> None:
    """The step as it stands now, held with its team-mates' copies: the team's rows first, always in the same order."""
    meet_team(step)
    row = Step.objects.select_for_update(of=("self",), no_key=True).filter(pk=step.pk).first()
    if row is None:
        raise Refused(_("This step has been removed meanwhile."))
    step.state, step.done_on = row.state, row.done_on


def is_reached_by_team(step: Step) -> bool:
    """Has a team-mate reached this shared milestone already?"""
    if not step.is_shared:
        return False
    return Milestone.objects.filter(step__in=team_copies(step)).exists()


@transaction.atomic
def follow_step(step: Step, *, by: User | None) -> int:
    """The team-mates' copies of a shared step are done the same day as it is, or are no longer done as it is not.

    Waived copies stay waived. Each one that moves says in history whose step it follows; how many moved.
    """
    if not step.is_shared:
        return 0
    is_done = step.state == Step.State.DONE
    mates = [copy for copy in team_copies(step) if copy.pk != step.pk]
    if is_done:
        moved = [copy for copy in mates if copy.state in OPEN]
        values: dict[str, Any] = {"done_on": step.done_on, "shared_from": step}
    else:
        moved = [copy for copy in mates if copy.state == Step.State.DONE or copy.shared_from_id is not None]
        values = {"done_on": None, "carried_from": None}
        values["shared_from"] = None if step.state == Step.State.PLANNED else step
    Step.objects.filter(pk__in=[copy.pk for copy in moved]).update(state=step.state, **values)
    for copy in moved:
        history.record(
            "follow_step", copy, by=by, organisation=step.journey.programme.organisation,
            was=copy.state, now=str(step.state), step=step.pk, person=str(step.journey.holder),
        )  # fmt: skip
    return len(moved)


@transaction.atomic
def catch_up(journey: Journey, *, by: User | None, only: Collection[int] | None = None) -> int:
    """What the team shares and has done already is done on this journey too, on the day it was done; how many.

    A step that the team shares by its own choice is shared here as well. `only`: these steps of it, and no other.
    """
    team = Carrier.objects.current().filter(project=journey.project_id).order_by().values("holder")
    known: dict[str, Step] = {}
    rows = Step.objects.filter(
        is_shared=True, journey__project=journey.project_id, journey__programme=journey.programme_id,
        journey__holder__in=team,
    )  # fmt: skip
    rows = rows.exclude(journey=journey).exclude(journey__state=Journey.State.LEFT)
    for row in rows.select_related("journey__holder__user").order_by("done_on", "pk"):
        if row.code not in known or (row.state == Step.State.DONE and known[row.code].state != Step.State.DONE):
            known[row.code] = row
    steps = journey.steps.filter(code__in=known) if only is None else journey.steps.filter(code__in=known, pk__in=only)
    own = list(steps.select_for_update(no_key=True).order_by("pk"))
    done = [step for step in own if known[step.code].state == Step.State.DONE and step.state in OPEN]
    for step in own:
        step.is_shared = True
    for step in done:
        first, was = known[step.code], step.state
        step.state, step.done_on, step.shared_from = Step.State.DONE, first.done_on, first
        history.record(
            "follow_step", step, by=by, organisation=journey.programme.organisation,
            was=was, now="done", step=first.pk, person=str(first.journey.holder),
        )  # fmt: skip
    Step.objects.bulk_update(own, ["is_shared", "state", "done_on", "shared_from"])
    return len(done)


def join_team(steps: Sequence[Step], *, by: User | None) -> None:
    """Steps of one journey taken up again: those that the team shares and has done meanwhile are done here too."""
    shared = [step for step in steps if step.is_shared and step.state in OPEN]
    if shared and catch_up(shared[0].journey, by=by, only=[step.pk for step in shared]):
        for step in shared:
            step.refresh_from_db(fields=["state", "done_on", "shared_from"])
