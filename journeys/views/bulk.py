"""One act on many journeys of the board: see exactly whom it concerns, confirm, read what came of each."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.lib.doors import require
from backend.mail.queries.ahead import failing_among
from journeys import actions, policies
from journeys.forms.board import AssignReferentForm, BoardForm, MessageForm, picked
from journeys.queries import bulk


def _chosen(request: HttpRequest, shown: BoardForm, *, with_ended: bool = True) -> bulk.Chosen:
    picks = None if request.GET.get("all") else picked(request.GET)
    return bulk.chosen(request.user, shown.filters, picks, with_ended=with_ended)


def _is_as_shown(request: HttpRequest, mark: str) -> bool:
    """What is confirmed is what was on the page; else it is shown again."""
    if request.POST.get("mark") == mark:
        return True
    messages.warning(request, _("The list has changed meanwhile: look at it again, then confirm."))
    return False


def _context(shown: BoardForm, chosen: bulk.Chosen, form: Any) -> dict[str, Any]:
    query = shown.query()
    board_url = reverse("journeys:journey_list") + (f"?{query}" if query else "")
    return {"form": form, "chosen": chosen, "board_url": board_url, "most": bulk.MOST}


def _done(request: HttpRequest, context: dict[str, Any], title: str, outcome: actions.Outcome) -> HttpResponse:
    return render(request, "journeys/bulk_done.html", context | {"title": title, "outcome": outcome})


@require_http_methods(["GET", "POST"])
def bulk_referent(request: HttpRequest) -> HttpResponse:
    """One referent for all of these."""
    require(policies.may_act_on_many(request.user))
    shown = BoardForm(request.GET, user=request.user)
    chosen = _chosen(request, shown)
    people = bulk.referents_to_choose(request.user, chosen.journeys)
    form = AssignReferentForm(request.POST or None, people=people, initial={"referent": request.user.pk})
    context = _context(shown, chosen, form) | {"is_preview": False}
    if form.is_valid() and chosen.journeys and "change" not in request.POST:
        referent = form.cleaned_data["referent"]
        if "confirm" not in request.POST or not _is_as_shown(request, chosen.mark):
            same = sum(one.referent_id == referent.pk for one in chosen.journeys)
            told = {"is_preview": True, "referent": referent, "same": same, "others": len(chosen.journeys) - same}
            return render(request, "journeys/bulk_referent.html", context | told)
        allowed = [one for one in chosen.journeys if policies.may_assign_referent(request.user, one)]
        outcome = actions.assign_referent_to_many(allowed, referent, by=request.user)
        return _done(request, context, _("%(name)s is their referent") % {"name": referent}, outcome)
    return render(request, "journeys/bulk_referent.html", context)


@require_http_methods(["GET", "POST"])
def bulk_message(request: HttpRequest) -> HttpResponse:
    """One letter to each of these: typed, read again with the number of people, then sent."""
    require(policies.may_act_on_many(request.user))
    shown = BoardForm(request.GET, user=request.user)
    chosen = _chosen(request, shown, with_ended=shown.filters.asks_for_ended)
    form = MessageForm(request.POST or None, initial={"key": uuid4().hex})
    context = _context(shown, chosen, form) | {"is_preview": False, "sender": request.user}
    if form.is_valid() and chosen.journeys and "change" not in request.POST:
        if "send" in request.POST and _is_as_shown(request, chosen.mark):
            outcome = actions.message_holders(chosen.journeys, by=request.user, **form.cleaned_data)
            return _done(request, context, _("The letters are on their way"), outcome)
        context |= {"is_preview": True, "failing": failing_among(one.email for one in chosen.people)}
    return render(request, "journeys/bulk_message.html", context)


@require_http_methods(["GET", "POST"])
def bulk_version(request: HttpRequest) -> HttpResponse:
    """The newest version of their programmes for all of these."""
    require(policies.may_act_on_many(request.user))
    shown = BoardForm(request.GET, user=request.user)
    chosen = _chosen(request, shown, with_ended=False)
    updates = bulk.updates_of(chosen.journeys)
    mark = "-".join([chosen.mark, *(str(one.version.pk) for one in updates)])
    told = {"updates": updates, "mark": mark, "behind": sum(len(one.behind) for one in updates)}
    context = _context(shown, chosen, None) | told
    if request.method == "POST" and chosen.journeys and _is_as_shown(request, mark):
        versions = {one.programme.pk: one.version for one in updates}
        allowed = [one for one in chosen.journeys if policies.may_apply_version(request.user, one)]
        outcome = actions.apply_newest_to_many(allowed, versions, by=request.user)
        return _done(request, context, _("The newest version is taken up"), outcome)
    return render(request, "journeys/bulk_version.html", context)
