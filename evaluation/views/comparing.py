"""Two to four groups beside one another, for one figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.lib.doors import find, number, require
from evaluation import policies
from evaluation.forms import OF_PEOPLE, narrowed, read_scope
from evaluation.forms.comparing import NAMES, CompareForm, chosen
from evaluation.forms.past import as_known, end_of
from evaluation.models import Indicator, IndicatorVersion
from evaluation.queries.choices import narrowing_words, scope_words
from evaluation.queries.comparing.page import Comparison, compare, compare_version
from evaluation.queries.comparing.parts import Part, dimensions_of, dimensions_within, parts_of
from evaluation.queries.indicators import pages
from evaluation.queries.indicators.describing import part_words
from evaluation.queries.indicators.measured import is_known, measure_of
from evaluation.queries.measures import MEASURES, Level, Measure
from evaluation.queries.measures.survey import measure_named
from evaluation.queries.past.former import definitions
from evaluation.queries.scope import Scope
from evaluation.views.published import live
from evaluation.views.rows import query_of

OF_LEADS = "own:"
"""Before the number of an indicator of leads, in an address."""
OWN = ("figure", *NAMES)


@require_safe
@live(policies.may_read_indicators)
@as_known
def figure_compare(request: HttpRequest) -> HttpResponse:
    """The groups, the period and the figure are in the address, so that the page can be kept and printed."""
    asked = _asked(request)
    scope, scope_form, choices = read_scope(request.user, _since_the_beginning(request, asked))
    require(asked.measure.may_open(request.user, scope.organisation))
    scope = narrowed(scope, request.GET, OF_PEOPLE)
    told = asked.dimensions(scope, is_past=bool(vars(request)["known_on"]))
    dimensions = {name: words for name, words in told.items() if not getattr(scope, name, "")} or told
    by = request.GET.get("by", "")
    by = by if by in dimensions else next(iter(dimensions))
    offered = parts_of(scope, by)
    if len(offered) < 2 and "by" not in request.GET and "half" in dimensions:
        by, offered = "half", parts_of(scope, "half")
    data = {"figure": asked.code, "by": by, **chosen(request.GET, offered, by)}
    figures = _figures(asked, _own(request.user, scope))
    form = CompareForm(data, figures=figures, dimensions=list(dimensions.items()), offered=offered)
    parts = form.parts if form.is_valid() else []
    context: dict[str, Any] = {
        "title": asked.title,
        "form": form,
        "scope_form": scope_form,
        "is_wrong": bool(scope_form.errors),
        "words": scope_words(scope, choices),
        "narrowing": narrowing_words(scope),
        "dimension": dimensions[by],
        "found": asked.compared(scope, parts, by) if parts else None,
        "part_words": part_words(asked.version) if asked.version else "",
        "rows_url": "" if asked.version else asked.url,
        "rows": {part.key: query_of(_scope_of(request), **part.where) for part in parts},
        "kept_scope": [
            (name, value) for name, value in _scope_of(request).items() if name in {*scope_form.fields, *OF_PEOPLE}
        ],
        "kept_groups": [(name, value) for name, value in {**_people_asked(request), **data}.items() if value],
        "back": f"{asked.url}?{_scope_of(request).urlencode()}",
    }
    return render(request, "evaluation/figure_compare.html", context)


def _people_asked(request: HttpRequest) -> dict[str, str]:
    """Whom the address is narrowed to already."""
    return {name: request.GET.get(name, "") for name in OF_PEOPLE}


@dataclass(frozen=True)
class Asked:
    """What is compared: a figure of the catalogue, a question, or an indicator by the definition that holds."""

    code: str
    title: str
    measure: Measure
    version: IndicatorVersion | None = None

    @property
    def url(self) -> str:
        if self.version:
            return reverse("evaluation:indicator_detail", args=[self.version.indicator_id])
        return reverse("evaluation:figure_rows", args=[self.measure.code])

    def dimensions(self, scope: Scope, *, is_past: bool) -> dict[str, Any]:
        if self.version:
            return dict(dimensions_within(self.version, scope, is_past=is_past))
        return dict(dimensions_of(self.measure, scope, is_past=is_past))

    def compared(self, scope: Scope, parts: Sequence[Part], by: str) -> Comparison:
        if self.version:
            return compare_version(self.version, scope, parts, by)
        return compare(self.measure, scope, parts, by)


def _asked(request: HttpRequest) -> Asked:
    code = request.GET.get("figure", "women")
    if code.startswith(OF_LEADS):
        return _indicator_asked(request, code)
    measure = measure_named(code, request.user, definitions())
    if measure is None:
        raise Http404
    return Asked(measure.code, str(measure.title), measure)


def _indicator_asked(request: HttpRequest, code: str) -> Asked:
    """By the definition that held on the day that is asked for, where it is a past one."""
    rows = pages.with_versions(Indicator.objects.visible_to(request.user))
    indicator = find(rows, pk=number(code.removeprefix(OF_LEADS)))
    require(policies.may_read_indicator(request.user, indicator))
    if day := vars(request)["known_on"]:
        pages.keep_to(indicator, end_of(day))
    versions = pages.versions_of(indicator)
    if not versions or not is_known(versions[0]):
        raise Http404
    return Asked(code, versions[0].title, measure_of(versions[0]), versions[0])


def _own(user: User, scope: Scope) -> list[tuple[str, str]]:
    """The indicators of this organisation that can be compared; three queries."""
    if scope.organisation is None:
        return []
    rows = Indicator.objects.visible_to(user).followed().filter(organisation=scope.organisation).order_by("code", "pk")
    found = [(one, pages.versions_of(one)) for one in pages.with_versions(rows)]
    return [(f"{OF_LEADS}{one.pk}", versions[0].title) for one, versions in found if versions]


def _since_the_beginning(request: HttpRequest, asked: Asked | None = None) -> Any:
    """Cohorts compare over all their time unless the address says otherwise; an indicator in its own organisation."""
    data = request.GET.copy()
    if asked and asked.version:
        data["organisation"] = str(asked.version.indicator.organisation_id)
    if not any(data.get(name) for name in ("period", "since", "until")):
        data["period"] = "all"
    return data


def _scope_of(request: HttpRequest) -> Any:
    """The filters of the scope, without the groups."""
    data = _since_the_beginning(request)
    for name in (*OWN, "by"):
        data.pop(name, None)
    return data


def _figures(asked: Asked, own: list[tuple[str, str]]) -> list[tuple[str, Any]]:
    """What leads follow, then the catalogue level by level; what the address names and is in neither comes first."""
    listed = asked.code in MEASURES or asked.code in dict(own)
    found: list[tuple[str, Any]] = [] if listed else [(asked.code, asked.title)]
    if own:
        found.append((_("Indicators of the organisation"), own))
    for level in Level:
        figures = [(one.code, str(one.title)) for one in MEASURES.values() if one.level == level]
        if figures:
            found.append((str(level.label), figures))
    return found
