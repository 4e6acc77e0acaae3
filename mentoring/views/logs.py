"""The log of a session: signed in, or from the link in the letter. Reading changes nothing; each act is a POST."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.accounts.queries import open_link
from backend.lib.doors import find, require, succeeded
from backend.lib.refusal import MAY_BE_REFUSALS, refusal_of
from mentoring import actions, policies, queries
from mentoring.forms import LogSessionForm, MissSessionForm, UpdateLogForm
from mentoring.models import Session


class LogDesk:
    """The forms of one session's log and what each does; both doors (page and link) use it.

    `act` names the form that was posted: "held" (one tap), "times", "details" or "missed".
    """

    def __init__(self, request: HttpRequest, session: Session, *, by: User, has_private_note: bool) -> None:
        self.session, self.by = session, by
        self.act = request.POST.get("act", "") if request.method == "POST" else ""
        data = request.POST
        self.times = LogSessionForm(data if self.act == "times" else None, initial=_times(session), prefix="times")
        self.missed = MissSessionForm(data if self.act == "missed" else None, prefix="missed")
        self.details = UpdateLogForm(
            data if self.act == "details" else None,
            initial={name: getattr(session, name) for name in ("summary", "themes", "private_note")},
            session=session,
            has_private_note=has_private_note,
        )

    def done(self, request: HttpRequest) -> bool:
        """Do what was posted; True when there is nothing left to correct."""
        acts: dict[str, Callable[[HttpRequest], bool]] = {
            "held": self._held,
            "times": self._times,
            "details": self._details,
            "missed": self._missed,
        }
        return acts[self.act](request) if self.act in acts else False

    def _held(self, request: HttpRequest) -> bool:
        if self.session.state == Session.State.HELD:
            messages.info(request, already(self.session))
            return True
        try:
            actions.log_session(self.session, by=self.by)
        except MAY_BE_REFUSALS as error:
            refusal = refusal_of(error)
            self.session.refresh_from_db()
            is_second = self.session.state == Session.State.HELD
            messages.info(request, already(self.session) if is_second else refusal.sentence)
            return True
        messages.success(request, _("Logged. The holder is asked to confirm."))
        return True

    def _times(self, request: HttpRequest) -> bool:
        action = actions.update_log if self.session.state == Session.State.HELD else actions.log_session
        return self._did(request, self.times, action, _("Logged. The holder is asked to confirm."))

    def _details(self, request: HttpRequest) -> bool:
        return self._did(request, self.details, actions.update_log, _("Kept. Thank you."))

    def _missed(self, request: HttpRequest) -> bool:
        return self._did(request, self.missed, actions.miss_session, _("Noted: it did not take place."))

    def _did(self, request: HttpRequest, form: Any, action: Callable[..., Session], sentence: str) -> bool:
        if not form.is_valid():
            return False
        if not succeeded(form, action, self.session, by=self.by, **form.values()):
            self.session.refresh_from_db()
            return False
        messages.success(request, sentence)
        return True

    def context(self) -> dict[str, Any]:
        """What the shared part of the two pages shows."""
        session = self.session
        return {
            "session": session,
            "pair": session.mentorship,
            "holder": session.mentorship.journey.holder.user,
            "times_form": self.times,
            "missed_form": self.missed,
            "times_open": bool(self.times.errors),
            "missed_open": bool(self.missed.errors),
            "details_form": self.details,
            "act": self.act,
            "is_planned": session.state == Session.State.PLANNED,
            "is_held": session.state == Session.State.HELD,
            "is_missed": session.state in Session.MISSED,
            "has_private_note": "private_note" in self.details.fields,
        }


def _times(session: Session) -> dict[str, Any]:
    local = timezone.localtime(session.held_at or session.starts_at)
    return {
        "day": local.date(),
        "time": local.time(),
        "minutes": session.held_minutes or session.minutes,
        "medium": session.medium,
    }


def already(session: Session) -> str:
    """For whoever comes second: it is done, nothing is doubled."""
    return _("This session is already logged, by %(person)s. Nothing was counted twice.") % {
        "person": session.logged_by or _("the house")
    }


@require_http_methods(["GET", "POST"])
def session_log(request: HttpRequest, pk: int) -> HttpResponse:
    session = find(queries.sessions_of(request.user), pk=pk)
    require(policies.may_log_session(request.user, session))
    may_note = policies.may_read_private_note(request.user, session)
    desk = LogDesk(request, session, by=request.user, has_private_note=may_note)
    if desk.done(request):
        return redirect("mentoring:session" if desk.act in ("details", "missed") else "mentoring:session_log", pk)
    back = reverse("mentoring:session", args=[pk])
    return render(request, "mentoring/session_log.html", {**desk.context(), "back": back})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_log_link(request: HttpRequest, token: str) -> HttpResponse:
    """The mentor's letter leads here: no sign-in, this one session, nothing else."""
    link = open_link(token, "session_log")
    if link is None or link.user is None:
        return render(request, "mentoring/link_closed.html", status=404)
    session = Session.objects.select_related(*queries.PEOPLE).filter(pk=link.about_id).first()
    if session is None or session.mentorship.mentor.user_id != link.user_id or not session.has_begun:
        return render(request, "mentoring/link_closed.html", status=404)
    with _in_words_of(request, link.user):
        desk = LogDesk(request, session, by=link.user, has_private_note=True)
        if desk.done(request):
            accounts.use_link(link)
            return redirect("mentoring:session_log_link", token)
        context = {**desk.context(), "mentor": link.user}
        return render(request, "mentoring/session_log_link.html", context)


def _in_words_of(request: HttpRequest, user: User) -> ExitStack:
    """The language and the clock of the person the letter was written to, unless this browser has chosen another."""
    stack = ExitStack()
    stack.enter_context(timezone.override(ZoneInfo(user.time_zone or settings.TIME_ZONE)))
    if user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        stack.enter_context(translation.override(user.language))
    return stack
