"""The import of mentors: choose a file, check and correct what was read, confirm, see what came of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from backend.accounts.queries import organisations_of
from backend.lib.doors import attempt, find, number, require, succeeded
from backend.lib.refusal import MAY_BE_REFUSALS, refusal_of
from backend.web.forms import Form
from backend.web.sheet_forms import CorrectCellsForm, SkipLinesForm
from journeys.queries import sheets
from journeys.queries.import_pages import GROUPS, columns_ignored, left_aside
from journeys.queries.imports import ERROR
from journeys.queries.imports.mapping import lacking_words
from journeys.queries.imports.undoing import too_late
from mentoring import actions, policies
from mentoring.forms import ImportMentorsForm, MapMentorColumnsForm
from mentoring.models import MentorImport
from mentoring.queries.imports import LABELS, MENTORS, MentorPreview, outcomes
from mentoring.queries.imports.pages import model_workbook, recent_mentor_imports
from mentoring.queries.imports.undoing import in_words, mentor_undoing

DOORS = {
    "skip": "mentoring:mentor_import_skip",
    "correct": "mentoring:mentor_import_correct",
    "columns": "mentoring:mentor_import_columns",
    "outcome": "mentoring:mentor_import_outcome",
}
FEW = 12  # names shown without asking
State = MentorImport.State


def _find(request: HttpRequest, pk: int) -> MentorImport:
    return find(MentorImport.objects.visible_to(request.user).select_related("organisation"), pk=pk)


@require_http_methods(["GET", "POST"])
def mentor_import(request: HttpRequest) -> HttpResponse:
    """Choose the file; then its preview."""
    organisations = list(organisations_of(request.user, "lead").order_by("name"))
    require(bool(organisations))
    form = ImportMentorsForm(request.POST or None, request.FILES or None, organisations=organisations)
    if form.is_valid():
        organisation, sent = form.cleaned_data["organisation"], form.cleaned_data["file"]
        require(policies.may_import_mentors(request.user, organisation))
        if succeeded(form, actions.import_mentors, organisation, sent.read(), sent.name, by=request.user, may_map=True):
            return redirect("mentoring:mentor_import_preview", form.outcome.pk)
    context = {"form": form, "recent": recent_mentor_imports(request.user), "steps": _steps(), "step": 1}
    return render(request, "mentoring/mentor_import.html", context)


@require_safe
def mentor_import_model(request: HttpRequest) -> HttpResponse:
    """The spreadsheet to fill in."""
    require(request.user.has_role("lead"))
    name = _("jalon-mentors-model")
    disposition = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(model_workbook(), content_type=sheets.FORMATS["xlsx"], headers=disposition)


@require_safe
def mentor_import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What confirming would do; afterwards, what came of it."""
    batch = _find(request, pk)
    if batch.state == State.PREVIEW:
        return _preview(request, batch)
    context = {
        "batch": batch,
        "counts": {kind: batch.result.get(kind, 0) for kind in ("create", "update", "unchanged", "error", "skipped")},
        "left": Paginator(left_aside(batch, LABELS), 100).get_page(request.GET.get("page", 1)),
        "may_undo": not too_late(batch),
        "doors": DOORS,
        "steps": _steps(),
        "step": 3,
    }
    return render(request, "mentoring/mentor_import_result.html", context)


@require_POST
def mentor_import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column is which."""
    batch = _find(request, pk)
    require(policies.may_map_mentor_columns(request.user, batch))
    form = MapMentorColumnsForm(request.POST, batch=batch)
    if form.is_valid() and succeeded(form, actions.map_mentor_columns, batch, fields=form.columns, by=request.user):
        messages.success(request, _("The file is read so. The next one with the same headings will be too."))
        return redirect("mentoring:mentor_import_preview", batch.pk)
    if batch.state != State.PREVIEW:
        return redirect("mentoring:mentor_import_preview", batch.pk)
    return _preview(request, batch, form)


@require_POST
def mentor_import_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Cells of one line, typed again."""
    batch = _find(request, pk)
    require(policies.may_correct_mentor_import(request.user, batch))
    form = CorrectCellsForm(request.POST, fields=LABELS)
    if not form.is_valid():
        raise Http404
    told = {"line": form.cleaned_data["line"], "cells": form.cells, "everywhere": form.everywhere}
    return _change(request, batch, actions.correct_mentor_import, **told)


@require_POST
def mentor_import_skip(request: HttpRequest, pk: int) -> HttpResponse:
    """A line left out or taken back in; without a line, all those in error."""
    batch = _find(request, pk)
    require(policies.may_skip_mentor_lines(request.user, batch))
    form = SkipLinesForm(request.POST)
    if not form.is_valid():
        raise Http404
    line, skip = form.cleaned_data["line"], form.cleaned_data["skip"]
    wrong = [] if line else [one.line.line for one in MentorPreview(batch).outcomes if one.kind == ERROR]
    return _change(request, batch, actions.skip_mentor_lines, lines=[line] if line else wrong, skip=skip)


@require_POST
def mentor_import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines without errors are written, and new mentors welcomed."""
    batch = _find(request, pk)
    require(policies.may_confirm_mentor_import(request.user, batch))
    attempt(request, _("The mentors are here."), actions.confirm_mentor_import, batch, by=request.user)
    return redirect("mentoring:mentor_import_preview", batch.pk)


@require_POST
def mentor_import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """The file is forgotten."""
    batch = _find(request, pk)
    require(policies.may_discard_mentor_import(request.user, batch))
    done = _("“%(file)s” is discarded: nothing of it was kept.") % {"file": batch.file_name}
    attempt(request, done, actions.discard_mentor_import, batch, by=request.user)
    return redirect("mentoring:mentor_import")


@require_safe
def mentor_import_outcome(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """What became of each line, as a file."""
    batch = _find(request, pk)
    data = sheets.as_table(form, _("Outcome"), outcomes.outcome_head(), outcomes.outcome_rows(batch))
    disposition = {"Content-Disposition": f'attachment; filename="jalon-mentors-import-{batch.pk}.{form}"'}
    return HttpResponse(data, content_type=sheets.FORMATS[form], headers=disposition)


@require_http_methods(["GET", "POST"])
def mentor_import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What undoing would take back, what stays and why, or why it can not be done; POST does it."""
    batch = _find(request, pk)
    require(policies.may_undo_mentor_import(request.user, batch))
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and succeeded(form, actions.undo_mentor_import, batch, by=request.user):
        messages.success(request, _("“%(file)s” is undone: what it brought is gone.") % {"file": batch.file_name})
        for name in form.outcome[:10]:
            messages.warning(request, _("%(fact)s was changed since: it stays as it is now.") % {"fact": name})
        return redirect("mentoring:mentor_import_preview", batch.pk)
    undoing = mentor_undoing(batch)
    context = {"batch": batch, "form": form, "undoing": undoing, "few": len(undoing.mentors) <= FEW}
    context |= {"returning": in_words(undoing.returning), "staying": in_words(undoing.staying)}
    return render(request, "mentoring/mentor_import_undo.html", context)


# --- Parts of the answers -------------------------------------------------------------------------
def _steps() -> list[str]:
    return [_("File"), _("Check"), _("Import")]


def _preview(request: HttpRequest, batch: MentorImport, columns: MapMentorColumnsForm | None = None) -> HttpResponse:
    preview = MentorPreview(batch)
    context: dict[str, Any] = {"batch": batch, "doors": DOORS, "swapped": False, "steps": _steps(), "step": 2}
    context |= preview.looked_at(request.GET)
    edited = number(request.GET.get("edit", ""))
    outcome = preview.line(edited) if edited is not None else None
    if request.htmx and outcome is not None:
        shown = preview.shown(outcome, is_edited=True)
        return render(request, "journeys/import_line.html", context | {"shown": shown})
    lacking = lacking_words(batch, MENTORS)
    told = {"columns_form": columns or MapMentorColumnsForm(batch=batch), "lacking": lacking, "starts_on": None}
    told |= {"columns_ignored": columns_ignored(batch), "opened": bool(lacking or (columns and columns.errors))}
    return render(request, "mentoring/mentor_import_preview.html", context | told)


def _change(request: HttpRequest, batch: MentorImport, act: Any, **told: Any) -> HttpResponse:
    """Do it, then show the whole page again at the same place: lines may speak of one another.

    A browser that reads the page anew stays where it was scrolled.
    """
    try:
        changed = act(batch, by=request.user, **told)
        if changed > 1:
            words = ngettext("%(n)s line changed.", "%(n)s lines changed.", changed)
            messages.success(request, words % {"n": changed})
    except MAY_BE_REFUSALS as error:
        messages.error(request, refusal_of(error).sentence)
    group, page = request.POST.get("show", ""), number(request.POST.get("page", "")) or 1
    group = group if group in GROUPS else ""
    address = f"{reverse('mentoring:mentor_import_preview', args=[batch.pk])}?show={group}&page={page}"
    address += f"#line-{request.POST['line']}" if number(request.POST.get("line", "")) else ""
    return HttpResponseClientRefresh() if request.htmx else redirect(address)
