"""What an indicator aims at, and where it began: said by leads."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.lib.doors import attempt, find, require, succeeded
from evaluation import actions, policies
from evaluation.forms.indicators import BaselineForm, TargetForm
from evaluation.models import Baseline
from evaluation.queries.indicators.pages import unit_words
from evaluation.queries.indicators.versions import at_work
from evaluation.views.indicator_design import indicator_of


@require_http_methods(["GET", "POST"])
def target_set(request: HttpRequest, pk: int) -> HttpResponse:
    """A target for a period, or over the whole programme; an earlier one for the same is kept as replaced."""
    indicator = indicator_of(request, pk)
    require(policies.may_set_target(request.user, indicator))
    form = TargetForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.set_target, indicator, by=request.user, **form.cleaned_data):
        messages.success(request, _("The target is set."))
        return redirect("evaluation:indicator_detail", indicator.pk)
    return render(request, "evaluation/target_form.html", _context(indicator, form))


@require_POST
def target_drop(request: HttpRequest, pk: int, target: int) -> HttpResponse:
    indicator = indicator_of(request, pk)
    require(policies.may_drop_target(request.user, indicator))
    row = find(indicator.targets.all(), pk=target)
    attempt(
        request, _("This target is no longer aimed at. It stays to be read."), actions.drop_target, row, by=request.user
    )
    return redirect("evaluation:indicator_detail", indicator.pk)


@require_http_methods(["GET", "POST"])
def baseline_set(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = indicator_of(request, pk)
    require(policies.may_set_baseline(request.user, indicator))
    was = Baseline.objects.filter(indicator=indicator).first()
    first = {"value": was.value.normalize(), "day": was.day, "source": was.source} if was else {}
    form = BaselineForm(request.POST or None, initial=first)
    if form.is_valid() and succeeded(form, actions.set_baseline, indicator, by=request.user, **form.cleaned_data):
        messages.success(request, _("The baseline is kept."))
        return redirect("evaluation:indicator_detail", indicator.pk)
    return render(request, "evaluation/baseline_form.html", _context(indicator, form))


def _context(indicator: Any, form: Any) -> dict[str, Any]:
    version = at_work(indicator)
    return {"form": form, "indicator": indicator, "version": version, "unit": unit_words(version) if version else ""}
