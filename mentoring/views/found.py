"""The row that an address names, with everyone it names, as far as the reader may see it: else 404."""

from django.http import HttpRequest

from backend.lib.doors import find
from mentoring import queries
from mentoring.models import Mentor, Mentorship


def mentor_of(request: HttpRequest, pk: int) -> Mentor:
    return find(Mentor.objects.visible_to(request.user).select_related("user", "organisation"), pk=pk)


def pair_of(request: HttpRequest, pk: int) -> Mentorship:
    return find(queries.pairs_of(request.user), pk=pk)
