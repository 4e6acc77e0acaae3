"""The letters of a journey, and what was answered to them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.lib.doors import require
from journeys import policies
from journeys.forms.letters import LettersFilter
from journeys.queries.letters import Correspondence
from journeys.queries.letters_page import letters_page, person_choices
from journeys.views.finding import find_journey


@require_safe
def journey_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """What was written about the journey and what came back, as far as the reader may know, the newest first."""
    journey = find_journey(request, pk)
    require(policies.may_read_letters(request.user, journey))
    letters = Correspondence(journey, request.user)
    people = person_choices(letters)
    form = LettersFilter(request.GET, people=people)
    context = letters_page(letters, form.asked, request.GET.get("page", ""))
    context |= {"form": form if people else None, "can": policies.abilities(request.user, journey)}
    return render(request, "journeys/journey_letters.html", context)
