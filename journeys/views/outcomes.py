"""Doors onto what came of a journey: noted by leads, told by its holder, confirmed by the other side from a letter."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.queries import open_link
from backend.lib.bearers import in_words_of, in_words_of_person
from backend.lib.doors import attempt, find, require, succeeded
from journeys import policies
from journeys.actions import outcomes as actions
from journeys.actions.outcomes.letters import COOPERATION, FOLLOW_UP
from journeys.forms import outcomes as forms
from journeys.models import FollowUp, Journey, Outcome
from journeys.queries import follow_ups
from journeys.queries.links import journey_url
from journeys.queries.outcomes import code_words, files_to_show, outcome_words
from journeys.views.answers import one_tap
from journeys.views.finding import find_journey

OF = (
    "journey__programme__organisation", "journey__holder__user", "journey__project", "proof_file", "recorded_by",
)  # fmt: skip


def _outcome(request: HttpRequest, pk: int) -> Outcome:
    return find(Outcome.objects.visible_to(request.user).select_related(*OF), pk=pk)


def _box(journey: Journey) -> str:
    return f"{journey_url(journey)}#outcomes"


def _page(request: HttpRequest, outcome: Outcome, form: Any, **more: Any) -> HttpResponse:
    context = {"form": form, "journey": outcome.journey, "told": outcome_words(outcome), **more}
    return render(request, "journeys/outcome_form.html", context | {"back_url": _box(outcome.journey)})


@require_http_methods(["GET", "POST"])
def outcome_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A lead notes one fact of one kind."""
    journey = find_journey(request, pk)
    require(policies.may_add_outcome(request.user, journey))
    if kind not in Outcome.Kind.values:
        raise Http404
    form = forms.OutcomeForm(request.POST or None, kind=kind, files=files_to_show(journey, request.user))
    if form.is_valid() and succeeded(form, actions.add_outcome, journey, kind=kind, by=request.user, **form.facts):
        messages.success(request, _("Noted."))
        return redirect(_box(journey))
    label = str(Outcome.Kind(kind).label)
    context = {"form": form, "journey": journey, "title": label[:1].upper() + label[1:], "back_url": _box(journey)}
    return render(request, "journeys/outcome_form.html", context | {"submit": _("Note this outcome")})


@require_http_methods(["GET", "POST"])
def outcome_correct(request: HttpRequest, pk: int) -> HttpResponse:
    outcome = _outcome(request, pk)
    require(policies.may_correct_outcome(request.user, outcome))
    files = files_to_show(outcome.journey, request.user)
    form = forms.OutcomeForm(request.POST or None, kind=outcome.kind, files=files, former=outcome)
    if form.is_valid() and succeeded(form, actions.correct_outcome, outcome, by=request.user, **form.facts):
        messages.success(request, _("Corrected: the former line stays in the history."))
        return redirect(_box(outcome.journey))
    withdraw = reverse("journeys:outcome_withdraw", args=[outcome.pk])
    words = {"title": _("Correct what came of it"), "submit": _("Correct the line"), "withdraw_url": withdraw}
    return _page(request, outcome, form, **words)


@require_http_methods(["GET", "POST"])
def outcome_prove(request: HttpRequest, pk: int) -> HttpResponse:
    """A lead has seen what shows it."""
    outcome = _outcome(request, pk)
    require(policies.may_prove_outcome(request.user, outcome))
    form = forms.ProveOutcomeForm(request.POST or None, files=files_to_show(outcome.journey, request.user))
    if form.is_valid() and succeeded(form, actions.prove_outcome, outcome, by=request.user, **form.cleaned_data):
        messages.success(request, _("Proven, and what shows it is kept."))
        return redirect(_box(outcome.journey))
    said = _("You have seen what shows it: a few words, a link, or a document of the journey.")
    return _page(request, outcome, form, title=_("What shows it?"), submit=_("It is proven"), help=said)


@require_http_methods(["GET", "POST"])
def outcome_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    outcome = _outcome(request, pk)
    require(policies.may_withdraw_outcome(request.user, outcome))
    form = forms.WithdrawOutcomeForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.withdraw_outcome, outcome, by=request.user, **form.cleaned_data):
        messages.success(request, _("Withdrawn: the line stays in the history with its reason."))
        return redirect(_box(outcome.journey))
    return _page(request, outcome, form, title=_("Withdraw what came of it"), submit=_("Withdraw the line"))


@require_POST
def cooperation_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap of the holder: yes, we cooperate."""
    outcome = _outcome(request, pk)
    require(policies.may_confirm_cooperation(request.user, outcome))
    done = _("Confirmed, thank you.")
    return one_tap(request, actions.confirm_cooperation, outcome, done=done, default=_box(outcome.journey))


@require_http_methods(["GET", "POST"])
def cooperation_note(request: HttpRequest, pk: int) -> HttpResponse:
    """A lead notes what one side told her."""
    outcome = _outcome(request, pk)
    require(policies.may_note_cooperation(request.user, outcome))
    form = forms.NoteCooperationForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.note_cooperation, outcome, by=request.user, **form.cleaned_data):
        messages.success(request, _("Noted."))
        return redirect(_box(outcome.journey))
    return _page(request, outcome, form, title=_("Who confirms this cooperation?"), submit=_("Note this outcome"))


# --- From a letter, without an account ------------------------------------------------------------------
def _gone(request: HttpRequest) -> HttpResponse:
    """Expired, revoked, forged, for something else: the same page for all, which tells nothing."""
    return render(request, "journeys/outcome_link_gone.html", status=404)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_link(request: HttpRequest, token: str) -> HttpResponse:
    """Is the project still active? One tap; then details, if she likes. Reading changes nothing."""
    link = open_link(token, FOLLOW_UP)
    if link is None or not isinstance(link.about, FollowUp) or link.user is None:
        return _gone(request)
    rows = FollowUp.objects.select_related(
        "journey__programme__organisation", "journey__holder__user", "journey__project"
    )
    follow_up = rows.get(pk=link.about.pk)
    if link.user_id != follow_up.journey.holder.user_id:
        return _gone(request)
    with in_words_of_person(request, link.user):
        return _followed(request, follow_up)


def _followed(request: HttpRequest, follow_up: FollowUp) -> HttpResponse:
    known = follow_ups.known_of(follow_up)
    told = known.get(Outcome.Kind.ACTIVITY)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == "refuse":
        attempt(request, _("Noted: we will not ask again."), actions.refuse_follow_ups, follow_up)
        return redirect(request.path)
    if act in Outcome.Activity.values:
        attempt(request, _("Thank you, it is noted."), actions.answer_follow_up, follow_up, activity=act)
        return redirect(request.path)
    form = None
    if told is not None:
        form = forms.TellFollowUpForm(
            request.POST if act == "tell" else None, activity=told.code, known=known,
            is_whole=follow_ups.asks_of_project(follow_up), since=follow_ups.told_since(follow_up),
        )  # fmt: skip
        if form.is_valid() and succeeded(form, actions.tell_follow_up, follow_up, told=form.told):
            messages.success(request, _("Thank you, it is noted."))
            return redirect(request.path)
    context = {
        "follow_up": follow_up, "journey": follow_up.journey, "told": told, "form": form,
        "answer": code_words(told) if told else "", "answers": Outcome.Activity.choices,
    }  # fmt: skip
    return render(request, "journeys/follow_up_link.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cooperation_link(request: HttpRequest, token: str) -> HttpResponse:
    """Do you cooperate with this person? Yes or no, in one tap; then the link opens nothing any more."""
    link = open_link(token, COOPERATION)
    if link is None or not isinstance(link.about, Outcome):
        return _gone(request)
    outcome = Outcome.objects.standing().select_related(*OF).filter(pk=link.about.pk).first()
    if outcome is None or link.email.lower() != outcome.partner_email.lower():
        return _gone(request)
    with in_words_of(request, outcome.journey.programme.organisation):
        answer = request.POST.get("answer", "") if request.method == "POST" else ""
        if answer in ("yes", "no"):
            done = _("Thank you, it is noted.")
            if attempt(request, done, actions.answer_cooperation, outcome, is_true=answer == "yes"):
                return render(request, "journeys/cooperation_thanks.html", {"outcome": outcome})
        return render(request, "journeys/cooperation_link.html", {"outcome": outcome, "journey": outcome.journey})
