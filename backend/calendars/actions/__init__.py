"""What changes in people's calendars."""

from backend.calendars.actions.answers import answer_invite, confirm_answer, disown_answer, take_answer
from backend.calendars.actions.feeds import close_feed, open_feed, renew_feed, update_feed, visit_feed
from backend.calendars.actions.invites import cancel_invite, move_invite, send_invite
from backend.calendars.actions.revisions import INVITE, REMOVED, Attendee, Change
from backend.calendars.actions.wishes import decline_wish

__all__ = [
    "INVITE",
    "REMOVED",
    "Attendee",
    "Change",
    "answer_invite",
    "cancel_invite",
    "close_feed",
    "confirm_answer",
    "decline_wish",
    "disown_answer",
    "move_invite",
    "open_feed",
    "renew_feed",
    "send_invite",
    "take_answer",
    "update_feed",
    "visit_feed",
]
