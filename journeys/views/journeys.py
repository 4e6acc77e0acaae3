"""The journey page, with the changes of state that a lead makes there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms import journeys as forms
from journeys.models import Commitment, Journey
from journeys.queries import page
from journeys.queries.journeys import full, missing_steps, steps_of
from journeys.queries.links import journey_url
from journeys.views.answers import one_tap


def _journey(request: HttpRequest, pk: int) -> Journey:
    return find(full(Journey.objects.visible_to(request.user)), pk=pk)


@require_safe
def journey_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one journey, each reader with what she may do there."""
    journey = _journey(request, pk)
    return render(request, "journeys/journey_detail.html", page.journey_page(journey, request.user))


@require_http_methods(["GET", "POST"])
def journey_pause(request: HttpRequest, pk: int) -> HttpResponse:
    journey = _journey(request, pk)
    require(policies.may_pause_journey(request.user, journey))
    form = forms.PauseJourneyForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.pause_journey, journey, by=request.user, **form.cleaned_data):
        messages.success(request, _("The journey rests. Its dates will move when it resumes."))
        return redirect(journey_url(journey))
    return render(request, "journeys/journey_pause.html", {"form": form, "journey": journey})


@require_http_methods(["GET", "POST"])
def journey_resume(request: HttpRequest, pk: int) -> HttpResponse:
    journey = _journey(request, pk)
    require(policies.may_resume_journey(request.user, journey))
    form = forms.ResumeJourneyForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and succeeded(form, actions.resume_journey, journey, by=request.user):
        messages.success(request, _("The journey is under way again. Open steps have moved by the days it rested."))
        return redirect(journey_url(journey))
    return render(request, "journeys/journey_resume.html", {"form": form, "journey": journey})


@require_http_methods(["GET", "POST"])
def journey_complete(request: HttpRequest, pk: int) -> HttpResponse:
    journey = _journey(request, pk)
    require(policies.may_complete_journey(request.user, journey))
    form = forms.CompleteJourneyForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.complete_journey, journey, by=request.user, **form.cleaned_data):
        messages.success(request, _("The journey is completed."))
        return redirect(journey_url(journey))
    context = {"form": form, "journey": journey, "missing": missing_steps(steps_of(journey))}
    return render(request, "journeys/journey_complete.html", context)


@require_http_methods(["GET", "POST"])
def journey_leave(request: HttpRequest, pk: int) -> HttpResponse:
    journey = _journey(request, pk)
    require(policies.may_leave_journey(request.user, journey))
    form = forms.LeaveJourneyForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.leave_journey, journey, by=request.user, **form.cleaned_data):
        messages.success(request, _("The journey has ended. What was done stays."))
        return redirect(journey_url(journey))
    return render(request, "journeys/journey_leave.html", {"form": form, "journey": journey})


@require_http_methods(["GET", "POST"])
def commitment_add(request: HttpRequest, pk: int) -> HttpResponse:
    journey = _journey(request, pk)
    require(policies.may_add_commitment(request.user, journey))
    form = forms.AddCommitmentForm(request.POST or None, journey=journey, by=request.user)
    if form.is_valid() and succeeded(form, actions.add_commitment, journey, by=request.user, **form.cleaned_data):
        messages.success(request, _("The commitment is noted."))
        return redirect(f"{journey_url(journey)}#commitments")
    return render(request, "journeys/commitment_add.html", {"form": form, "journey": journey})


@require_POST
def commitment_complete(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: it is done."""
    rows = Commitment.objects.visible_to(request.user).select_related("journey__programme__organisation")
    commitment = find(rows, pk=pk)
    require(policies.may_complete_commitment(request.user, commitment))
    default = f"{journey_url(commitment.journey)}#commitments"
    return one_tap(request, actions.complete_commitment, commitment, done=_("Done, well done."), default=default)
