"""Doors onto bridges: first the programme, then what stands as done there and who stays."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.lib.doors import require, succeeded
from journeys import actions, policies
from journeys.forms.bridges import BridgeJourneyForm
from journeys.queries import bridges as queries
from journeys.queries.links import journey_url
from journeys.views.finding import find_journey


@require_http_methods(["GET", "POST"])
def journey_bridge(request: HttpRequest, pk: int) -> HttpResponse:
    """Without a programme in the address, the programmes to choose from; with one, all that the passage does."""
    journey = find_journey(request, pk)
    require(policies.may_bridge_journey(request.user, journey))
    programmes = list(queries.programmes_to_bridge(journey, request.user))
    wanted = request.GET.get("programme", "")
    programme = next((one for one in programmes if str(one.pk) == wanted), None)
    context = {"journey": journey, "back_url": journey_url(journey), "programme": programme}
    if programme is None:
        choices = [(one, f"?programme={one.pk}") for one in programmes]
        return render(request, "journeys/bridge_choose.html", {**context, "programmes": choices})
    found = queries.equivalents(journey, programme)
    form = BridgeJourneyForm(request.POST or None, found=found, people=queries.people_who_stay(journey))
    given = form.cleaned_data if form.is_valid() else {}
    if given and succeeded(form, actions.bridge_journey, journey, programme=programme, by=request.user, **given):
        messages.success(request, _("The project goes on in “%(programme)s”.") % {"programme": programme})
        return redirect(journey_url(form.outcome))
    context |= {"form": form, "waiting": [one for one in found if not one.is_done], "has_steps": "steps" in form.fields}
    context["has_people"] = "companions" in form.fields
    return render(request, "journeys/bridge_cross.html", context)
