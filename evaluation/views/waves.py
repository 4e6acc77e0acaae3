"""Waves as leads make, change and stop them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.lib.doors import find, require, succeeded
from backend.lib.refusal import Refused
from evaluation import actions, policies
from evaluation.actions.waves import check_plan, facts_of
from evaluation.forms.answers import ConfirmForm
from evaluation.forms.waves import WaveForm
from evaluation.models import Wave
from evaluation.queries.rates import wave_rates as read_rates
from evaluation.queries.requests import unsent
from evaluation.queries.waves import outlook, step_codes
from journeys.models import Programme

LOOK = "look"


def _found(request: HttpRequest, pk: int) -> Wave:
    rows = Wave.objects.visible_to(request.user).select_related("programme__organisation", "questionnaire")
    return find(rows, pk=pk)


@require_http_methods(["GET", "POST"])
def wave_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A wave of this programme; what it would ask is shown before it is made, as often as one likes."""
    programme = find(Programme.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    require(policies.may_create_wave(request.user, programme))
    form = WaveForm(programme, request.POST or None)
    context = _looked_at(request, form, programme)
    is_kept = not context and form.is_valid()
    if is_kept and succeeded(form, actions.create_wave, programme, form.plan, by=request.user):
        messages.success(request, _("The wave is made: it asks within the hour whoever is due."))
        return redirect("evaluation:wave", form.outcome.pk)
    return render(request, "evaluation/wave_form.html", {"form": form, "programme": programme, **context})


@require_http_methods(["GET", "POST"])
def wave_edit(request: HttpRequest, pk: int) -> HttpResponse:
    wave = _found(request, pk)
    require(policies.may_edit_wave(request.user, wave))
    form = WaveForm(wave.programme, request.POST or None, wave=wave)
    context = _looked_at(request, form, wave.programme, wave)
    is_kept = not context and form.is_valid()
    if is_kept and succeeded(form, actions.edit_wave, wave, form.plan, by=request.user):
        messages.success(request, _("Saved."))
        return redirect("evaluation:wave", wave.pk)
    titles = step_codes(wave.programme, wave.moment)
    context |= {"programme": wave.programme, "step_title": titles.get(wave.step_code, wave.step_code)}
    return render(request, "evaluation/wave_form.html", {"form": form, "wave": wave, **context})


def _looked_at(request: HttpRequest, form: WaveForm, programme: Programme, wave: Wave | None = None) -> dict[str, Any]:
    """Whom the plan would ask, when the button to look was pressed; {} when it is to be kept."""
    if LOOK not in request.POST or not form.is_valid():
        return {}
    try:
        check_plan(programme, form.plan, wave)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return {"outlook": None}
    planned = Wave(pk=wave.pk if wave else None, programme=programme, **facts_of(form.plan))
    return {"outlook": outlook(planned)}


@require_http_methods(["GET", "POST"])
def wave_stop(request: HttpRequest, pk: int) -> HttpResponse:
    wave = _found(request, pk)
    require(policies.may_stop_wave(request.user, wave))
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and succeeded(form, actions.stop_wave, wave, by=request.user):
        messages.success(request, _("Stopped: it asks nobody any more."))
        return redirect("evaluation:wave", wave.pk)
    return render(request, "evaluation/wave_stop.html", {"form": form, "wave": wave, "unsent": unsent(wave)})


@require_safe
def wave_rates(request: HttpRequest, pk: int) -> HttpResponse:
    """How many answered, by which definition, and how those who are missing differ from those who answered."""
    wave = _found(request, pk)
    require(policies.may_read_rates(request.user, wave))
    return render(request, "evaluation/wave_rates.html", {"wave": wave, **read_rates(wave)})
