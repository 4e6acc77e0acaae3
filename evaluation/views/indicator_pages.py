"""An indicator opened: its value, what it is made of, what it aims at, its definitions, and its rows by rights."""

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.lib import clock
from backend.lib.doors import find
from evaluation import policies
from evaluation.forms import read_scope
from evaluation.forms.past import as_known, end_of
from evaluation.models import Indicator, IndicatorVersion
from evaluation.queries.choices import scope_words
from evaluation.queries.comparing import series
from evaluation.queries.indicators import describing, opened, pages
from evaluation.queries.lines import row_set
from evaluation.queries.past.why import Counted
from evaluation.queries.scope import Scope
from evaluation.views import rows
from evaluation.views.indicator_design import draft_of
from evaluation.views.published import published_instead


@require_safe
def indicator_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The value, the rule and the counts, and the rows, on the page and as files."""
    indicator = find(pages.with_versions(Indicator.objects.visible_to(request.user)), pk=pk)
    if not policies.may_read_indicator(request.user, indicator):
        return published_instead(request, indicator.organisation_id)
    day = period_of(request, indicator)[1].cleaned_data.get("known")
    if day:
        pages.keep_to(indicator, end_of(day))
    return as_known(_opened)(request, indicator)


def _opened(request: HttpRequest, indicator: Indicator) -> HttpResponseBase:
    scope, form, words = period_of(request, indicator)
    versions = pages.versions_of(indicator)
    context: dict[str, Any] = {
        "indicator": indicator, "scope": scope, "form": form, "words": words,
        "query": rows.query_of(request.GET, without=("of",)), "why_query": rows.query_of(request.GET),
        "compare_query": rows.compare_query(request.GET, without=("of",)),
        "may_update": policies.may_update_indicator(request.user, indicator),
        "draft": draft_of(indicator), "page": None, "is_wrong": bool(form.errors),
        "may_compare": policies.may_read_indicators(request.user),
    }  # fmt: skip
    if not versions:
        return render(request, "evaluation/indicator_detail.html", context | {"version": context["draft"]})
    context |= opened.page(indicator, versions[0], scope)
    one = context["one"]
    context["trend"] = series.trend(versions[0], one.found.figure, scope) if one else ""
    counted = _counted(request, versions[0], scope)
    if counted is not None:
        measure, found = counted.measure, row_set(counted.measure, counted.scope)
        if answer := rows.file_of(request.GET.get("file", ""), found, measure, indicator.code, _notes(context, words)):
            return answer
        context |= rows.page_of(request, found) | {"measure": measure, "is_second": measure.code != versions[0].measure}
    return render(request, "evaluation/indicator_detail.html", context)


def _counted(request: HttpRequest, version: IndicatorVersion, scope: Scope) -> Counted | None:
    """The rows of the first measure, or of the second (`?of=second`)."""
    is_second = request.GET.get("of") == "second"
    if is_second and not version.denominator:
        raise Http404
    return opened.rows_of(version, scope, is_second=is_second)


def period_of(request: HttpRequest, indicator: Indicator) -> tuple[Scope, Any, dict[str, str]]:
    """The period of the address, in the organisation of the indicator: it narrows the rest by itself."""
    data = request.GET.copy()
    data["organisation"] = str(indicator.organisation_id)
    for name in ("programme", "cohort"):
        data.pop(name, None)
    scope, form, choices = read_scope(request.user, data)
    return scope, form, scope_words(scope, choices)


def _notes(context: dict[str, Any], words: dict[str, str]) -> list[tuple[str, str]]:
    version = context["version"]
    return [
        (_("Indicator"), version.title),
        (_("What is counted"), describing.said_of(version, "measure")),
        (_("Definition"), " ".join(context["sentences"])),
        (_("Definition number"), str(version.number)),
        (_("Period"), words["period"]),
        *([(_("As known on"), clock.today().isoformat())] if clock.pretended() else []),
    ]
