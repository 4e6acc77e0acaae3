"""What becomes of a journey that has ended: put away, taken out again, or opened again. None is ever deleted."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail.actions import drop_letters
from journeys.actions.shared import join_team
from journeys.actions.states import lock_journey, shift_steps
from journeys.models import Bridge, Delivery, Journey, Step

ENDED = (Journey.State.COMPLETED, Journey.State.LEFT)


@transaction.atomic
def archive_journey(journey: Journey, *, by: User | None) -> Journey:
    """It leaves the lists; totals and indicators count it as before. Nothing happens when it is put away already.

    Refused while it is not over.
    """
    lock_journey(journey)
    if journey.state not in ENDED:
        raise Refused(_("Only a journey that has ended is put away."))
    if journey.archived_at is None:
        _put(journey, "archive_journey", by)
    return journey


@transaction.atomic
def unarchive_journey(journey: Journey, *, by: User | None) -> Journey:
    """It stands in the lists again. Nothing happens when it does already."""
    lock_journey(journey)
    if journey.archived_at is not None:
        _put(journey, "unarchive_journey", by)
    return journey


def _put(journey: Journey, verb: str, by: User | None) -> None:
    journey.archived_at = clock.now() if verb == "archive_journey" else None
    journey.save(update_fields=["archived_at"])
    if journey.archived_at:
        drop_letters(journey, *journey.deliveries.filter(state=Delivery.State.DECLARED))
    history.record(verb, journey, by=by, organisation=journey.programme.organisation)


@transaction.atomic
def reopen_journey(journey: Journey, *, reason: str, planned_end_on: date, by: User | None) -> Journey:
    """An ended journey is under way again until `planned_end_on`: dropped steps are to plan again, and open steps move
    by the days it was closed; what the team has done meanwhile is done. Mentoring pairs and freed seats do not come
    back by themselves.

    Refused without a reason, for an end that has passed, and when the same project and person have another journey
    under way in this programme.
    """
    if not reason.strip():
        raise Refused(_("Say in a few words why it is opened again."), field="reason")
    if planned_end_on <= clock.today():
        raise Refused(_("Choose a day to come for the planned end."), field="planned_end_on")
    lock_journey(journey)
    closed = clock.today() - (journey.ended_on or clock.today())
    stamps = {"ended_on": None, "leave_reason": "", "leave_comment": "", "archived_at": None}
    try:
        with transaction.atomic():
            move(journey, Journey.State.ACTIVE, stamps={**stamps, "planned_end_on": planned_end_on})
    except IntegrityError:
        raise Refused(_("This person already has a journey under way in this programme for this project.")) from None
    journey.steps.filter(state=Step.State.ABANDONED).update(state=Step.State.PLANNED)
    shift_steps(journey, max(closed, timedelta()))
    join_team(list(journey.steps.order_by("pk")), by=by)
    journey.bridges_out.filter(kind=Bridge.Kind.MOVE).update(kind=Bridge.Kind.BESIDE)
    history.record(
        "reopen_journey", journey, by=by, organisation=journey.programme.organisation, reason=reason.strip(),
        planned_end_on=planned_end_on,
    )  # fmt: skip
    return journey
