"""The addresses of one's calendar: their page, and what programs fetch from them."""

import gzip
import hashlib
import logging
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.calendars import actions, policies, queries
from backend.calendars.actions.own_calendars import MOST_CALENDARS
from backend.calendars.forms import FeedForm
from backend.calendars.models import Feed
from backend.calendars.views.answers import me
from backend.lib.doors import attempt, find, require, succeeded
from backend.lib.middleware import for_programs

log = logging.getLogger("jalon.feeds")
COME_AGAIN = 600  # seconds, when the calendar could not be made


# --- The page -------------------------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "POST"])
def feed_page(request: HttpRequest) -> HttpResponse:
    """One's addresses; a new one is shown in the answer that makes it, and never again."""
    user = me(request)
    require(policies.may_open_feed(user, user))
    form = FeedForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.open_feed, user, by=user, **form.values()):
        feed, secret = form.outcome
        return _page(request, FeedForm(), feed=feed, secret=secret)
    return _page(request, form)


def _page(request: HttpRequest, form: FeedForm, *, feed: Feed | None = None, secret: str = "") -> HttpResponse:
    user = me(request)
    calendars = list(queries.calendars_of(user))
    found = {"form": form, "feeds": queries.feeds_of(user), "is_cut": queries.is_cut(user), "feed": feed}
    found |= {"calendars": calendars, "has_room": len(calendars) < MOST_CALENDARS}
    return render(request, "calendars/feed_page.html", found | (_ways_in(secret) if secret else {}))


def _ways_in(secret: str) -> dict[str, str]:
    """The address, and what opens it in calendars on the web."""
    address = queries.feed_address(secret)
    webcal = f"webcal://{address.partition('://')[2]}"
    return {
        "address": address,
        "webcal": webcal,
        "google": f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        "outlook": f"https://outlook.live.com/calendar/0/addfromweb?url={quote(address, safe='')}",
    }


@require_http_methods(["GET", "POST"])
def feed_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Its name, and what it carries; a new address or none is asked here too."""
    feed = find(Feed.objects.visible_to(me(request)), pk=pk)
    require(policies.may_update_feed(me(request), feed))
    form = FeedForm(request.POST or None, feed=feed)
    if form.is_valid() and succeeded(form, actions.update_feed, feed, by=me(request), **form.values()):
        messages.success(request, _("“%(name)s” is as you wish.") % {"name": form.outcome.name})
        return redirect("calendars:feed_page")
    return render(request, "calendars/feed_update.html", {"form": form, "feed": feed})


@never_cache
@require_http_methods(["GET", "POST"])
def feed_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """A new address in the place of the former, shown this once (so no redirect); who opens it again makes no other."""
    feed = find(Feed.objects.visible_to(me(request)), pk=pk)
    require(policies.may_renew_feed(me(request), feed))
    if request.method != "POST":
        return redirect("calendars:feed_page")
    return _page(request, FeedForm(), feed=feed, secret=actions.renew_feed(feed, by=me(request)))


@require_POST
def feed_close(request: HttpRequest, pk: int) -> HttpResponse:
    """The address gives nothing any more."""
    feed = find(Feed.objects.visible_to(me(request)), pk=pk)
    require(policies.may_close_feed(me(request), feed))
    done = _("“%(name)s” is closed: the calendar that follows it gets nothing any more.") % {"name": feed.name}
    attempt(request, done, actions.close_feed, feed, by=me(request))
    return redirect("calendars:feed_page")


# --- What programs fetch --------------------------------------------------------------------------
@for_programs
@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """One's dates, for whatever program bears the address. Unknown, closed or no longer active: 404.

    What goes wrong is a 503: after an empty calendar the program would erase what it has.
    """
    try:
        return _private(_answer(request, token))
    except Exception:
        log.exception("a calendar could not be made")
        return _private(_later(503, COME_AGAIN))


def _answer(request: HttpRequest, token: str) -> HttpResponseBase:
    found = queries.open_feed(token)
    if found is None:
        return HttpResponse(status=404, content_type="text/plain")
    wait = actions.visit_feed(found, agent=request.headers.get("User-Agent", ""))
    if wait:
        return _later(429, wait)
    return _send(request, queries.feed_of(found.user, found.left_out))


def _send(request: HttpRequest, body: bytes) -> HttpResponseBase:
    """The bytes, packed for who unpacks them, or 304 for who has them already: a strong ETag, the hash of the bytes, of
    each packing its own. No Last-Modified: what leaves the window of days has no such moment."""
    is_packed = takes_gzip(request.headers.get("Accept-Encoding", ""))
    etag = f'"{hashlib.sha256(body).hexdigest()}{"-gzip" if is_packed else ""}"'
    sent = gzip.compress(body, 6, mtime=0) if is_packed else body
    response = HttpResponse(sent, content_type="text/calendar; charset=utf-8", headers={"ETag": etag})
    if is_packed:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = "private, max-age=300"
    return get_conditional_response(request, etag, None, response) or response


def takes_gzip(accepted: str) -> bool:
    """Does this Accept-Encoding name gzip, and not only to refuse it?"""
    for one in accepted.lower().split(","):
        coding, *more = (part.strip() for part in one.split(";"))
        if coding in ("gzip", "x-gzip"):
            return not any(part.replace(" ", "").rstrip("0").rstrip(".") in ("q=", "q=0") for part in more)
    return False


def _later(status: int, seconds: int) -> HttpResponse:
    return HttpResponse(status=status, content_type="text/plain", headers={"Retry-After": str(seconds)})


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Kept by no one else, indexed by no one, and its address told to no one."""
    response.headers.setdefault("Cache-Control", "no-store")
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
