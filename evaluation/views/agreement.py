"""How far the views of holders, mentors and tutors agree over the journeys of a programme."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.lib.doors import find, require
from evaluation import policies
from evaluation.models import Questionnaire
from evaluation.queries.agreement import groups_of
from evaluation.queries.agreement_words import shown
from journeys.models import Programme


@require_safe
def agreement(request: HttpRequest, pk: int, questionnaire: int) -> HttpResponse:
    """Of one questionnaire that this programme asks, two voices at a time and then all three."""
    programme = find(Programme.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    asked = find(Questionnaire.objects.visible_to(request.user).asked_in(programme), pk=questionnaire)
    require(policies.may_read_agreement(request.user, programme))
    groups = [shown(one) for one in groups_of(programme, asked)]
    context = {"programme": programme, "questionnaire": asked, "groups": groups}
    return render(request, "evaluation/agreement.html", context)
