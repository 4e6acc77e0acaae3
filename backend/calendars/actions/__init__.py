"""What changes in people's calendars."""

from backend.calendars.actions.answers import answer_invite, confirm_answer, disown_answer, take_answer
from backend.calendars.actions.feeds import close_feed, open_feed, renew_feed, update_feed, visit_feed
from backend.calendars.actions.invites import cancel_invite, move_invite, send_invite
from backend.calendars.actions.own_calendars import (
    choose_calendar,
    connect_calendar,
    disconnect_calendar,
    renew_calendar_password,
    retry_calendar,
    search_calendars,
    update_calendar,
)
from backend.calendars.actions.publishing import follow_change, publish_calendar, sweep_calendars
from backend.calendars.actions.reminders import sweep_reminders
from backend.calendars.actions.revisions import INVITE, REMOVED, Attendee, Change
from backend.calendars.actions.wishes import decline_wish

__all__ = [
    "INVITE",
    "REMOVED",
    "Attendee",
    "Change",
    "answer_invite",
    "cancel_invite",
    "choose_calendar",
    "close_feed",
    "confirm_answer",
    "connect_calendar",
    "decline_wish",
    "disconnect_calendar",
    "disown_answer",
    "follow_change",
    "move_invite",
    "open_feed",
    "publish_calendar",
    "renew_calendar_password",
    "renew_feed",
    "retry_calendar",
    "search_calendars",
    "send_invite",
    "sweep_calendars",
    "sweep_reminders",
    "take_answer",
    "update_calendar",
    "update_feed",
    "visit_feed",
]
