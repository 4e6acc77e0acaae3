"""The offer: programmes, to read; and for their leads to make, change, duplicate, take away and bring in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.queries import organisations_of
from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms.programmes import DuplicateProgrammeForm, ImportProgrammeForm, ProgrammeForm
from journeys.models import Programme
from journeys.queries import programmes, version_pages
from journeys.queries.programme_files import current_version, programme_file
from journeys.queries.version_words import settings_otherwise
from journeys.views.finding import own_organisation


def _programme(request: HttpRequest, pk: int) -> Programme:
    return find(Programme.objects.visible_to(request.user).select_related("organisation"), pk=pk)


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    context = {"rows": programmes.offered(request.user), "may_create": request.user.has_role("lead")}
    return render(request, "journeys/programme_list.html", context)


@require_safe
def programme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One programme as the line its journeys follow."""
    programme = _programme(request, pk)
    page = programmes.programme_page(programme, request.user)
    page |= version_pages.offer_page(programme, request.user, [line["step"] for line in page["steps"]])
    may_read = policies.may_read_programme_hours(request.user, programme)
    page["hours_url"] = reverse("journeys:programme_hours", args=[programme.pk]) if may_read else ""
    return render(request, "journeys/programme_detail.html", page)


@require_http_methods(["GET", "POST"])
def programme_create(request: HttpRequest) -> HttpResponse:
    organisation = own_organisation(request)
    require(organisation is not None and policies.may_create_programme(request.user, organisation))
    form = ProgrammeForm(request.POST or None)
    if form.is_valid() and succeeded(
        form, actions.create_programme, organisation, _described(form.cleaned_data), publish=False, by=request.user
    ):
        messages.success(request, _("The programme is there. Now draw its steps."))
        return redirect("journeys:version_design", form.outcome.versions.get().pk)
    context = {"form": form, "organisation": organisation, "programme": None}
    return render(request, "journeys/programme_form.html", context)


def _described(data: dict[str, Any]) -> dict[str, Any]:
    """The form's data as a description: communes by their code."""
    return data | {"communes": [one.pk for one in data["communes"]]}


@require_http_methods(["GET", "POST"])
def programme_update(request: HttpRequest, pk: int) -> HttpResponse:
    programme = _programme(request, pk)
    require(policies.may_update_programme(request.user, programme))
    form = ProgrammeForm(request.POST or None, programme=programme)
    if form.is_valid() and succeeded(
        form, actions.update_programme, programme, stamp=form.stamp, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("The settings are saved."))
        return redirect("journeys:programme_detail", programme.pk)
    context = {"form": form, "organisation": programme.organisation, "programme": programme}
    now = programmes.stamp_of_settings(programme)
    if form.stamp != now:
        context["otherwise"], form.stamp = settings_otherwise(programme, form.cleaned_data), now
    return render(request, "journeys/programme_form.html", context)


@require_http_methods(["GET", "POST"])
def programme_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    programme = _programme(request, pk)
    require(policies.may_duplicate_programme(request.user, programme))
    first = {
        "title_fr": _("%(title)s (copy)") % {"title": programme.title_fr},
        "title_en": f"{programme.title_en} (copy)" if programme.title_en else "",
    }
    form = DuplicateProgrammeForm(request.POST or None, initial=first)
    if form.is_valid() and succeeded(
        form, actions.duplicate_programme, programme, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("Here is the copy, as a draft."))
        return redirect("journeys:version_design", form.outcome.versions.get().pk)
    context = {"form": form, "programme": programme, "version": current_version(programme)}
    return render(request, "journeys/programme_duplicate.html", context)


@require_safe
def programme_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The programme as one file."""
    programme = _programme(request, pk)
    require(policies.may_export_programme(request.user, programme))
    name = f"jalon-{programme.code}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(programme_file(programme), content_type="application/json; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
def programme_import(request: HttpRequest) -> HttpResponse:
    organisation = own_organisation(request)
    require(organisation is not None and policies.may_import_programme(request.user, organisation))
    led = organisations_of(request.user, "lead").order_by("name", "pk")
    form = ImportProgrammeForm(request.POST or None, request.FILES or None, organisations=led)
    if form.is_valid():
        data = form.cleaned_data
        target = data.get("organisation") or organisation
        if succeeded(form, actions.import_programme, target, data["file"], code=data["code"], by=request.user):
            made = form.outcome
            messages.success(request, _("The programme is there, as a draft: read it, then publish it."))
            if made.unknown_communes:
                left = _("These communes of the file are not known here and were left out: %(codes)s.")
                messages.warning(request, left % {"codes": ", ".join(made.unknown_communes[:30])})
            return redirect("journeys:version_design", made.programme.versions.get().pk)
    return render(request, "journeys/programme_import.html", {"form": form, "organisation": organisation})
