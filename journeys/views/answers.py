"""What several doors of journeys answer with: one-tap acts, the way back, the words of a link."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from backend.accounts.models import Organisation, User
from backend.lib.doors import attempt


def back(request: HttpRequest, default: str) -> str:
    """The page of ours named by `next`, else `default`."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted.startswith("/") and ours else default


def one_tap(
    request: HttpRequest, action: Callable[..., Any], row: Any, *, done: str, default: str, **kwargs: Any
) -> HttpResponse:
    """Do it and go back with a sentence: what was done, or why not. A tap sent twice acts once."""
    attempt(request, done, action, row, by=request.user, **kwargs)
    return redirect(back(request, default))


def in_words_of(request: HttpRequest, organisation: Organisation, *, language: str = "") -> ExitStack:
    """The language (or that of the paper) and the clock of the organisation that wrote the letter, unless this browser
    chose another."""
    stack = ExitStack()
    stack.enter_context(timezone.override(ZoneInfo(organisation.time_zone)))
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        stack.enter_context(translation.override(language or organisation.language))
    return stack


def in_words_of_person(request: HttpRequest, user: User) -> ExitStack:
    """The language and the clock of the person the letter was written to, unless this browser chose another."""
    stack = ExitStack()
    stack.enter_context(timezone.override(ZoneInfo(user.time_zone or settings.TIME_ZONE)))
    if user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        stack.enter_context(translation.override(user.language))
    return stack
