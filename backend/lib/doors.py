"""The five beats' small helpers: find, may, parse, act, answer."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from backend.lib.refusal import refusal_of

ONCE = 24  # letters and digits that name one page shown
SENT_FOR = 6 * 3600  # seconds a page sent is remembered
LONGEST_NUMBER = 18  # digits that 64 bits always hold
Row = TypeVar("Row", bound=Model)


def find(rows: "QuerySet[Row]", **where: Any) -> Row:
    """The row, or 404: pass a queryset already narrowed by `visible_to`."""
    return get_object_or_404(rows, **where)


def number(text: str) -> int | None:
    """The row number named in an address or a form; None for anything that is none."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def require(allowed: bool, why: object = "") -> None:
    """403 unless allowed; `why` it is closed, a sentence, where the page can tell more than that."""
    if not allowed:
        raise PermissionDenied(why) if why else PermissionDenied


def succeeded(form: Any, action: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Run the action; its result stands in `form.outcome`. A refusal becomes an error of the form, and False.

    The refusal itself stands in `form.refusal`, for a page that can do more than show its sentence.

    A page sent twice acts once: the second time says so, and keeps what was typed.
    """
    if not first_time(form.data):
        form.add_error(None, _("This was sent already, and done once. Press again to do it once more."))
        return False
    try:
        form.outcome = action(*args, **kwargs)
    except Exception as error:
        may_come_again(form.data)
        refusal = form.refusal = refusal_of(error)
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return False
    return True


def attempt(request: HttpRequest, done: str, action: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """One act in one tap, once: a message says what was done, or why not. Was it done, now or by the tap before?"""
    if first_time(request.POST):
        try:
            action(*args, **kwargs)
        except Exception as error:
            may_come_again(request.POST)
            messages.error(request, refusal_of(error).sentence)
            return False
    messages.success(request, done)
    return True


def first_time(sent: Mapping[str, Any]) -> bool:
    """Is this the first time that this page is sent? True for one that carries no `once`."""
    page = _page_of(sent)
    return not page or cache.add(page, True, SENT_FOR)


def was_sent(sent: Mapping[str, Any]) -> bool:
    """Was this page sent, and done? False for one that carries no `once`."""
    page = _page_of(sent)
    return bool(page) and cache.get(page) is not None


def may_come_again(sent: Mapping[str, Any]) -> None:
    """Nothing was done of this page: it may be sent again."""
    if page := _page_of(sent):
        cache.delete(page)


def _page_of(sent: Mapping[str, Any]) -> str:
    """The key of the page that was sent, as its hidden field `once` says; "" when it has none."""
    once = str(sent.get("once", ""))
    return f"once:{once}" if once.isalnum() and once.isascii() and len(once) == ONCE else ""


def fresh_once() -> str:
    """The name of a page about to be shown."""
    return secrets.token_hex(ONCE // 2)


def file_answer(data: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to take away, kept by nobody on the way."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(data, content_type=content_type, headers=headers)


def back(request: HttpRequest, default: str) -> str:
    """The page of ours named by `next`, else `default`."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted.startswith("/") and ours else default


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long: say so, and how to go on."""
    return render(request, "403_csrf.html", status=403)
