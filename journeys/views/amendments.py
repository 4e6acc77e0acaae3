"""Doors onto what changes an agreement in force: its amendments, an early end, a renewal."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from backend.web.reading import day
from journeys import actions, policies
from journeys.actions.immersions.amendment_reminders import effect_day
from journeys.actions.immersions.amendments import AMENDABLE, AmendmentChanged, stay_with
from journeys.actions.immersions.facts import Stay, as_dict
from journeys.actions.immersions.rules import warnings
from journeys.forms import amendments as forms
from journeys.forms.agreements import MergeForm, Seen, seal, unseal
from journeys.forms.immersions import ReasonForm
from journeys.forms.schedules import ScheduleForm
from journeys.models import Amendment, Immersion, Step
from journeys.queries import amendments as queries
from journeys.queries.agreements import Line, comparison
from journeys.views.agreements import page_of, stay_of
from journeys.views.answers import one_tap
from journeys.views.schedules import grid_page


def _amendment(request: HttpRequest, pk: int) -> Amendment:
    rows = Amendment.objects.visible_to(request.user).select_related(
        "immersion__company__commune", "immersion__site", "immersion__step__journey__holder__user",
        "immersion__step__journey__project", "immersion__step__journey__programme__organisation",
    )  # fmt: skip
    return find(rows.prefetch_related("immersion__signatures"), pk=pk)


def _page(amendment: Amendment) -> str:
    return reverse("journeys:amendment_detail", args=[amendment.pk])


def _of_stay(immersion: Immersion, **more: Any) -> dict[str, Any]:
    return {"immersion": immersion, "journey": immersion.step.journey, "back_url": page_of(immersion), **more}


def _of(amendment: Amendment, **more: Any) -> dict[str, Any]:
    """What every page about one amendment shows."""
    return {**_of_stay(amendment.immersion), "amendment": amendment, "back_url": _page(amendment), **more}


def _tell_fallen(request: HttpRequest, form: forms.AmendmentForm) -> None:
    if form.fallen:
        names = ", ".join(day(one) for one in form.fallen)
        sentence = _("These days fell out of the schedule with the new dates: %(days)s.")
        messages.warning(request, sentence % {"days": names})


@require_http_methods(["GET", "POST"])
def amendment_draft(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = stay_of(request, pk)
    require(policies.may_draft_amendment(request.user, immersion))
    form = forms.AmendmentForm(request.POST or None, immersion=immersion)
    if form.is_valid() and succeeded(
        form, actions.draft_amendment, immersion, form.cleaned_data["stay"], reason=form.cleaned_data["reason"],
        by=request.user,
    ):  # fmt: skip
        messages.success(request, _("Drafted. Compare, change the schedule if need be, then send it to sign."))
        _tell_fallen(request, form)
        return redirect(_page(form.outcome))
    clash = getattr(form, "refusal", None)
    if isinstance(clash, AmendmentChanged):  # another lead drafted one meanwhile: hers is offered to go into it
        return _merge_page(request, _amendment(request, clash.amendment.pk), form.was_seen(), clash)
    return render(
        request, "journeys/amendment_form.html", _of_stay(immersion, form=form, amendment=None, differences=[])
    )


@require_safe
def amendment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    amendment = _amendment(request, pk)
    immersion, can = amendment.immersion, queries.acts(request.user, amendment)
    context = _of(
        amendment,
        can=can,
        back_url=page_of(immersion),
        differences=queries.differences(amendment),
        holds_from=effect_day(amendment) if amendment.facts and amendment.state in Amendment.OPEN else None,
        signings=queries.signings_of(amendment),
        mine=queries.own_amendment_signature(request.user, amendment),
        warnings=list(warnings(stay_with(amendment), immersion.step, but=immersion)) if can["update"] else [],
    )
    return render(request, "journeys/amendment_detail.html", context)


@require_http_methods(["GET", "POST"])
def amendment_update(request: HttpRequest, pk: int) -> HttpResponse:
    amendment = _amendment(request, pk)
    require(policies.may_update_amendment(request.user, amendment))
    form = forms.AmendmentForm(request.POST or None, immersion=amendment.immersion, amendment=amendment)
    if form.is_valid() and succeeded(
        form, actions.update_amendment, amendment, form.cleaned_data["stay"], reason=form.cleaned_data["reason"],
        revision=form.revision(), by=request.user,
    ):  # fmt: skip
        messages.success(request, _("Saved."))
        _tell_fallen(request, form)
        return redirect(_page(amendment))
    clash = getattr(form, "refusal", None)
    if isinstance(clash, AmendmentChanged):
        return _merge_page(request, amendment, form.was_seen(), clash)
    differences = queries.differences(amendment) if form.errors else []
    return render(request, "journeys/amendment_form.html", _of(amendment, form=form, differences=differences))


@require_http_methods(["GET", "POST"])
def amendment_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid of the stay as it will be."""
    amendment = _amendment(request, pk)
    require(policies.may_update_amendment(request.user, amendment))

    def save(form: ScheduleForm, stay: Stay, _revision: int | None) -> HttpResponse | None:
        seen = form.was_seen()
        now = queries.as_it_will_be(amendment)
        same = seen is not None and all(getattr(now, name) == value for name, value in seen.facts.items())
        revision = amendment.revision if same else -1
        reason = amendment.reason
        if succeeded(
            form, actions.update_amendment, amendment, stay, reason=reason, revision=revision, by=request.user
        ):
            messages.success(request, _("Saved."))
            return redirect(_page(amendment))
        if isinstance(getattr(form, "refusal", None), AmendmentChanged):
            return _merge_page(request, amendment, seen, form.refusal, reason=reason)
        return None

    where = {
        **_of(amendment),
        "page": "journeys/schedule_edit.html",
        "back_label": _("The amendment"),
        "action": reverse("journeys:amendment_schedule", args=[pk]),
        "signed": sum(one.state == "signed" for one in amendment.signatures.all()),
    }
    return grid_page(request, queries.as_it_will_be(amendment), save, where)


# --- Two people at once -----------------------------------------------------------------------------
def _merge_page(
    request: HttpRequest, amendment: Amendment, before: Seen | None, clash: AmendmentChanged, *, reason: str = ""
) -> HttpResponse:
    """Nothing was written: both versions side by side, and what is kept of each. 409.

    `before`: what her page showed, with the `reason` when it did not show it.
    """
    theirs = Seen(clash.revision, as_dict(clash.theirs), amendment.reason)
    was = Seen(clash.revision, theirs.facts, theirs.reason)
    if before:
        was = Seen(before.revision, {**theirs.facts, **before.facts}, before.reason or reason)
    mine = Seen(clash.revision, as_dict(clash.mine), clash.reason)
    sealed = {
        name: seal(
            amendment.immersion, replace(clash.theirs, **seen.facts), AMENDABLE, revision=seen.revision,
            reason=seen.reason,
        )
        for name, seen in (("before", was), ("mine", mine), ("seen", theirs))
    }  # fmt: skip
    return _drawn_merge(request, amendment, MergeForm(lines=_lines(was, mine, theirs), initial=sealed))


def _lines(before: Seen, mine: Seen, theirs: Seen) -> list[Line]:
    facts = comparison(before.facts, mine.facts, theirs.facts, AMENDABLE)
    return [*facts, *queries.reason_line(before.reason, mine.reason, theirs.reason)]


def _drawn_merge(request: HttpRequest, amendment: Amendment, form: MergeForm) -> HttpResponse:
    signed = sum(one.state == "signed" for one in amendment.signatures.all())
    context = _of(amendment, form=form, signed=signed)
    return render(request, "journeys/amendment_merge.html", context, status=409)


@require_POST
def amendment_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """The choice made between two versions is saved; the page again when something is wrong or newer still."""
    amendment = _amendment(request, pk)
    require(policies.may_update_amendment(request.user, amendment))
    before, mine, seen = (
        unseal(request.POST.get(name, ""), amendment.immersion) for name in ("before", "mine", "seen")
    )
    if before is None or mine is None or seen is None:
        messages.error(request, _("This page was too old. Here is the amendment as it stands."))
        return redirect(_page(amendment))
    form = MergeForm(request.POST, lines=_lines(before, mine, seen))
    if form.is_valid():
        kept = form.kept_mine()
        facts = {**seen.facts, **{name: mine.facts[name] for name in kept if name in mine.facts}}
        stay = replace(stay_with(amendment), **facts)
        reason = mine.reason if "reason" in kept else seen.reason
        if succeeded(
            form, actions.update_amendment, amendment, stay, reason=reason, revision=seen.revision, by=request.user
        ):
            messages.success(request, _("Saved."))
            return redirect(_page(amendment))
        if isinstance(getattr(form, "refusal", None), AmendmentChanged):
            return _merge_page(request, amendment, seen, form.refusal)
    return _drawn_merge(request, amendment, form)


# --- Signed, in force -------------------------------------------------------------------------------
@require_POST
def amendment_send(request: HttpRequest, pk: int) -> HttpResponse:
    amendment = _amendment(request, pk)
    require(policies.may_send_amendment_to_sign(request.user, amendment))
    done = _("The amendment is out to be signed. Until it is in force, the agreement holds as it was.")
    return one_tap(request, actions.send_amendment_to_sign, amendment, done=done, default=_page(amendment))


@require_http_methods(["GET", "POST"])
def amendment_signature_record(request: HttpRequest, pk: int) -> HttpResponse:
    amendment = _amendment(request, pk)
    require(policies.may_record_amendment_signature(request.user, amendment))
    form = forms.SignAmendmentForm(request.POST or None, amendment=amendment)
    if form.is_valid() and succeeded(
        form, actions.record_amendment_signature, amendment, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("The signature is noted."))
        return redirect(_page(amendment))
    return render(request, "journeys/amendment_sign.html", _of(amendment, form=form))


@require_POST
def amendment_validate(request: HttpRequest, pk: int) -> HttpResponse:
    amendment = _amendment(request, pk)
    require(policies.may_validate_amendment(request.user, amendment))
    done = _("In force: the stay and calendars follow it.")
    return one_tap(request, actions.validate_amendment, amendment, done=done, default=_page(amendment))


def _close(
    request: HttpRequest, pk: int, may: Callable[[Any, Amendment], bool], action: Callable[..., Any],
    words: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    amendment = _amendment(request, pk)
    require(may(request.user, amendment))
    form = ReasonForm(request.POST or None)
    if form.is_valid() and succeeded(form, action, amendment, by=request.user, **form.cleaned_data):
        messages.success(request, _("The amendment is closed; the agreement holds as it was."))
        return redirect(_page(amendment))
    return render(request, "journeys/immersion_close.html", _of(amendment, form=form, words=words))


@require_http_methods(["GET", "POST"])
def amendment_reject(request: HttpRequest, pk: int) -> HttpResponse:
    words = {
        "title": gettext_lazy("Reject this amendment"),
        "text": gettext_lazy("A party or your organisation says no. The agreement holds as it was."),
    }
    return _close(request, pk, policies.may_reject_amendment, actions.reject_amendment, words)


@require_http_methods(["GET", "POST"])
def amendment_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    words = {
        "title": gettext_lazy("Give up this amendment"),
        "text": gettext_lazy("Whoever was asked to sign it is told. The agreement holds as it was."),
    }
    return _close(request, pk, policies.may_cancel_amendment, actions.cancel_amendment, words)


# --- Early end, renewal -----------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def immersion_end_early(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = stay_of(request, pk)
    require(policies.may_end_early(request.user, immersion))
    form = forms.EndEarlyForm(request.POST or None, immersion=immersion)
    if form.is_valid() and succeeded(form, actions.end_early, immersion, by=request.user, **form.cleaned_data):
        messages.success(request, _("Noted: no day and no hour after it. Both sides are told."))
        return redirect(page_of(immersion))
    return render(request, "journeys/immersion_end_early.html", _of_stay(immersion, form=form))


@require_http_methods(["GET", "POST"])
def immersion_renew(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = stay_of(request, pk)
    require(policies.may_renew_immersion(request.user, immersion))
    form = forms.RenewForm(request.POST or None, immersion=immersion, steps=_steps(request, immersion))
    if form.is_valid() and succeeded(form, actions.renew_immersion, immersion, by=request.user, **form.cleaned_data):
        messages.success(request, _("A new draft with the same facts. Read it over: nothing of it is signed."))
        return redirect(page_of(form.outcome))
    return render(request, "journeys/immersion_renew.html", _of_stay(immersion, form=form))


def _steps(request: HttpRequest, immersion: Immersion) -> Any:
    """The open immersion steps of this person, on a live journey."""
    rows = Step.objects.filter(policies.visible_steps(request.user), kind="immersion")
    mine = rows.filter(journey__holder=immersion.step.journey.holder_id, journey__state__in=("active", "paused"))
    mine = mine.filter(state__in=("planned", "scheduled", "in_progress"))
    return mine.select_related("journey__holder__user").order_by("position", "pk")
