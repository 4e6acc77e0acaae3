"""Pages that a browser may show again without network: whose copy it is and until when; the worker that keeps it."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backend.lib import clock


def worker(request: HttpRequest, *, name: str, pages: str) -> HttpResponse:
    """The script that shows without network the pages whose path matches `pages`, a pattern as JavaScript writes it.

    Its own address is its scope, `name` that of its copies. It holds no data.
    """
    context = {"name": name, "pages": pages}
    return render(request, "web/keeping_worker.js", context, content_type="text/javascript")


def may_be_kept(answer: HttpResponse, *, of: int | str, until: datetime | None = None) -> HttpResponse:
    """The browser may keep this page for person `of` (or a name that is hers alone), until then: by default, as long as
    one stays signed in.
    """
    answer["X-Kept-For"] = str(of)
    answer["X-Kept-Seconds"] = str(seconds_until(until) if until else settings.SESSION_COOKIE_AGE)
    return answer


def seconds_until(moment: datetime) -> int:
    """What a browser counts from, since its clock may not be ours."""
    return max(0, int((moment - clock.now()).total_seconds()))
