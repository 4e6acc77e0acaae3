"""Doors onto offers that match a journey and onto requests to companies; the company answers from a link."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.models import Link
from backend.accounts.queries import open_link
from backend.lib.bearers import in_words_of
from backend.lib.doors import find, number, require, succeeded
from journeys import actions, policies
from journeys.actions.host_asks import ANSWERABLE, PURPOSE
from journeys.forms.hosts import HostAnswerForm, OfferFilter, WishForm, WishForOtherForm
from journeys.models import Company, HostAsk, Offer, Step
from journeys.queries import hosts as queries
from journeys.queries.places import places_of
from journeys.views.answers import one_tap

A_PAGE = 30
TABS = (
    ("wished", gettext_lazy("To take up")),
    ("sent", gettext_lazy("Sent to companies")),
    ("accepted", gettext_lazy("Accepted")),
    ("closed", gettext_lazy("Declined or closed")),
    ("all", gettext_lazy("All")),
)


def _ask(request: HttpRequest, pk: int) -> HostAsk:
    return find(queries.ask_rows(request.user), pk=pk)


def _page(pk: int) -> str:
    return reverse("journeys:host_ask_detail", args=[pk])


def _steps(request: HttpRequest) -> list[Step]:
    """The steps for which she may ask: her own, or the one named in the address, if she may ask for that person."""
    wanted = number(request.GET.get("step", ""))
    if wanted is not None:
        rows = Step.objects.visible_to(request.user).filter(
            pk=wanted, kind="immersion", state__in=queries.OPEN_STEPS, journey__state__in=queries.LIVE_JOURNEYS
        )
        rows = rows.select_related(
            "journey__project__commune", "journey__programme__organisation", "journey__holder__user"
        )
        named = [step for step in rows if policies.may_wish_host(request.user, step)]
        if named:
            return named
    return list(queries.steps_to_place(request.user))


@require_safe
def offer_list(request: HttpRequest) -> HttpResponse:
    """What companies offer: for one of her steps, what matches it first; without one, everything."""
    require(policies.may_list_offers(request.user))
    steps = _steps(request)
    step = steps[0] if steps else None
    form = OfferFilter(request.GET)
    chosen = dict(form.cleaned_data) if form.is_valid() else {}
    chosen["commune"] = chosen["commune"].pk if chosen.get("commune") else ""
    rows = queries.offers(request.user, organisation=step.journey.programme.organisation_id if step else None, **chosen)
    found = queries.matches(rows, step, request.user)
    context = {
        "form": form,
        "step": step,
        "is_for_other": step is not None and step.journey.holder.user_id != request.user.pk,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "full": found.full,
        "asks": queries.ask_rows(request.user)
        .filter(step__journey__holder__user=request.user)
        .order_by("-created_at", "pk"),
        "is_narrowed": any(chosen.values()),
        "is_planner": policies.may_list_companies(request.user),
        "no_ask": queries.why_no_ask(request.user) if step is None and request.user.has_role("holder") else None,
    }
    return render(request, "journeys/offer_list.html", context)


@require_http_methods(["GET", "POST"])
def host_wish(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Offer.objects.visible_to(request.user).select_related("company__organisation", "company__commune", "site")
    offer = find(rows, pk=pk)
    steps = [
        step for step in _steps(request) if step.journey.programme.organisation_id == offer.company.organisation_id
    ]
    require(bool(steps) and all(policies.may_wish_host(request.user, step) for step in steps))
    form = WishForm(request.POST or None, steps=Step.objects.filter(pk__in=[step.pk for step in steps]))
    if form.is_valid() and succeeded(
        form, actions.wish_host, offer.company, form.cleaned_data["step"], offer=offer,
        message=form.cleaned_data["message"], by=request.user,
    ):  # fmt: skip
        messages.success(request, _("Your request is on its way to your team, who takes it to the company."))
        return redirect(_page(form.outcome.pk))
    context = {"form": form, "offer": offer, "company": offer.company, "step": steps[0]}
    context["places"] = places_of([offer.company])[offer.company_id]
    return render(request, "journeys/host_wish.html", context)


@require_http_methods(["GET", "POST"])
def company_wish(request: HttpRequest, pk: int) -> HttpResponse:
    """A lead or the referent asks this company for somebody she follows."""
    rows = Company.objects.visible_to(request.user).select_related("organisation", "commune")
    company = find(rows, pk=pk)
    steps = queries.steps_to_ask_for(request.user, company)
    require(policies.may_wish_for_other(request.user, company))
    offers = company.offers.open().exclude(site__is_closed=True).order_by("title", "pk")
    first = {"step": number(request.GET.get("step", "")), "offer": number(request.GET.get("offer", ""))}
    form = WishForOtherForm(request.POST or None, steps=steps, offers=offers, initial=first)
    if form.is_valid() and succeeded(form, actions.wish_host, company, by=request.user, **form.cleaned_data):
        messages.success(request, _("The request is ready: take it to the company."))
        return redirect(_page(form.outcome.pk))
    context = {"form": form, "company": company, "steps": steps, "places": places_of([company])[company.pk]}
    return render(request, "journeys/company_wish.html", context)


@require_safe
def host_ask_list(request: HttpRequest) -> HttpResponse:
    require(policies.may_list_host_asks(request.user))
    show = request.GET.get("show", "wished")
    counts = queries.ask_counts(request.user)
    tabs = [(label, f"?show={code}", code == show, counts[code]) for code, label in TABS]
    page = Paginator(queries.host_asks(request.user, show), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "journeys/host_ask_list.html", {"page": page, "tabs": tabs, "show": show})


@require_safe
def host_ask_detail(request: HttpRequest, pk: int) -> HttpResponse:
    ask = _ask(request, pk)
    can = queries.ask_acts(request.user, ask)
    plan_url = f"{reverse('journeys:immersion_plan', args=[ask.step_id])}?ask={ask.pk}"
    context = {
        "ask": ask, "can": can, "plan_url": plan_url, "days": queries.days_to_answer(ask),
        "stay": queries.stay_after(ask) if ask.state == HostAsk.State.ACCEPTED else None,
        "is_own": ask.step.journey.holder.user_id == request.user.pk,
    }  # fmt: skip
    return render(request, "journeys/host_ask_detail.html", context)


@require_POST
def host_ask_send(request: HttpRequest, pk: int) -> HttpResponse:
    ask = _ask(request, pk)
    require(policies.may_send_host_ask(request.user, ask))
    done = _("A letter is on its way to %(company)s. You will be told of its answer.") % {"company": ask.company}
    return one_tap(request, actions.send_host_ask, ask, done=done, default=_page(pk))


@require_http_methods(["GET", "POST"])
def host_answer_record(request: HttpRequest, pk: int) -> HttpResponse:
    ask = _ask(request, pk)
    require(policies.may_record_host_answer(request.user, ask))
    form = HostAnswerForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.record_host_answer, ask, by=request.user, **form.cleaned_data):
        messages.success(request, _("The answer is noted, and the person has a letter."))
        return redirect(_page(pk))
    return render(request, "journeys/host_answer_record.html", {"form": form, "ask": ask, "back_url": _page(pk)})


@require_POST
def host_ask_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    ask = _ask(request, pk)
    require(policies.may_withdraw_host_ask(request.user, ask))
    return one_tap(request, actions.withdraw_host_ask, ask, done=_("The request is withdrawn."), default=_page(pk))


# --- The company's letter ------------------------------------------------------------------------------
def _behind_link(token: str) -> tuple[Link, HostAsk] | None:
    """The request that this company is asked to answer, while it can."""
    link = open_link(token, PURPOSE)
    if link is None or not isinstance(link.about, HostAsk):
        return None
    ask = HostAsk.objects.select_related(
        "company", "offer__site", "step__journey__holder__user", "step__journey__project",
        "step__journey__programme__organisation", "step__journey__referent",
    ).get(pk=link.about.pk)  # fmt: skip
    return (link, ask) if ask.state in ANSWERABLE else None


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def host_ask_link(request: HttpRequest, token: str) -> HttpResponse:
    """The company answers: who would come, for what, in her words; reading changes nothing."""
    found = _behind_link(token)
    if found is None:
        return render(request, "journeys/host_ask_gone.html", status=404)
    link, ask = found
    with in_words_of(request, ask.step.journey.programme.organisation):
        form = HostAnswerForm(request.POST or None)
        if form.is_valid() and succeeded(form, actions.answer_host_ask, ask, link=link, **form.cleaned_data):
            return redirect("journeys:host_ask_done")
        context: dict[str, Any] = {"form": form, "ask": ask, "until": link.expires_at}
        return render(request, "journeys/host_ask_link.html", context)


@login_not_required
@require_safe
def host_ask_done(request: HttpRequest) -> HttpResponse:
    """Thanks, to anybody: names nothing."""
    return render(request, "journeys/host_ask_done.html")
