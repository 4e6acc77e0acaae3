"""Sessions: the list, one session, planning, moving, cancelling."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.calendars.queries import calendar_file, calendars_elsewhere, people_seen, place_of
from backend.lib import clock
from backend.lib.doors import find, require, succeeded
from backend.web import reading
from mentoring import actions, policies, queries
from mentoring.forms import (
    CancelSessionForm,
    FindSessionForm,
    MoveSessionForm,
    PlanSessionForm,
)
from mentoring.models import Gathering, Mentorship, Session
from mentoring.views.found import pair_of


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    form = FindSessionForm(request.GET)
    search = form.cleaned_data["search"] if form.is_valid() else ""
    may_log = request.user.has_role("mentor") or request.user.has_role("lead")
    counts = queries.count_sessions(request.user, now=now)
    default = "to_log" if may_log and counts["to_log"] else "ahead"
    wanted = request.GET.get("show", "")
    which = wanted if wanted in counts else default
    labels = {"to_log": _("To log") if may_log else _("Awaiting the log"), "ahead": _("To come"), "past": _("Past")}
    sessions = queries.list_sessions(request.user, which, now=now, search=search)
    paginator = Paginator(sessions, 30)
    if not search:
        paginator.count = counts[which]
    context = {
        "form": form,
        "search": search,
        "which": which,
        "may_log": may_log,
        "tabs": [
            (labels[name], f"?show={name}", name == which, count)
            for name, count in counts.items()
            if name != "to_log" or may_log or count
        ],
        "page": paginator.get_page(request.GET.get("page")),
    }
    return render(request, "mentoring/session_list.html", context)


@require_safe
def session(request: HttpRequest, pk: int) -> HttpResponse:
    session = find(queries.sessions_of(request.user), pk=pk)
    can = policies.abilities(request.user, session)
    pair = session.mentorship
    invite = queries.invite_of(session)
    context = {
        "session": session,
        "pair": pair,
        "can": can,
        "invite": invite,
        "line": queries.ledger_line(session, request.user) if session.state == Session.State.HELD else None,
        "sees_group": Gathering.objects.visible_to(request.user).filter(pk=session.gathering_id).exists(),
        "edits": queries.edits_of(session, request.user),
        "mine": place_of(invite, request.user) if invite else None,
        "elsewhere": calendars_elsewhere(invite) if invite else {},
        "attendees": people_seen(invite, request.user) if invite else [],
        "log_url": reverse("mentoring:session_log", args=[pk]),
        "commitments": list(pair.journey.commitments.open().select_related("owner")) if can["read_summary"] else [],
        "before": queries.before_session(session, request.user),
        "zone": timezone.get_current_timezone_name(),
        "is_elsewhere": timezone.get_current_timezone_name() != pair.journey.programme.organisation.time_zone,
    }
    return render(request, "mentoring/session.html", context)


@require_safe
def session_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """The session as a file to add to one's own calendar, for as long as it is ahead."""
    session = find(queries.sessions_of(request.user).filter(state=Session.State.PLANNED), pk=pk)
    invite = queries.invite_of(session)
    if invite is None:
        raise Http404
    return HttpResponse(
        calendar_file(invite),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="invite.ics"'},
    )


@require_http_methods(["GET", "POST"])
def session_plan(request: HttpRequest, pk: int) -> HttpResponse:
    pair = pair_of(request, pk)
    require(policies.may_plan_session(request.user, pair))
    form = PlanSessionForm(request.POST or None, initial=usual_meeting(pair))
    if form.is_valid() and succeeded(form, actions.plan_session, pair, by=request.user, **form.values()):
        _tell(request, form, _("Planned for %(when)s: the invite is on its way to both."))
        return redirect("mentoring:session", form.outcome.pk)
    return render(request, "mentoring/session_plan.html", {"form": form, "pair": pair})


def usual_meeting(pair: Mentorship) -> dict[str, Any]:
    """What is likely: the length of the step, and how and where they met last."""
    last = pair.sessions.order_by("-starts_at").first()
    return {
        "minutes": queries.usual_minutes(queries.mentoring_step(pair.journey)),
        "medium": last.medium if last else Session.Medium.IN_PERSON,
        "place": last.place if last else "",
        "url": pair.mentor.video_url or ("" if queries.has_room(pair.mentor) else last.url if last else ""),
    }


def _tell(request: HttpRequest, form: PlanSessionForm, sentence: str) -> None:
    messages.success(request, sentence % {"when": reading.moment(form.outcome.starts_at)})
    if form.note:
        messages.info(request, form.note)


@require_http_methods(["GET", "POST"])
def session_move(request: HttpRequest, pk: int) -> HttpResponse:
    session = find(queries.sessions_of(request.user), pk=pk)
    require(policies.may_move_session(request.user, session))
    form = MoveSessionForm(request.POST or None, initial=_present(session))
    if form.is_valid() and succeeded(form, actions.move_session, session, by=request.user, **form.values()):
        _tell(request, form, _("It now stands on %(when)s: both calendars are updated."))
        return redirect("mentoring:session", session.pk)
    return render(request, "mentoring/session_move.html", {"form": form, "session": session})


def _present(session: Session) -> dict[str, Any]:
    local = timezone.localtime(session.starts_at)
    names = ("minutes", "medium", "place", "url", "agenda")
    return {"day": local.date(), "time": local.time(), **{name: getattr(session, name) for name in names}}


@require_http_methods(["GET", "POST"])
def session_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    session = find(queries.sessions_of(request.user), pk=pk)
    require(policies.may_cancel_session(request.user, session))
    side = policies.pair_side(request.user, session.mentorship)
    form = CancelSessionForm(request.POST or None, side=side)
    if form.is_valid() and succeeded(
        form, actions.cancel_session, session, reason=form.cleaned_data["reason"], for_mentor=form.for_mentor,
        by=request.user,
    ):  # fmt: skip
        messages.success(request, _("The session is cancelled: it leaves both calendars."))
        return redirect("mentoring:session", session.pk)
    return render(request, "mentoring/session_cancel.html", {"form": form, "session": session})
