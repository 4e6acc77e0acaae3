"""Before a session: its briefing, and the holder's question, signed in or from the letter."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.accounts.queries import open_link
from backend.lib.bearers import in_words_of_person
from backend.lib.doors import find, number, require, succeeded
from journeys import actions as journeys
from journeys.models import Commitment
from journeys.queries.commitments import commitments_of
from journeys.queries.links import acts_above
from mentoring import actions, policies, queries
from mentoring.forms.briefings import WriteQuestionForm
from mentoring.models import Session
from mentoring.queries.session_briefing import session_briefing as briefing_of


@require_safe
def session_briefing(request: HttpRequest, pk: int) -> HttpResponse:
    """The two minutes before the session, on one page that prints."""
    session = find(queries.sessions_of(request.user), pk=pk)
    require(policies.may_read_briefing(request.user, session))
    context = {
        "session": session,
        "pair": session.mentorship,
        "brief": briefing_of(session, request.user),
        "may_read_question": policies.may_read_question(request.user, session),
        "asides": [act for act in acts_above(session.mentorship.journey, request.user) if act.is_aside],
    }
    return render(request, "mentoring/session_briefing.html", context)


class QuestionDesk:
    """The box and the holder's own promises: `act` is "question", "done" or "undo"."""

    def __init__(self, request: HttpRequest, session: Session, by: User) -> None:
        self.session, self.by = session, by
        self.act = request.POST.get("act", "question") if request.method == "POST" else ""
        self.wanted = number(request.POST.get("commitment", "")) if self.act in ("done", "undo") else None
        data = request.POST if self.act == "question" else None
        self.form = WriteQuestionForm(data, initial={"text": session.question})

    def done(self, request: HttpRequest) -> bool:
        """Do what was posted; True when there is nothing left to correct."""
        if self.act == "question":
            if not (self.form.is_valid() and succeeded(
                self.form, actions.write_question, self.session, by=self.by, **self.form.cleaned_data
            )):  # fmt: skip
                return False
            messages.success(request, _("Kept: your mentor reads it before you meet. You may change it until then."))
            return True
        chosen = next((one for one in self.promises if one.pk == self.wanted), None)
        if chosen is None:
            return False
        act = journeys.complete_commitment if self.act == "done" else journeys.reopen_commitment
        act(chosen, by=self.by)
        return True

    @cached_property
    def promises(self) -> list[Commitment]:
        """Hers on this journey: open, or done lately."""
        journey = self.session.mentorship.journey_id
        return [one for one in commitments_of(self.by) if one.journey_id == journey and one.dropped_at is None]

    def context(self) -> dict[str, Any]:
        return {
            "session": self.session,
            "mentor": self.session.mentorship.mentor,
            "form": self.form,
            "promises": self.promises,
            "is_open": self.session.state == Session.State.PLANNED and not self.session.has_begun,
        }


@require_http_methods(["GET", "POST"])
def session_question(request: HttpRequest, pk: int) -> HttpResponse:
    """What would you like from this session?"""
    session = find(queries.sessions_of(request.user), pk=pk)
    require(policies.may_write_question(request.user, session))
    desk = QuestionDesk(request, session, request.user)
    if desk.done(request):
        return redirect("mentoring:session" if desk.act == "question" else "mentoring:session_question", pk)
    return render(request, "mentoring/session_question.html", desk.context())


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_question_link(request: HttpRequest, token: str) -> HttpResponse:
    """The holder's letter leads here: one box and her own promises. Reading it changes nothing."""
    link = open_link(token, "session_question")
    if link is None or link.user is None:
        return render(request, "mentoring/link_closed.html", status=404)
    session = Session.objects.select_related(*queries.PEOPLE).filter(pk=link.about_id).first()
    if session is None or not policies.may_write_question(link.user, session):
        return render(request, "mentoring/link_closed.html", status=404)
    with in_words_of_person(request, link.user):
        desk = QuestionDesk(request, session, link.user)
        if desk.done(request):
            accounts.use_link(link)
            return redirect("mentoring:session_question_link", token)
        return render(request, "mentoring/session_question_link.html", desk.context())
