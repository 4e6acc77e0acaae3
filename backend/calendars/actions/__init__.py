"""What changes in people's calendars."""

from backend.calendars.actions.feeds import close_feed, open_feed, use_feed
from backend.calendars.actions.invites import (
    INVITE,
    REMOVED,
    Attendee,
    Change,
    cancel_invite,
    move_invite,
    send_invite,
)

__all__ = [
    "INVITE",
    "REMOVED",
    "Attendee",
    "Change",
    "cancel_invite",
    "close_feed",
    "move_invite",
    "open_feed",
    "send_invite",
    "use_feed",
]
