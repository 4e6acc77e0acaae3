"""Doors onto immersions: planned, signed, validated, completed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.actions.immersion_rules import facts_of, warnings
from journeys.forms import immersions as forms
from journeys.models import Immersion, Step
from journeys.queries import immersions as queries
from journeys.views.answers import one_tap

A_PAGE = 50


def _immersion(request: HttpRequest, pk: int) -> Immersion:
    rows = Immersion.objects.visible_to(request.user).select_related(
        "company__commune", "step__journey__holder__user", "step__journey__project",
        "step__journey__programme__organisation",
    )  # fmt: skip
    return find(rows.prefetch_related("signatures"), pk=pk)


def _page(immersion: Immersion) -> str:
    return reverse("journeys:immersion_detail", args=[immersion.pk])


def _of(immersion: Immersion, **more: Any) -> dict[str, Any]:
    """What every page about one immersion shows."""
    return {"immersion": immersion, "journey": immersion.step.journey, "back_url": _page(immersion), **more}


@require_safe
def immersion_list(request: HttpRequest) -> HttpResponse:
    require(policies.may_list_immersions(request.user))
    show = request.GET.get("show", "open")
    form = forms.ImmersionFilter(request.GET)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    counts = queries.counts(request.user)
    tabs = [
        (label, f"?{urlencode({'show': code, **({'q': q} if q else {})})}", code == show, counts[code])
        for code, label in forms.SHOW
    ]
    rows = queries.immersions(request.user, show=show, q=q)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "journeys/immersion_list.html", {"page": page, "tabs": tabs, "show": show, "q": q})


@require_safe
def immersion_detail(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    can = queries.acts(request.user, immersion)
    labels, current = queries.way(immersion)
    context = _of(
        immersion,
        can=can,
        shows_contacts=policies.may_read_host_contacts(request.user, immersion.company.organisation_id),
        labels=labels,
        current=current,
        parties=queries.parties(immersion),
        warnings=list(warnings(facts_of(immersion), immersion.step, but=immersion)) if can["update"] else [],
        days=(immersion.ends_on - immersion.starts_on).days + 1,
    )
    return render(request, "journeys/immersion_detail.html", context)


@require_http_methods(["GET", "POST"])
def immersion_plan(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Step.objects.filter(policies.visible_steps(request.user), kind="immersion")
    step = find(rows.select_related("journey__programme__organisation", "journey__holder__user"), pk=pk)
    require(policies.may_plan_immersion(request.user, step))
    form = forms.PlanImmersionForm(request.POST or None, step=step)
    if form.is_valid() and succeeded(
        form, actions.plan_immersion, step, form.cleaned_data["stay"],
        new_company=form.cleaned_data["new_company"], by=request.user,
    ):  # fmt: skip
        messages.success(request, _("The immersion is drafted. Read it over, then send the agreement to sign."))
        return redirect(_page(form.outcome))
    has_new = form.is_bound and (form.has_new_company() if hasattr(form, "cleaned_data") else False)
    context = {"form": form, "step": step, "journey": step.journey, "has_new": has_new}
    return render(request, "journeys/immersion_plan.html", context)


@require_http_methods(["GET", "POST"])
def immersion_update(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    require(policies.may_update_immersion(request.user, immersion))
    signed = len(immersion.signatures.all())
    form = forms.StayForm(request.POST or None, step=immersion.step, immersion=immersion)
    if form.is_valid() and succeeded(
        form, actions.update_immersion, immersion, form.cleaned_data["stay"], by=request.user
    ):
        if signed and form.outcome.state == Immersion.State.DRAFT:
            messages.warning(request, _("Saved. The signatures were wiped: send the agreement to sign again."))
        else:
            messages.success(request, _("Saved."))
        return redirect(_page(immersion))
    return render(request, "journeys/immersion_update.html", _of(immersion, form=form, signed=signed))


@require_POST
def immersion_send_to_sign(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    require(policies.may_send_immersion_to_sign(request.user, immersion))
    done = _("The agreement is out to be signed. Note each signature as its paper comes back.")
    return one_tap(request, actions.send_immersion_to_sign, immersion, done=done, default=_page(immersion))


@require_http_methods(["GET", "POST"])
def signature_record(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    require(policies.may_record_signature(request.user, immersion))
    form = forms.RecordSignatureForm(request.POST or None, immersion=immersion)
    if form.is_valid() and succeeded(form, actions.record_signature, immersion, by=request.user, **form.cleaned_data):
        is_whole = form.outcome.state == Immersion.State.TO_VALIDATE
        text = _("All three have signed: it can be validated.") if is_whole else _("The signature is noted.")
        messages.success(request, text)
        return redirect(_page(immersion))
    context = _of(immersion, form=form, parties=queries.parties(immersion))
    return render(request, "journeys/signature_record.html", context)


@require_POST
def immersion_validate(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    require(policies.may_validate_immersion(request.user, immersion))
    done = _("Validated: the immersion can start on its day.")
    return one_tap(request, actions.validate_immersion, immersion, done=done, default=_page(immersion))


@require_http_methods(["GET", "POST"])
def immersion_complete(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    require(policies.may_complete_immersion(request.user, immersion))
    form = forms.CompleteImmersionForm(request.POST or None, immersion=immersion)
    if form.is_valid() and succeeded(form, actions.complete_immersion, immersion, by=request.user, **form.cleaned_data):
        messages.success(request, _("Recorded: %(outcome)s.") % {"outcome": form.outcome.get_outcome_display()})
        return redirect(_page(immersion))
    return render(request, "journeys/immersion_complete.html", _of(immersion, form=form))


def _close(
    request: HttpRequest,
    pk: int,
    may: Callable[[Any, Immersion], bool],
    action: Callable[..., Any],
    words: dict[str, Any],
) -> HttpResponse:
    immersion = _immersion(request, pk)
    require(may(request.user, immersion))
    form = forms.ReasonForm(request.POST or None)
    if form.is_valid() and succeeded(form, action, immersion, by=request.user, **form.cleaned_data):
        messages.success(request, words["done"])
        return redirect(_page(immersion))
    return render(request, "journeys/immersion_close.html", _of(immersion, form=form, words=words))


@require_http_methods(["GET", "POST"])
def immersion_reject(request: HttpRequest, pk: int) -> HttpResponse:
    words = {
        "title": gettext_lazy("Reject this immersion"),
        "text": gettext_lazy("A party or your organisation says no. The step is to plan again."),
        "done": gettext_lazy("The immersion is rejected; its step is to plan again."),
    }
    return _close(request, pk, policies.may_reject_immersion, actions.reject_immersion, words)


@require_http_methods(["GET", "POST"])
def immersion_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    words = {
        "title": gettext_lazy("Cancel this immersion"),
        "text": gettext_lazy("It will not take place, or not go on. The step is to plan again."),
        "done": gettext_lazy("The immersion is cancelled; its step is to plan again."),
    }
    return _close(request, pk, policies.may_cancel_immersion, actions.cancel_immersion, words)
