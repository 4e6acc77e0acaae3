"""A figure or an indicator on a page of its own: drawn by quarter or by group, with its table, and as a file."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.lib.doors import find, require
from backend.lib.texts import no_formula
from evaluation import policies
from evaluation.forms import read_scope
from evaluation.forms.past import as_known
from evaluation.models import Indicator
from evaluation.queries.choices import scope_words
from evaluation.queries.comparing import series
from evaluation.queries.comparing.parts import dimensions_of
from evaluation.queries.indicators import pages
from evaluation.queries.indicators.valued import measure_of, unit_of
from evaluation.queries.measures import Measure
from evaluation.queries.measures.survey import measure_named
from evaluation.queries.past.former import definitions
from evaluation.queries.scope import Scope
from evaluation.views.published import live, published_instead
from evaluation.views.rows import query_of

QUARTER = "quarter"


@require_safe
@live(policies.may_read_indicators)
@as_known
def figure_chart(request: HttpRequest, code: str) -> HttpResponse:
    """A figure by quarter, or by group, with its table on the page and as CSV."""
    measure = measure_named(code, request.user, definitions())
    if measure is None:
        raise Http404
    scope, form, choices = read_scope(request.user, request.GET)
    require(measure.may_open(request.user, scope.organisation))
    rows = pages.with_versions(Indicator.objects.visible_to(request.user).followed().order_by("code", "pk"))
    own = rows.filter(organisation=scope.organisation) if scope.organisation is not None else rows.none()
    context = {
        "title": str(measure.title), "form": form, "scope": scope, "words": scope_words(scope, choices),
        "back": f"{reverse('evaluation:figure_rows', args=[code])}?{query_of(request.GET)}",
        "rows_url": reverse("evaluation:figure_rows", args=[code]),
        "aims": series.aimed(series.indicators_of(own, measure, scope)),
        "unit": "h" if measure.is_time else "",
    }  # fmt: skip
    return _page(request, context, series.of_measure(measure), measure, scope, code.replace(":", "-"))


@require_safe
@as_known
def indicator_chart(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same of an indicator, within what it counts."""
    indicator = find(pages.with_versions(Indicator.objects.visible_to(request.user)), pk=pk)
    if not policies.may_read_indicator(request.user, indicator):
        return published_instead(request, indicator.organisation_id)
    versions = pages.versions_of(indicator)
    if not versions:
        raise Http404
    data = request.GET.copy()
    data["organisation"] = str(indicator.organisation_id)
    scope, form, choices = read_scope(request.user, data)
    unit = unit_of(versions[0])
    context = {
        "title": versions[0].title, "form": form, "scope": scope, "words": scope_words(scope, choices),
        "back": f"{reverse('evaluation:indicator_detail', args=[pk])}?{query_of(request.GET)}", "rows_url": "",
        "aims": series.aimed([indicator]), "unit": unit,
    }  # fmt: skip
    measure = measure_of(versions[0])
    return _page(request, context, series.of_version(versions[0]), measure, scope, indicator.code)


def _page(
    request: HttpRequest, context: dict[str, Any], draw: series.Draw, measure: Measure, scope: Scope, name: str
) -> HttpResponse:
    dimensions = dimensions_of(measure, scope, is_past=bool(vars(request)["known_on"]))
    ways = {QUARTER: gettext_lazy("Quarter"), **dimensions}
    by = request.GET.get("by", QUARTER)
    if by not in ways:
        raise Http404
    points = series.by_quarter(draw, scope) if by == QUARTER else series.by_part(draw, scope, by)
    if request.GET.get("file") == "csv":
        return _file(points, str(ways[by]), f"jalon-{name}-{by}")
    unit = context["unit"] or ("%" if measure.is_share else str(measure.unit))
    drawn = [one for one in points if one.value is not None]
    ends = [end for one in drawn for end in (one.value, one.low, one.high) if end is not None]
    lines = [(end, _("target of “%(title)s”") % {"title": one.title}) for one in context["aims"] for end in one.lines]
    reference = lines[0] if lines else (None, "")
    query = query_of(request.GET)
    more = {
        "by": by, "points": points, "finding": series.finding(points) if by == QUARTER else "", "head": ways[by],
        "tabs": [(words, f"?{query_of(request.GET, by=way)}", way == by) for way, words in ways.items()],
        "trend": [(*one.short, one.value, one.low, one.high) for one in points],
        "bars": [(one.label, one.value, one.low, one.high, one.of) for one in drawn],
        "low": min([0, *ends]), "high": 100 if unit == "%" else max([0, *ends, *(end for end, _words in lines)]) or 1,
        "top": 100 if unit == "%" else None, "unit": unit, "lines": lines,
        "reference": reference[0], "reference_label": reference[1], "is_wrong": bool(context["form"].errors),
        "lines_of": [(one, _rows_of(request, context["rows_url"], one)) for one in points],
        "csv_url": f"?{query}&by={by}&file=csv", "kept": [("by", by)],
    }  # fmt: skip
    return render(request, "evaluation/figure_chart.html", context | more)


def _rows_of(request: HttpRequest, rows_url: str, one: series.Point) -> str:
    """Where the rows of a quarter or of a group are; none of an indicator, whose rows its own page narrows."""
    return f"{rows_url}?{query_of(request.GET, **one.where)}" if rows_url else ""


def _file(points: Sequence[series.Point], head: str, name: str) -> HttpResponse:
    """The table as it stands. Semicolons and a decimal comma in French, commas and a dot in English."""
    french = (get_language() or "fr").startswith("fr")
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow([head, _("Value"), _("Lower bound"), _("Upper bound"), _("n of N"), _("As it reads")])
    for one in points:
        numbers = ["" if end is None else f"{end:.10g}" for end in (one.value, one.low, one.high)]
        told = [number.replace(".", ",") for number in numbers] if french else numbers
        writer.writerow([no_formula(one.label), *told, no_formula(one.of), no_formula(one.shown)])
    answer = HttpResponse(("\ufeff" + buffer.getvalue()).encode(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
