"""Doors onto the agreement while it is drafted: planned, changed by two people at once, used again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.lib.doors import find, number, require, succeeded
from backend.web.reading import day
from journeys import actions, policies
from journeys.actions.immersions.drafts import ChangedMeanwhile
from journeys.actions.immersions.facts import FACTS, Stay, as_dict, facts_of
from journeys.forms.agreements import DuplicateForm, MergeForm, PlanImmersionForm, Seen, StayForm, seal, unseal
from journeys.models import HostAsk, Immersion, Step
from journeys.queries.agreements import comparison


def stay_of(request: HttpRequest, pk: int) -> Immersion:
    """The immersion this person may see, with what its pages read."""
    rows = Immersion.objects.visible_to(request.user).select_related(
        "company__commune", "site__commune", "step__journey__holder__user", "step__journey__project",
        "step__journey__programme__organisation",
    )  # fmt: skip
    return find(rows.prefetch_related("signatures"), pk=pk)


def page_of(immersion: Immersion) -> str:
    return reverse("journeys:immersion_detail", args=[immersion.pk])


def _known(request: HttpRequest, step: Step) -> dict[str, Any]:
    """What the address knows already: facts by their names, or the accepted request that the stay comes from."""
    known: dict[str, Any] = {
        name: request.GET[name] for name in ("company", "site", "starts_on", "ends_on") if name in request.GET
    }
    rows = HostAsk.objects.visible_to(request.user).filter(step=step, state=HostAsk.State.ACCEPTED)
    ask = rows.select_related("offer").filter(pk=number(request.GET.get("ask", ""))).first()
    if ask:
        known["company"] = ask.company_id
        if ask.offer:
            known |= {"site": ask.offer.site_id, "objective": ask.offer.objective}
    return known


@require_http_methods(["GET", "POST"])
def immersion_plan(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Step.objects.filter(policies.visible_steps(request.user), kind="immersion")
    step = find(rows.select_related("journey__programme__organisation", "journey__holder__user"), pk=pk)
    require(policies.may_plan_immersion(request.user, step))
    form = PlanImmersionForm(request.POST or None, step=step, initial=_known(request, step))
    if form.is_valid() and succeeded(
        form, actions.plan_immersion, step, form.cleaned_data["stay"],
        new_company=form.cleaned_data["new_company"], by=request.user,
    ):  # fmt: skip
        messages.success(request, _("The immersion is drafted. Read it over, then send the agreement to sign."))
        return redirect(page_of(form.outcome))
    has_new = form.is_bound and (form.has_new_company() if hasattr(form, "cleaned_data") else False)
    context = {"form": form, "step": step, "journey": step.journey, "has_new": has_new}
    return render(request, "journeys/immersion_plan.html", context)


@require_http_methods(["GET", "POST"])
def immersion_update(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = stay_of(request, pk)
    require(policies.may_update_immersion(request.user, immersion))
    signed = sum(one.stands for one in immersion.signatures.all())
    form = StayForm(request.POST or None, step=immersion.step, immersion=immersion)
    if form.is_valid() and succeeded(
        form,
        actions.update_immersion,
        immersion,
        form.cleaned_data["stay"],
        revision=revision_of(form.was_seen(), immersion),
        by=request.user,
    ):
        tell_saved(request, form.outcome, signed, form.fallen)
        return redirect(page_of(immersion))
    clash = getattr(form, "refusal", None)
    if isinstance(clash, ChangedMeanwhile):
        return merge_page(request, immersion, form.was_seen(), clash, whole_merge(immersion))
    context = {"immersion": immersion, "journey": immersion.step.journey, "form": form, "signed": signed}
    return render(request, "journeys/immersion_update.html", {**context, "back_url": page_of(immersion)})


def revision_of(seen: Seen | None, immersion: Immersion) -> int | None:
    """The revision to save upon: that of now if nothing this page showed has changed since, else the one it showed."""
    if seen is None:
        return None
    same = all(getattr(immersion, name) == value for name, value in seen.facts.items())
    return immersion.revision if same else seen.revision


def tell_saved(request: HttpRequest, immersion: Immersion, signed: int, fallen: list[Any]) -> None:
    """What was saved, and what followed from it."""
    if signed and immersion.state == Immersion.State.DRAFT:
        messages.warning(request, _("Saved. The signatures were wiped: send the agreement to sign again."))
    else:
        messages.success(request, _("Saved."))
    if fallen:
        names = ", ".join(day(one) for one in fallen)
        sentence = _("These days fell out of the schedule with the new dates: %(days)s.")
        messages.warning(request, sentence % {"days": names})


# --- Two people at once -----------------------------------------------------------------------------
def whole_merge(immersion: Immersion) -> dict[str, Any]:
    """Where the merge page of a lead leads."""
    return {
        "action": reverse("journeys:immersion_merge", args=[immersion.pk]),
        "back_url": page_of(immersion),
        "journey": immersion.step.journey,
        "template": "journeys/immersion_merge.html",
    }


def merge_page(
    request: HttpRequest, immersion: Immersion, before: Seen | None, clash: ChangedMeanwhile, where: dict[str, Any],
    names: tuple[str, ...] = FACTS,
) -> HttpResponse:  # fmt: skip
    """Nothing was written: both versions side by side, and what is kept of each. 409."""
    was = before.facts if before else as_dict(clash.theirs)
    lines = comparison(was, as_dict(clash.mine), as_dict(clash.theirs), names)
    first = {
        "before": seal(immersion, replace(clash.theirs, **was), names),
        "mine": seal(immersion, clash.mine, names),
        "seen": seal(immersion, clash.theirs, names, revision=clash.revision),
    }
    form = MergeForm(lines=lines, initial=first)
    return render(request, where["template"], {**where, "immersion": immersion, "form": form}, status=409)


def merged(
    request: HttpRequest, immersion: Immersion, save: Callable[[MergeForm, Stay, int], bool], where: dict[str, Any],
    names: tuple[str, ...] = FACTS,
) -> HttpResponse | None:  # fmt: skip
    """The choice made on `merge_page` is saved: None. Otherwise the page again, with what is wrong or newer still."""
    before, mine, seen = (unseal(request.POST.get(name, ""), immersion) for name in ("before", "mine", "seen"))
    if before is None or mine is None or seen is None:
        messages.error(request, _("This page was too old. Here is the agreement as it stands."))
        return redirect(where["back_url"])
    lines = comparison(before.facts, mine.facts, seen.facts, names)
    form = MergeForm(request.POST, lines=lines)
    if form.is_valid():
        kept = {name: mine.facts[name] for name in form.kept_mine()}
        stay = replace(facts_of(immersion), **{**seen.facts, **kept})
        if save(form, stay, seen.revision):
            return None
        if isinstance(getattr(form, "refusal", None), ChangedMeanwhile):
            return merge_page(request, immersion, seen, form.refusal, where, names)
    return render(request, where["template"], {**where, "immersion": immersion, "form": form}, status=409)


@require_POST
def immersion_merge(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = stay_of(request, pk)
    require(policies.may_update_immersion(request.user, immersion))
    signed = sum(one.stands for one in immersion.signatures.all())

    def save(form: MergeForm, stay: Stay, revision: int) -> bool:
        return succeeded(form, actions.update_immersion, immersion, stay, revision=revision, by=request.user)

    answer = merged(request, immersion, save, whole_merge(immersion))
    if answer is None:
        immersion.refresh_from_db()
        tell_saved(request, immersion, signed, [])
        answer = redirect(page_of(immersion))
    return answer


# --- Used again -------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def immersion_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = stay_of(request, pk)
    require(policies.may_duplicate_immersion(request.user, immersion))
    form = DuplicateForm(request.POST or None, immersion=immersion, steps=_steps_to_plan(request, immersion))
    if form.is_valid() and succeeded(
        form, actions.duplicate_immersion, immersion, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("A new draft with the same facts. Read it over: nothing of it is signed."))
        return redirect(page_of(form.outcome))
    context = {"immersion": immersion, "journey": immersion.step.journey, "form": form}
    return render(request, "journeys/immersion_duplicate.html", {**context, "back_url": page_of(immersion)})


def _steps_to_plan(request: HttpRequest, immersion: Immersion) -> Any:
    """The open immersion steps of this organisation that she may plan for; this person’s first."""
    rows = Step.objects.filter(policies.visible_steps(request.user), kind="immersion")
    rows = rows.filter(
        journey__programme__organisation=immersion.step.journey.programme.organisation_id,
        journey__state__in=("draft", "active", "paused"), state__in=("planned", "scheduled", "in_progress"),
    )  # fmt: skip
    rows = rows.select_related("journey__holder__user", "journey__programme")
    return rows.order_by("journey__holder__user__last_name", "journey__holder__user__first_name", "pk")
