"""The addresses of the house, and one page with nothing in it to compare with."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from backend.urls import urlpatterns as house


@require_safe
def empty(request: HttpRequest) -> HttpResponse:
    """The frame every page has: menu, language, theme; signed in."""
    return render(request, "web/base.html")


urlpatterns = [path("bench/empty/", empty), *house]
