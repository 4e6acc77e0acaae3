"""The import of a cohort: choose a file, check and correct what was read, confirm, see what came of it."""

from collections.abc import Callable
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

from backend.lib import clock
from backend.lib.doors import find, number, require, succeeded
from backend.lib.refusal import MAY_BE_REFUSALS, refusal_of
from backend.web.forms import Form
from backend.web.sheet_forms import CorrectCellsForm, SkipLinesForm
from journeys import actions, policies
from journeys.forms.imports import ImportHoldersForm, MapColumnsForm
from journeys.models import Import, Programme
from journeys.queries import import_pages, sheets, sheets_imports
from journeys.queries.imports import ERROR, FIELDS, HOLDERS, outcomes
from journeys.queries.imports.mapping import lacking_words
from journeys.queries.imports.undoing import WITHIN, undoing

State = Import.State
DOORS = {
    "skip": "journeys:import_skip",
    "correct": "journeys:import_correct",
    "columns": "journeys:import_columns",
    "outcome": "journeys:import_outcome",
}


def _find(request: HttpRequest, pk: int) -> Import:
    """Members of the organisation are told it exists (and that it is not theirs to open); strangers are not."""
    programmes = Programme.objects.visible_to(request.user).order_by()
    rows = Import.objects.filter(programme__in=programmes).defer("raw", "outcomes", "made")
    return find(rows.select_related("programme__organisation"), pk=pk)


@require_http_methods(["GET", "POST"])
def holder_import(request: HttpRequest) -> HttpResponse:
    """Choose the file and the programme; then its preview."""
    require(request.user.has_role("lead"))
    programmes = import_pages.programmes_to_fill(request.user)
    chosen = {"programme": request.GET.get("programme")} if "programme" in request.GET else {}
    form = ImportHoldersForm(request.POST or None, request.FILES or None, programmes=programmes, initial=chosen)
    if form.is_valid():
        programme, sent = form.cleaned_data["programme"], form.cleaned_data["file"]
        require(policies.may_import_holders(request.user, programme))
        starts_on = form.cleaned_data["starts_on"]
        if succeeded(
            form, actions.import_holders, programme, sent.read(), sent.name, by=request.user, starts_on=starts_on,
            may_map=True,
        ):  # fmt: skip
            return redirect("journeys:import_preview", form.outcome.pk)
    recent = import_pages.recent_imports(request.user)
    context = {"form": form, "programmes": programmes, "recent": recent, "swapped": False, "steps": _steps(), "step": 1}
    return render(request, "journeys/import_holders.html", context)


@require_safe
def import_model(request: HttpRequest) -> HttpResponse:
    """The spreadsheet to fill in."""
    require(request.user.has_role("lead"))
    response = HttpResponse(
        sheets_imports.model_workbook(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    name = _("jalon-holders-model")
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


@require_safe
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What confirming would do; while it runs, how far it is; afterwards, what came of it."""
    batch = _find(request, pk)
    require(policies.may_correct_import(request.user, batch))
    if batch.state == State.PREVIEW:
        return _preview(request, batch)
    if batch.state == State.RUNNING:
        template = "journeys/import_progress.html" if request.htmx else "journeys/import_running.html"
        return render(request, template, _context(batch, step=3))
    if request.htmx:
        return HttpResponseClientRefresh()
    return render(request, "journeys/import_result.html", _context(batch, step=3) | _result(request, batch))


@require_POST
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column is which, and how people are recognised."""
    batch = _find(request, pk)
    require(policies.may_map_columns(request.user, batch))
    form = MapColumnsForm(request.POST, batch=batch)
    if form.is_valid() and succeeded(
        form, actions.map_columns, batch, fields=form.columns, matching=form.cleaned_data["matching"], by=request.user
    ):
        messages.success(request, _("The file is read so. The next one with the same headings will be too."))
        return redirect("journeys:import_preview", batch.pk)
    if batch.state != State.PREVIEW:
        return redirect("journeys:import_preview", batch.pk)
    return _preview(request, batch, form)


@require_POST
def import_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Cells of one line, typed again."""
    batch = _find(request, pk)
    require(policies.may_correct_import(request.user, batch))
    form = CorrectCellsForm(request.POST, fields=FIELDS)
    if not form.is_valid():
        raise Http404
    line, cells = form.cleaned_data["line"], form.cells
    return _change(
        request, batch, line,
        lambda: actions.correct_import(batch, line=line, cells=cells, everywhere=form.everywhere, by=request.user),
    )  # fmt: skip


@require_POST
def import_skip(request: HttpRequest, pk: int) -> HttpResponse:
    """A line left out or taken back; without a line, all those in error."""
    batch = _find(request, pk)
    require(policies.may_skip_lines(request.user, batch))
    form = SkipLinesForm(request.POST)
    if not form.is_valid():
        raise Http404
    line, skip = form.cleaned_data["line"], form.cleaned_data["skip"]
    if line is None:
        wrong = [one for one in import_pages.Preview(batch).outcomes if one.kind == ERROR] if skip else []
        lines = [one.line.line for one in wrong]
    else:
        lines = [line]
    return _change(request, batch, line, lambda: actions.skip_lines(batch, lines=lines, skip=skip, by=request.user))


@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines without errors are imported."""
    batch = _find(request, pk)
    require(policies.may_confirm_import(request.user, batch))
    try:
        actions.confirm_import(batch, by=request.user)
    except MAY_BE_REFUSALS as error:
        refusal = refusal_of(error)
        messages.error(request, refusal.sentence)
    return redirect("journeys:import_preview", batch.pk)


@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """The file is forgotten."""
    batch = _find(request, pk)
    require(policies.may_discard_import(request.user, batch))
    try:
        actions.discard_import(batch, by=request.user)
        messages.success(request, _("“%(file)s” is discarded: nothing of it was kept.") % {"file": batch.file_name})
    except MAY_BE_REFUSALS as error:
        refusal = refusal_of(error)
        messages.error(request, refusal.sentence)
        return redirect("journeys:import_preview", batch.pk)
    return redirect("journeys:holder_import")


@require_safe
def import_outcome(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """What became of each line, as a file."""
    batch = _find(request, pk)
    require(policies.may_correct_import(request.user, batch))
    if request.user.pk not in (batch.made_by_id, batch.confirmed_by_id):
        actions.reveal_many_contacts(outcomes.people_of(batch), by=request.user)
    head, rows = outcomes.outcome_head(), outcomes.outcome_rows(batch)
    name = f"jalon-import-{batch.pk}.{form}"
    return HttpResponse(
        sheets.as_table(form, _("Outcome"), head, rows),
        content_type=sheets.FORMATS[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "POST"])
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What undoing would take back, or why it can not be done; POST does it."""
    batch = _find(request, pk)
    require(policies.may_undo_import(request.user, batch))
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and succeeded(form, actions.undo_import, batch, by=request.user):
        messages.success(request, _("“%(file)s” is undone: what it brought is gone.") % {"file": batch.file_name})
        for name in form.outcome[:10]:
            messages.warning(request, _("%(fact)s was changed since: it stays as it is now.") % {"fact": name})
        return redirect("journeys:import_preview", batch.pk)
    return render(request, "journeys/import_undo.html", {"batch": batch, "form": form, "undoing": undoing(batch)})


# --- Parts of the answers -------------------------------------------------------------------------
def _steps() -> list[str]:
    return [_("File"), _("Check"), _("Import")]


def _context(batch: Import, *, step: int) -> dict[str, Any]:
    return {"batch": batch, "doors": DOORS, "steps": _steps(), "step": step, "swapped": False}


def _preview(request: HttpRequest, batch: Import, columns: MapColumnsForm | None = None) -> HttpResponse:
    preview = import_pages.Preview(batch)
    context = _context(batch, step=2) | preview.looked_at(request.GET)
    edited = number(request.GET.get("edit", ""))
    outcome = preview.line(edited) if edited is not None else None
    if request.htmx and outcome is not None:
        shown = preview.shown(outcome, is_edited=True)
        return render(request, "journeys/import_line.html", context | {"shown": shown})
    lacking = lacking_words(batch, HOLDERS)
    told = {"columns_form": columns or MapColumnsForm(batch=batch), "lacking": lacking}
    told |= {"columns_ignored": import_pages.columns_ignored(batch), "starts_on": batch.starts_on}
    told["opened"] = bool(lacking or (columns and columns.errors))
    return render(request, "journeys/import_preview.html", context | told)


def _change(request: HttpRequest, batch: Import, line: int | None, act: Callable[[], int]) -> HttpResponse:
    """Do it; answer with the line and the counts alone when nothing else on the page can have changed."""
    group, number = request.POST.get("show", ""), request.POST.get("page", "1")
    address = f"{reverse('journeys:import_preview', args=[batch.pk])}?show={group}&page={number}"
    address += f"#line-{line}" if line else ""
    rows, before = batch.rows, _cells(batch, line)
    try:
        changed = act()
    except MAY_BE_REFUSALS as error:
        refusal = refusal_of(error)
        messages.error(request, refusal.sentence)
        return HttpResponseClientRefresh() if request.htmx else redirect(address)
    if changed > 1:
        messages.success(request, ngettext("%(n)s line changed.", "%(n)s lines changed.", changed) % {"n": changed})
    is_alone = changed <= 1 and line and not import_pages.concerns_others(rows, line, before, _cells(batch, line))
    if not request.htmx or not is_alone:
        return HttpResponseClientRefresh() if request.htmx else redirect(address)
    preview = import_pages.Preview(batch)
    outcome = preview.line(line or 0)
    if outcome is None:
        raise Http404
    told = {"shown": preview.shown(outcome), "preview": preview, "group": group, "page_number": number}
    told["tabs"] = preview.groups(group)
    return render(request, "journeys/import_line_changed.html", _context(batch, step=2) | told)


def _cells(batch: Import, line: int | None) -> dict[str, str]:
    """What this line says now; a skipped line says nothing to the others."""
    found = next((row for row in batch.rows if row["line"] == line), None)
    return {} if found is None or found.get("skip") else dict(found["cells"])


def _result(request: HttpRequest, batch: Import) -> dict[str, Any]:
    counts = {kind: batch.result.get(kind, 0) for kind in ("create", "update", "unchanged", "error", "skipped")}
    return {
        "counts": counts,
        "changed_nothing": counts["create"] + counts["update"] == 0,
        "left": Paginator(import_pages.left_aside(batch), 100).get_page(request.GET.get("page", 1)),
        "stopped": batch.result.get("stopped", ""),
        "may_undo": batch.state == State.DONE and clock.now() <= (batch.finished_at or batch.created_at) + WITHIN,
    }
