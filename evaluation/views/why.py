"""Why a figure has changed between two days on which it was known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.lib import clock
from backend.lib.doors import find, require
from evaluation import policies
from evaluation.forms import narrowed, read_scope
from evaluation.forms.past import WhyForm, check_known, day_asked, end_of
from evaluation.models import Indicator, IndicatorVersion
from evaluation.queries.choices import scope_words
from evaluation.queries.indicators import changes, describing, pages
from evaluation.queries.line import Line
from evaluation.queries.measures import MEASURES
from evaluation.queries.measures.survey import SurveyMeasure, measure_named
from evaluation.queries.past.why import Cause, Change, Why, told, why
from evaluation.views.indicator_pages import period_of
from evaluation.views.published import live, published_instead
from evaluation.views.rows import PAGE, address_of

Said = tuple[int, Any]
"""A definition: its number, and what it says."""


@dataclass(frozen=True)
class Asked:
    """What is asked about: its name and scope in words, its page, whether its rows may be opened, how its change and
    its definitions are found, and, where it has two measures, both with their addresses.
    """

    title: str
    words: dict[str, str]
    back: str
    may_open: bool
    reckon: Callable[[datetime, datetime], Why | None]
    said: Callable[[Why, datetime, datetime], list[Said]]
    ways: Sequence[tuple[str, str, bool]] = ()


@require_safe
@live(policies.may_read_indicators)
def figure_why(request: HttpRequest, code: str) -> HttpResponse:
    """The change split by cause, and for whoever may open them the rows of one cause, as they were and as they are."""
    measure = measure_named(code, request.user, MEASURES)
    if measure is None:
        raise Http404
    scope, _form, choices = read_scope(request.user, request.GET)
    require(not scope.is_published)
    may_open = measure.may_open(request.user, scope.organisation)
    scope = narrowed(scope, request.GET)
    asked = Asked(
        title=str(measure.title), words=scope_words(scope, choices), may_open=may_open,
        back=f"{reverse('evaluation:figure_rows', args=[code])}?{_rest(request.GET).urlencode()}",
        reckon=lambda before, after: why(code if code in MEASURES else measure, scope, before, after),
        said=lambda found, _before, _after: [(one.measure.version, one.measure.definition) for one in found.sides],
    )  # fmt: skip
    return _page(request, asked)


@require_safe
def indicator_why(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same of an indicator, by the definitions that held; of its first measure, or of its second (`?of=second`)."""
    indicator = find(pages.with_versions(Indicator.objects.visible_to(request.user)), pk=pk)
    if not policies.may_read_indicator(request.user, indicator):
        return published_instead(request, indicator.organisation_id)
    versions = pages.versions_of(indicator)
    is_second = request.GET.get("of") == "second"
    if not versions or (is_second and not versions[0].denominator):
        raise Http404
    scope, _form, words = period_of(request, indicator)

    def said(found: Why, before: datetime, after: datetime) -> list[Said]:
        held = changes.versions_on(indicator, before, after)
        return [(one.number, " ".join(describing.sentences(one))) for one in held]

    asked = Asked(
        title=versions[0].title, may_open=policies.may_open_rows(request.user, indicator.organisation_id),
        words=words | ({"programme": str(indicator.programme)} if indicator.programme else {}),
        back=f"{reverse('evaluation:indicator_detail', args=[pk])}?{_rest(request.GET).urlencode()}",
        reckon=lambda before, after: changes.indicator_why(indicator, scope, before, after, is_second=is_second),
        said=said, ways=_measures(request.GET, versions[0], is_second=is_second),
    )  # fmt: skip
    return _page(request, asked)


def _measures(data: QueryDict, version: IndicatorVersion, *, is_second: bool) -> list[tuple[str, str, bool]]:
    """Of an indicator made of two measures, each with the address that splits it: (words, address, is it this one)."""
    if not version.denominator:
        return []
    kept = _without(data, "of", "part", "page").urlencode()
    first, second = (capfirst(describing.said_of(version, name)) for name in ("measure", "denominator"))
    return [(first, f"?{kept}", not is_second), (second, f"?{kept}&of=second", is_second)]


def _page(request: HttpRequest, asked: Asked) -> HttpResponse:
    vars(request)["known_wrong"] = day_asked(request.user, request.GET)[1]
    form = WhyForm(request.GET if "before" in request.GET else None)
    part = request.GET.get("part", "")
    context: dict[str, Any] = {
        "asked": asked, "form": form, "found": None, "part": part, "rows": [], "page": None, "starts": [],
        "is_compared": False, "rest": list(_rest(request.GET).items()),
        "query": _without(request.GET, "part", "page").urlencode(),
    }  # fmt: skip
    if not (form.is_bound and form.is_valid()):
        context["starts"] = _starts(request.GET)
        return render(request, "evaluation/figure_why.html", context)
    before, after = end_of(form.cleaned_data["before"]), end_of(form.cleaned_data["after"])
    found = asked.reckon(before, after)
    context |= {"found": found, "is_compared": True}
    if found:
        context |= dict(zip(("said_first", "said_then"), asked.said(found, before, after), strict=True))
        context["of_former"] = (found.was if part == Cause.DEFINITION else found.now).measure
        context["is_answers"] = any(isinstance(one.measure, SurveyMeasure) for one in found.sides)
        if asked.may_open and part in Cause.values:
            page = context["page"] = Paginator(found.of(part), PAGE).get_page(request.GET.get("page"))
            context["rows"] = [_linked(*one) for one in told(found, list(page.object_list), before, after)]
    return render(request, "evaluation/figure_why.html", context)


def _linked(_change: Change, was: Line | None, now: Line | None) -> tuple[Line | None, Line | None, str, str]:
    """A row as it was and as it is, where it is told, and where what it stands in the place of is, if elsewhere."""
    before, after = (address_of(one) if one else "" for one in (was, now))
    here = after or before
    return was, now, here, before if before != here else ""


def _starts(data: QueryDict) -> list[tuple[str, str]]:
    """Days to begin from with one tap, those of which is kept what was known: (words, address)."""
    today = clock.today()
    month = today.replace(day=1) - timedelta(days=1)
    days = {today - timedelta(days=7): _("since a week ago"), month: _("since the end of last month")}
    days |= {date(today.year - 1, 12, 31): _("since the end of last year")}
    rest = _rest(data).urlencode()
    return [(words, f"?before={day.isoformat()}&{rest}") for day, words in days.items() if _is_known(day)]


def _is_known(day: date) -> bool:
    try:
        check_known(day)
    except ValidationError:
        return False
    return True


def _rest(data: QueryDict) -> QueryDict:
    """The filters of the address but the two days and what is shown of them."""
    return _without(data, "before", "after", "part", "page")


def _without(data: QueryDict, *names: str) -> QueryDict:
    kept = data.copy()
    for name in names:
        kept.pop(name, None)
    return kept
