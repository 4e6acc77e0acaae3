"""The steps of a draft, one page each; a move is one button."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.lib.doors import find, require, succeeded
from backend.web.line import KINDS
from journeys import actions, policies
from journeys.forms.template_steps import ProgrammeStepForm
from journeys.models import ProgrammeVersion, StepTemplate
from journeys.queries.version_words import typed_otherwise
from journeys.queries.versions import stamp_of, steps_of
from journeys.views.answers import one_tap


def _step(request: HttpRequest, pk: int) -> StepTemplate:
    rows = StepTemplate.objects.visible_to(request.user)
    return find(rows.select_related("version__programme__organisation", "module"), pk=pk)


def _onto(step: StepTemplate) -> str:
    """The draft, at this step."""
    return reverse("journeys:version_design", args=[step.version_id]) + f"#step-{step.code}"


@require_http_methods(["GET", "POST"])
def programme_step_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    rows = ProgrammeVersion.objects.visible_to(request.user).select_related("programme__organisation")
    version = find(rows, pk=pk)
    require(policies.may_add_programme_step(request.user, version))
    if request.method == "GET" and not version.is_draft:
        return redirect("journeys:version_detail", version.pk)
    form = ProgrammeStepForm(request.POST or None, version=version, kind=kind)
    if form.is_valid() and succeeded(
        form, actions.add_programme_step, version, kind=kind, by=request.user, **_facts(form)
    ):
        messages.success(request, _("“%(step)s” is in the draft.") % {"step": form.outcome})
        return redirect(_onto(form.outcome))
    return render(request, "journeys/programme_step_form.html", _page(form, version))


@require_http_methods(["GET", "POST"])
def programme_step_update(request: HttpRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    require(policies.may_update_programme_step(request.user, step))
    if request.method == "GET" and not step.version.is_draft:
        return redirect("journeys:version_detail", step.version_id)
    form = ProgrammeStepForm(request.POST or None, version=step.version, kind=step.kind, step=step)
    if form.is_valid() and succeeded(
        form, actions.update_programme_step, step, stamp=form.stamp, by=request.user, **_facts(form)
    ):
        messages.success(request, _("“%(step)s” is saved.") % {"step": form.outcome})
        return redirect(_onto(form.outcome))
    page = _page(form, step.version)
    now = stamp_of(step)
    if form.stamp != now:
        page["otherwise"], form.stamp = typed_otherwise(step, _facts(form), steps_of(step.version)), now
    return render(request, "journeys/programme_step_form.html", page)


def _facts(form: ProgrammeStepForm) -> dict[str, object]:
    """What the form says, as the action reads it."""
    return {name: value for name, value in form.cleaned_data.items() if value is not None or name == "module"}


def _page(form: ProgrammeStepForm, version: ProgrammeVersion) -> dict[str, object]:
    label, sign = KINDS[form.kind]
    return {"form": form, "version": version, "step": form.step, "kind_label": label, "kind_icon": sign}


@require_POST
def programme_step_move(request: HttpRequest, pk: int) -> HttpResponse:
    """To the place named by the button."""
    step = _step(request, pk)
    require(policies.may_move_programme_step(request.user, step))
    wanted = request.POST.get("place", "")
    place = int(wanted) if wanted.isdecimal() and len(wanted) < 5 else 0
    done = _("“%(step)s” is at place %(place)d.") % {"step": step, "place": place}
    return one_tap(request, actions.move_programme_step, step, done=done, default=_onto(step), place=place)


@require_http_methods(["GET", "POST"])
def programme_step_remove(request: HttpRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    require(policies.may_remove_programme_step(request.user, step))
    if not step.version.is_draft:
        return redirect("journeys:version_detail", step.version_id)
    if request.method == "POST":
        done = _("“%(step)s” is no longer in the draft.") % {"step": step}
        default = reverse("journeys:version_design", args=[step.version_id])
        return one_tap(request, actions.remove_programme_step, step, done=done, default=default)
    later = StepTemplate.objects.filter(after=step).order_by("position", "pk")
    context = {"step": step, "version": step.version, "later": later, "earlier": step.after.order_by("position", "pk")}
    return render(request, "journeys/programme_step_remove.html", context)
