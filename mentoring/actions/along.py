"""Sessions that move along with the step they belong to."""

from collections.abc import Mapping

from django.db import transaction

from backend.accounts.models import User
from backend.lib.refusal import Refused
from journeys.models import Journey
from journeys.queries.plans import Appointment
from mentoring.actions.holds import hold_users
from mentoring.actions.sessions import move_session
from mentoring.models import Session
from mentoring.queries.along import as_appointment, later, not_hers, sessions_of, zone_of


@transaction.atomic
def move_sessions_along(
    journey: Journey, shifts: Mapping[int, int], *, only: Mapping[str, str] | None = None, by: User | None
) -> list[Appointment]:
    """Each session still to come of these steps is `shifts[step]` days later, at the same time of day.

    `only`: {ref: iso moment}, those sessions alone, and only if they still begin then (to move them back). One that
    cannot move stays, and says why in `problem`; the others move all the same.
    """
    found = []
    # The farthest first when they go later, so that no session runs into the next of the same pair.
    rows = sorted(sessions_of(journey, shifts), key=lambda one: one.starts_at, reverse=max(shifts.values()) > 0)
    hold_users({one.mentorship.mentor.user_id for one in rows} | ({journey.holder.user_id} if rows else set()))
    for session in rows:
        if only is not None and only.get(session.source) != session.starts_at.isoformat():
            continue
        found.append(_move(session, shifts[session.step_id or 0], by=by))
    return found


def _move(session: Session, days: int, *, by: User | None) -> Appointment:
    was = session.starts_at
    if why := not_hers(session, by):
        return as_appointment(session, was, days, problem=why)
    try:
        with transaction.atomic():
            move_session(session, starts_at=later(was, days, zone_of(session)), by=by)
    except Refused as refusal:
        return as_appointment(session, was, days, problem=refusal.sentence)
    return as_appointment(session, was, days)
