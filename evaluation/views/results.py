"""What a wave says: its results question by question, to read, to print, to show in a meeting."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from backend.lib.doors import file_answer, find, require, succeeded
from evaluation import actions, policies
from evaluation.forms.exports import ExportWaveForm
from evaluation.models import Wave
from evaluation.queries import results
from evaluation.queries.agreement import has_two_voices
from evaluation.queries.results.files import Parcel

PAGES = {"": "evaluation/results.html", "present": "evaluation/results_present.html"}


def find_wave(request: HttpRequest, pk: int) -> Wave:
    waves = Wave.objects.visible_to(request.user).select_related("programme__organisation", "questionnaire")
    return find(waves, pk=pk)


@require_safe
def wave_results(request: HttpRequest, pk: int) -> HttpResponse:
    """Every question of a wave, of all who answered or of one group of them; `view=present`: one a screen, large."""
    wave = find_wave(request, pk)
    require(policies.may_read_results(request.user, wave))
    view, group = request.GET.get("view", ""), request.GET.get("group", "")
    if view not in PAGES:
        raise Http404
    try:
        found = results.results_of(wave, group)
    except KeyError:
        raise Http404 from None
    dimensions = [
        (label, [one for one in found.groups if one.dimension == name]) for name, label in results.DIMENSIONS.items()
    ]
    context = {
        "wave": wave,
        "found": found,
        "sections": results.shown(found),
        "dimensions": [(label, groups) for label, groups in dimensions if groups],
        "group": group,
        "has_two_voices": not view and has_two_voices(wave),
    }
    return render(request, PAGES[view], context)


@require_http_methods(["GET", "POST"])
def wave_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a file, then take it away; that it was taken stands in history."""
    wave = find_wave(request, pk)
    require(policies.may_export_wave(request.user, wave))
    form = ExportWaveForm(request.POST or None, is_named=wave.mode == Wave.Mode.IDENTIFIED)
    if form.is_valid() and succeeded(form, actions.export_wave, wave, by=request.user, **form.chosen):
        made: Parcel = form.outcome
        return file_answer(made.data, made.name, made.content_type)
    return render(request, "evaluation/wave_export.html", {"wave": wave, "form": form})
