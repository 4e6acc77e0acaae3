"""Doors onto companies."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.lib import clock
from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms.companies import CompanyFilter, CompanyForm
from journeys.models import Company, Offer
from journeys.queries import companies as queries
from journeys.queries import hosts, sheets
from journeys.queries.places import places_of
from journeys.views.finding import own_organisation

A_PAGE = 50


def _company(request: HttpRequest, pk: int) -> Company:
    return find(Company.objects.visible_to(request.user).select_related("organisation", "commune"), pk=pk)


def _narrowed(request: HttpRequest) -> tuple[CompanyFilter, dict[str, Any], QuerySet[Company]]:
    """The filter, what was chosen in it, and the companies that match."""
    written = queries.written_sectors(request.user)
    form = CompanyFilter(request.GET, sectors=queries.known_sectors(written))
    chosen = dict(form.cleaned_data) if form.is_valid() else {}
    chosen["commune"] = chosen["commune"].pk if chosen.get("commune") else ""
    return form, chosen, queries.companies(request.user, written=written, **chosen)


@require_safe
def company_list(request: HttpRequest) -> HttpResponse:
    require(policies.may_list_companies(request.user))
    form, chosen, rows = _narrowed(request)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": queries.with_places(list(page)),
        "is_narrowed": any(chosen.values()),
        "may_create": request.user.has_role("lead"),
        "may_list_stays": policies.may_list_immersions(request.user),
        "wishes": hosts.ask_counts(request.user)["wished"],
    }
    return render(request, "journeys/company_list.html", context)


@require_safe
def company_export(request: HttpRequest, form: str) -> HttpResponse:
    """The directory as it is narrowed, as a file."""
    require(policies.may_list_companies(request.user))
    _form, _chosen, rows = _narrowed(request)
    lines, head = queries.export_rows(rows, request.user), queries.export_head()
    data = sheets.as_xlsx(_("Companies"), head, lines) if form == "xlsx" else sheets.as_csv(head, lines)
    name = f"jalon-companies-{clock.today():%Y-%m-%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=sheets.FORMATS[form], headers=headers)


@require_safe
def company_detail(request: HttpRequest, pk: int) -> HttpResponse:
    company = _company(request, pk)
    stays = list(queries.stays_at(company, request.user))
    is_planner = policies.may_list_companies(request.user)
    context = {
        "company": company,
        "places": places_of([company])[company.pk],
        "stays": stays,
        "became": hosts.stays_by_outcome(stays),
        "sites": company.sites.select_related("commune").order_by("is_closed", "name", "pk"),
        "offers": Offer.objects.visible_to(request.user)
        .filter(company=company)
        .select_related("site")
        .order_by("-is_open", "title", "pk"),
        "asked": [(ask, hosts.days_to_answer(ask)) for ask in hosts.history_of(company, request.user)],
        "answers": hosts.answers_of(company) if is_planner else None,
        "may_update": policies.may_update_company(request.user, company),
        "may_read_contacts": policies.reads_host_contacts(request.user, company),
        "is_planner": is_planner,
        "may_ask": not company.is_set_aside and policies.may_wish_for_other(request.user, company),
        "may_list_offers": policies.may_list_offers(request.user),
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
