"""Doors of the letters about a stay: how it goes (both sides), how it went (the tutor). Reading changes nothing."""

from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backend.accounts.queries import open_link
from backend.lib.bearers import in_words_of
from backend.lib.doors import succeeded
from journeys import actions
from journeys.actions.immersions.stay_letters import ASSESSMENT, CHECK_IN
from journeys.forms import stays as forms
from journeys.models import Assessment, CheckIn, Immersion
from journeys.queries.stays import other_view

Row = TypeVar("Row", CheckIn, Assessment)
RUNNING = (Immersion.State.IN_PROGRESS, Immersion.State.COMPLETED)
WITH = (
    "immersion__company", "immersion__step__journey__holder__user", "immersion__step__journey__project",
    "immersion__step__journey__programme__organisation",
)  # fmt: skip


BLANK = {"back_url": "", "is_holder": False, "assessment": None, "other": None}


def _behind_link(token: str, purpose: str, model: type[Row]) -> Row | None:
    """The row of a side while its link is good: the holder's own, or the tutor's whose e-mail the agreement names."""
    link = open_link(token, purpose)
    if link is None or not isinstance(link.about, model):
        return None
    row = model._default_manager.select_related(*WITH).get(pk=link.about.pk)
    if row.side == row.Side.HOLDER:
        is_hers = link.user_id == row.immersion.step.journey.holder.user_id
    else:
        is_hers = link.email.lower() == row.immersion.tutor_email.lower()
    return row if is_hers else None


def _gone(request: HttpRequest) -> HttpResponse:
    """Expired, revoked, answered, forged: the same page for all, which tells nothing."""
    return render(request, "journeys/stay_link_gone.html", status=404)


def _of(immersion: Immersion, **more: Any) -> dict[str, Any]:
    return {"immersion": immersion, "journey": immersion.step.journey, "base": "web/plain.html", **BLANK, **more}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """One tap, then words if she likes; once she has written them the link opens nothing more."""
    row = _behind_link(token, CHECK_IN, CheckIn)
    if row is None or row.immersion.state != Immersion.State.IN_PROGRESS:
        return _gone(request)
    immersion, is_holder = row.immersion, row.side == CheckIn.Side.HOLDER
    by = immersion.step.journey.holder.user if is_holder else None
    if by is not None and request.user == by and request.method != "POST":
        return redirect("journeys:stay_check_in", immersion.pk)
    with in_words_of(request, immersion.step.journey.programme.organisation):
        form = forms.CheckInForm(request.POST or None, row=row)
        if form.is_valid() and succeeded(
            form, actions.answer_check_in, immersion, side=row.side, by=by, **form.cleaned_data
        ):
            if form.cleaned_data["words"]:
                return render(request, "journeys/stay_link_thanks.html", _of(immersion, is_holder=is_holder))
            return redirect("journeys:check_in_link", token)
        context = _of(immersion, form=form, row=row, moods=CheckIn.Mood.choices, is_holder=is_holder)
        return render(request, "journeys/stay_check_in.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_link(request: HttpRequest, token: str) -> HttpResponse:
    """How it went, once; thanked with the holder's view if it is in. Used, it opens nothing more."""
    row = _behind_link(token, ASSESSMENT, Assessment)
    if row is None or row.answered_at is not None or row.immersion.state not in RUNNING:
        return _gone(request)
    immersion = row.immersion
    with in_words_of(request, immersion.step.journey.programme.organisation):
        form = forms.AssessmentForm(request.POST or None, immersion=immersion)
        if form.is_valid() and succeeded(
            form, actions.answer_assessment, immersion, side=row.side, by=None, **form.cleaned_data
        ):
            context = _of(immersion, assessment=form.outcome, other=other_view(form.outcome))
            return render(request, "journeys/stay_link_thanks.html", context)
        return render(request, "journeys/stay_assess.html", _of(immersion, form=form))
