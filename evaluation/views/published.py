"""Figures as they stand now are for leads: whoever reads published ones is taken to the latest, and told why."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from backend.accounts.models import User
from backend.lib.doors import number, require
from evaluation import policies
from evaluation.queries.publishing import pages

View = Callable[..., HttpResponseBase]


def live(may: Callable[[User], bool]) -> Callable[[View], View]:
    """The page for whoever `may` read it as it stands now; the latest publication for other readers of figures."""

    def wrap(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs) if may(request.user) else published_instead(request)

        return shown

    return wrap


def published_instead(request: HttpRequest, organisation: int | None = None) -> HttpResponseBase:
    """To the latest publication that she may read (of this organisation, or the one of the address), else to their
    list, with one sentence; 403 for who reads no figures at all."""
    require(policies.may_read_publications(request.user))
    found = pages.latest(request.user, organisation or number(request.GET.get("organisation", "")))
    messages.info(request, pages.why_published())
    return redirect("evaluation:snapshot", found.pk) if found else redirect("evaluation:snapshot_list")
