"""Doors onto the steps of a journey: where they are, when, and what they say for this person."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from backend.lib.doors import find, number, require, succeeded
from backend.lib.refusal import MAY_BE_REFUSALS, refusal_of
from backend.web.reading import moment
from journeys import actions, policies
from journeys.forms import journeys as forms
from journeys.forms import steps as step_forms
from journeys.models import Journey, Step
from journeys.queries.journeys import steps_of
from journeys.queries.links import journey_url
from journeys.queries.plans import Appointment, MovePreview, move_preview, recorded
from journeys.queries.steps import given_back
from journeys.views.answers import one_tap
from journeys.views.finding import find_journey


def _step(request: HttpRequest, pk: int) -> Step:
    rows = Step.objects.filter(policies.visible_steps(request.user))
    return find(
        rows.select_related(
            "journey__programme__organisation", "journey__holder__user", "journey__project", "module"
        ).prefetch_related("journey__companions"),
        pk=pk,
    )


def steps_url(journey: Journey) -> str:
    """The steps on the page of the journey."""
    return f"{journey_url(journey)}#steps"


@require_http_methods(["GET", "POST"])
def step_advance(request: HttpRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    require(policies.may_advance_step(request.user, step))
    form = forms.AdvanceStepForm(request.POST or None, step=step)
    if form.is_valid() and succeeded(form, actions.advance_step, step, by=request.user, **form.cleaned_data):
        messages.success(
            request, _("“%(step)s” is now: %(state)s.") % {"step": step, "state": step.get_state_display()}
        )
        return redirect(steps_url(step.journey))
    return render(request, "journeys/step_advance.html", {"form": form, "step": step, "journey": step.journey})


@require_http_methods(["GET", "POST"])
def step_waive(request: HttpRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    require(policies.may_waive_step(request.user, step))
    form = forms.WaiveStepForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.waive_step, step, by=request.user, **form.cleaned_data):
        messages.success(request, _("“%(step)s” no longer counts on this journey.") % {"step": step})
        return redirect(steps_url(step.journey))
    context = {"form": form, "step": step, "journey": step.journey, "given_back": given_back(step)}
    return render(request, "journeys/step_waive.html", context)


@require_POST
def step_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: it is to plan again."""
    step = _step(request, pk)
    require(policies.may_restore_step(request.user, step))
    done = _("“%(step)s” is to plan again.") % {"step": step}
    return one_tap(request, actions.restore_step, step, done=done, default=steps_url(step.journey))


@require_http_methods(["GET", "POST"])
def step_add(request: HttpRequest, pk: int) -> HttpResponse:
    journey = find_journey(request, pk)
    require(policies.may_add_step(request.user, journey))
    form = step_forms.AddStepForm(request.POST or None, journey=journey, steps=steps_of(journey))
    if form.is_valid() and succeeded(form, actions.add_step, journey, by=request.user, **form.facts):
        messages.success(request, _("“%(step)s” is on the line.") % {"step": form.outcome})
        return redirect(steps_url(journey))
    return render(request, "journeys/step_add.html", {"form": form, "journey": journey})


@require_http_methods(["GET", "POST"])
def step_edit(request: HttpRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    require(policies.may_edit_step(request.user, step))
    others = [one for one in steps_of(step.journey) if one.pk != step.pk]
    form = step_forms.EditStepForm(request.POST or None, step=step, steps=others)
    if form.is_valid() and succeeded(form, actions.edit_step, step, by=request.user, **form.facts):
        messages.success(request, _("“%(step)s” is changed for this person.") % {"step": step})
        return redirect(steps_url(step.journey))
    if form.errors:
        step = _step(request, pk)  # its title as it is, not as it was typed
    advances = policies.may_advance_step(request.user, step) and step.is_open
    context = {
        "form": form,
        "step": step,
        "journey": step.journey,
        "is_own": step.template_id is None and not step.carried_from_id and not recorded([step.pk]),
        "move_url": reverse("journeys:step_move", args=[step.pk]),
        "remove_url": reverse("journeys:step_remove", args=[step.pk]),
        "advance_url": reverse("journeys:step_advance", args=[step.pk]) if advances else "",
    }
    return render(request, "journeys/step_edit.html", context)


@require_POST
def step_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap, which can be undone."""
    step = _step(request, pk)
    require(policies.may_remove_step(request.user, step))
    done = _("“%(step)s” is removed.") % {"step": step}
    return one_tap(request, actions.remove_step, step, done=done, default=steps_url(step.journey))


@require_http_methods(["GET", "POST"])
def step_move(request: HttpRequest, pk: int) -> HttpResponse:
    """GET looks at what would move, POST applies exactly that."""
    step = _step(request, pk)
    require(policies.may_move_step(request.user, step))
    apply = step_forms.ApplyMoveForm(request.POST) if request.method == "POST" else None
    if apply and apply.is_valid() and _moved(request, apply, step):
        return redirect(steps_url(step.journey))
    asked = request.POST if apply else request.GET
    form = step_forms.MoveStepForm(asked if "due_on" in asked else None, step=step)
    preview = _preview(request, step, form) if form.is_bound and form.is_valid() and step.is_open else None
    refused = list(apply.non_field_errors()) if apply and apply.is_bound else []
    context = {
        "step": step,
        "journey": step.journey,
        "form": form,
        "preview": preview,
        "changed": " ".join(refused),
        "apply": _apply_form(preview, form) if preview else None,
        "waits_for": ", ".join(one.title for one in step.after.order_by("position", "pk")),
        "asked_title": _("Other dates") if preview else _("When should it be?"),
    }
    return render(request, "journeys/step_move.html", context)


def _preview(request: HttpRequest, step: Step, form: step_forms.MoveStepForm) -> MovePreview:
    return move_preview(step, **form.cleaned_data, by=request.user)


def _apply_form(preview: MovePreview, form: step_forms.MoveStepForm) -> step_forms.ApplyMoveForm:
    apply = step_forms.ApplyMoveForm(initial={**form.cleaned_data, "digest": preview.digest, "with_meetings": True})
    if not preview.people:
        del apply.fields["with_meetings"]
    return apply


def _moved(request: HttpRequest, apply: step_forms.ApplyMoveForm, step: Step) -> bool:
    """Done, and said; else the form holds why not."""
    if not succeeded(apply, actions.move_step, step, by=request.user, **apply.cleaned_data):
        return False
    done: actions.Moved = apply.outcome
    count = len(done.preview.cascade.shifts)
    messages.success(request, ngettext("%(count)d step moved.", "%(count)d steps moved.", count) % {"count": count})
    tell_left_behind(request, done.along)
    return True


def tell_left_behind(request: HttpRequest, along: Any) -> None:
    """A sentence for each meeting that could not follow."""
    for one in along:
        if isinstance(one, Appointment) and one.problem:
            words = {"what": one.title, "when": moment(one.was), "why": one.problem}
            messages.warning(request, _("%(what)s stays on %(when)s: %(why)s") % words)


@require_POST
def journey_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """The last change of the plan is taken back."""
    journey = find_journey(request, pk)
    require(policies.may_undo_change(request.user, journey))
    meant = request.POST.get("change", "")
    try:
        done = actions.undo_change(journey, change=number(meant), by=request.user)
    except MAY_BE_REFUSALS as error:
        refusal = refusal_of(error)
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The last change is undone."))
        tell_left_behind(request, done.along)
    return redirect(steps_url(journey))
