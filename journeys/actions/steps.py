"""Where a step is, and that it is waived."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.plan.changes import change_plan
from journeys.actions.shared import follow_step, meet_team
from journeys.models import Step


@transaction.atomic
def advance_step(step: Step, state: str, *, on: date | None = None, by: User | None) -> Step:
    """The step is now `state`; a done step remembers the day. Nothing happens when it is there already.

    A step that the team shares is done, or no longer done, for every team-mate. Refused when it cannot go there.
    """
    meet_team(step)
    if step.state == state:
        return step
    was = step.state
    done = state == Step.State.DONE
    move(step, state, stamps={"done_on": (on or clock.today()) if done else None, "shared_from": None})
    history.record(
        "advance_step", step, by=by, organisation=step.journey.programme.organisation, was=was, now=str(state)
    )
    if done or was == Step.State.DONE:
        follow_step(step, by=by)
    return step


@transaction.atomic
def waive_step(step: Step, *, reason: str, by: User | None) -> Step:
    """The step no longer counts for this person; it can be undone. Refused without a reason, or when it is over."""
    if not reason.strip():
        raise Refused(_("Say in a few words why this step is waived."), field="reason")
    with change_plan(step.journey, "waive_step", by=by, label=step.title):
        move(step, Step.State.WAIVED, stamps={"waive_reason": reason.strip()})
    history.record("waive_step", step, by=by, organisation=step.journey.programme.organisation, reason=reason)
    return step
