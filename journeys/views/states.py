"""Doors onto the states of a journey: each page says what will happen before it happens."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.lib.doors import require, succeeded
from backend.web.reading import day
from journeys import actions, policies
from journeys.forms import states as forms
from journeys.queries import states as queries
from journeys.queries.links import journey_url
from journeys.views.answers import one_tap
from journeys.views.finding import find_journey


def _day_asked(request: HttpRequest, form: forms.PauseJourneyForm) -> date | None:
    """The day typed so far, else the one that is proposed; None when it cannot be read."""
    typed = request.POST.get("review_on") or request.GET.get("review_on") or form.initial["review_on"]
    try:
        found: date | None = form.fields["review_on"].clean(typed)
    except ValidationError:
        return None
    return found


@require_http_methods(["GET", "POST"])
def journey_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """The page and, where scripts run, the sentence that follows the day chosen."""
    journey = find_journey(request, pk)
    require(policies.may_pause_journey(request.user, journey))
    form = forms.PauseJourneyForm(request.POST or None, journey=journey)
    if form.is_valid() and succeeded(form, actions.pause_journey, journey, by=request.user, **form.cleaned_data):
        again = day(journey.review_on, weekday=False)
        words = _("The journey rests, and its dates have moved. To look at again on %(day)s.")
        messages.success(request, words % {"day": again})
        return redirect(journey_url(journey))
    shift = queries.shift_of_pause(journey, _day_asked(request, form))
    page = "journey_shift" if request.htmx and request.method == "GET" else "journey_pause"
    return render(request, f"journeys/{page}.html", {"form": form, "journey": journey, "shift": shift})


@require_http_methods(["GET", "POST"])
def journey_resume(request: HttpRequest, pk: int) -> HttpResponse:
    journey = find_journey(request, pk)
    require(policies.may_resume_journey(request.user, journey))
    form = forms.ResumeJourneyForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and succeeded(form, actions.resume_journey, journey, by=request.user):
        messages.success(request, _("The journey is under way again. Its dates count the days it really rested."))
        return redirect(journey_url(journey))
    context = {"form": form, "journey": journey, "rest": queries.rest_of(journey)}
    return render(request, "journeys/journey_resume.html", context)


@require_http_methods(["GET", "POST"])
def journey_complete(request: HttpRequest, pk: int) -> HttpResponse:
    journey = find_journey(request, pk)
    require(policies.may_complete_journey(request.user, journey))
    form = forms.CompleteJourneyForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.complete_journey, journey, by=request.user, **form.cleaned_data):
        messages.success(request, _("The journey is completed."))
        return redirect(journey_url(journey))
    check = queries.ending_check(journey, request.user)
    context = {"form": form, "journey": journey, "missing": check.blocks, "warnings": check.warnings}
    return render(request, "journeys/journey_complete.html", context)


@require_http_methods(["GET", "POST"])
def journey_leave(request: HttpRequest, pk: int) -> HttpResponse:
    journey = find_journey(request, pk)
    require(policies.may_leave_journey(request.user, journey))
    form = forms.LeaveJourneyForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.leave_journey, journey, by=request.user, **form.cleaned_data):
        messages.success(request, _("The journey has ended. What was done stays."))
        return redirect(journey_url(journey))
    context = {"form": form, "journey": journey, "can": policies.abilities(request.user, journey)}
    return render(request, "journeys/journey_leave.html", context)


@require_http_methods(["GET", "POST"])
def journey_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    journey = find_journey(request, pk)
    require(policies.may_reopen_journey(request.user, journey))
    form = forms.ReopenJourneyForm(request.POST or None, journey=journey)
    if form.is_valid() and succeeded(form, actions.reopen_journey, journey, by=request.user, **form.cleaned_data):
        messages.success(request, _("The journey is under way again. Look at its dates, and at who accompanies it."))
        return redirect(journey_url(journey))
    return render(request, "journeys/journey_reopen.html", {"form": form, "journey": journey})


@require_POST
def journey_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: it leaves the lists."""
    journey = find_journey(request, pk)
    require(policies.may_archive_journey(request.user, journey))
    done = _("Put away. It still counts in every total, and is found among archived journeys.")
    return one_tap(request, actions.archive_journey, journey, done=done, default=journey_url(journey))


@require_POST
def journey_unarchive(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: it stands in the lists again."""
    journey = find_journey(request, pk)
    require(policies.may_unarchive_journey(request.user, journey))
    done = _("It stands in the lists again.")
    return one_tap(request, actions.unarchive_journey, journey, done=done, default=journey_url(journey))
