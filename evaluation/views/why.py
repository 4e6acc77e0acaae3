"""Why a figure has changed between two days on which it was known."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.lib import clock
from backend.lib.doors import require
from evaluation import policies
from evaluation.forms import narrowed, read_scope
from evaluation.forms.past import WhyForm, check_known, end_of
from evaluation.queries.choices import scope_words
from evaluation.queries.line import Line
from evaluation.queries.measures import MEASURES
from evaluation.queries.past.why import Cause, Change, told, why
from evaluation.views.published import live
from evaluation.views.rows import PAGE, address_of


@require_safe
@live(policies.may_read_indicators)
def figure_why(request: HttpRequest, code: str) -> HttpResponse:
    """The change split by cause, and for whoever may open them the rows of one cause, as they were and as they are."""
    measure = MEASURES.get(code)
    if measure is None:
        raise Http404
    scope, _form, choices = read_scope(request.user, request.GET)
    require(not scope.is_published)
    may_open = measure.may_open(request.user, scope.organisation)
    scope = narrowed(scope, request.GET)
    form = WhyForm(request.GET if "before" in request.GET else None)
    context: dict[str, Any] = {
        "measure": measure,
        "may_open": may_open,
        "form": form,
        "words": scope_words(scope, choices),
        "back": f"{reverse('evaluation:figure_rows', args=[code])}?{_rest(request.GET).urlencode()}",
        "found": None,
        "part": request.GET.get("part", ""),
        "rows": [],
        "page": None,
        "starts": [],
        "rest": list(_rest(request.GET).items()),
    }
    if form.is_bound and form.is_valid():
        before, after = end_of(form.cleaned_data["before"]), end_of(form.cleaned_data["after"])
        found = context["found"] = why(code, scope, before, after)
        if may_open and context["part"] in Cause.values:
            page = context["page"] = Paginator(found.of(context["part"]), PAGE).get_page(request.GET.get("page"))
            context["rows"] = [_linked(*one) for one in told(found, list(page.object_list), before, after)]
    else:
        context["starts"] = _starts(request.GET)
    kept = request.GET.copy()
    for name in ("part", "page"):
        kept.pop(name, None)
    context["query"] = kept.urlencode()
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
    kept = data.copy()
    for name in ("before", "after", "part", "page"):
        kept.pop(name, None)
    return kept
