"""Steps that no longer count for one person, and taken up again."""

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.places import give_back_places, places_to_come
from journeys.actions.plan.changes import change_plan, fresh
from journeys.actions.shared import join_team
from journeys.models import Immersion, Step


@transaction.atomic
def waive_step(step: Step, *, reason: str, by: User | None) -> Step:
    """The step no longer counts for this person; it can be undone. Her seat or place in line for it is given back.

    Refused without a reason, when it is over, and while a stay is planned or under way for it: three parties are
    concerned, and that is cancelled first, with its own justification.
    """
    if not reason.strip():
        raise Refused(_("Say in a few words why this step is waived."), field="reason")
    with change_plan(step.journey, "waive_step", by=by, label=step.title):
        if step.immersions.exclude(state__in=Immersion.OVER).exists():
            raise Refused(_("A stay is planned for this step: cancel it first, with its reason."))
        give_back_places(places_to_come().filter(step=step), by=by)
        move(fresh(step), Step.State.WAIVED, stamps={"waive_reason": reason.strip()})
    history.record("waive_step", step, by=by, organisation=step.journey.programme.organisation, reason=reason)
    return step


@transaction.atomic
def restore_step(step: Step, *, by: User | None) -> Step:
    """A waived or abandoned step is to plan again, on the days it would have now; no seat comes back with it.

    What the team shares and has done meanwhile is done for her too. Refused when it is neither waived nor abandoned.
    """
    with change_plan(step.journey, "restore_step", by=by, label=step.title):
        fresh(step)
        if step.state not in (Step.State.WAIVED, Step.State.ABANDONED):
            raise Refused(_("This step is neither waived nor abandoned."))
        step.state, step.waive_reason = Step.State.PLANNED, ""
        step.save(update_fields=["state", "waive_reason"])
        join_team([step], by=by)
    history.record("restore_step", step, by=by, organisation=step.journey.programme.organisation)
    return step
