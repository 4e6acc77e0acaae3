"""What stands in people's calendars, and where it stands."""

from backend.calendars.models.invites import (
    Feed,
    FeedQuerySet,
    Invite,
    InviteAnswer,
    InviteAttendee,
    InviteQuerySet,
    dated,
)
from backend.calendars.models.own import OwnCalendar, OwnCalendarQuerySet, OwnDate
from backend.calendars.models.reminders import Reminder

__all__ = [
    "Feed",
    "FeedQuerySet",
    "Invite",
    "InviteAnswer",
    "InviteAttendee",
    "InviteQuerySet",
    "OwnCalendar",
    "OwnCalendarQuerySet",
    "OwnDate",
    "Reminder",
    "dated",
]
