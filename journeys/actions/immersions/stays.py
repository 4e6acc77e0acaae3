"""What becomes of an immersion: started on its day, completed with its real hours, rejected or cancelled."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail.actions import drop_letters
from journeys.actions.immersions import invites
from journeys.actions.immersions.amendments import close_open_amendment
from journeys.actions.immersions.assessments import settle_assessed
from journeys.actions.immersions.drafts import OVER, hold, note
from journeys.actions.immersions.papers import seal_attestation
from journeys.actions.immersions.rules import wrong_minutes
from journeys.actions.ledger import record_delivery
from journeys.actions.steps import advance_step
from journeys.models import Delivery, Immersion, Step

State, Outcome = Immersion.State, Immersion.Outcome


@transaction.atomic
def start_immersion(immersion: Immersion, *, by: User | None) -> Immersion:
    """The first day has come: in progress, and its step too. Refused unless validated, or before its day."""
    hold(immersion)
    if immersion.state != State.VALIDATED:
        raise Refused(_("Nothing starts before validation."))
    if _today(immersion) < immersion.starts_on:
        raise Refused(_("This immersion has not begun yet."))
    move(immersion, State.IN_PROGRESS)
    if immersion.step.is_open:
        advance_step(immersion.step, Step.State.IN_PROGRESS, by=by)
    note("start_immersion", immersion, by=by)
    return immersion


def _today(immersion: Immersion) -> date:
    """The day it is where the organisation is."""
    return clock.today(immersion.step.journey.programme.organisation.time_zone)


@transaction.atomic
def complete_immersion(
    immersion: Immersion,
    *,
    outcome: str,
    minutes_done: int | None = None,
    last_day_on: date | None = None,
    reason: str = "",
    side: str = "",
    by: User | None,
) -> Immersion:
    """How it went. Completed or partial: the real minutes stand in the ledger, declared, and the step is done.

    Partial needs the last day. One that did not happen needs a reason and the `side` on which it lies, writes no hours,
    and leaves the step to plan. With both assessments in, it is assessed at once.
    Refused before validation, before it begins, "completed" before its last day, and over 10 h a day or 48 h a week.
    """
    hold(immersion)
    if immersion.state not in (State.VALIDATED, State.IN_PROGRESS):
        state = str(immersion.get_state_display()).lower()
        raise Refused(_("Nothing starts before validation: this immersion is %(state)s.") % {"state": state})
    if _today(immersion) < immersion.starts_on:
        raise Refused(_("This immersion has not begun yet."))
    if outcome == Outcome.NOT_HAPPENED:
        return _close_not_happened(immersion, reason, side, by=by)
    last = _checked_last_day(immersion, outcome, last_day_on)
    minutes = minutes_done or 0
    for field, sentence in wrong_minutes(minutes, (last - immersion.starts_on).days + 1, "minutes_done"):
        raise Refused(sentence, field=field)
    why = reason.strip()[:240] or immersion.closing_reason  # that of an early end stays
    whose = side or immersion.closing_side if outcome == Outcome.PARTIAL else ""
    stamps = {"minutes_done": minutes, "last_day_on": last, "closing_reason": why, "closing_side": whose}
    move(immersion, State.COMPLETED, stamps={"outcome": outcome, **stamps})
    close_open_amendment(immersion, _("The stay is over."), by=by)
    invites.trim_days(immersion, by=by)
    step = immersion.step
    record_delivery(
        step.journey, step=step, kind=Delivery.Kind.IMMERSION, source=f"immersion:{immersion.pk}",
        happened_at=_end_of_day(immersion, last), minutes=minutes, by=by,
    )  # fmt: skip
    if step.is_open:
        advance_step(step, Step.State.DONE, on=last, by=by)
    seal_attestation(immersion)
    note("complete_immersion", immersion, by=by, outcome=outcome, minutes=minutes)
    settle_assessed(immersion, by=by)
    return immersion


def _checked_last_day(immersion: Immersion, outcome: str, last_day_on: date | None) -> date:
    today, early = _today(immersion), immersion.last_day_on
    if outcome == Outcome.COMPLETED and early is not None and early < immersion.ends_on:
        sentence = _("It ended early, on %(day)s: choose “partly completed”.")
        raise Refused(sentence % {"day": f"{early:%d/%m/%Y}"}, field="outcome")
    if outcome == Outcome.COMPLETED:
        if today < immersion.ends_on:
            sentence = _("It lasts until %(day)s: if it stopped before, choose “partly completed”.")
            raise Refused(sentence % {"day": f"{immersion.ends_on:%d/%m/%Y}"}, field="outcome")
        return immersion.ends_on
    if outcome != Outcome.PARTIAL:
        raise Refused(_("Say how it went."), field="outcome")
    last_day_on = last_day_on or early
    if last_day_on is None:
        raise Refused(_("Give the last day of presence."), field="last_day_on")
    if not immersion.starts_on <= last_day_on <= min(immersion.final_day, today):
        raise Refused(_("The last day lies within the immersion, and has come."), field="last_day_on")
    return last_day_on


def _end_of_day(immersion: Immersion, day: date) -> datetime:
    """When the hours are said to have happened: 17:00 on the last day where the organisation is, or now if earlier."""
    zone = ZoneInfo(immersion.step.journey.programme.organisation.time_zone)
    return min(clock.now(), datetime.combine(day, time(17), tzinfo=zone))


def _close_not_happened(immersion: Immersion, reason: str, side: str, *, by: User | None) -> Immersion:
    if not reason.strip():
        raise Refused(_("Say why it did not happen."), field="reason")
    if side not in Immersion.Side:
        raise Refused(_("Say on whose side the reason lies."), field="side")
    stamps = {"outcome": Outcome.NOT_HAPPENED, "closing_reason": reason.strip()[:240], "closing_side": side}
    invites.drop_days(immersion, by=by)
    move(immersion, State.COMPLETED, stamps=stamps)
    _drop_asks(immersion)
    close_open_amendment(immersion, _("The stay is over."), by=by)
    note("complete_immersion", immersion, by=by, outcome=Outcome.NOT_HAPPENED, reason=reason.strip(), side=side)
    _release(immersion, by=by)
    settle_assessed(immersion, by=by)
    return immersion


def _drop_asks(immersion: Immersion) -> None:
    """Nobody is reminded to sign, nor asked how it goes, or how it went."""
    drop_letters(
        immersion, *immersion.signatures.all(), *immersion.amendments.all(), *immersion.check_ins.all(),
        *immersion.assessments.all(),
    )  # fmt: skip


def _release(immersion: Immersion, *, by: User | None) -> None:
    """The step is to plan again, unless another stay is on its way for it."""
    step = immersion.step
    others = step.immersions.exclude(pk=immersion.pk).exclude(state__in=OVER)
    if step.state in (Step.State.SCHEDULED, Step.State.IN_PROGRESS) and not others.exists():
        advance_step(step, Step.State.PLANNED, by=by)


def _close(immersion: Immersion, state: Immersion.State, reason: str, *, verb: str, by: User | None) -> Immersion:
    if not reason.strip():
        raise Refused(_("Say why: the people concerned will ask."), field="reason")
    hold(immersion)
    move(immersion, state, stamps={"closing_reason": reason.strip()[:240]})
    _drop_asks(immersion)
    invites.cancel_days(immersion, by=by)
    close_open_amendment(immersion, reason, by=by)
    note(verb, immersion, by=by, reason=reason.strip())
    _release(immersion, by=by)
    return immersion


@transaction.atomic
def reject_immersion(immersion: Immersion, *, reason: str, by: User | None) -> Immersion:
    """A party or the organisation says no before validation, and why. The step is to plan again."""
    return _close(immersion, State.REJECTED, reason, verb="reject_immersion", by=by)


@transaction.atomic
def cancel_immersion(immersion: Immersion, *, reason: str, by: User | None) -> Immersion:
    """It will not take place or not go on, and why. The step is to plan again. Refused once completed.

    In calendars the days to come go, those that have begun stay.
    """
    return _close(immersion, State.CANCELLED, reason, verb="cancel_immersion", by=by)
