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

from backend.calendars.queries import calendars_elsewhere, invited_to, own_place
from backend.lib import clock
from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.actions.immersions.rules import facts_of, missing, problems, warnings
from journeys.actions.immersions.sharing import PURPOSE
from journeys.forms import immersions as forms
from journeys.models import Immersion
from journeys.queries import amendments, sheets
from journeys.queries import immersions as queries
from journeys.queries.paper_words import schedule_words
from journeys.queries.signing import awaited_words, signings
from journeys.queries.stays import closing_facts, stay_page
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
    lines = [(one, awaited_words(one)) for one in page]
    return render(
        request, "journeys/immersion_list.html", {"page": page, "lines": lines, "tabs": tabs, "show": show, "q": q}
    )


@require_safe
def immersion_export(request: HttpRequest, form: str) -> HttpResponse:
    """The list as it is narrowed, as a file."""
    require(policies.may_list_immersions(request.user))
    asked = forms.ImmersionFilter(request.GET)
    q = asked.cleaned_data["q"] if asked.is_valid() else ""
    rows = queries.export_rows(queries.immersions(request.user, show=request.GET.get("show", "open"), q=q))
    head = queries.export_head()
    data = sheets.as_xlsx(_("Immersions"), head, rows) if form == "xlsx" else sheets.as_csv(head, rows)
    name = f"jalon-immersions-{clock.today():%Y-%m-%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=sheets.FORMATS[form], headers=headers)


@require_safe
def immersion_detail(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    can = queries.acts(request.user, immersion)
    labels, current = queries.way(immersion)
    stay = facts_of(immersion)
    invited = invited_to([immersion]).get(immersion.pk, [])
    place = own_place(invited, request.user)
    drafted = can["update"] and immersion.state == Immersion.State.DRAFT
    context = _of(
        immersion,
        can=can,
        shows_contacts=policies.may_read_tutor_contacts(request.user, immersion.company.organisation_id),
        labels=labels,
        invited=invited,
        own_place=place,
        elsewhere=calendars_elsewhere(place.invite) if place else {},
        current=current,
        signings=signings(immersion),
        mine=queries.own_signature(request.user, immersion),
        warnings=list(warnings(stay, immersion.step, but=immersion)) if can["update"] else [],
        missing=[*problems(stay, immersion.step), *missing(stay, immersion.step)] if drafted else [],
        schedule_words=schedule_words(immersion.schedule),
        shared=queries.shared_with(immersion, PURPOSE) if can["share"] else None,
        **amendments.of_stay(request.user, immersion),
        days=(immersion.ends_on - immersion.starts_on).days + 1,
        stay=stay_page(request.user, immersion),
    )
    return render(request, "journeys/immersion_detail.html", context)


@require_POST
def immersion_send_to_sign(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    require(policies.may_send_immersion_to_sign(request.user, immersion))
    done = _("The agreement is out to be signed: each party gets a letter with its own link.")
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
    context = _of(immersion, form=form, signings=signings(immersion), can={})
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
    said = closing_facts(immersion)
    form = forms.CompleteImmersionForm(request.POST or None, immersion=immersion, said=said["initial"])
    if form.is_valid() and succeeded(form, actions.complete_immersion, immersion, by=request.user, **form.cleaned_data):
        messages.success(request, _("Recorded: %(outcome)s.") % {"outcome": form.outcome.get_outcome_display()})
        return redirect(_page(immersion))
    return render(request, "journeys/immersion_complete.html", _of(immersion, form=form, said=said))


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
