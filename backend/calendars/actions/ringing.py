"""Calendars of people's own are told that something changed: rows first, then the bell."""

from datetime import timedelta

from django.db.models import Q

from backend.calendars.models import Invite, OwnCalendar, OwnCalendarQuerySet
from backend.lib import clock
from backend.lib.jobs import enqueue

PUBLISH = "backend.calendars.tasks.publish_calendar"
FOLLOW = "backend.calendars.tasks.follow_change"
LOST_AFTER = timedelta(minutes=5)  # a bell that nobody heard since is rung once more
MOST_AT_ONCE = 200


def ring(calendars: OwnCalendarQuerySet) -> int:
    """Those of these at work are due now, and a worker is told; how many. Call it inside a transaction."""
    rows = calendars.at_work().order_by("pk")
    due = list(rows.values_list("pk", flat=True))
    if due:
        now = clock.now()
        OwnCalendar.objects.filter(pk__in=due).update(due_at=now, rung_at=now)
    for pk in due:
        enqueue(PUBLISH, pk)
    return len(due)


def ring_people(invite: Invite) -> None:
    """The date changed, or who is invited to it: so do the calendars of these people.

    Only a bell, and no row: whoever plans a date holds no row of a calendar, so that it can't stand in the way of that.
    One that is lost costs a quarter of an hour, when everything is looked at again.
    """
    calendars = OwnCalendar.objects.at_work().filter(user__in=invite.attendees.order_by().values("user"))
    for pk in calendars.order_by("pk").values_list("pk", flat=True):
        enqueue(FOLLOW, pk)


def waiting_calendars() -> list[int]:
    """Those that are due and for which no bell rang lately, the longest due first."""
    now = clock.now()
    rows = OwnCalendar.objects.at_work().filter(due_at__lte=now).order_by("due_at", "pk")
    rows = rows.filter(Q(not_before=None) | Q(not_before__lte=now), Q(lease_until=None) | Q(lease_until__lte=now))
    rows = rows.filter(Q(rung_at=None) | Q(rung_at__lte=now - LOST_AFTER))
    return list(rows.values_list("pk", flat=True)[:MOST_AT_ONCE])
