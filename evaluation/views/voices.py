"""The views of holder, mentor and tutor of one journey, side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.lib.doors import find, require
from evaluation import policies
from evaluation.queries.voices_page import voices_page
from journeys.models import Journey


@require_safe
def voices(request: HttpRequest, pk: int) -> HttpResponse:
    """What they answered to the same questions, the largest differences first; nothing before one’s own."""
    rows = Journey.objects.visible_to(request.user).select_related("programme__organisation", "holder__user", "project")
    journey = find(rows.prefetch_related("companions"), pk=pk)
    require(policies.may_compare_voices(request.user, journey))
    context = {
        "journey": journey,
        "parts": voices_page(journey, request.user),
        "is_holder": journey.holder.user_id == request.user.pk,
    }
    return render(request, "evaluation/voices.html", context)
