"""Doors onto a new version of a programme as it reaches the journeys that run."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.lib.doors import find, require, succeeded
from backend.lib.refusal import MAY_BE_REFUSALS, refusal_of
from journeys import actions, policies
from journeys.forms import steps as forms
from journeys.models import Programme, ProgrammeVersion
from journeys.queries import offers
from journeys.queries.links import journey_url
from journeys.views.finding import find_journey
from journeys.views.steps import steps_url


def _named(request: HttpRequest, programme: Programme, pk: Any) -> ProgrammeVersion | None:
    """The published version that the form names."""
    rows = ProgrammeVersion.objects.visible_to(request.user).published().filter(programme=programme)
    return rows.filter(pk=pk).first()


@require_http_methods(["GET", "POST"])
def journey_version(request: HttpRequest, pk: int) -> HttpResponse:
    """What the newest version would change on this journey; POST takes it up."""
    journey = find_journey(request, pk)
    require(policies.may_apply_version(request.user, journey))
    newest = offers.newest_version(journey.programme)
    form = forms.ApplyVersionForm(request.POST or None, initial={"version": newest.pk if newest else None})
    seen = _named(request, journey.programme, form.cleaned_data["version"]) if form.is_valid() else None
    if seen and succeeded(form, actions.apply_version, journey, seen, by=request.user):
        messages.success(request, _("Taken up: %(summary)s.") % {"summary": form.outcome.summary})
        return redirect(steps_url(journey))
    if newest is None or newest.number <= journey.version.number:
        return render(request, "journeys/journey_version.html", {"journey": journey, "offer": None})
    offer = offers.offers_for([journey], newest)[journey.pk]
    context = {
        **offers.offer_page(offer),
        "form": form,
        "is_declined": journey.declined_version_id == newest.pk,
        "decline_url": reverse("journeys:journey_version_decline", args=[journey.pk]),
    }
    return render(request, "journeys/journey_version.html", context)


@require_POST
def journey_version_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """This version is not for this journey."""
    journey = find_journey(request, pk)
    require(policies.may_decline_version(request.user, journey))
    form = forms.ApplyVersionForm(request.POST)
    version = _named(request, journey.programme, form.cleaned_data["version"]) if form.is_valid() else None
    try:
        if version:
            actions.decline_version(journey, version, by=request.user)
            messages.success(request, _("The journey stays on the version it has."))
    except MAY_BE_REFUSALS as error:
        refusal = refusal_of(error)
        messages.error(request, refusal.sentence)
    return redirect(journey_url(journey))


@require_http_methods(["GET", "POST"])
def programme_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest version for many running journeys at once: who would change how; POST takes it up on those ticked."""
    programme = find(Programme.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    require(policies.may_apply_version_to_many(request.user, programme))
    version = offers.newest_version(programme)
    behind = offers.running_behind(programme, version, request.user) if version else []
    form = forms.ApplyToManyForm(
        request.POST or None, journeys=behind, initial={"version": version.pk if version else None}
    )
    results = None
    if form.is_valid() and (seen := _named(request, programme, form.cleaned_data["version"])):
        ticked = set(form.cleaned_data["journeys"])
        chosen = [one for one in behind if one in ticked]
        results = actions.apply_version_to_many(chosen, seen, by=request.user)
        form = forms.ApplyToManyForm(journeys=[], initial={"version": seen.pk})
    context = {
        **offers.programme_offer_page(programme, request.user),
        "form": form,
        "results": _sorted_out(results) if results is not None else None,
        "version_title": _("Version %(number)d") % {"number": version.number} if version else "",
    }
    ticked_ids = set(request.POST.getlist("journeys"))
    for row in context["rows"]:
        row["is_ticked"] = str(row["journey"].pk) in ticked_ids if form.is_bound else not row["is_declined"]
    return render(request, "journeys/programme_offer.html", context)


def _sorted_out(results: list[actions.Taken]) -> dict[str, list[dict[str, Any]]]:
    """Those applied, of them those that keep local edits and the plain ones, and those that failed with why."""
    rows = [
        {
            "journey": one.journey,
            "url": journey_url(one.journey),
            "refusal": one.refusal,
            "edits": one.offer.edits if one.offer else 0,
            "words": one.offer.summary if one.offer else "",
        }
        for one in results
    ]
    applied = [row for row in rows if not row["refusal"]]
    return {
        "applied": applied,
        "kept": [row for row in applied if row["edits"]],
        "plain": [row for row in applied if not row["edits"]],
        "failed": [row for row in rows if row["refusal"]],
    }
