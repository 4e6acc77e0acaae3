"""A step moved by hand, with everything that follows."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.actions.plan.changes import ALONG, change_plan, fresh, move_along
from journeys.models import Journey, Step
from journeys.queries.cascade import Plan
from journeys.queries.plans import Appointment, MovePreview, days_problem, move_preview, shifts_of


class PlanMoved(Refused):
    """What was previewed is no longer what would happen: look again."""


@dataclass(frozen=True)
class Moved:
    """What moving a step did: the preview as it was applied, and what became of the meetings."""

    preview: MovePreview
    along: tuple[Appointment, ...] = ()

    @property
    def left_behind(self) -> list[Appointment]:
        """Meetings that stay, each with its `problem`."""
        return [one for one in self.along if one.problem]


@transaction.atomic
def move_step(
    step: Step,
    *,
    due_on: date,
    earliest_on: date | None = None,
    holds: bool = True,
    with_meetings: bool = True,
    digest: str = "",
    by: User | None,
) -> Moved:
    """The step is due on that day, what waits for it moves along, and with `with_meetings` their planned meetings too.

    It is pinned then, so that no later cascade moves it, unless `holds` is false. Done, waived, abandoned and pinned
    steps stay. With the `digest` of a preview, exactly that preview is applied, else PlanMoved. Refused when the step
    is over, would begin after it is due, or lies before the journey or more than ten years after its start. Moving it
    where it is already changes nothing.
    """
    with change_plan(step.journey, "move_step", by=by, label=step.title) as change:
        fresh(step)
        if not step.is_open:
            raise Refused(
                _("This can’t be done any more: it is now “%(state)s”.") % {"state": step.get_state_display()}
            )
        check_days(step.journey, earliest_on, due_on)
        preview = move_preview(step, due_on=due_on, earliest_on=earliest_on, holds=holds, by=by)
        if digest and digest != preview.digest:
            raise PlanMoved(_("The plan has changed since you looked: this is what would move now."))
        shifts = shifts_of(preview.old, preview.cascade)
        along = move_along(step.journey, shifts, by=by) if with_meetings and shifts else ()
        write_plan(preview.old, preview.new)  # steps after meetings: whoever logs one holds them in that order
        fresh(step)
        moved = {one.ref: one.now.isoformat() for one in along if not one.problem}
        if moved:
            change.after[ALONG] = {"shifts": {str(pk): days for pk, days in shifts.items()}, "refs": moved}
    if change.pk:
        organisation = step.journey.programme.organisation
        history.record("move_step", step, by=by, organisation=organisation, due_on=due_on, moved=len(shifts))
    return Moved(preview, along)


def check_days(journey: Journey, earliest_on: date | None, due_on: date) -> None:
    """Refused unless the journey's start <= `earliest_on` <= `due_on`, within ten years."""
    if problem := days_problem(journey, earliest_on, due_on):
        field, sentence = problem
        raise Refused(sentence, field=field)


def write_plan(old: Plan, new: Plan) -> None:
    """The dates of the steps that differ between the two plans, in one statement."""
    changed = [line for code, line in new.lines.items() if line != old.lines.get(code) and line.pk]
    rows = {step.pk: step for step in Step.objects.filter(pk__in=[line.pk for line in changed])}
    for line in changed:
        step = rows[line.pk]
        step.earliest_on, step.due_on, step.is_pinned = line.earliest_on, line.due_on, line.is_pinned
    Step.objects.bulk_update(rows.values(), ["earliest_on", "due_on", "is_pinned"])
