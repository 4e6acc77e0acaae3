"""Another territory loads its own list: what it would change is looked at first."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.lib.doors import file_answer, require, succeeded
from evaluation.forms.territory_list import TerritoryListForm
from evaluation.queries.territory.lists import HEADS, named_by_indicators, present_list, present_name
from journeys import actions as journeys
from journeys.models import Commune, Neighbourhood, QpvReference
from journeys.policies import may_load_list

CSV = "text/csv; charset=utf-8"


@require_http_methods(["GET", "POST"])
def territory_list(request: HttpRequest) -> HttpResponse:
    """Sent once, the page tells what would change; sent again with what was seen, the list is loaded."""
    require(may_load_list(request.user), _for_stewards() if request.user.has_role("lead") else "")
    if box := request.GET.get("file", ""):
        if box not in HEADS:
            raise Http404
        return file_answer(present_list(box).encode("utf-8-sig"), f"{box}.csv", CSV)
    form = TerritoryListForm(request, user=request.user, territory=present_name())
    changes = None
    if form.is_valid():
        changes = journeys.look_at_list(form.given(named_by_indicators()))
        form.tell_wrong(changes)
        if changes.is_nothing and not changes.wrong:
            form.add_error(None, _("Everything in this list stands already: there is nothing to load."))
        elif form.cleaned_data["seen"] == changes.seen and succeeded(form, _load, form, by=request.user):
            messages.success(request, _told(form.outcome))
            return redirect("evaluation:territory")
        _show_again(form, changes)
    elif form.is_bound:
        _show_again(form, None)
    context = _page(request.user) | {"form": form, "changes": changes if changes and not form.errors else None}
    return render(request, "evaluation/territory_list.html", context)


def _for_stewards() -> str:
    """Why a lead of one organisation among several does not load it."""
    return _(
        "This list is shared by all the organisations here: only a steward of the territory loads another one, as it"
        " would change the figures of everybody."
    )


@transaction.atomic
def _load(form: Any, *, by: User) -> journeys.ListChanges:
    loaded = journeys.load_list(
        form.given(named_by_indicators()), seen=form.cleaned_data["seen"], organisation=form.whose, by=by
    )
    if form.share:
        journeys.state_qpv_reference(form.whose, by=by, **form.share)
    return loaded


def _show_again(form: TerritoryListForm, changes: journeys.ListChanges | None) -> None:
    """The page keeps what it has just told, so that sent again it is known what was seen."""
    assert isinstance(form.data, QueryDict)
    form.data["seen"] = changes.seen if changes and not form.errors else ""


def _told(changes: journeys.ListChanges) -> str:
    counts = {"added": len(changes.added), "changed": len(changes.changed), "removed": len(changes.removed)}
    return _("The list is loaded: %(added)s added, %(changed)s changed, %(removed)s removed.") % counts


def _page(user: User) -> dict[str, Any]:
    hers = user.organisation_ids("lead", "steward")
    return {
        "back": reverse("evaluation:territory"),
        "name": present_name(),
        "communes": Commune.objects.count(),
        "areas": Neighbourhood.objects.count(),
        "stated": QpvReference.objects.filter(organisation__in=hers).order_by("-year", "pk").first(),
    }
