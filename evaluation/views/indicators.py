"""The page of figures, and the rows behind each of them."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from backend.lib import clock
from backend.lib.doors import require
from evaluation import policies
from evaluation.forms import NARROW, narrowed, read_scope
from evaluation.queries import exports
from evaluation.queries.breakdown import Group, breakdown
from evaluation.queries.charts import charts_of
from evaluation.queries.choices import narrowing_words, scope_words
from evaluation.queries.figures import Board, board, figure
from evaluation.queries.line import Line
from evaluation.queries.lines import row_set
from evaluation.queries.measures import MEASURES, Measure
from evaluation.queries.scope import Scope

PAGE = 50
DIMENSIONS = {
    "programme": gettext_lazy("Programme"),
    "commune": gettext_lazy("Commune"),
    "qpv": gettext_lazy("Priority neighbourhood"),
}
PAGES = {"session": "mentoring:session", "immersion": "journeys:immersion_detail"}


def query_of(data: QueryDict, **more: str) -> str:
    """The filters of this page as the end of another address."""
    kept = data.copy()
    for name in ("page", "by", "file"):
        kept.pop(name, None)
    for name, value in more.items():
        kept[name] = value
    return kept.urlencode()


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """Every figure of a scope with its working, then the same by programme, commune or neighbourhood."""
    require(policies.may_read_indicators(request.user))
    scope, form, choices = read_scope(request.user, request.GET)
    by = request.GET.get("by", "commune")
    if by not in DIMENSIONS:
        raise Http404
    made = board(scope)
    groups = breakdown(scope, by, made)
    context = {
        "form": form,
        "is_wrong": bool(form.errors),
        "scope": scope,
        "board": made,
        "charts": charts_of(made),
        "may_open": not scope.is_published,
        "query": query_of(request.GET),
        "words": scope_words(scope, choices),
        "posture_note": next(one.note for one in made.figures if one.code == "posture"),
        "by": by,
        "dimension": DIMENSIONS[by],
        "tabs": _tabs(request, by),
        "groups": _linked(request.GET, scope, groups),
        "inside": _linked(request.GET, scope, _inside(scope, made, groups)) if by == "qpv" else None,
    }
    return render(request, "evaluation/indicators.html", context)


def _tabs(request: HttpRequest, by: str) -> list[tuple[Any, ...]]:
    here = reverse("evaluation:indicators")
    return [
        (label, f"{here}?{query_of(request.GET, by=name)}#groups", name == by) for name, label in DIMENSIONS.items()
    ]


def _inside(scope: Scope, made: Board, groups: list[Group]) -> list[Group]:
    """The parts of the group inside, told no further than it is."""
    whole = next(group for group in groups if group.key == "inside")
    return breakdown(scope, "neighbourhood", made, whole=whole)


def _linked(data: QueryDict, scope: Scope, groups: list[Group]) -> dict[str, Any]:
    """Groups with somebody in them, each with the end of the address that opens its rows (none where rows are closed);
    the names of the empty and of the hidden ones; and the bars."""
    shown = [
        (group, "" if scope.is_published else query_of(data, **group.where))
        for group in groups
        if group.people and not group.is_hidden
    ]
    here = reverse("evaluation:figure_rows", args=["people"])
    return {
        "shown": shown,
        "empty": [group.label for group in groups if not group.people],
        "hidden": [group.label for group in groups if group.is_hidden],
        "chart": [(group.label, group.people, f"{here}?{rows}" if rows else "") for group, rows in shown],
    }


@require_safe
def figure_rows(request: HttpRequest, code: str) -> HttpResponse:
    """The rows that a figure counts, all of them and no others: on the page, as CSV, as XLSX. Leads only."""
    require(policies.may_read_indicators(request.user))
    measure = MEASURES.get(code)
    if measure is None:
        raise Http404
    scope, _form, choices = read_scope(request.user, request.GET)
    require(measure.may_open(request.user, scope.organisation))
    scope = narrowed(scope, request.GET)
    found = row_set(code, scope)
    notes = _notes(measure, scope_words(scope, choices))
    kind = request.GET.get("file", "")
    head = (
        str(measure.unit).capitalize() if measure.is_time else measure.head
    )  # what a file can add up without rounding
    if kind == "csv":
        answer: Any = StreamingHttpResponse(exports.as_csv(found, head), content_type="text/csv; charset=utf-8")
        return _download(answer, code, "csv")
    if kind == "xlsx":
        sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return _download(HttpResponse(exports.as_xlsx(found, head, notes), content_type=sheet), code, "xlsx")
    page = Paginator(found.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "measure": measure,
        "figure": figure(code, scope),
        "page": page,
        "lines": [(line, address_of(line)) for line in found.lines(page.object_list)],
        "words": scope_words(scope, choices),
        "narrowing": narrowing_words(scope),
        "csv_url": f"?{query_of(request.GET, file='csv')}",
        "xlsx_url": f"?{query_of(request.GET, file='xlsx')}",
        "back": f"{reverse('evaluation:indicators')}?{query_of(_without(request.GET, *NARROW))}",
    }
    return render(request, "evaluation/figure_rows.html", context)


def _without(data: QueryDict, *names: str) -> QueryDict:
    kept = data.copy()
    for name in names:
        kept.pop(name, None)
    return kept


def _download(answer: Any, code: str, ending: str) -> Any:
    answer["Content-Disposition"] = f'attachment; filename="jalon-{code}-{clock.today():%Y-%m-%d}.{ending}"'
    return answer


def _notes(measure: Measure, words: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Figure"), str(measure.title)),
        (_("Definition"), str(measure.definition)),
        (_("Organisation"), words["organisation"]),
        (_("Programme"), words["programme"]),
        (_("Period"), words["period"]),
        (_("Written on"), clock.today().isoformat()),
    ]


def address_of(line: Line) -> str:
    """Where the row is: the session, the immersion, else the journey."""
    kind, _colon, pk = line.about.partition(":")
    wanted = [(PAGES[kind], pk)] if kind in PAGES and pk.isdecimal() else []
    for name, key in [*wanted, ("journeys:journey_detail", str(line.journey))]:
        try:
            return reverse(name, args=[int(key)])
        except NoReverseMatch:
            continue
    return ""
