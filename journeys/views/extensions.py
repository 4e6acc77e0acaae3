"""Doors onto more time: asked from the journey, decided by a lead, withdrawn by who asked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms import states as forms
from journeys.models import Extension
from journeys.queries import extensions as queries
from journeys.queries.links import journey_url
from journeys.views.answers import one_tap
from journeys.views.finding import find_journey


def _extension(request: HttpRequest, pk: int) -> Extension:
    rows = queries.full(Extension.objects.visible_to(request.user))
    return find(rows.prefetch_related("journey__companions"), pk=pk)


@require_safe
def extension_list(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, then what was answered lately."""
    require(policies.may_list_extensions(request.user))
    waiting, decided = queries.extension_lists(request.user)
    return render(request, "journeys/extension_list.html", {"waiting": waiting, "decided": decided})


@require_http_methods(["GET", "POST"])
def extension_ask(request: HttpRequest, pk: int) -> HttpResponse:
    journey = find_journey(request, pk)
    require(policies.may_ask_extension(request.user, journey))
    form = forms.AskExtensionForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.ask_extension, journey, by=request.user, **form.cleaned_data):
        messages.success(request, _("Asked. A letter tells you the answer."))
        return redirect(journey_url(journey))
    context = {"form": form, "journey": journey, "can": policies.abilities(request.user, journey)}
    return render(request, "journeys/extension_ask.html", context)


@require_http_methods(["GET", "POST"])
def extension_decide(request: HttpRequest, pk: int) -> HttpResponse:
    extension = _extension(request, pk)
    require(policies.may_decide_extension(request.user, extension))
    form = forms.DecideExtensionForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.decide_extension, extension, by=request.user, **form.cleaned_data):
        messages.success(request, _("Answered. A letter tells the person."))
        return redirect(journey_url(extension.journey))
    context = {"form": form, "extension": extension, "journey": extension.journey}
    return render(request, "journeys/extension_decide.html", context)


@require_POST
def extension_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: it is not asked any more."""
    extension = _extension(request, pk)
    require(policies.may_withdraw_extension(request.user, extension))
    url = journey_url(extension.journey)
    return one_tap(request, actions.withdraw_extension, extension, done=_("Withdrawn."), default=url)
