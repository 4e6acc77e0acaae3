"""A session says what the ledger says, once its hours were corrected there."""

from django.db import transaction

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.states import move
from journeys.models import Delivery
from mentoring.actions.sessions import settle_step
from mentoring.models import Session


@transaction.atomic
def follow_delivery(delivery: Delivery, *, did_not_happen: bool = False, by: User | None) -> Session | None:
    """The held session behind a line that was corrected takes its minutes and moment; None when there is none.

    Voided, it was held all the same, and none of its minutes count: a lead's reason may be any. Voided because "it did
    not take place" (`did_not_happen`), the session is off on the mentor's side, since hers were the hours: for
    good, so that no later log declares them again, without a moment, so that nobody is said to have called it off
    late, and never as the holder not having come. Its words stay.
    """
    if delivery.sort != Delivery.Sort.CONTACT:
        return None
    held = Session.objects.of_source(delivery.source).filter(
        mentorship__journey=delivery.journey_id, state=Session.State.HELD
    )
    rows = held.select_for_update(of=("self",), no_key=True)
    session = rows.select_related("mentorship__journey__programme__organisation").first()
    if session is None:
        return None
    is_void = delivery.state == Delivery.State.VOID
    minutes = 0 if is_void else delivery.minutes
    held_at = session.held_at if is_void else delivery.happened_at
    if did_not_happen:
        stamps = {"held_at": None, "held_minutes": None, "cancelled_at": None, "cancel_reason": delivery.void_reason,
                  "logged_at": clock.now(), "logged_by": by}  # fmt: skip
        move(session, Session.State.CANCELLED_BY_MENTOR, stamps=stamps)
        settle_step(session, by=by, reopen=True)
    elif (session.held_at, session.held_minutes) == (held_at, minutes):
        return session  # its own log says so already
    else:
        session.held_at, session.held_minutes = held_at, minutes
        session.save(update_fields=["held_at", "held_minutes"])
    organisation = session.mentorship.journey.programme.organisation
    history.record("follow_delivery", session, by=by, organisation=organisation, minutes=session.held_minutes or 0)
    return session
