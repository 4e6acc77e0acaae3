"""Doors onto companies."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms.companies import CompanyFilter, CompanyForm
from journeys.models import Company
from journeys.queries import companies as queries
from journeys.views.finding import own_organisation

A_PAGE = 50


def _company(request: HttpRequest, pk: int) -> Company:
    return find(Company.objects.visible_to(request.user).select_related("organisation", "commune"), pk=pk)


@require_safe
def company_list(request: HttpRequest) -> HttpResponse:
    require(policies.may_list_companies(request.user))
    form = CompanyFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = queries.companies(
        request.user,
        q=chosen.get("q", ""),
        commune=chosen["commune"].pk if chosen.get("commune") else "",
        show=chosen.get("show", ""),
    )
    context = {
        "form": form,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "is_narrowed": any(chosen.values()),
        "may_create": request.user.has_role("lead"),
    }
    return render(request, "journeys/company_list.html", context)


@require_safe
def company_detail(request: HttpRequest, pk: int) -> HttpResponse:
    company = _company(request, pk)
    used = queries.companies(request.user, show="all").filter(pk=pk).values_list("used", flat=True)[0]
    context = {
        "company": company,
        "used": used,
        "left": max(0, company.places_a_year - used),
        "stays": queries.stays_at(company, request.user),
        "may_update": policies.may_update_company(request.user, company),
        "shows_contacts": policies.may_read_host_contacts(request.user, company.organisation_id),
    }
    return render(request, "journeys/company_detail.html", context)


@require_http_methods(["GET", "POST"])
def company_create(request: HttpRequest) -> HttpResponse:
    organisation = own_organisation(request)
    require(organisation is not None and policies.may_create_company(request.user, organisation))
    form = CompanyForm(request.POST or None, organisation=organisation)
    if form.is_valid() and succeeded(form, actions.create_company, organisation, by=request.user, **form.cleaned_data):
        messages.success(request, _("%(company)s is in the list of companies.") % {"company": form.outcome})
        return redirect("journeys:company_detail", form.outcome.pk)
    return render(request, "journeys/company_form.html", {"form": form, "company": None, "organisation": organisation})


@require_http_methods(["GET", "POST"])
def company_update(request: HttpRequest, pk: int) -> HttpResponse:
    company = _company(request, pk)
    require(policies.may_update_company(request.user, company))
    form = CompanyForm(request.POST or None, organisation=company.organisation, company=company)
    if form.is_valid() and succeeded(form, actions.update_company, company, by=request.user, **form.cleaned_data):
        messages.success(request, _("%(company)s is up to date.") % {"company": company})
        return redirect("journeys:company_detail", company.pk)
    context = {"form": form, "company": company, "organisation": company.organisation}
    return render(request, "journeys/company_form.html", context)
