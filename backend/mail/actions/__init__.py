"""What changes about letters: written once, sent once, in order.

A letter is three templates: `<app>/letters/<name>_subject.txt`, `.txt` and `.html` (which extends "mail/letter.html").
"""

from backend.mail.actions.choices import choose_letters
from backend.mail.actions.delivery import deliver_emails, retry_email, sweep_outbox
from backend.mail.actions.letters import post, supersede
from backend.mail.actions.past import settle_history
from backend.mail.actions.people import invite_person
from backend.mail.mime import CalendarPart

__all__ = [
    "CalendarPart",
    "choose_letters",
    "deliver_emails",
    "invite_person",
    "post",
    "retry_email",
    "settle_history",
    "supersede",
    "sweep_outbox",
]
