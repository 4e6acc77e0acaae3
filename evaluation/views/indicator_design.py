"""Indicators as leads make them: listed, drafted with a look at their value, published, archived."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import attempt, find, number, require, succeeded
from evaluation import actions, policies
from evaluation.forms import ConfirmForm
from evaluation.forms.indicators import IndicatorForm, PublishIndicatorForm
from evaluation.models import Indicator, IndicatorVersion
from evaluation.queries.design_pages import led_organisations
from evaluation.queries.indicators import describing, pages
from evaluation.queries.indicators.lacks import lack_of
from evaluation.queries.indicators.offers import offers
from evaluation.queries.indicators.versions import at_work, stamp_of
from evaluation.views.published import live, published_instead
from journeys.models import Programme

LOOK, FIND = "look", "search"


def indicator_of(request: HttpRequest, pk: int) -> Indicator:
    rows = Indicator.objects.visible_to(request.user).select_related("organisation", "programme", "owner")
    return find(rows, pk=pk)


def draft_of(indicator: Indicator) -> IndicatorVersion | None:
    found = indicator.versions.drafts().first()
    if found:
        found.indicator = indicator
    return found


@require_safe
@live(policies.may_list_indicators)
def indicator_list(request: HttpRequest) -> HttpResponse:
    """Hers: followed, drafts, archived; each with its target."""
    return render(request, "evaluation/indicator_list.html", {"lists": pages.lists(request.user)})


@require_http_methods(["GET", "POST"])
def indicator_create(request: HttpRequest) -> HttpResponseBase:
    """A new one; its value this year is shown before it is kept, as often as one likes."""
    if request.method != "POST" and not policies.may_list_indicators(request.user):
        return published_instead(request)
    require(policies.may_list_indicators(request.user))
    organisations = led_organisations(request.user)
    form = IndicatorForm(
        *_sent(request), offers=offers(organisations), organisations=organisations, typed=_typed(request)
    )
    is_kept = LOOK not in request.POST and form.is_valid()
    if is_kept:
        require(policies.may_create_indicator(request.user, form.organisation.pk))
        if succeeded(
            form, actions.create_indicator, form.organisation, by=request.user, programme=_programme(form), **form.facts
        ):
            messages.success(request, _("The draft is kept. Publish it to follow it."))
            return redirect("evaluation:indicator_publish", form.outcome.indicator_id)
    context = {"form": form, "indicator": None, "look": _look(request, form), "seen": ""}
    return render(request, "evaluation/indicator_form.html", context)


def _typed(request: HttpRequest) -> QueryDict | None:
    """What is typed already, where one only looks for a measure."""
    return request.POST if FIND in request.POST else None


def _sent(request: HttpRequest) -> tuple[QueryDict | None]:
    return (None if FIND in request.POST else request.POST or None,)


def _programme(form: IndicatorForm) -> Programme | None:
    pk = form.cleaned_data.get("programme")
    return Programme.objects.filter(pk=pk).first() if pk else None


@require_http_methods(["GET", "POST"])
def indicator_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Its draft, begun with the first change; what is published stays as it is."""
    indicator = indicator_of(request, pk)
    require(policies.may_update_indicator(request.user, indicator))
    version = at_work(indicator)
    form = IndicatorForm(
        *_sent(request), offers=offers([indicator.organisation]), version=version, typed=_typed(request)
    )
    is_kept = LOOK not in request.POST and form.is_valid()
    seen = request.POST.get("seen", "")
    if is_kept and succeeded(
        form, actions.revise_indicator, indicator, by=request.user, seen=seen, **form.facts
    ):  # fmt: skip
        return redirect("evaluation:indicator_publish", indicator.pk)
    is_stale = bool(getattr(form, "refusal", None) and form.refusal.details.get("is_stale"))
    context = {
        "form": form, "indicator": indicator, "version": version, "look": _look(request, form, indicator),
        "seen": stamp_of(indicator) if is_stale or request.method == "GET" else seen, "is_stale": is_stale,
        "otherwise": _otherwise(version, form) if is_stale and version else [],
    }  # fmt: skip
    return render(request, "evaluation/indicator_form.html", context)


def _otherwise(version: IndicatorVersion, form: IndicatorForm) -> list[describing.Fact]:
    """What is saved, and what was typed meanwhile."""
    typed = IndicatorVersion(indicator=version.indicator, **form.facts)
    return describing.difference(version, typed)


def _look(request: HttpRequest, form: IndicatorForm, indicator: Indicator | None = None) -> dict[str, Any] | None:
    """The value that what is typed would have this year; None before anybody asks to see it."""
    if LOOK not in request.POST:
        return None
    form.fields["title_fr"].required = False
    if not form.is_valid():
        return None
    shown = indicator or Indicator(organisation=form.organisation, programme=_programme(form))
    facts = {**form.facts, "title_fr": form.facts["title_fr"] or "–"}
    if lack := lack_of(facts, shown.organisation_id):
        form.add_error(lack.field if lack.field in form.fields else None, lack.sentence)
        return None
    if not policies.may_update_indicator(request.user, shown):
        return None
    return pages.look(IndicatorVersion(indicator=shown, **form.facts))


@require_http_methods(["GET", "POST"])
def indicator_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What the draft says, what that changes, and whether it counts something else."""
    indicator = indicator_of(request, pk)
    require(policies.may_publish_indicator(request.user, indicator))
    draft = draft_of(indicator)
    if draft is None:
        return redirect("evaluation:indicator_detail", indicator.pk)
    page = pages.draft_page(draft)
    form = PublishIndicatorForm(
        request.POST if request.method == "POST" else None, is_first=page["old"] is None, is_judged=page["is_judged"]
    )
    revision = number(request.POST.get("revision", ""))
    if form.is_valid() and succeeded(
        form, actions.publish_indicator, draft, by=request.user, revision=revision, **form.said
    ):  # fmt: skip
        messages.success(request, _("It is published, and followed from now on."))
        return redirect("evaluation:indicator_detail", indicator.pk)
    page |= {"form": form, "indicator": indicator, "draft": draft, "look": pages.look(draft)}
    return render(request, "evaluation/indicator_publish.html", page)


@require_POST
def indicator_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft goes away; one never published goes with it."""
    indicator = indicator_of(request, pk)
    require(policies.may_discard_indicator(request.user, indicator))
    draft = draft_of(indicator)
    if draft is not None:
        attempt(request, _("The draft is discarded."), actions.discard_indicator, draft, by=request.user)
    is_there = Indicator.objects.filter(pk=pk).exists()
    return redirect("evaluation:indicator_detail", pk) if is_there else redirect("evaluation:indicator_list")


@require_http_methods(["GET", "POST"])
def indicator_archive(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = indicator_of(request, pk)
    require(policies.may_archive_indicator(request.user, indicator))
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and succeeded(form, actions.archive_indicator, indicator, by=request.user):
        messages.success(request, _("It is archived. What it said stays to be read."))
        return redirect("evaluation:indicator_detail", indicator.pk)
    context = {"form": form, "indicator": indicator, "version": at_work(indicator)}
    return render(request, "evaluation/indicator_archive.html", context)


@require_POST
def indicator_restore(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = indicator_of(request, pk)
    require(policies.may_restore_indicator(request.user, indicator))
    attempt(request, _("It is followed again."), actions.restore_indicator, indicator, by=request.user)
    return redirect("evaluation:indicator_detail", indicator.pk)
