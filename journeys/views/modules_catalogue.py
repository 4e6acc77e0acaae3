"""Doors onto the catalogue of modules: read by every member, written by leads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import require, succeeded
from journeys import actions, policies
from journeys.forms.modules import ModuleForm
from journeys.models import ModuleDate
from journeys.queries import modules as queries
from journeys.queries import modules_holder as holder
from journeys.views.answers import one_tap
from journeys.views.finding import find_module, own_organisation


@require_safe
def module_list(request: HttpRequest) -> HttpResponse:
    """A lead finds what to note, what is short of dates, and the catalogue; a holder what her journey needs first."""
    require(policies.may_list_modules(request.user))
    modules = list(queries.catalogue(request.user))
    if not request.user.has_role("lead") and request.user.has_role("holder"):
        return render(request, "journeys/module_list_mine.html", {"mine": holder.my_modules(request.user, modules)})
    offered = [module for module in modules if not module.is_retired]
    coming = sorted((date for module in modules for date in module.coming), key=lambda date: (date.starts_at, date.pk))
    context = {
        "modules": offered,
        "retired": [module for module in modules if module.is_retired],
        "coming": queries.counted(coming[:8], request.user),
        "to_mark": list(queries.dates_to_mark(request.user)),
        "is_lead": request.user.has_role("lead"),
    }
    return render(request, "journeys/module_list.html", context)


@require_safe
def module_detail(request: HttpRequest, pk: int) -> HttpResponse:
    module = find_module(request, pk)
    is_lead = policies.may_update_module(request.user, module)
    dates = queries.counted(queries.dates_of(module), request.user)
    planned = [date for date in reversed(dates) if date.state == ModuleDate.State.PLANNED]
    if not is_lead:
        planned = [date for date in planned if not date.has_begun]
    context = {
        "module": module,
        "planned": planned,
        "past": [date for date in dates if date.state != ModuleDate.State.PLANNED],
        "demand": queries.demand(module, request.user, dates) if is_lead else None,
        "need": next(iter(holder.my_modules(request.user, [module]).needs_of(module)), None),
        "is_lead": is_lead,
        "may_create": not module.is_retired and policies.may_create_module_date(request.user, module),
    }
    return render(request, "journeys/module_detail.html", context)


@require_http_methods(["GET", "POST"])
def module_create(request: HttpRequest) -> HttpResponse:
    organisation = own_organisation(request)
    require(organisation is not None and policies.may_create_module(request.user, organisation))
    form = ModuleForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.create_module, organisation, by=request.user, **form.cleaned_data):
        messages.success(request, _("“%(module)s” is in the catalogue. Now give it a date.") % {"module": form.outcome})
        return redirect("journeys:module_detail", form.outcome.pk)
    return render(request, "journeys/module_form.html", {"form": form, "module": None, "organisation": organisation})


@require_http_methods(["GET", "POST"])
def module_update(request: HttpRequest, pk: int) -> HttpResponse:
    module = find_module(request, pk)
    require(policies.may_update_module(request.user, module))
    form = ModuleForm(request.POST or None, module=module)
    if form.is_valid() and succeeded(form, actions.update_module, module, by=request.user, **form.cleaned_data):
        messages.success(request, _("“%(module)s” is up to date.") % {"module": form.outcome})
        return redirect("journeys:module_detail", module.pk)
    context = {"form": form, "module": module, "organisation": module.organisation}
    return render(request, "journeys/module_form.html", context)


@require_POST
def module_retire(request: HttpRequest, pk: int) -> HttpResponse:
    module = find_module(request, pk)
    require(policies.may_retire_module(request.user, module))
    done = _("“%(module)s” is no longer offered. Its dates and the steps of journeys stay.") % {"module": module}
    return one_tap(
        request, actions.retire_module, module, done=done, default=reverse("journeys:module_detail", args=[pk])
    )


@require_POST
def module_restore(request: HttpRequest, pk: int) -> HttpResponse:
    module = find_module(request, pk)
    require(policies.may_restore_module(request.user, module))
    done = _("“%(module)s” is offered again.") % {"module": module}
    return one_tap(
        request, actions.restore_module, module, done=done, default=reverse("journeys:module_detail", args=[pk])
    )
