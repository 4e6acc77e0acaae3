"""Doors onto the follow-up group of a journey: who is around its holder."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms.companions import InviteCompanionForm, LeaveGroupForm
from journeys.models import Companion, Journey
from journeys.queries.group import group_page
from journeys.views.finding import find_journey


@require_safe
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is around this holder, from when to when, and the last contact of each."""
    journey = find_journey(request, pk)
    return render(request, "journeys/group.html", group_page(journey, request.user))


@never_cache
@require_POST
def contacts_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The contact details, shown once; history remembers who looked, unless she is in the group."""
    journey = find_journey(request, pk)
    require(policies.may_reveal_contacts(request.user, journey))
    if not policies.reads_contacts(request.user, journey):
        actions.reveal_contacts(journey, by=request.user)
    return render(request, "journeys/group.html", group_page(journey, request.user, reveals=True))


@require_http_methods(["GET", "POST"])
def companion_invite(request: HttpRequest, pk: int) -> HttpResponse:
    journey = find_journey(request, pk)
    require(policies.may_invite_companion(request.user, journey))
    form = InviteCompanionForm(request.POST or None, journey=journey)
    back = reverse("journeys:group", args=[journey.pk])
    if form.is_valid() and succeeded(form, actions.invite_companion, journey, *form.asked, by=request.user):
        messages.success(
            request, _("%(person)s is in the follow-up group. A letter tells them.") % {"person": form.outcome.user}
        )
        return redirect(back)
    return render(request, "journeys/companion_invite.html", {"form": form, "journey": journey, "back_url": back})


@require_http_methods(["GET", "POST"])
def group_leave(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Companion.objects.visible_to(request.user).select_related(
        "user", "journey__programme__organisation", "journey__holder__user", "journey__project"
    )
    companion = find(rows, pk=pk)
    require(policies.may_leave_group(request.user, companion))
    form = LeaveGroupForm(request.POST or None, is_own=companion.user_id == request.user.pk)
    if form.is_valid() and succeeded(form, actions.leave_group, companion, by=request.user, **form.cleaned_data):
        if companion.user_id == request.user.pk:
            messages.success(request, _("You have left the follow-up group. Thank you."))
        else:
            messages.success(request, _("%(person)s is no longer in the follow-up group.") % {"person": companion.user})
        still = Journey.objects.visible_to(request.user).filter(pk=companion.journey_id).exists()
        return redirect(reverse("journeys:group", args=[companion.journey_id]) if still else "home")
    context = {
        "form": form,
        "companion": companion,
        "journey": companion.journey,
        "is_own": companion.user_id == request.user.pk,
        "back_url": reverse("journeys:group", args=[companion.journey_id]),
    }
    return render(request, "journeys/group_leave.html", context)
