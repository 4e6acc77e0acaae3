"""Doors onto a project and its team, and onto the steps it does once for all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms import teams as forms
from journeys.models import Carrier, Journey, Project, Step
from journeys.queries import teams
from journeys.views.answers import one_tap


def _project(request: HttpRequest, pk: int) -> Project:
    rows = Project.objects.visible_to(request.user).select_related("organisation", "commune", "neighbourhood")
    return find(rows, pk=pk)


def _carrier(request: HttpRequest, pk: int) -> Carrier:
    return find(Carrier.objects.visible_to(request.user).select_related("project__organisation", "holder__user"), pk=pk)


@require_safe
def project_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is carried, by whom, and how far they are, each and together."""
    project = _project(request, pk)
    require(policies.may_see_team(request.user, project))
    return render(request, "journeys/project_detail.html", teams.project_page(project, request.user))


@require_http_methods(["GET", "POST"])
def project_join(request: HttpRequest, pk: int) -> HttpResponse:
    project = _project(request, pk)
    require(policies.may_join_project(request.user, project))
    form = forms.JoinProjectForm(request.POST or None, project=project)
    if form.is_valid() and succeeded(form, actions.join_project, project, by=request.user, **form.asked):
        messages.success(
            request, _("%(person)s is in the team. A letter tells them.") % {"person": form.outcome.holder}
        )
        return redirect("journeys:project_detail", project.pk)
    context = {"form": form, "project": project, "back_url": reverse("journeys:project_detail", args=[project.pk])}
    return render(request, "journeys/project_join.html", context)


@require_http_methods(["GET", "POST"])
def project_leave(request: HttpRequest, pk: int) -> HttpResponse:
    carrier = _carrier(request, pk)
    require(policies.may_leave_project(request.user, carrier))
    hers = Journey.objects.live().filter(project=carrier.project_id)
    form = forms.LeaveProjectForm(
        request.POST or None,
        is_last=not carrier.project.carriers.current().exclude(pk=carrier.pk).exists() and hers.exists(),
        has_journey=hers.filter(holder=carrier.holder_id).exists(),
    )
    if form.is_valid() and succeeded(form, actions.leave_project, carrier, by=request.user, **form.cleaned_data):
        messages.success(request, _("%(person)s has left the team. What was done stays.") % {"person": carrier.holder})
        return redirect("journeys:project_detail", carrier.project_id)
    return render(request, "journeys/project_leave.html", _about(carrier) | {"form": form})


def _about(carrier: Carrier) -> dict[str, object]:
    back = reverse("journeys:project_detail", args=[carrier.project_id])
    return {"carrier": carrier, "project": carrier.project, "back_url": back}


@require_http_methods(["GET", "POST"])
def part_change(request: HttpRequest, pk: int) -> HttpResponse:
    carrier = _carrier(request, pk)
    require(policies.may_change_part(request.user, carrier))
    form = forms.ChangePartForm(request.POST or None, initial={"part": carrier.part})
    if form.is_valid() and succeeded(form, actions.change_part, carrier, by=request.user, **form.cleaned_data):
        messages.success(request, _("Noted: %(person)s %(part)s.") % _part_words(carrier))
        return redirect("journeys:project_detail", carrier.project_id)
    return render(request, "journeys/part_change.html", _about(carrier) | {"form": form})


def _part_words(carrier: Carrier) -> dict[str, str]:
    return {"person": str(carrier.holder), "part": str(carrier.get_part_display())}


@require_POST
def step_share(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: the team does this step once for all, or each for herself again."""
    rows = Step.objects.visible_to(request.user).select_related("journey__programme__organisation")
    step = find(rows.prefetch_related("journey__companions"), pk=pk)
    require(policies.may_share_step(request.user, step))
    form = forms.ShareStepForm(request.POST)
    shared = form.is_valid() and form.cleaned_data["shared"]
    done = _("“%(step)s” is now done once for the whole team.") if shared else _("“%(step)s” is each one’s own again.")
    back = reverse("journeys:project_detail", args=[step.journey.project_id])
    return one_tap(request, actions.share_step, step, shared=shared, done=done % {"step": step}, default=back)
