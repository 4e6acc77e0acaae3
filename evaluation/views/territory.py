"""The page of the territory: where people come from and what is offered there; its files; the reference it reads."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.doors import file_answer, number, require, succeeded
from evaluation import policies
from evaluation.forms import read_scope
from evaluation.forms.past import as_known, for_leads
from evaluation.forms.territory import QpvReferenceForm
from evaluation.queries.choices import scope_words
from evaluation.queries.scope import Scope
from evaluation.queries.territory import SORTS, Place, WholeTerritory, sorted_places, stated_by, tables, whole_territory
from evaluation.queries.territory.charts import rates_chart, share_chart
from evaluation.queries.territory.offers import Balance
from evaluation.views.published import live
from evaluation.views.rows import query_of
from journeys import actions as journeys
from journeys.models import QpvReference
from journeys.policies import may_load_list, may_state_qpv_reference

SORT_WORDS = {
    "empty": gettext_lazy("the empty first"),
    "rate": gettext_lazy("rate"),
    "people": gettext_lazy("people"),
    "inhabitants": gettext_lazy("population"),
    "name": gettext_lazy("name"),
}


@require_safe
@live(policies.may_read_territory)
@partial(as_known, is_territory=True)
def territory(request: HttpRequest) -> HttpResponse:
    """Every commune and priority neighbourhood, the empty first, and offers against needs; on the page, as a file."""
    scope, form, choices = read_scope(request.user, request.GET, is_territory=True)
    sort = request.GET.get("sort", "empty")
    kind = request.GET.get("file", "")
    if sort not in SORTS or kind not in ("", *tables.FILES):
        raise Http404
    whole = whole_territory(scope, stated_by(request.user, scope))
    words = scope_words(scope, choices)
    lacks_parquet = kind == tables.PARQUET and not tables.has_parquet()
    if kind and not lacks_parquet:
        return _file(whole, request.GET.get("table", tables.COMMUNES), kind, words)
    context = _page(request, whole, sort) | {"form": form, "is_wrong": bool(form.errors), "words": words}
    context["no_parquet"] = tables.no_parquet() if lacks_parquet else ""
    context["no_past"] = for_leads() if request.GET.get("known") and "known" not in form.fields else ""
    return render(request, "evaluation/territory.html", context, status=501 if lacks_parquet else 200)


def _page(request: HttpRequest, whole: WholeTerritory, sort: str) -> dict[str, Any]:
    scope = whole.scope
    communes = sorted_places(whole.communes, sort)
    own = scope.organisation or min(request.user.organisation_ids("lead", "steward"), default=None)
    here = reverse("evaluation:territory")
    return {
        "scope": scope,
        "whole": whole,
        "communes": _linked(request, scope, communes),
        "areas": _linked(request, scope, sorted_places(whole.areas, sort)),
        "qpv": _linked(request, scope, whole.qpv),
        "rates": rates_chart(whole, communes),
        "share": share_chart(whole),
        "balances": _pressing(whole.balances),
        "lists_of_today": tables.lists_of_today(),
        "today_url": f"?{query_of(_without(request.GET, 'known'))}#offers" if whole.is_past else "",
        "tabs": [
            (words, f"{here}?{query_of(request.GET, sort=name)}#communes", name == sort)
            for name, words in SORT_WORDS.items()
        ],
        "workbook": f"?{query_of(request.GET, file='xlsx')}",
        "files": _file_links(request),
        "back": _back(request),
        "reference_url": _reference_url(request.user, own),
        "list_url": reverse("evaluation:territory_list") if may_load_list(request.user) else "",
    }


def _back(request: HttpRequest) -> str:
    """To the figures that she reads."""
    if policies.may_read_indicators(request.user):
        return f"{reverse('evaluation:indicators')}?{query_of(_without(request.GET))}"
    return reverse("evaluation:snapshot_list")


def _linked(request: HttpRequest, scope: Scope, lines: list[Place]) -> list[tuple[Place, str]]:
    """Each with the end of the address that opens its rows; "" where rows are closed."""
    return [(one, "" if scope.is_published else query_of(_without(request.GET), **one.where)) for one in lines]


def _without(data: QueryDict, *more: str) -> QueryDict:
    """The filters of the scope, without what belongs to this page."""
    kept = data.copy()
    for name in ("sort", "table", *more):
        kept.pop(name, None)
    return kept


def _pressing(balances: list[Balance]) -> list[Balance]:
    """What is most lacking first; where nothing is looked for nor offered, not at all; those not placed last."""
    shown = [one for one in balances if not one.is_blank]
    return sorted(shown, key=lambda one: (not one.code, -(one.lacks_stays + one.lacks_mentors), one.name))


def _file_links(request: HttpRequest) -> list[tuple[str, str]]:
    forms = [(_("Communes (CSV)"), "csv", tables.COMMUNES), (_("Neighbourhoods (CSV)"), "csv", tables.AREAS)]
    if tables.has_parquet():
        forms.append((_("Communes (Parquet)"), tables.PARQUET, tables.COMMUNES))
        forms.append((_("Neighbourhoods (Parquet)"), tables.PARQUET, tables.AREAS))
    return [(words, f"?{query_of(request.GET, file=kind, table=table)}") for words, kind, table in forms]


def _reference_url(user: User, organisation: int | None) -> str:
    if not may_state_qpv_reference(user, organisation):
        return ""
    return f"{reverse('evaluation:territory_reference')}?organisation={organisation}"


def _file(whole: WholeTerritory, code: str, kind: str, words: dict[str, str]) -> HttpResponse:
    if code not in (tables.COMMUNES, tables.AREAS):
        raise Http404
    data = tables.written(whole, code, kind, tables.notes_of(words))
    return file_answer(data, tables.name_of(code, kind), tables.FILES[kind])


@require_http_methods(["GET", "POST"])
def territory_reference(request: HttpRequest) -> HttpResponse:
    """A lead or a steward states the share of residents in a QPV, with its source; it is the line of the page."""
    user = request.user
    hers = user.organisation_ids("lead", "steward")
    require(bool(hers))
    wanted = number(request.GET.get("organisation", ""))
    chosen = wanted if wanted in hers else min(hers)
    before = QpvReference.objects.filter(organisation=chosen).first()
    initial: dict[str, Any] = {"organisation": chosen, "year": clock.today().year}
    if before is not None:
        initial |= {"percent": before.percent, "year": before.year, "source": before.source}
    form = QpvReferenceForm(request.POST or None, user=user, initial=initial)
    if form.is_valid():
        given = dict(form.cleaned_data)
        organisation: Organisation = given.pop("organisation")
        require(may_state_qpv_reference(user, organisation.pk))
        if succeeded(form, journeys.state_qpv_reference, organisation, by=user, **given):
            messages.success(request, _("The share is kept, with its source."))
            return redirect(f"{reverse('evaluation:territory')}#qpv")
    context = {"form": form, "before": before, "is_one": len(hers) == 1, "back": reverse("evaluation:territory")}
    return render(request, "evaluation/territory_reference.html", context)
