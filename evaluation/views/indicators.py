"""The page of figures, and the rows behind each of them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from backend.lib import clock
from backend.lib.doors import require
from evaluation import policies
from evaluation.forms import NARROW, narrowed, read_scope
from evaluation.forms.past import as_known
from evaluation.models import Indicator
from evaluation.queries.breakdown import COUNTED, FIELDS, Group, breakdown
from evaluation.queries.charts import charts_of
from evaluation.queries.choices import narrowing_words, scope_words
from evaluation.queries.comparing import before, series
from evaluation.queries.comparing.parts import dimensions_of
from evaluation.queries.drawn_base import Figure
from evaluation.queries.figures import Board, board, figure
from evaluation.queries.indicators import pages
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.lines import row_set
from evaluation.queries.measures import Measure
from evaluation.queries.measures.survey import measure_named
from evaluation.queries.past.former import definitions
from evaluation.queries.scope import Scope
from evaluation.queries.working import working
from evaluation.views import rows
from evaluation.views.dashboard import dashboard
from evaluation.views.published import live
from evaluation.views.rows import query_of

TELLS_APART = {"women": ("gender",), "qpv": ("qpv", "neighbourhood"), "communes": ("commune",), "rate": ("commune",)}
"""What a figure tells apart by itself: groups narrowed to one side of it would all be alike, so none is compared so."""
DIMENSIONS = {
    "programme": gettext_lazy("Programme"),
    "commune": gettext_lazy("Commune"),
    "qpv": gettext_lazy("Priority neighbourhood"),
}


@require_safe
@live(policies.may_read_indicators)
@as_known
def indicators(request: HttpRequest) -> HttpResponse:
    """Every figure of a scope with its working, then the same by programme, commune or neighbourhood."""
    scope, form, choices = read_scope(request.user, request.GET)
    by = request.GET.get("by", "commune")
    if by not in DIMENSIONS:
        raise Http404
    pool = Pool(scope, by=FIELDS[by], codes=COUNTED)
    made = board(scope, pool)
    groups = breakdown(scope, by, made, known=pool.groups)
    context = {
        "form": form,
        "is_wrong": bool(form.errors),
        "scope": scope,
        "board": made,
        "charts": charts_of(made),
        "query": query_of(request.GET),
        "territory_url": f"{reverse('evaluation:territory')}?{query_of(request.GET)}",
        "words": scope_words(scope, choices),
        "posture_note": next(one.note for one in made.figures if one.code == "posture"),
        "may_list": policies.may_list_indicators(request.user),
        "by": by,
        "dimension": DIMENSIONS[by],
        "shows_groups": "by" in request.GET,
        "tabs": _tabs(request, by),
        "groups": _linked(request.GET, groups),
        "inside": _linked(request.GET, _inside(scope, made, groups)) if by == "qpv" else None,
    }
    return render(request, "evaluation/indicators.html", context | dashboard(request, made, pool))


def _tabs(request: HttpRequest, by: str) -> list[tuple[Any, ...]]:
    here = reverse("evaluation:indicators")
    return [
        (label, f"{here}?{query_of(request.GET, by=name)}#groups", name == by) for name, label in DIMENSIONS.items()
    ]


def _inside(scope: Scope, made: Board, groups: list[Group]) -> list[Group]:
    """The parts of the group inside, told no further than it is."""
    whole = next(group for group in groups if group.key == "inside")
    return breakdown(scope, "neighbourhood", made, whole=whole)


def _linked(data: QueryDict, groups: list[Group]) -> dict[str, Any]:
    """Groups with somebody in them, each with the end of the address that opens its rows; the names of the empty ones;
    and the bars."""
    shown = [(group, query_of(data, **group.where)) for group in groups if group.people]
    here = reverse("evaluation:figure_rows", args=["people"])
    return {
        "shown": shown,
        "empty": [group.label for group in groups if not group.people],
        "chart": [(group.label, group.people, f"{here}?{rows}") for group, rows in shown],
    }


@require_safe
@live(policies.may_read_indicators)
@as_known
def figure_rows(request: HttpRequest, code: str) -> HttpResponse:
    """A figure opened: its working, its definition, and the rows that it counts, all of them and no others, on the
    page, as CSV, as XLSX."""
    measure = measure_named(code, request.user, definitions())
    if measure is None:
        raise Http404
    scope, _form, choices = read_scope(request.user, request.GET)
    require(measure.may_open(request.user, scope.organisation))
    scope = narrowed(scope, request.GET)
    found = row_set(measure, scope)
    notes = _notes(measure, scope_words(scope, choices))
    if answer := rows.file_of(request.GET.get("file", ""), found, measure, code, notes):
        return answer
    context = _opened(request, measure, scope, scope_words(scope, choices))
    return render(request, "evaluation/figure_rows.html", context | rows.page_of(request, found))


def _opened(request: HttpRequest, measure: Measure, scope: Scope, words: dict[str, str]) -> dict[str, Any]:
    """The first half of the page: the rule and the counts."""
    made = figure(measure, scope)
    return {
        "measure": measure,
        "figure": made,
        "working": working(made),
        "beside": _beside(measure, scope, made),
        "aims": series.aimed(series.indicators_of(_own(request.user, scope), measure, scope)),
        **_by_group(request, measure, scope),
        "words": words,
        "narrowing": narrowing_words(scope),
        "query": query_of(_without(request.GET, *NARROW)),
        "compare_query": rows.compare_query(request.GET, without=TELLS_APART.get(measure.code, ())),
        "back": f"{reverse('evaluation:indicators')}?{query_of(_without(request.GET, *NARROW))}",
    }


def _own(user: Any, scope: Scope) -> Any:
    """The indicators that this scope shows."""
    rows = Indicator.objects.visible_to(user).followed().filter(organisation=scope.organisation)
    return pages.with_versions(rows.order_by("code", "pk"))


def _by_group(request: HttpRequest, measure: Measure, scope: Scope) -> dict[str, Any]:
    """The figure group by group, once a way to group it is chosen: each with the address that opens its rows."""
    ways = dimensions_of(measure, scope, is_past=bool(vars(request)["known_on"]))
    by = request.GET.get("by", "")
    parts = series.by_part(series.of_measure(measure), scope, by) if by in ways else []
    return {
        "by": by if by in ways else "",
        "ways": [(words, f"?{query_of(request.GET, by=way)}#by", way == by) for way, words in ways.items()],
        "way": ways.get(by, ""),
        "parts": [(one, f"?{query_of(request.GET, **one.where)}#rows") for one in parts],
    }


def _beside(measure: Measure, scope: Scope, made: Figure) -> str:
    """The figure beside itself a year before, in words."""
    then = before.year_before(scope)
    return before.beside(made, figure(measure, then), before.named(then)) if then else ""


def _without(data: QueryDict, *names: str) -> QueryDict:
    kept = data.copy()
    for name in names:
        kept.pop(name, None)
    return kept


def _notes(measure: Measure, words: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Figure"), str(measure.title)),
        (_("Definition"), str(measure.definition)),
        (_("Organisation"), words["organisation"]),
        (_("Programme"), words["programme"]),
        (_("Period"), words["period"]),
        *([(_("As known on"), clock.today().isoformat())] if clock.pretended() else []),
        (_("Written on"), timezone.localdate().isoformat()),
    ]
