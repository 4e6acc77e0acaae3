"""What every answer carries: headers, language, time zone."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation

Answer = Callable[[HttpRequest], HttpResponse]
Page = TypeVar("Page", bound=Callable[..., HttpResponseBase])


def security_headers(get_response: Answer) -> Answer:
    """A strict Content-Security-Policy on every answer, unless the view has set its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.SECURE_CSP)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()"
        )
        return response

    return middleware


class PersonLocaleMiddleware(LocaleMiddleware):
    """The browser's language (or the cookie) until we know who it is; `person_preferences` takes over."""


def person_preferences(get_response: Answer) -> Answer:
    """The signed-in person's language and time zone; what she is shown is kept by no cache on the way.

    Her own browser may go back to a page, with what she was typing there: hence not `no-store`.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return get_response(request)
        if user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        with timezone.override(user.zone):
            response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware


def for_programs(view: Page) -> Page:
    """Marks a view that answers programs: see `bare_answers`. Put it outermost."""
    vars(view)["is_for_programs"] = True
    return view


def bare_answers(get_response: Answer) -> Answer:
    """What a program fetches says the same whoever asks, in whatever language: no cookie, and it varies by its packing
    alone. Outside the session and the locale, which would add theirs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.resolver_match and getattr(request.resolver_match.func, "is_for_programs", False):
            response.cookies.clear()
            response.headers["Vary"] = "Accept-Encoding"
            response.headers.pop("Content-Language", None)  # that of whoever asks; what is said is in its owner's
        return response

    return middleware
