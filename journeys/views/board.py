"""The cohort board, as a table or by phase, and the file of what it shows."""

from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.lib import clock
from backend.lib.doors import require
from journeys import actions, policies
from journeys.forms.board import VIEWS, BoardForm
from journeys.queries import board, board_columns, board_export, sheets
from journeys.queries.links import address
from journeys.queries.saved_views import saved_views

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


BOARD = "journeys:journey_list"


def _at(name: str, query: str, *args: object) -> str:
    url = reverse(name, args=args)
    return f"{url}?{query}" if query else url


def _frame(request: HttpRequest, form: BoardForm) -> dict[str, Any]:
    """What stands around the rows whatever the way of showing them."""
    query, user = form.query(), request.user
    return {
        "form": form,
        "query": query,
        "is_filtered": form.filters.is_narrow,
        "list_url": reverse(BOARD),
        "ways": [(words, _at(BOARD, form.query(view=way)), form.way == way) for way, words in VIEWS],
        "saved_views": [(view, view.query == query) for view in saved_views(user)],
        "save_url": _at("journeys:saved_view_create", query),
        "may_export": policies.may_export_journeys(user),
        "may_reveal": policies.may_reveal_many_contacts(user),
        "csv_url": _at("journeys:journey_export", query, "csv"),
        "xlsx_url": _at("journeys:journey_export", query, "xlsx"),
        "import_url": address("journeys:holder_import") if user.has_role("lead") else "",
        "figures_url": _figures(form) if user.has_role("lead") else "",
    }  # fmt: skip


def _figures(form: BoardForm) -> str:
    """The figures of the programme that the board is narrowed to, else of all."""
    programme = form.cleaned_data.get("programme") if form.is_valid() else None
    url = address("evaluation:indicators")
    return f"{url}?organisation={programme.organisation_id}&programme={programme.pk}" if url and programme else url


@require_safe
def journey_list(request: HttpRequest) -> HttpResponse:
    """The cohort board, in the way that the address asks for."""
    require(policies.may_list_journeys(request.user))
    form = BoardForm(request.GET, user=request.user)
    context = _frame(request, form)
    if form.way == "columns":
        return _columns(request, form, context)
    page_obj, rows = board.board_page(request.user, form.filters, request.GET.get("page", "1"), form.per_page)
    context |= {
        "page": page_obj,
        "rows": rows,
        "total": page_obj.paginator.count,
        "led": request.user.organisation_ids("lead"),
        "hidden": parse_qsl(context["query"]),
        "may_act": policies.may_act_on_many(request.user),
    }
    return render(request, "journeys/journey_list.html", context)


def _columns(request: HttpRequest, form: BoardForm, context: dict[str, Any]) -> HttpResponse:
    def at(**changes: str) -> str:
        return _at(BOARD, form.query(**changes))

    columns, lines = board_columns.columns(request.user, form.filters, at, each=form.per_page // 4)
    context |= {"columns": columns, "lines": lines, "total": sum(column.total for column in columns)}
    return render(request, "journeys/board_columns.html", context)


@require_http_methods(["GET", "POST"])
def journey_export(request: HttpRequest, form: str) -> HttpResponse:
    """The board as it is filtered, as a file. By POST with the holders' addresses, and history remembers each."""
    require(policies.may_export_journeys(request.user))
    asked = BoardForm(request.GET, user=request.user)
    rows = board_export.exported(request.user, asked.filters, by_phase=asked.way == "columns")
    reachable = None
    if request.method == "POST":
        require(policies.may_reveal_many_contacts(request.user))
        reachable = board_export.with_addresses(request.user, rows)
        actions.reveal_many_contacts(reachable, by=request.user)
    head = board_export.export_head(with_contacts=reachable is not None)
    lines = board_export.export_rows(rows, reachable=reachable)
    data = sheets.as_xlsx(_("Journeys"), head, lines) if form == "xlsx" else sheets.as_csv(head, lines)
    name = f"jalon-{_('journeys')}-{clock.today():%Y-%m-%d}.{form}"
    return HttpResponse(
        data, content_type=FORMATS[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
