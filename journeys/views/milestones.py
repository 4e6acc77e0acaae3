"""Doors onto milestones."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms.milestones import ReachMilestoneForm, UndoMilestoneForm
from journeys.models import Milestone, Step
from journeys.queries import milestones as queries
from journeys.queries.links import journey_url


@require_http_methods(["GET", "POST"])
def milestone_reach(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Step.objects.filter(policies.visible_steps(request.user), kind="milestone")
    rows = rows.select_related("journey__programme__organisation", "journey__holder__user", "journey__project")
    step = find(rows.prefetch_related("journey__companions"), pk=pk)
    require(policies.may_reach_milestone(request.user, step))
    form = ReachMilestoneForm(request.POST or None, step=step)
    if form.is_valid() and succeeded(form, actions.reach_milestone, step, by=request.user, **form.cleaned_data):
        messages.success(request, _("Milestone reached: %(step)s.") % {"step": step})
        return redirect(journey_url(step.journey))
    reached = queries.reached(step)
    context = {
        "form": form,
        "step": step,
        "journey": step.journey,
        "back_url": journey_url(step.journey),
        "missing": queries.missing_before(step),
        "reached": reached,
        "may_undo": reached is not None and policies.may_undo_milestone(request.user, reached),
    }
    return render(request, "journeys/milestone_reach.html", context)


@require_http_methods(["GET", "POST"])
def milestone_undo(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Milestone.objects.visible_to(request.user)
    rows = rows.select_related("recorded_by", "step__journey__programme__organisation", "step__journey__holder__user")
    milestone = find(rows, pk=pk)
    require(policies.may_undo_milestone(request.user, milestone))
    form = UndoMilestoneForm(request.POST or None)
    step = milestone.step
    if form.is_valid() and succeeded(form, actions.undo_milestone, milestone, by=request.user, **form.cleaned_data):
        messages.success(request, _("Undone: “%(step)s” is to reach again.") % {"step": step})
        return redirect(journey_url(step.journey))
    context = {"form": form, "milestone": milestone, "step": step, "back_url": journey_url(step.journey)}
    return render(request, "journeys/milestone_undo.html", context)
