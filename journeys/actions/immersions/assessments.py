"""How a stay went, asked of holder and tutor separately, against its objective; who has answered is not asked again."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.immersions import stay_letters as letters
from journeys.actions.immersions.drafts import locked, note
from journeys.actions.immersions.reminders import CATCH_UP, is_daytime
from journeys.actions.immersions.rules import wrong_minutes
from journeys.models import Assessment, Immersion

State, Outcome, Side = Immersion.State, Immersion.Outcome, Assessment.Side
RUNNING = (State.IN_PROGRESS, State.COMPLETED)
REMIND_AFTER = (3, 10)  # days after the last day
PAUSE = timedelta(days=2)  # between two letters to one side, whatever was missed


def asked_on(immersion: Immersion) -> date:
    """The day before the last, but never before it begins."""
    return max(immersion.starts_on, immersion.final_day - timedelta(days=1))


def is_due(immersion: Immersion) -> bool:
    """Could anything be due now about this stay? Asks no query. Nothing is for one that did not happen."""
    zone = immersion.step.journey.programme.organisation.time_zone
    until = immersion.final_day + timedelta(days=max(REMIND_AFTER)) + CATCH_UP
    return (
        immersion.state in RUNNING
        and immersion.outcome != Outcome.NOT_HAPPENED
        and asked_on(immersion) <= clock.today(zone) <= until
        and is_daytime(zone)
    )


@transaction.atomic
def ask_assessments(immersion: Immersion) -> int:
    """Each side is asked on the day before the end; who has not answered is reminded 3 and 10 days after it.

    Never who has answered, never twice for one of these days; how many letters left.
    """
    immersion = locked(immersion)
    if not is_due(immersion):
        return 0
    return sum(_ask(immersion, side) for side in Side)


def due_reminders(immersion: Immersion) -> int:
    """How many reminders have come due since the last day."""
    past = (clock.today(immersion.step.journey.programme.organisation.time_zone) - immersion.final_day).days
    return sum(past >= days for days in REMIND_AFTER)


def _ask(immersion: Immersion, side: str) -> int:
    row, _is_new = Assessment.objects.get_or_create(immersion=immersion, side=side)
    row.immersion = immersion
    if row.answered_at is not None:
        return 0
    key = f"assessment_ask:{immersion.pk}:{side}"
    if row.asked_at is None:
        if letters.ask(row, purpose=letters.ASSESSMENT, letter="assessment_ask", key=key):
            row.asked_at = clock.now()
            row.save(update_fields=["asked_at"])
            return 1
        return 0
    due = due_reminders(immersion)
    if due <= row.reminders or clock.now() < (row.reminded_at or row.asked_at) + PAUSE:
        return 0
    row.reminders, row.reminded_at = due, clock.now()
    row.save(update_fields=["reminders", "reminded_at"])
    return int(letters.ask(row, purpose=letters.ASSESSMENT, letter="assessment_ask", key=f"{key}:{due}", is_again=True))


@transaction.atomic
def answer_assessment(
    immersion: Immersion,
    *,
    side: str,
    outcome: str,
    last_day_on: date | None = None,
    minutes: int | None = None,
    reason: str = "",
    whose: str = "",
    reached: int | None = None,
    learned: str = "",
    words: str = "",
    followed: str = Assessment.Followed.NOTHING,
    by: User | None,
) -> Assessment:
    """How this side says it went, once and for good: then the other's view opens. Asked or not, from its first day on.

    Partial needs its last day, hours and reason; what did not happen needs a reason and on whose side it lies; what
    took place needs its hours and how far the objective was reached (1 to 4). The referent, or the leads, hear of the
    first answer; with both, a completed stay is assessed. Refused once answered. `by` is None behind the tutor's link.
    """
    immersion = locked(immersion)
    _refuse_too_early_or_late(immersion)
    row, _is_new = Assessment.objects.get_or_create(immersion=immersion, side=side)
    if row.answered_at is not None:
        raise Refused(_("This was answered already: thank you."))
    row.outcome, row.followed, row.learned, row.words = outcome, followed, learned.strip(), words.strip()
    if outcome != Outcome.NOT_HAPPENED:
        row.minutes, row.reached = minutes, reached
    if outcome != Outcome.COMPLETED:
        row.reason, row.whose = reason.strip()[:240], whose
    row.last_day_on = last_day_on if outcome == Outcome.PARTIAL else None
    _refuse_gaps(row, immersion)
    row.answered_at, row.immersion = clock.now(), immersion
    row.save()
    note("answer_assessment", immersion, by=by, side=side, outcome=outcome)
    _tell_answered(row)
    settle_assessed(immersion, by=by)
    return row


def _tell_answered(row: Assessment) -> None:
    """Its link closes; the referent hears of the first answer, the side that answered first of the second."""
    letters.close_link(row, purpose=letters.ASSESSMENT)
    letters.tell_first_answer(row)
    other = answered(row.immersion).exclude(pk=row.pk).first()
    if other is not None:
        other.immersion = row.immersion
        letters.tell_other_view(other, other=row)


def _refuse_too_early_or_late(immersion: Immersion) -> None:
    if immersion.state not in RUNNING:
        raise Refused(_("This stay is not to be assessed now."))
    if clock.today(immersion.step.journey.programme.organisation.time_zone) < immersion.starts_on:
        raise Refused(_("This immersion has not begun yet."))


def _refuse_gaps(row: Assessment, immersion: Immersion) -> None:
    if row.outcome not in Outcome:
        raise Refused(_("Say how it went."), field="outcome")
    if row.outcome == Outcome.PARTIAL:
        if row.last_day_on is None:
            raise Refused(_("Give the last day of presence."), field="last_day_on")
        if not immersion.starts_on <= row.last_day_on <= immersion.final_day:
            raise Refused(_("The last day lies within the immersion."), field="last_day_on")
    if row.outcome != Outcome.COMPLETED and not row.reason:
        raise Refused(_("Say why in a few words."), field="reason")
    if row.outcome != Outcome.COMPLETED and row.whose not in Immersion.Side:
        raise Refused(_("Say on whose side the reason lies."), field="whose")
    if row.outcome == Outcome.NOT_HAPPENED:
        return
    days = ((row.last_day_on or immersion.final_day) - immersion.starts_on).days + 1
    for field, sentence in wrong_minutes(row.minutes or 0, days, "minutes"):
        raise Refused(sentence, field=field)
    if row.reached not in range(1, 5):
        raise Refused(_("Say how far the objective was reached."), field="reached")


def answered(immersion: Immersion) -> QuerySet[Assessment]:
    """The views that are in, by side."""
    return immersion.assessments.filter(answered_at__isnull=False).order_by("side")


def settle_assessed(immersion: Immersion, *, by: User | None) -> None:
    """A completed stay that both sides have told is assessed."""
    if immersion.state == State.COMPLETED and answered(immersion).count() == len(Side):
        move(immersion, State.ASSESSED)
        note("close_assessment", immersion, by=by, without=[])


@transaction.atomic
def close_assessment(immersion: Immersion, *, by: User | None) -> Immersion:
    """The assessment is closed without waiting longer; who did not answer is noted, and asked no more.

    Refused before the stay itself is closed with its real hours.
    """
    immersion = locked(immersion)
    if immersion.state != State.COMPLETED:
        raise Refused(_("Close the stay first, with its real hours."))
    told = set(answered(immersion).values_list("side", flat=True))
    for row in immersion.assessments.all():
        letters.close_link(row, purpose=letters.ASSESSMENT)
    move(immersion, State.ASSESSED)
    note("close_assessment", immersion, by=by, without=[str(side) for side in Side if side not in told])
    return immersion
