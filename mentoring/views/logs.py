"""The log of a session: signed in, or from the link in the letter. Reading changes nothing; each act is a POST."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts import actions as accounts
from backend.accounts.queries import open_link
from backend.lib import clock
from backend.lib.bearers import in_words_of_person
from backend.lib.doors import find, require, succeeded, was_sent
from backend.web.keeping import may_be_kept, seconds_until, worker
from mentoring import actions, policies, queries
from mentoring.forms import RecordSessionForm, UpdateLogForm
from mentoring.models import Mentorship, Session
from mentoring.views.found import pair_of
from mentoring.views.log_desk import (
    LogDesk,
    draft_shown,
    ends_at,
    is_closed,
    opened,
    posted_revision,
    readers,
    save_draft,
    too_late,
    typed_in,
    unfolded,
)


@never_cache
@require_http_methods(["GET", "POST"])
def session_log(request: HttpRequest, pk: int) -> HttpResponse:
    session = find(queries.sessions_of(request.user), pk=pk)
    require(policies.may_log_session(request.user, session))
    desk = LogDesk(request, session, by=request.user)
    if desk.act == "draft":
        return desk.save_draft(request)
    if desk.done(request):
        return redirect("mentoring:session" if desk.act in ("details", "missed") else "mentoring:session_log", pk)
    back = reverse("mentoring:session", args=[pk])
    ask = queries.fit_ask(session.mentorship, request.user, session=pk)
    context = {**desk.context(), "back": back, "ask": ask, "worker": reverse("mentoring:log_worker")}
    return may_be_kept(render(request, "mentoring/session_log.html", context), of=request.user.pk)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_log_link(request: HttpRequest, token: str) -> HttpResponse:
    """The mentor's letter leads here: no sign-in, this one session, nothing else, and no word that was kept before."""
    link = open_link(token, "session_log")
    if link is None or link.user is None:
        return render(request, "mentoring/link_closed.html", status=404)
    session = Session.objects.select_related(*queries.PEOPLE).filter(pk=link.about_id).first()
    if session is None or session.mentorship.mentor.user_id != link.user_id or not session.has_begun:
        return render(request, "mentoring/link_closed.html", status=404)
    with in_words_of_person(request, link.user):
        is_herself = request.user.pk == link.user.pk and policies.may_log_session(link.user, session)
        if is_herself and request.method != "POST":
            return redirect("mentoring:session_log", session.pk)  # signed in, with all that was kept
        desk = LogDesk(request, session, by=link.user, adds=True)
        if desk.act and is_closed(session):
            return redirect("mentoring:session_log_link", token)
        if desk.act == "draft":
            return desk.save_draft(request)
        if desk.done(request):
            accounts.use_link(link)
            return redirect("mentoring:session_log_link", token)
        ask = queries.fit_ask(session.mentorship, link.user, token=token)
        context = {**desk.context(), "ask": ask}
        if is_closed(session):
            return render(request, "mentoring/session_log_link.html", context)
        until = ends_at(session, link)
        context |= {"worker": reverse("mentoring:log_link_worker"), "seconds": seconds_until(until)}
        answer = render(request, "mentoring/session_log_link.html", context)
        return may_be_kept(answer, of=link.user.pk, until=until)


@login_not_required
@never_cache
@require_safe
def log_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the log of a session without network, signed in: it holds no data."""
    return worker(request, name="log", pages=r"^\/sessions\/\d+\/log\/$")


@login_not_required
@never_cache
@require_safe
def log_link_worker(request: HttpRequest) -> HttpResponse:
    """The same from the letter: its pages show no word that was kept before."""
    return worker(request, name="link", pages=r"^\/log\/[\w-]+\/$")


@never_cache
@require_http_methods(["GET", "POST"])
def session_record(request: HttpRequest, pk: int) -> HttpResponse:
    """A session that nobody had planned: when it was, and the boxes of the log, kept as a draft as one types."""
    pair = pair_of(request, pk)
    require(policies.may_record_session(request.user, pair))
    act = request.POST.get("act", "record") if request.method == "POST" else ""
    draft = queries.draft_of(pair, request.user)
    said = unfolded(draft) if draft else {}
    data = request.POST if act == "record" else None
    form = RecordSessionForm(data, initial=_likely(pair) | said)
    is_hers = pair.mentor.user_id == request.user.pk
    details = UpdateLogForm(data, pair=pair, has_private_note=is_hers, initial=said)
    if act == "draft":
        fields = typed_in(request, form, details)
        return too_late() if was_sent(request.POST) else save_draft(request, pair, fields, by=request.user)
    if act == "discard":
        actions.drop_draft(pair, by=request.user)
        messages.success(request, _("The draft is thrown away."))
        return redirect("mentoring:session_record", pk)
    if form.is_valid() and details.is_valid():
        values = {**form.values(), **details.values(), "draft": posted_revision(request)}
        if succeeded(form, actions.record_session, pair, by=request.user, **values):
            messages.success(request, _("Recorded: the holder is asked to confirm the hours."))
            return redirect("mentoring:session", form.outcome.pk)
    context = {
        "form": form,
        "details_form": details,
        "pair": pair,
        "readers": readers(pair, request.user),
        "opened": opened(details),
        "has_private_note": is_hers,
        "may_plan": True,
        "next_planned": None,
        "act": "details" if act else "",
        "place": f"{request.user.pk}.pair-{pair.pk}",
        **draft_shown(draft),
    }
    return render(request, "mentoring/session_record.html", context)


def _likely(pair: Mentorship) -> dict[str, Any]:
    local = timezone.localtime(clock.now()) - timedelta(hours=2)
    return {
        "day": local.date(),
        "minutes": queries.usual_minutes(queries.mentoring_step(pair.journey)),
        "medium": Session.Medium.PHONE,
    }
