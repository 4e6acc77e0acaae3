"""Where a step is, said by a person rather than by what was planned or recorded."""

from datetime import date

from django.db import transaction

from backend.accounts.models import User
from journeys.actions import steps
from journeys.actions.places import give_back_places, places_to_come
from journeys.actions.seats import hold_journeys
from journeys.models import Journey, Step, StepKind

OVER = (Step.State.DONE, Step.State.ABANDONED)


@transaction.atomic
def advance_step(step: Step, state: str, *, on: date | None = None, by: User | None) -> Step:
    """As `steps.advance_step`; a training step that is over without having been followed here needs no seat any more:
    hers, or her place in line, is given back."""
    if step.kind == StepKind.MODULE and state in OVER:
        hold_journeys(Journey.objects.filter(pk=step.journey_id))
        if give_back_places(places_to_come().filter(step=step), by=by):
            step.refresh_from_db(fields=["state", "done_on", "shared_from"])
    return steps.advance_step(step, state, on=on, by=by)
