"""Doors onto module dates: planned, moved, cancelled; people enrolled and withdrawn by a lead."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.calendars.queries import calendars_elsewhere, invited_to, own_place
from backend.lib import clock
from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.actions import trainer_links
from journeys.forms import modules as forms
from journeys.models import Enrolment, ModuleDate
from journeys.queries import modules as queries
from journeys.queries import modules_holder as holder
from journeys.views.answers import one_tap
from journeys.views.finding import find_module, find_module_date


def _page(date: ModuleDate) -> str:
    return reverse("journeys:module_date_detail", args=[date.pk])


@require_http_methods(["GET", "POST"])
def module_date_create(request: HttpRequest, pk: int) -> HttpResponse:
    module = find_module(request, pk)
    require(policies.may_create_module_date(request.user, module))
    if module.is_retired:
        messages.error(request, _("This module is no longer offered: take it back first."))
        return redirect("journeys:module_detail", module.pk)
    form = forms.ModuleDateForm(request.POST or None, module=module)
    if form.is_valid() and succeeded(form, actions.create_module_date, module, by=request.user, **form.cleaned_data):
        messages.success(request, _("The date is open. Now enrol people on it."))
        return redirect("journeys:people_enrol", form.outcome.pk)
    return render(request, "journeys/module_date_form.html", {"form": form, "module": module, "date": None})


@require_safe
def module_date_detail(request: HttpRequest, pk: int) -> HttpResponse:
    date = find_module_date(request, pk)
    is_planned = date.state == ModuleDate.State.PLANNED
    enrolments = list(queries.enrolments_of(date, request.user))
    answers = invited_to(enrolments)
    place = own_place([one for people in answers.values() for one in people], request.user)
    may_enrol = is_planned and policies.may_enrol_people(request.user, date)
    context = {
        "date": date,
        "module": date.module,
        "mine": holder.my_place(date, request.user),
        "own_place": place,
        "elsewhere": calendars_elsewhere(place.invite) if place else {},
        "is_lead": request.user.leads(date.module.organisation_id),
        "enrolments": [(one, next(iter(answers.get(one.pk, [])), None)) for one in enrolments],
        "line": list(queries.line_of(date, request.user)) if is_planned and not date.has_begun else [],
        "tally": queries.tally(enrolments),
        "is_counted": policies.may_count_people(request.user, date.module.organisation_id),
        "left": max(0, date.seats - date.taken),
        "is_planned": is_planned,
        "may_enrol": may_enrol,
        "may_move": is_planned and policies.may_move_module_date(request.user, date),
        "may_cancel": is_planned and policies.may_cancel_module_date(request.user, date),
        "may_mark": date.has_begun
        and date.state != ModuleDate.State.CANCELLED
        and date.taken
        and policies.may_mark_attendance(request.user, date),
        **_trainer(request, date),
    }
    return render(request, "journeys/module_date_detail.html", context)


def _trainer(request: HttpRequest, date: ModuleDate) -> dict[str, Any]:
    """For leads: whom the link goes to, whether one is open, when it leaves by itself."""
    is_over = date.state == ModuleDate.State.CANCELLED or trainer_links.closes_at(date) <= clock.now()
    if not date.trainer_email or is_over or not policies.may_send_trainer_link(request.user, date):
        return {"may_send_link": False}
    return {
        "may_send_link": True,
        "trainer_link": queries.trainer_link(date),
        "link_leaves_at": trainer_links.asked_from(date),
    }


@require_http_methods(["GET", "POST"])
def module_date_move(request: HttpRequest, pk: int) -> HttpResponse:
    date = find_module_date(request, pk)
    require(policies.may_move_module_date(request.user, date))
    form = forms.ModuleDateForm(request.POST or None, module=date.module, date=date)
    if form.is_valid() and succeeded(form, actions.move_module_date, date, by=request.user, **form.cleaned_data):
        messages.success(request, _("Saved. Everyone enrolled or waiting is told of a new time or place."))
        return redirect(_page(date))
    return render(request, "journeys/module_date_form.html", {"form": form, "module": date.module, "date": date})


@require_http_methods(["GET", "POST"])
def module_date_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    date = find_module_date(request, pk)
    require(policies.may_cancel_module_date(request.user, date))
    form = forms.CancelModuleDateForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.cancel_module_date, date, by=request.user, **form.cleaned_data):
        messages.success(request, _("The date is cancelled; everyone enrolled or waiting is told."))
        return redirect("journeys:module_detail", date.module_id)
    return render(request, "journeys/module_date_cancel.html", {"form": form, "date": date, "module": date.module})


@require_http_methods(["GET", "POST"])
def people_enrol(request: HttpRequest, pk: int) -> HttpResponse:
    date = find_module_date(request, pk)
    require(policies.may_enrol_people(request.user, date))
    candidates = queries.candidates(date)
    form = forms.EnrolPeopleForm(request.POST or None, candidates=candidates)
    if form.is_valid() and succeeded(form, actions.enrol_people, date, by=request.user, **form.cleaned_data):
        count = len(form.outcome)
        messages.success(
            request, ngettext("%(count)d person enrolled.", "%(count)d people enrolled.", count) % {"count": count}
        )
        return redirect(_page(date))
    context = {"form": form, "date": date, "module": date.module, "left": max(0, date.seats - date.taken)}
    return render(request, "journeys/people_enrol.html", context)


@require_POST
def enrolment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Enrolment.objects.visible_to(request.user)
    enrolment = find(rows.select_related("module_date__module", "step__journey__holder__user"), pk=pk)
    require(policies.may_withdraw_enrolment(request.user, enrolment))
    person = {"person": enrolment.step.journey.holder}
    waits = enrolment.state == Enrolment.State.WAITING
    done = (_("%(person)s waits no longer and is told.") if waits else _("%(person)s is withdrawn and told.")) % person
    return one_tap(request, actions.withdraw_enrolment, enrolment, done=done, default=_page(enrolment.module_date))
