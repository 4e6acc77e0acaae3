"""What stands beside a mentor's profile: the charter, trainings followed, conflicts of interest."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.lib.doors import attempt, find, require, succeeded
from journeys.models import Holder
from mentoring import actions, policies
from mentoring.forms import AddTrainingForm, DeclareConflictForm
from mentoring.models import Conflict, Training
from mentoring.views.found import mentor_of


@require_http_methods(["GET", "POST"])
def charter_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """What a mentor commits to; she accepts it in one click."""
    mentor = mentor_of(request, pk)
    may_accept = policies.may_accept_charter(request.user, mentor)
    if request.method == "POST":
        require(may_accept)
        attempt(request, _("You have accepted the charter."), actions.accept_charter, mentor, by=request.user)
        return redirect("mentoring:mentor", mentor.pk)
    return render(request, "mentoring/charter_accept.html", {"mentor": mentor, "may_accept": may_accept})


@require_http_methods(["GET", "POST"])
def training_add(request: HttpRequest, pk: int) -> HttpResponse:
    mentor = mentor_of(request, pk)
    require(policies.may_add_training(request.user, mentor))
    form = AddTrainingForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.add_training, mentor, by=request.user, **form.cleaned_data):
        messages.success(request, _("The course stands in the profile."))
        return redirect("mentoring:mentor", mentor.pk)
    return render(request, "mentoring/training_add.html", {"form": form, "mentor": mentor})


@require_POST
def training_remove(request: HttpRequest, pk: int) -> HttpResponse:
    training = find(Training.objects.visible_to(request.user).select_related("mentor__organisation"), pk=pk)
    require(policies.may_remove_training(request.user, training))
    attempt(request, _("The course is taken out."), actions.remove_training, training, by=request.user)
    return redirect("mentoring:mentor", training.mentor_id)


@require_http_methods(["GET", "POST"])
def conflict_declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom this mentor must not accompany, and why."""
    mentor = mentor_of(request, pk)
    require(policies.may_declare_conflict(request.user, mentor))
    holders = (
        Holder.objects.visible_to(request.user)
        .filter(organisation=mentor.organisation_id)
        .exclude(user=mentor.user_id)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    form = DeclareConflictForm(request.POST or None, holders=holders)
    if form.is_valid() and succeeded(form, actions.declare_conflict, mentor, by=request.user, **form.cleaned_data):
        messages.success(request, _("Noted: these two are not proposed to each other any more."))
        return redirect("mentoring:mentor", mentor.pk)
    context = {"form": form, "mentor": mentor, "is_me": mentor.user_id == request.user.pk}
    return render(request, "mentoring/conflict_declare.html", context)


@require_POST
def conflict_lift(request: HttpRequest, pk: int) -> HttpResponse:
    conflict = find(Conflict.objects.visible_to(request.user).select_related("mentor__organisation"), pk=pk)
    require(policies.may_lift_conflict(request.user, conflict))
    attempt(request, _("The conflict of interest is lifted."), actions.lift_conflict, conflict, by=request.user)
    return redirect("mentoring:mentor", conflict.mentor_id)
