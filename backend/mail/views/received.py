"""Letters that came in, for whoever leads; and the door where a mail service hands them over."""

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from backend.lib import clock
from backend.lib.doors import attempt, find, require
from backend.mail import actions, policies, queries
from backend.mail.forms import ReceivedFilter
from backend.mail.models import Incoming
from backend.mail.reading import LARGEST
from backend.mail.views.outbox import PER_PAGE, me

WINDOW = timedelta(minutes=5)
MOST_SENT = 3 * LARGEST  # a form may encode each byte in three
FIELDS = ("message", "email", "body-mime")


@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """What came in, newest first, what was set aside and why, the addresses that fail, and how the mailbox fares."""
    user = me(request)
    require(policies.may_see_received(user))
    form = ReceivedFilter(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    rows = queries.received(user)
    page = Paginator(rows.filter(state=state) if state else rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "mail/received.html",
        {
            "page": page,
            "form": form,
            "is_narrowed": bool(state),
            "failing": queries.failing_shown(user),
            "inbox": queries.inbox_health(),
            "is_lead": policies.may_see_outbox(user),
        },
    )


@require_safe
def incoming_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter received: what it is, why it was set aside, and what it says then."""
    user = me(request)
    incoming = find(queries.received(user), pk=pk)
    require(policies.may_settle_incoming(user, incoming))
    context = {"incoming": incoming, "said": queries.said_aside(incoming), "is_aside": incoming.state == "aside"}
    return render(request, "mail/incoming_detail.html", context)


@require_POST
def incoming_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter set aside is dealt with."""
    user = me(request)
    incoming = find(Incoming.objects.visible_to(user), pk=pk)
    require(policies.may_settle_incoming(user, incoming))
    attempt(request, _("This letter is dealt with."), actions.settle_incoming, incoming, by=user)
    return redirect("mail:received")


@require_POST
def address_clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Letters go to this address again."""
    user = me(request)
    failing = find(queries.failing_addresses(user), pk=pk)
    require(policies.may_clear_address(user, failing))
    attempt(request, _("Letters go to this address again."), actions.clear_address, failing, by=user)
    return redirect("mail:received")


# --- From a mail service ----------------------------------------------------------------------------
@login_not_required
@csrf_exempt
@never_cache
@require_POST
def incoming_take(request: HttpRequest) -> HttpResponse:
    """A letter as it came (the body itself, or the field `message` of a form) is kept, once; signed, or not at all."""
    if not settings.INBOUND_WEBHOOK_SECRET:
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_SENT:
        return JsonResponse({"detail": "too large"}, status=413)
    try:
        body = request.body
    except RequestDataTooBig:
        return JsonResponse({"detail": "too large"}, status=413)
    if not is_signed(request, body):
        return HttpResponseForbidden()
    raw = _message(request, body)
    if len(raw) > LARGEST:
        return JsonResponse({"detail": "too large"}, status=413)
    if not raw.strip():
        return JsonResponse({"detail": "no message"}, status=400)
    actions.keep_incoming(raw, way=Incoming.Way.WEB, recipient=request.POST.get("recipient", ""))
    return JsonResponse({"state": "kept"}, status=202)


def is_signed(request: HttpRequest, body: bytes) -> bool:
    """`X-Jalon-Signature: sha256=<HMAC-SHA256 of "timestamp.body">`, the timestamp less than five minutes away."""
    stamp = request.headers.get("X-Jalon-Timestamp", "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
        return False
    if abs(clock.now().timestamp() - int(stamp)) > WINDOW.total_seconds():
        return False
    signed = hmac.new(settings.INBOUND_WEBHOOK_SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    given = request.headers.get("X-Jalon-Signature", "")
    return hmac.compare_digest(f"sha256={signed.hexdigest()}".encode(), given.encode())


def _message(request: HttpRequest, body: bytes) -> bytes:
    """The letter in what was sent."""
    if request.content_type not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return body
    for name in FIELDS:
        if name in request.FILES:
            return request.FILES[name].read(LARGEST + 1)
        if name in request.POST:
            return request.POST[name].encode("utf-8", "surrogateescape")
    return b""
