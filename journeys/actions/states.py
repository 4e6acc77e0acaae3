"""The states of a journey: paused, resumed, completed, left."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail.actions import drop_letters
from journeys import signals
from journeys.actions.plan.changes import note_shift
from journeys.models import Extension, Journey, Step

OPEN = (Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS)
LONGEST_PAUSE = timedelta(days=365)
OF_STATE = (
    *("state", "started_on", "planned_end_on", "ended_on", "archived_at"),
    *("paused_on", "review_on", "pause_reason", "leave_reason", "leave_comment"),
)
NO_PAUSE = {"paused_on": None, "review_on": None, "pause_reason": ""}


def lock_journey(journey: Journey) -> Journey:
    """Read how it stands now; nobody else changes that until this transaction is over."""
    rows = Journey.objects.select_for_update(of=("self",), no_key=True)
    if not rows.filter(pk=journey.pk).order_by("pk").values_list("pk").first():
        raise Refused(_("This journey is not there any more: the import that opened it was undone."))
    journey.refresh_from_db(fields=OF_STATE)
    return journey


def shift_steps(journey: Journey, days: timedelta, *, only: Mapping[str, str] | None = None) -> dict[str, str]:
    """Move the dates of every step that is not done by so many days; {step id: due day} as they are afterwards.

    Waived and abandoned ones too: should one be restored, or its change undone, it finds the days it would have had.
    `only`: the days as they were left by an earlier shift; steps that were dated otherwise since, or that are not among
    them, stay.
    """
    steps = list(journey.steps.exclude(state=Step.State.DONE).order_by("pk"))
    if only is not None:
        steps = [step for step in steps if only.get(str(step.pk)) == step.due_on.isoformat()]
    for step in steps:
        step.earliest_on += days
        step.due_on += days
    if days:
        Step.objects.bulk_update(steps, ["earliest_on", "due_on"], batch_size=500)
        note_shift(journey, days.days)
    return {str(step.pk): step.due_on.isoformat() for step in steps}


@transaction.atomic
def pause_journey(journey: Journey, *, reason: str, review_on: date, by: User | None) -> Journey:
    """The journey rests until somebody looks at it again on `review_on`: open steps and the planned end move at once by
    the days until then. Dated sessions, module dates and stays are not moved.

    Refused without a reason, when the day to look again has come or is more than a year ahead, or when the journey is
    not under way.
    """
    today = clock.today()
    if not reason.strip():
        raise Refused(_("Say in a few words why the journey is paused."), field="reason")
    if review_on <= today:
        raise Refused(_("Choose a day to come to look at it again."), field="review_on")
    if review_on > today + LONGEST_PAUSE:
        raise Refused(_("A pause is looked at again within a year."), field="review_on")
    lock_journey(journey)
    days = review_on - today
    end = journey.planned_end_on + days
    stamps = {"pause_reason": reason.strip(), "paused_on": today, "review_on": review_on, "planned_end_on": end}
    move(journey, Journey.State.PAUSED, stamps=stamps)
    moved = shift_steps(journey, days)
    history.record(
        "pause_journey", journey, by=by, organisation=journey.programme.organisation, reason=reason.strip(),
        review_on=review_on, days=days.days, moved=moved, planned_end_on=end,
    )  # fmt: skip
    return journey


@transaction.atomic
def resume_journey(journey: Journey, *, by: User | None) -> Journey:
    """Under way again; what the pause had moved is corrected to the days it really rested.

    Steps and a planned end that were dated anew during the pause keep their days. Refused when it is not paused.
    """
    lock_journey(journey)
    if journey.state != Journey.State.PAUSED:  # one that has ended is reopened, which is another act
        raise Refused(_("This journey is not paused."))
    rested, correction, end = _settle_pause(journey)
    move(journey, Journey.State.ACTIVE, stamps={**NO_PAUSE, "planned_end_on": end})
    history.record(
        "resume_journey", journey, by=by, organisation=journey.programme.organisation, rested_days=rested.days,
        corrected_days=correction.days,
    )  # fmt: skip
    return journey


def _settle_pause(journey: Journey) -> tuple[timedelta, timedelta, date]:
    """A pause ends today: what it had moved ahead is corrected; (how long it rested, the correction, the planned end).

    The journey is locked by the caller, who writes its planned end.
    """
    today = clock.today()
    entry = history.last("pause_journey", journey) if journey.review_on else None
    details = entry.details if entry else {}
    since = journey.paused_on or today
    rested = max(timedelta(), today - since)
    correction = rested - ((journey.review_on - since) if journey.review_on else timedelta())
    end = journey.planned_end_on
    if details.get("planned_end_on") in (None, end.isoformat()):
        end += correction
    shift_steps(journey, correction, only=details.get("moved"))
    return rested, correction, end


@transaction.atomic
def complete_journey(journey: Journey, *, by: User | None, on: date | None = None) -> Journey:
    """The journey is completed. Refused while a required step is neither done nor waived (they are named), for a day to
    come, and for a day before its start."""
    lock_journey(journey)
    missing = [step.title for step in journey.steps.filter(is_required=True) if step.state not in ("done", "waived")]
    if missing:
        raise Refused(_("Still to do or to waive: %(steps)s.") % {"steps": ", ".join(missing)})
    return _end(journey, Journey.State.COMPLETED, {}, on=on, by=by)


@transaction.atomic
def leave_journey(
    journey: Journey, *, reason: str, comment: str = "", by: User | None, on: date | None = None
) -> Journey:
    """The holder leaves before the end, for one of the known reasons. Open steps are abandoned.

    Refused for a day to come or before the start, for “other” without a word, and for a passage to another programme,
    which only a bridge records.
    """
    if reason not in Journey.LeaveReason.values or reason == Journey.LeaveReason.BRIDGED:
        raise Refused(_("Choose one of the reasons for leaving."), field="reason")
    if reason == Journey.LeaveReason.OTHER and not comment.strip():
        raise Refused(_("Say in a few words which other reason."), field="comment")
    return end_before_the_end(journey, reason=reason, comment=comment, on=on, by=by)


def end_before_the_end(
    journey: Journey, *, reason: str, comment: str = "", on: date | None = None, by: User | None
) -> Journey:
    """What leaving and a bridge share: open steps are abandoned, the journey is left for this reason.

    One that was paused has rested until today only: what the pause had moved is corrected, as when it resumes.
    """
    lock_journey(journey)
    stamps: dict[str, Any] = {"leave_reason": reason, "leave_comment": comment.strip()}
    if journey.state == Journey.State.PAUSED:
        *_rested, stamps["planned_end_on"] = _settle_pause(journey)
    _end(journey, Journey.State.LEFT, stamps, on=on, by=by)
    # After the news: seats, stays and sessions are held before their steps, as whoever enrols or logs does (see seats).
    journey.steps.filter(state__in=OPEN).update(state=Step.State.ABANDONED)
    return journey


def last_day(journey: Journey, on: date | None) -> date:
    """The day it ends: one that has come, and not before its start. A journey that has not begun ends on that day."""
    today = clock.today()
    if journey.started_on > today:
        return journey.started_on
    if on is not None and on > today:
        raise Refused(_("A journey ends on a day that has come."), field="on")
    if on is not None and on < journey.started_on:
        raise Refused(_("The journey started after that day."), field="on")
    return on or today


def _end(
    journey: Journey, state: Journey.State, stamps: dict[str, Any], *, on: date | None, by: User | None
) -> Journey:
    lock_journey(journey)
    ended_on = last_day(journey, on)
    was_paused = journey.state == Journey.State.PAUSED
    move(journey, state, stamps={"ended_on": ended_on, **stamps, **(NO_PAUSE if was_paused else {})})
    asked = journey.extensions.filter(state=Extension.State.ASKED)
    asked.update(state=Extension.State.WITHDRAWN, decided_at=clock.now())
    drop_letters(*journey.commitments.filter(done_at=None, dropped_at=None))
    verb = "complete_journey" if state == Journey.State.COMPLETED else "leave_journey"
    history.record(verb, journey, by=by, organisation=journey.programme.organisation, ended_on=ended_on, **stamps)
    signals.journey_ended.send(Journey, journey=journey)
    return journey
