"""Doors onto modules: the catalogue, dates, enrolment, attendance."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from backend.web.reading import moment
from journeys import actions, policies
from journeys.forms import modules as forms
from journeys.models import Enrolment, Module, ModuleDate
from journeys.queries import modules as queries
from journeys.views.answers import one_tap


def _module(request: HttpRequest, pk: int) -> Module:
    return find(Module.objects.visible_to(request.user).select_related("organisation"), pk=pk)


def _date(request: HttpRequest, pk: int) -> ModuleDate:
    return find(queries.with_taken(ModuleDate.objects.visible_to(request.user)), pk=pk)


def _page(date: ModuleDate) -> str:
    return reverse("journeys:module_date_detail", args=[date.pk])


@require_safe
def module_list(request: HttpRequest) -> HttpResponse:
    require(policies.may_list_modules(request.user))
    modules = list(queries.catalogue(request.user))
    coming = sorted((date for module in modules for date in module.coming), key=lambda date: (date.starts_at, date.pk))
    leads = request.user.organisation_ids("lead")
    context = {
        "modules": modules,
        "coming": coming[:8],
        "to_mark": list(queries.dates_to_mark(request.user)),
        "leads": leads,
        "is_lead": bool(leads),
    }
    return render(request, "journeys/module_list.html", context)


@require_safe
def module_detail(request: HttpRequest, pk: int) -> HttpResponse:
    module = _module(request, pk)
    dates = list(queries.dates_of(module))
    planned = [date for date in reversed(dates) if date.state == ModuleDate.State.PLANNED]
    context = {
        "module": module,
        "planned": planned,
        "past": [date for date in dates if date.state != ModuleDate.State.PLANNED],
        "waiting": queries.waiting_steps().filter(module=module).visible_to(request.user).count(),
        "may_create": policies.may_create_module_date(request.user, module),
    }
    return render(request, "journeys/module_detail.html", context)


@require_http_methods(["GET", "POST"])
def module_date_create(request: HttpRequest, pk: int) -> HttpResponse:
    module = _module(request, pk)
    require(policies.may_create_module_date(request.user, module))
    form = forms.ModuleDateForm(request.POST or None, module=module)
    if form.is_valid() and succeeded(form, actions.create_module_date, module, by=request.user, **form.cleaned_data):
        messages.success(request, _("The date is open. Now enrol people on it."))
        return redirect("journeys:people_enrol", form.outcome.pk)
    return render(request, "journeys/module_date_form.html", {"form": form, "module": module, "date": None})


@require_safe
def module_date_detail(request: HttpRequest, pk: int) -> HttpResponse:
    date = _date(request, pk)
    enrolments = list(queries.enrolments_of(date, request.user))
    has_begun = queries.has_begun(date)
    is_planned = date.state == ModuleDate.State.PLANNED
    context = {
        "date": date,
        "module": date.module,
        "enrolments": enrolments,
        "tally": queries.tally(enrolments),
        "left": max(0, date.seats - date.taken),
        "is_planned": is_planned,
        "may_enrol": is_planned and policies.may_enrol_people(request.user, date),
        "may_move": is_planned and policies.may_move_module_date(request.user, date),
        "may_cancel": is_planned and policies.may_cancel_module_date(request.user, date),
        "may_mark": has_begun
        and date.state != ModuleDate.State.CANCELLED
        and date.taken
        and policies.may_mark_attendance(request.user, date),
    }
    return render(request, "journeys/module_date_detail.html", context)


@require_http_methods(["GET", "POST"])
def module_date_move(request: HttpRequest, pk: int) -> HttpResponse:
    date = _date(request, pk)
    require(policies.may_move_module_date(request.user, date))
    form = forms.ModuleDateForm(request.POST or None, module=date.module, date=date)
    if form.is_valid() and succeeded(form, actions.move_module_date, date, by=request.user, **form.cleaned_data):
        messages.success(request, _("Saved. Everyone enrolled is told of a new time or place."))
        return redirect(_page(date))
    return render(request, "journeys/module_date_form.html", {"form": form, "module": date.module, "date": date})


@require_http_methods(["GET", "POST"])
def module_date_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    date = _date(request, pk)
    require(policies.may_cancel_module_date(request.user, date))
    form = forms.CancelModuleDateForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.cancel_module_date, date, by=request.user, **form.cleaned_data):
        messages.success(request, _("The date is cancelled and everyone enrolled is told."))
        return redirect("journeys:module_detail", date.module_id)
    return render(request, "journeys/module_date_cancel.html", {"form": form, "date": date, "module": date.module})


@require_http_methods(["GET", "POST"])
def people_enrol(request: HttpRequest, pk: int) -> HttpResponse:
    date = _date(request, pk)
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
    return render(request, "journeys/module_date_enrol.html", context)


@require_POST
def enrolment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Enrolment.objects.visible_to(request.user)
    enrolment = find(rows.select_related("module_date__module", "step__journey__holder__user"), pk=pk)
    require(policies.may_withdraw_enrolment(request.user, enrolment))
    done = _("%(person)s is withdrawn and told.") % {"person": enrolment.step.journey.holder}
    return one_tap(request, actions.withdraw_enrolment, enrolment, done=done, default=_page(enrolment.module_date))


@require_http_methods(["GET", "POST"])
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    date = _date(request, pk)
    require(policies.may_mark_attendance(request.user, date))
    enrolments = list(queries.enrolments_of(date, request.user))
    form = forms.AttendanceForm(request.POST or None, date=date, enrolments=enrolments)
    if form.is_valid() and succeeded(form, actions.mark_attendance, date, by=request.user, **form.cleaned_data):
        messages.success(request, _("Attendance is saved: %(module)s, %(when)s.") % {
            "module": date.module, "when": moment(date.starts_at)
        })  # fmt: skip
        return redirect(_page(date))
    context = {
        "form": form,
        "date": date,
        "module": date.module,
        "has_begun": queries.has_begun(date),
        "tally": queries.tally(enrolments),
    }
    return render(request, "journeys/module_date_attendance.html", context)
