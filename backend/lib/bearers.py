"""Pages that a letter opens without sign-in: in whose words, and on whose clock, they are shown."""

from contextlib import ExitStack
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation

if TYPE_CHECKING:
    from backend.accounts.models import Organisation, User


def in_words_of(request: HttpRequest, organisation: "Organisation", *, language: str = "") -> ExitStack:
    """The language (or that of the paper) and the clock of the organisation that wrote the letter, unless this browser
    chose another."""
    stack = ExitStack()
    stack.enter_context(timezone.override(ZoneInfo(organisation.time_zone)))
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        stack.enter_context(translation.override(language or organisation.language))
    return stack


def in_words_of_person(request: HttpRequest, user: "User") -> ExitStack:
    """The language and the clock of the person the letter was written to, unless this browser chose another."""
    stack = ExitStack()
    stack.enter_context(timezone.override(user.zone))
    if user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        stack.enter_context(translation.override(user.language))
    return stack
