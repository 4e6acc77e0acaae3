"""What several doors of journeys answer with: one-tap acts, the way back."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

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
