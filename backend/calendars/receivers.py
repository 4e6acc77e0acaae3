"""News from mail."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from backend.calendars.actions import take_answer
from backend.calendars.models import InviteAnswer
from backend.mail.signals import letter_came


@receiver(letter_came, dispatch_uid="calendars.take_answer")
def hear_answer(
    sender: object, raw: bytes, received_at: datetime, token: str = "", authenticated: bool = False, **kwargs: Any
) -> list[InviteAnswer]:
    """A calendar may have answered in it."""
    return take_answer(raw, received_at=received_at, token=token, authenticated=authenticated)
