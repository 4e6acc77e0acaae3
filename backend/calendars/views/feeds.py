"""The personal calendar: its page, and the address that calendars fetch."""

import hashlib
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_POST, require_safe

from backend.accounts.models import Link, User
from backend.accounts.queries import open_link
from backend.calendars import actions, policies, queries
from backend.lib.doors import require


def me(request: HttpRequest) -> User:
    """The person signed in; the middleware lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


@require_safe
def feed_page(request: HttpRequest) -> HttpResponse:
    """Whether one's dates have an address, and when a calendar last came by."""
    return render(request, "calendars/feed.html", {"link": queries.feed_link(me(request)), "address": ""})


@require_POST
def feed_open(request: HttpRequest) -> HttpResponse:
    """A new address, shown this once (so no redirect); the former one is dead."""
    user = me(request)
    require(policies.may_open_feed(user, user))
    token = actions.open_feed(user, by=user)
    address = f"{settings.SITE_URL}{reverse('calendars:feed', args=[token])}"
    webcal = f"webcal://{address.partition('://')[2]}"
    found = {
        "link": queries.feed_link(user),
        "address": address,
        "webcal": webcal,
        "google": f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        "outlook": f"https://outlook.live.com/calendar/0/addfromweb?url={quote(address, safe='')}",
    }
    return render(request, "calendars/feed.html", found)


@require_POST
def feed_close(request: HttpRequest) -> HttpResponse:
    """The address gives nothing any more."""
    user = me(request)
    require(policies.may_close_feed(user, user))
    actions.close_feed(user, by=user)
    messages.success(request, _("The address is closed: calendars that follow it get nothing any more."))
    return redirect("calendars:feed_page")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """One's dates, for whatever program bears the address. Unknown, closed or no longer active: 404."""
    link = open_link(token, queries.FEED)
    if link is None or link.user is None:
        return _plain(HttpResponse(status=404, content_type="text/plain"))
    return _plain(_answer(request, link, queries.feed_of(link.user)))


def _answer(request: HttpRequest, link: Link, body: bytes) -> HttpResponse:
    """The bytes, or 304 for who has them already (a strong ETag: the hash of the bytes)."""
    etag = f'"{hashlib.sha256(body).hexdigest()}"'

    @condition(etag_func=lambda request: etag)
    def send(request: HttpRequest) -> HttpResponse:
        return HttpResponse(body, content_type="text/calendar; charset=utf-8")

    actions.use_feed(link)
    return send(request)


def _plain(response: HttpResponse) -> HttpResponse:
    """Kept by no one else, indexed by no one, and its address told to no one."""
    response["Cache-Control"] = "private, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
