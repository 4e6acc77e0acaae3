"""What several doors of journeys answer with: one-tap acts."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from backend.lib.doors import attempt, back


def one_tap(
    request: HttpRequest, action: Callable[..., Any], row: Any, *, done: str, default: str, **kwargs: Any
) -> HttpResponse:
    """Do it and go back with a sentence: what was done, or why not. A tap sent twice acts once."""
    attempt(request, done, action, row, by=request.user, **kwargs)
    return redirect(back(request, default))
