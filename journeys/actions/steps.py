"""Where a step is."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.shared import follow_step, meet_team, reached_by
from journeys.models import Step, StepKind


@transaction.atomic
def advance_step(step: Step, state: str, *, on: date | None = None, by: User | None) -> Step:
    """The step is now `state`; a done step remembers the day. Nothing happens when it is there already.

    A step that the team shares is done, or no longer done, for every team-mate. What a bridge had carried and is no
    longer done counts here again. Refused when it cannot go there, and for a milestone that stands, here or with the
    team-mate who reached it: that is undone with a reason.
    """
    meet_team(step)
    if step.state == state:
        return step
    was = step.state
    done = state == Step.State.DONE
    stamps = {"done_on": (on or clock.today()) if done else None, "shared_from": None}
    if was == Step.State.DONE:
        _refuse_standing_milestone(step)
        stamps["carried_from"] = None
    move(step, state, stamps=stamps)
    history.record(
        "advance_step", step, by=by, organisation=step.journey.programme.organisation, was=was, now=str(state)
    )
    if done or was == Step.State.DONE:
        if not step.is_shared:  # perhaps by now: a team-mate may have shared it while this waited for the row
            step.refresh_from_db(fields=["is_shared"])
        follow_step(step, by=by)
    return step


def _refuse_standing_milestone(step: Step) -> None:
    if step.kind == StepKind.MILESTONE and (standing := reached_by(step)):
        words = _("This milestone stands on the journey of %(person)s: undo it there, with the reason.")
        raise Refused(words % {"person": standing.step.journey.holder})
