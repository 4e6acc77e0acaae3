"""Which sessions would move along with their step, and to when."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from journeys.models import Journey
from journeys.queries.plans import Appointment
from mentoring.models import Session
from mentoring.policies import may_move_session


def later(moment: datetime, days: int, zone: str) -> datetime:
    """The same time of day on the wall of `zone` (a tz name), `days` later (earlier when negative), whatever the clocks
    did in between. A time that the change of the hour skips is the one that the clocks show instead.
    """
    there = ZoneInfo(zone)
    wall = moment.astimezone(there).replace(tzinfo=None) + timedelta(days=days)
    return wall.replace(tzinfo=there).astimezone(UTC)


def zone_of(session: Session) -> str:
    """Where the people of this session meet: the time of day is kept there, wherever whoever moves it is."""
    return str(session.mentorship.journey.programme.organisation.time_zone)


def sessions_of(journey: Journey, shifts: Mapping[int, int]) -> list[Session]:
    """Those still to come that belong to one of these steps."""
    rows = Session.objects.upcoming(clock.now()).filter(
        mentorship__journey=journey, step__in=list(shifts), starts_at__gt=clock.now()
    )
    return list(
        rows.select_related(
            "mentorship__mentor__user",
            "mentorship__journey__holder__user",
            "mentorship__journey__programme__organisation",
        )
    )


def as_appointment(session: Session, was: datetime, days: int, *, problem: str = "") -> Appointment:
    """In the words of the plan: who meets, from when to when."""
    mentor, holder = session.mentorship.mentor.user, session.mentorship.journey.holder.user
    return Appointment(
        ref=session.source,
        title=_("Session of %(mentor)s and %(holder)s") % {"mentor": mentor, "holder": holder},
        people={person.pk: str(person) for person in (mentor, holder)},
        was=was,
        now=later(was, days, zone_of(session)),
        problem=problem,
    )


def appointments(journey: Journey, shifts: Mapping[int, int], by: User | None) -> list[Appointment]:
    """What would move if `by` moved the steps; one that would land in the past, or is not hers to move, stays."""
    found = []
    for session in sessions_of(journey, shifts):
        days = shifts[session.step_id or 0]
        why = not_hers(session, by)
        if not why and later(session.starts_at, days, zone_of(session)) <= clock.now():
            why = _("This moment is past: choose one that is still to come.")
        found.append(as_appointment(session, session.starts_at, days, problem=why))
    return found


def not_hers(session: Session, by: User | None) -> str:
    """Why `by` may not move it; "" when she may."""
    if by is None or may_move_session(by, session):
        return ""
    return _("Only the mentor of this session, or a lead, moves it.")
