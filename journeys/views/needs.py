"""Who needs somebody today, and what was set aside for a while."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import back, find, require, succeeded
from backend.web.reading import day
from journeys import actions, policies
from journeys.forms.needs import NeedsForm, SnoozeSignForm
from journeys.models import Journey, Snooze
from journeys.queries.attention import NeedFilters, needs_page, set_aside
from journeys.queries.holes import WORDS
from journeys.queries.links import address, journey_url
from journeys.queries.sign_rows import sign_of
from journeys.views.answers import one_tap


@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """Everyone who needs somebody, the most pressing first."""
    require(policies.may_list_needs(request.user))
    form = NeedsForm(request.GET, user=request.user)
    found, page_obj = needs_page(request.user, form.filters, request.GET.get("page", "1"))
    context = {
        "form": form,
        "page": page_obj,
        "needs": found.needs,
        "everyone": found.everyone,
        "counts": found.counts,
        "is_filtered": form.filters != NeedFilters(),
        "aside": set_aside(request.user),
        "needs_url": reverse("journeys:needs"),
        "match_url": address("mentoring:mentor_match") if "no_mentor" in found.signs else "",
    }
    return render(request, "journeys/needs.html", context)


@require_http_methods(["GET", "POST"])
def sign_snooze(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """This can wait: until when, and why."""
    journeys = Journey.objects.visible_to(request.user)
    journey = find(journeys.select_related("programme__organisation", "holder__user", "project"), pk=pk)
    require(policies.may_snooze_sign(request.user, journey))
    if code not in WORDS:
        raise Http404
    require(policies.may_read_sign(request.user, journey, code))
    form = SnoozeSignForm(request.POST or None)
    default = reverse("journeys:needs")
    if form.is_valid() and succeeded(
        form, actions.snooze_sign, journey, code=code, by=request.user, **form.cleaned_data
    ):
        until = day(form.outcome.until_on, weekday=False)
        messages.success(request, _("Set aside: it is back on the list on %(day)s.") % {"day": until})
        return redirect(back(request, default))
    context = {
        "form": form,
        "journey": journey,
        "sign": sign_of(journey, code),
        "word": WORDS[code],
        "back_url": default,
        "journey_url": journey_url(journey),
    }
    return render(request, "journeys/sign_snooze.html", context)


@require_POST
def sign_unsnooze(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: it is on the list again."""
    snooze = find(Snooze.objects.visible_to(request.user).select_related("journey__programme__organisation"), pk=pk)
    require(policies.may_unsnooze_sign(request.user, snooze))
    done, default = _("It is on the list again."), reverse("journeys:needs")
    return one_tap(request, actions.unsnooze_sign, snooze, done=done, default=default)
