"""A meeting of a mentor with several of her holders: one page, one event, one log."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.accounts.queries import open_link
from backend.calendars.queries import calendars_elsewhere, invited_to, own_place
from backend.lib.bearers import in_words_of_person
from backend.lib.doors import find, require, succeeded
from backend.web import reading
from mentoring import actions, policies, queries
from mentoring.forms import CancelGatheringForm, LogGatheringForm, MoveGatheringForm, PlanGatheringForm
from mentoring.models import Gathering, Session
from mentoring.views.found import mentor_of

LOG_LINK = "gathering_log"


def _meeting(request: HttpRequest, pk: int) -> queries.Meeting:
    rows = Gathering.objects.visible_to(request.user).select_related("mentor__user", "mentor__organisation")
    meeting = queries.meeting_of(find(rows, pk=pk), request.user)
    if not meeting.sessions:
        raise Http404
    return meeting


@require_http_methods(["GET", "POST"])
def gathering_plan(request: HttpRequest, pk: int) -> HttpResponse:
    mentor = mentor_of(request, pk)
    require(policies.may_plan_gathering(request.user, mentor))
    pairs = queries.pairs_to_gather(mentor, request.user)
    initial = {"minutes": 120, "medium": Session.Medium.IN_PERSON, "url": mentor.video_url}
    form = PlanGatheringForm(request.POST or None, initial=initial, pairs=pairs)
    if form.is_valid() and succeeded(form, actions.plan_gathering, mentor, by=request.user, **form.values()):
        messages.success(request, _("Planned: one invite for each, one event for all."))
        return redirect("mentoring:gathering", form.outcome.pk)
    context = {"form": form, "mentor": mentor, "has_few": len(pairs) < 2}
    return render(request, "mentoring/gathering_plan.html", context)


@require_safe
def gathering(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    may_plan = policies.may_plan_gathering(request.user, meeting.gathering.mentor)
    is_ahead = bool(meeting.planned) and not meeting.first.has_begun
    invited = invited_to([meeting.gathering]).get(pk, [])
    answers = {one.user_id: one for one in invited}
    mine = own_place(invited, request.user)
    context = {
        "mine": mine,
        "elsewhere": calendars_elsewhere(mine.invite) if mine else {},
        "rows": [(one, answers.get(one.mentorship.journey.holder.user_id)) for one in meeting.sessions],
        "meeting": meeting,
        "gathering": meeting.gathering,
        "session": meeting.first,
        "people": queries.people_invited(meeting.gathering),
        "sees_all": may_plan,
        "may_change": may_plan and is_ahead,
        "may_log": may_plan and meeting.is_to_log,
    }
    return render(request, "mentoring/gathering.html", context)


@require_http_methods(["GET", "POST"])
def gathering_move(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    require(policies.may_move_gathering(request.user, meeting.gathering))
    local = timezone.localtime(meeting.first.starts_at)
    initial = {name: getattr(meeting.first, name) for name in ("minutes", "medium", "place", "url")}
    form = MoveGatheringForm(request.POST or None, initial={"day": local.date(), "time": local.time(), **initial})
    if form.is_valid() and succeeded(form, actions.move_gathering, meeting.gathering, by=request.user, **form.values()):
        words = _("It now stands on %(when)s: every calendar is updated.")
        messages.success(request, words % {"when": reading.moment(form.cleaned_data["starts_at"])})
        return redirect("mentoring:gathering", pk)
    return render(request, "mentoring/gathering_move.html", {"form": form, "meeting": meeting})


@require_http_methods(["GET", "POST"])
def gathering_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    require(policies.may_cancel_gathering(request.user, meeting.gathering))
    form = CancelGatheringForm(request.POST or None)
    if form.is_valid() and succeeded(
        form, actions.cancel_gathering, meeting.gathering, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("The meeting is cancelled: it leaves every calendar."))
        return redirect("mentoring:gathering", pk)
    return render(request, "mentoring/gathering_cancel.html", {"form": form, "meeting": meeting})


@require_http_methods(["GET", "POST"])
def gathering_log(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    require(policies.may_log_gathering(request.user, meeting.gathering))
    if not meeting.first.has_begun:
        messages.info(request, _("A session is logged once it has begun."))
        return redirect("mentoring:gathering", pk)
    form = _log_form(request, meeting)
    if _logged(request, form, meeting, by=request.user):
        return redirect("mentoring:gathering", pk)
    return render(request, "mentoring/gathering_log.html", _shown(form, meeting))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def gathering_log_link(request: HttpRequest, token: str) -> HttpResponse:
    """The mentor's letter leads here: no sign-in, this one meeting, nothing else."""
    link = open_link(token, LOG_LINK)
    rows = Gathering.objects.select_related("mentor__user", "mentor__organisation")
    row = rows.filter(pk=link.about_id).first() if link and link.user else None
    if link is None or link.user is None or row is None or row.mentor.user_id != link.user_id:
        return render(request, "mentoring/link_closed.html", status=404)
    meeting = queries.meeting_by_letter(row)
    if not meeting.sessions or not meeting.first.has_begun:
        return render(request, "mentoring/link_closed.html", status=404)
    with in_words_of_person(request, link.user):
        form = _log_form(request, meeting)
        if _logged(request, form, meeting, by=link.user):
            accounts.use_link(link)
            return redirect("mentoring:gathering_log_link", token)
        return render(request, "mentoring/gathering_log_link.html", _shown(form, meeting))


def _shown(form: LogGatheringForm, meeting: queries.Meeting) -> dict[str, Any]:
    return {"form": form, "meeting": meeting, "is_wrong": bool(form.errors)}


def _log_form(request: HttpRequest, meeting: queries.Meeting) -> LogGatheringForm:
    local = timezone.localtime(meeting.first.starts_at)
    initial: dict[str, Any] = {name: getattr(meeting.first, name) for name in ("minutes", "medium")}
    initial |= {"day": local.date(), "time": local.time()}
    return LogGatheringForm(request.POST or None, initial=initial, sessions=meeting.planned)


def _logged(request: HttpRequest, form: LogGatheringForm, meeting: queries.Meeting, *, by: User) -> bool:
    """Do what was sent; True when there is nothing left to correct."""
    if request.method != "POST":
        return False
    if not meeting.planned:
        messages.info(request, _("This meeting is already logged. Nothing was counted twice."))
        return True
    if not (form.is_valid() and succeeded(form, actions.log_gathering, meeting.gathering, by=by, **form.values())):
        return False
    count = len(form.outcome)
    words = ngettext(
        "Logged for %(count)d person, who is asked to confirm.",
        "Logged for %(count)d people, who are asked to confirm.",
        count,
    )
    messages.success(request, words % {"count": count})
    return True
