"""The states of a journey: paused, resumed, completed, left."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys import signals
from journeys.models import (
    Journey,
    Step,
)


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
