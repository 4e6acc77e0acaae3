"""News from mail."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from backend.accounts.models import Organisation
from backend.calendars.actions import take_answer
from backend.calendars.coming import REMINDER, holds, reminders_ahead
from backend.calendars.models import InviteAnswer
from backend.calendars.queries import invited_by
from backend.lib import clock
from backend.mail.ahead import Ahead
from backend.mail.models import Email
from backend.mail.signals import letter_came, letters_ahead_asked, staleness_asked, words_came


@receiver(letter_came, dispatch_uid="calendars.take_answer")
def hear_answer(
    sender: object, raw: bytes, received_at: datetime, token: str = "", authenticated: bool = False, **kwargs: Any
) -> list[InviteAnswer]:
    """A calendar may have answered in it."""
    return take_answer(raw, received_at=received_at, token=token, authenticated=authenticated)


@receiver(words_came, dispatch_uid="calendars.say_which_letter")
def say_which_letter(sender: object, token: str, **kwargs: Any) -> Email | None:
    """The letter that invited whoever has this address."""
    return invited_by(token)


@receiver(staleness_asked, dispatch_uid="calendars.is_reminder_stale")
def check_reminder(sender: object, letter: Email, **kwargs: Any) -> bool:
    """A reminder says what stands, or stays."""
    return letter.template == REMINDER and not holds(letter, clock.now())


@receiver(letters_ahead_asked, dispatch_uid="calendars.letters_ahead")
def tell_letters_ahead(
    sender: object, organisation: Organisation, now: datetime, until: datetime, **_more: Any
) -> list[Ahead]:
    """Reminders of the dates that come."""
    return reminders_ahead(organisation, now, until)
