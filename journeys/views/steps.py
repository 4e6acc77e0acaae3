"""Doors onto one step of a journey: where it is, or that it is waived."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms import journeys as forms
from journeys.models import Step
from journeys.queries.links import journey_url


def _step(request: HttpRequest, pk: int) -> Step:
    rows = Step.objects.filter(policies.visible_steps(request.user))
    return find(
        rows.select_related(
            "journey__programme__organisation", "journey__holder__user", "journey__project", "module"
        ).prefetch_related("journey__companions"),
        pk=pk,
    )


@require_http_methods(["GET", "POST"])
def step_advance(request: HttpRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    require(policies.may_advance_step(request.user, step))
    form = forms.AdvanceStepForm(request.POST or None, step=step)
    if form.is_valid() and succeeded(form, actions.advance_step, step, by=request.user, **form.cleaned_data):
        messages.success(
            request, _("“%(step)s” is now: %(state)s.") % {"step": step, "state": step.get_state_display()}
        )
        return redirect(journey_url(step.journey))
    return render(request, "journeys/step_advance.html", {"form": form, "step": step, "journey": step.journey})


@require_http_methods(["GET", "POST"])
def step_waive(request: HttpRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    require(policies.may_waive_step(request.user, step))
    form = forms.WaiveStepForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.waive_step, step, by=request.user, **form.cleaned_data):
        messages.success(request, _("“%(step)s” no longer counts on this journey.") % {"step": step})
        return redirect(journey_url(step.journey))
    return render(request, "journeys/step_waive.html", {"form": form, "step": step, "journey": step.journey})
