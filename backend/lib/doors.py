"""The five beats' small helpers: find, may, parse, act, answer."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from backend.lib.refusal import Refused, refusal_of

LONGEST_NUMBER = 18  # digits that 64 bits always hold
Row = TypeVar("Row", bound=Model)


def find(rows: "QuerySet[Row]", **where: Any) -> Row:
    """The row, or 404: pass a queryset already narrowed by `visible_to`."""
    return get_object_or_404(rows, **where)


def number(text: str) -> int | None:
    """The row number named in an address or a form; None for anything that is none."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def require(allowed: bool) -> None:
    """403 unless allowed."""
    if not allowed:
        raise PermissionDenied


def succeeded(form: Any, action: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Run the action; its result stands in `form.outcome`. A refusal becomes an error of the form, and False.

    The refusal itself stands in `form.refusal`, for a page that can do more than show its sentence.
    """
    assert isinstance(form, BaseForm)
    try:
        form.outcome = action(*args, **kwargs)  # type: ignore[attr-defined]  # a form carries its outcome to the view
    except (Refused, OperationalError) as error:
        refusal = refusal_of(error)
        form.refusal = refusal  # type: ignore[attr-defined]  # and why it was not to be
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return False
    return True


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long: say so, and how to go on."""
    return render(request, "403_csrf.html", status=403)
