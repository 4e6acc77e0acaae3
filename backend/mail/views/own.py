"""What was written to oneself."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.mail import queries
from backend.mail.views.outbox import me

PER_PAGE = 30


@require_safe
def letters_own(request: HttpRequest) -> HttpResponse:
    """The letters to her, of whatever organisation, the newest first."""
    page = Paginator(queries.own_letters(me(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "mail/letters_own.html", {"page": page})
