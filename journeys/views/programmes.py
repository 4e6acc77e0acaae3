"""The offer: programmes and their steps, to read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from backend.lib.doors import find
from journeys.models import Programme
from journeys.policies import may_read_programme_hours
from journeys.queries import programmes


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    rows = programmes.offered(request.user)
    return render(request, "journeys/programme_list.html", {"rows": rows})


@require_safe
def programme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One programme as the line its journeys follow."""
    programme = find(Programme.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    page = programmes.programme_page(programme, request.user)
    may_read = may_read_programme_hours(request.user, programme)
    hours_url = reverse("journeys:programme_hours", args=[programme.pk]) if may_read else ""
    return render(request, "journeys/programme_detail.html", {**page, "hours_url": hours_url})
