"""Hours: the holder's page, one-tap confirmation, disputes, corrections by a lead."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from backend.web.reading import hours
from journeys import actions, policies
from journeys.forms import ledger as forms
from journeys.models import Delivery, Journey
from journeys.queries import page, statement_pages
from journeys.queries.home import holder_journeys
from journeys.queries.ledger import lines_of
from journeys.queries.links import asks_after
from journeys.views.answers import one_tap
from journeys.views.finding import find_journey


def _delivery(request: HttpRequest, pk: int) -> Delivery:
    return find(lines_of(Delivery.objects.visible_to(request.user)), pk=pk)


def _ledger_url(delivery: Delivery) -> str:
    return reverse("journeys:journey_ledger", args=[delivery.journey_id])


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """My hours: the ledger of one's live journey; a page that says so when there is none."""
    rows = holder_journeys(request.user)
    if not rows:
        return render(request, "journeys/ledger_empty.html")
    journey = next((row for row in rows if row.is_live), rows[0])
    return render(request, "journeys/journey_ledger.html", _page(request, journey, rows))


@require_safe
def journey_ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """Every line of one journey, with the totals that every other page shows too."""
    journey = find_journey(request, pk)
    own = holder_journeys(request.user) if journey.holder.user_id == request.user.pk else []
    return render(request, "journeys/journey_ledger.html", _page(request, journey, own))


def _page(request: HttpRequest, journey: Journey, own: list[Journey]) -> dict[str, Any]:
    return page.ledger_page(journey, request.user, own) | statement_pages.of_journey(journey, request.user)


@require_http_methods(["GET", "POST"])
def delivery_declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Preparation or travel, declared by who spent it."""
    journey = find_journey(request, pk)
    require(policies.may_declare_delivery(request.user, journey))
    form = forms.DeclareDeliveryForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.declare_delivery, journey, by=request.user, **form.cleaned_data):
        messages.success(
            request, _("%(length)s declared, apart from contact time.") % {"length": hours(form.outcome.minutes)}
        )
        return redirect("journeys:journey_ledger", journey.pk)
    return render(request, "journeys/delivery_declare.html", {"form": form, "journey": journey})


@require_POST
def delivery_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: I did receive these hours."""
    delivery = _delivery(request, pk)
    require(policies.may_confirm_delivery(request.user, delivery))
    done = _("%(length)s confirmed, thank you.") % {"length": hours(delivery.minutes)}
    answer = one_tap(request, actions.confirm_delivery, delivery, done=done, default=_ledger_url(delivery))
    asks = asks_after(delivery, request.user, "")
    return redirect(asks[0].page) if asks else answer


@require_http_methods(["GET", "POST"])
def delivery_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _delivery(request, pk)
    require(policies.may_dispute_delivery(request.user, delivery))
    form = forms.DisputeDeliveryForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.dispute_delivery, delivery, by=request.user, **form.cleaned_data):
        messages.success(request, _("Noted: whoever declared these hours is told, and answers you."))
        return redirect(_ledger_url(delivery))
    return render(request, "journeys/delivery_dispute.html", {"form": form, "delivery": delivery})


@require_http_methods(["GET", "POST"])
def delivery_void(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _delivery(request, pk)
    require(policies.may_void_delivery(request.user, delivery))
    form = forms.VoidDeliveryForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.void_delivery, delivery, by=request.user, **form.cleaned_data):
        messages.success(request, _("The line is voided; it stays readable with its reason."))
        return redirect(_ledger_url(delivery))
    return render(request, "journeys/delivery_void.html", {"form": form, "delivery": delivery})


@require_http_methods(["GET", "POST"])
def delivery_replace(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _delivery(request, pk)
    require(policies.may_replace_delivery(request.user, delivery))
    form = forms.ReplaceDeliveryForm(request.POST or None, delivery=delivery)
    if form.is_valid() and succeeded(
        form, actions.replace_delivery, delivery, by=request.user, asks_anew=True, **form.cleaned_data
    ):
        messages.success(request, _("The right line stands in the ledger; a letter asks to confirm it anew."))
        return redirect(_ledger_url(delivery))
    return render(request, "journeys/delivery_replace.html", {"form": form, "delivery": delivery})
