"""Two to four groups beside one another, for one figure."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from backend.lib.doors import require
from evaluation import policies
from evaluation.forms import read_scope
from evaluation.forms.comparing import NAMES, CompareForm, chosen
from evaluation.forms.past import as_known
from evaluation.queries.choices import scope_words
from evaluation.queries.comparing.page import compare
from evaluation.queries.comparing.parts import dimensions_of, parts_of
from evaluation.queries.measures import MEASURES, Level, Measure
from evaluation.queries.measures.survey import measure_named
from evaluation.queries.past.former import definitions
from evaluation.views.published import live
from evaluation.views.rows import query_of

OWN = ("figure", *NAMES)


@require_safe
@live(policies.may_read_indicators)
@as_known
def figure_compare(request: HttpRequest) -> HttpResponse:
    """The groups, the period and the figure are in the address, so that the page can be kept and printed."""
    measure = measure_named(request.GET.get("figure", "women"), request.user, definitions())
    if measure is None:
        raise Http404
    scope, scope_form, choices = read_scope(request.user, _since_the_beginning(request))
    require(measure.may_open(request.user, scope.organisation))
    dimensions = dimensions_of(measure, scope)
    by = request.GET.get("by", "")
    by = by if by in dimensions else next(iter(dimensions))
    offered = parts_of(scope, by)
    if len(offered) < 2 and "by" not in request.GET and "half" in dimensions:
        by, offered = "half", parts_of(scope, "half")
    data = {"figure": measure.code, "by": by, **chosen(request.GET, offered, by)}
    form = CompareForm(data, figures=_figures(measure), dimensions=list(dimensions.items()), offered=offered)
    parts = form.parts if form.is_valid() else []
    context: dict[str, Any] = {
        "measure": measure,
        "form": form,
        "scope_form": scope_form,
        "is_wrong": bool(scope_form.errors),
        "words": scope_words(scope, choices),
        "dimension": dimensions[by],
        "found": compare(measure, scope, parts, by) if parts else None,
        "rows_url": reverse("evaluation:figure_rows", args=[measure.code]),
        "rows": {part.key: query_of(_scope_of(request), **part.where) for part in parts},
        "kept_scope": [(name, value) for name, value in _scope_of(request).items() if name in scope_form.fields],
        "kept_groups": [(name, value) for name, value in data.items() if value],
        "back": f"{reverse('evaluation:figure_rows', args=[measure.code])}?{_scope_of(request).urlencode()}",
    }
    return render(request, "evaluation/figure_compare.html", context)


def _since_the_beginning(request: HttpRequest) -> Any:
    """Cohorts compare over all their time unless the address says otherwise."""
    data = request.GET.copy()
    if not any(data.get(name) for name in ("period", "since", "until")):
        data["period"] = "all"
    return data


def _scope_of(request: HttpRequest) -> Any:
    """The filters of the scope, without the groups."""
    data = _since_the_beginning(request)
    for name in (*OWN, "by"):
        data.pop(name, None)
    return data


def _figures(measure: Measure) -> list[tuple[str, Any]]:
    """The catalogue level by level; a question that the address names comes first."""
    found: list[tuple[str, Any]] = [] if measure.code in MEASURES else [(measure.code, str(measure.title))]
    for level in Level:
        own = [(one.code, str(one.title)) for one in MEASURES.values() if one.level == level]
        if own:
            found.append((str(level.label), own))
    return found
