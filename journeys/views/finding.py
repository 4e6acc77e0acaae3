"""The first beat of several doors: the row, among those this person may see, with what its pages read."""

from django.http import HttpRequest

from backend.lib.doors import find
from journeys.models import Journey
from journeys.queries.journeys import full


def find_journey(request: HttpRequest, pk: int) -> Journey:
    """The journey with its people, programme and project, or 404."""
    return find(full(Journey.objects.visible_to(request.user)), pk=pk)
