"""Doors onto sites and offers of companies, and onto being set aside."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms.hosts import OfferForm, SetAsideForm, SiteForm
from journeys.models import Company, Offer, Site
from journeys.views.answers import one_tap


def _company(request: HttpRequest, pk: int) -> Company:
    return find(Company.objects.visible_to(request.user).select_related("organisation", "commune"), pk=pk)


def _site(request: HttpRequest, pk: int) -> Site:
    return find(Site.objects.visible_to(request.user).select_related("company__organisation"), pk=pk)


def _offer(request: HttpRequest, pk: int) -> Offer:
    return find(Offer.objects.visible_to(request.user).select_related("company__organisation", "site"), pk=pk)


def _page(company_pk: int) -> str:
    return reverse("journeys:company_detail", args=[company_pk])


def _form_page(request: HttpRequest, template: str, form: Any, company: Company, **more: Any) -> HttpResponse:
    context = {"form": form, "company": company, "back_url": _page(company.pk), **more}
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def company_set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    company = _company(request, pk)
    require(policies.may_set_aside_company(request.user, company))
    form = SetAsideForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.set_aside_company, company, by=request.user, **form.cleaned_data):
        messages.success(request, _("%(company)s is set aside: its offers are hidden.") % {"company": company})
        return redirect(_page(pk))
    return _form_page(request, "journeys/company_set_aside.html", form, company)


@require_POST
def company_bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    company = _company(request, pk)
    require(policies.may_bring_back_company(request.user, company))
    done = _("%(company)s receives again.") % {"company": company}
    return one_tap(request, actions.bring_back_company, company, done=done, default=_page(pk))


@require_http_methods(["GET", "POST"])
def site_add(request: HttpRequest, pk: int) -> HttpResponse:
    company = _company(request, pk)
    require(policies.may_add_site(request.user, company))
    form = SiteForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.add_site, company, by=request.user, **form.cleaned_data):
        messages.success(request, _("%(site)s is added.") % {"site": form.outcome})
        return redirect(_page(pk))
    return _form_page(request, "journeys/site_form.html", form, company, site=None)


@require_http_methods(["GET", "POST"])
def site_update(request: HttpRequest, pk: int) -> HttpResponse:
    site = _site(request, pk)
    require(policies.may_update_site(request.user, site))
    form = SiteForm(request.POST or None, site=site)
    if form.is_valid() and succeeded(form, actions.update_site, site, by=request.user, **form.cleaned_data):
        messages.success(request, _("%(site)s is up to date.") % {"site": site})
        return redirect(_page(site.company_id))
    return _form_page(request, "journeys/site_form.html", form, site.company, site=site)


@require_POST
def site_close(request: HttpRequest, pk: int) -> HttpResponse:
    site = _site(request, pk)
    require(policies.may_close_site(request.user, site))
    done = _("%(site)s is closed: nobody is sent there any more.") % {"site": site}
    return one_tap(request, actions.close_site, site, done=done, default=_page(site.company_id))


@require_POST
def site_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    site = _site(request, pk)
    require(policies.may_reopen_site(request.user, site))
    done = _("%(site)s receives again.") % {"site": site}
    return one_tap(request, actions.reopen_site, site, done=done, default=_page(site.company_id))


@require_http_methods(["GET", "POST"])
def offer_create(request: HttpRequest, pk: int) -> HttpResponse:
    company = _company(request, pk)
    require(policies.may_create_offer(request.user, company))
    form = OfferForm(request.POST or None, company=company)
    if form.is_valid() and succeeded(form, actions.create_offer, company, by=request.user, **form.cleaned_data):
        messages.success(request, _("The offer is open: project holders see it."))
        return redirect(_page(pk))
    return _form_page(request, "journeys/offer_form.html", form, company, offer=None)


@require_http_methods(["GET", "POST"])
def offer_update(request: HttpRequest, pk: int) -> HttpResponse:
    offer = _offer(request, pk)
    require(policies.may_update_offer(request.user, offer))
    form = OfferForm(request.POST or None, company=offer.company, offer=offer)
    if form.is_valid() and succeeded(form, actions.update_offer, offer, by=request.user, **form.cleaned_data):
        messages.success(request, _("The offer is up to date."))
        return redirect(_page(offer.company_id))
    return _form_page(request, "journeys/offer_form.html", form, offer.company, offer=offer)


@require_POST
def offer_close(request: HttpRequest, pk: int) -> HttpResponse:
    offer = _offer(request, pk)
    require(policies.may_close_offer(request.user, offer))
    done = _("The offer is closed: nobody can ask for it any more.")
    return one_tap(request, actions.close_offer, offer, done=done, default=_page(offer.company_id))


@require_POST
def offer_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    offer = _offer(request, pk)
    require(policies.may_reopen_offer(request.user, offer))
    done = _("The offer is open: project holders see it.")
    return one_tap(request, actions.reopen_offer, offer, done=done, default=_page(offer.company_id))
