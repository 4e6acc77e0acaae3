"""The journey page, and what is promised there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms import journeys as forms
from journeys.models import Commitment
from journeys.queries import page
from journeys.queries.links import journey_url
from journeys.views.answers import one_tap
from journeys.views.finding import find_journey


@require_safe
def journey_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one journey, each reader with what she may do there."""
    journey = find_journey(request, pk)
    return render(request, "journeys/journey_detail.html", page.journey_page(journey, request.user))


@require_http_methods(["GET", "POST"])
def commitment_add(request: HttpRequest, pk: int) -> HttpResponse:
    journey = find_journey(request, pk)
    require(policies.may_add_commitment(request.user, journey))
    form = forms.AddCommitmentForm(request.POST or None, journey=journey, by=request.user)
    if form.is_valid() and succeeded(form, actions.add_commitment, journey, by=request.user, **form.cleaned_data):
        messages.success(request, _("The commitment is noted."))
        return redirect(f"{journey_url(journey)}#commitments")
    return render(request, "journeys/commitment_add.html", {"form": form, "journey": journey})


@require_POST
def commitment_complete(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: it is done."""
    rows = Commitment.objects.visible_to(request.user).select_related("journey__programme__organisation")
    commitment = find(rows, pk=pk)
    require(policies.may_complete_commitment(request.user, commitment))
    default = f"{journey_url(commitment.journey)}#commitments"
    return one_tap(request, actions.complete_commitment, commitment, done=_("Done, well done."), default=default)
