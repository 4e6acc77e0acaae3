"""What changes about letters: written once, sent once, in order.

A letter is three templates: `<app>/letters/<name>_subject.txt`, `.txt` and `.html` (which extends "mail/letter.html").
"""

from backend.mail.actions.choices import choose_letters
from backend.mail.actions.delivery import deliver_emails, sweep_outbox
from backend.mail.actions.failing import clear_address, release_corrected
from backend.mail.actions.inboxes import read_inbox
from backend.mail.actions.incoming import (
    forget_incoming,
    keep_incoming,
    settle_incoming,
    sweep_incoming,
    treat_incoming,
)
from backend.mail.actions.letters import post, supersede
from backend.mail.actions.pacing import choose_hours, choose_near, drop_letters, set_letter_rules
from backend.mail.actions.past import settle_history
from backend.mail.actions.people import invite_person
from backend.mail.actions.retrying import Retried, retry_email, retry_emails
from backend.mail.actions.undelivered import tell_undelivered
from backend.mail.actions.weekly import sweep_weekly_letters, write_weekly_letter
from backend.mail.mime import CalendarPart

__all__ = [
    "CalendarPart",
    "Retried",
    "choose_hours",
    "choose_letters",
    "choose_near",
    "clear_address",
    "deliver_emails",
    "drop_letters",
    "forget_incoming",
    "invite_person",
    "keep_incoming",
    "post",
    "read_inbox",
    "release_corrected",
    "retry_email",
    "retry_emails",
    "set_letter_rules",
    "settle_history",
    "settle_incoming",
    "supersede",
    "sweep_incoming",
    "sweep_outbox",
    "sweep_weekly_letters",
    "tell_undelivered",
    "treat_incoming",
    "write_weekly_letter",
]
