"""Doors onto the schedule of a stay: one grid, for leads and for the company behind its link."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.lib.doors import require, succeeded
from journeys import actions, policies
from journeys.actions.immersions import schedule
from journeys.actions.immersions.drafts import ChangedMeanwhile
from journeys.actions.immersions.facts import Stay, facts_of
from journeys.actions.immersions.rules import is_young
from journeys.forms.agreements import unseal
from journeys.forms.schedules import ScheduleForm, copied_sentence
from journeys.models import Immersion
from journeys.views.agreements import merge_page, page_of, revision_of, stay_of, tell_saved, whole_merge

Save = Callable[[ScheduleForm, Stay, int | None], HttpResponse | None]


def grid_page(request: HttpRequest, immersion: Immersion, save: Save, where: dict[str, Any]) -> HttpResponse:
    """The grid, and what its buttons do: fill, copy, one more slot, reckon (nothing is written), or save.

    `save` gives the answer once written, or None when it was refused. A script swaps the grid; without, it is a page.
    """
    now, immersion = immersion, _with_days_seen(immersion, request.POST.get("seen", ""))
    form = ScheduleForm(request.POST if request.method == "POST" else None, immersion=immersion)
    if request.method != "POST":
        return _drawn(request, form, where)
    asked, more = form.day_asked("copy"), form.day_asked("more")
    if request.GET.get("totals"):
        form.readable()
        return _drawn(request, form, {**where, "template": "journeys/schedule_totals.html", "swapped": True})
    if request.POST.get("fill"):
        form.show(schedule.regular(immersion.starts_on, immersion.ends_on))
        return _drawn(request, form, {**where, "said": _("The working days are filled. Not saved yet.")})
    if more:
        form.grow(more)
        return _drawn(request, form, {**where, "is_grown": True})
    if asked:
        days = form.readable()
        if asked in form.wrong:
            return _drawn(request, form, where)
        form.show(schedule.copied(days, asked, ends_on=immersion.ends_on))
        return _drawn(request, form, {**where, "said": copied_sentence(asked)})
    if form.is_valid():
        stay = replace(facts_of(immersion), schedule=form.cleaned_data["schedule"])
        answer = save(form, stay, revision_of(form.was_seen(), now))
        if answer is not None:
            return answer
    return _drawn(request, form, {**where, "is_refused": True})


def _with_days_seen(immersion: Immersion, sealed: str) -> Immersion:
    """The stay over the days of the page that was sent: dates that moved meanwhile take nothing typed away."""
    seen = unseal(sealed, immersion)
    if seen is None:
        return immersion
    row = copy(immersion)
    for name in ("starts_on", "ends_on"):
        setattr(row, name, seen.facts.get(name, getattr(row, name)))
    return row


def _drawn(request: HttpRequest, form: ScheduleForm, where: dict[str, Any]) -> HttpResponse:
    immersion, weeks = form.immersion, form.weeks()
    days = form.readable() if form.is_bound and not where.get("said") else schedule.normalise(_whole(form))
    holder, zone = immersion.step.journey.holder, immersion.step.journey.programme.organisation.time_zone
    context = {
        "said": "",
        "is_refused": False,
        "swapped": False,
        "is_grown": False,
        "signed": 0,
        **where,
        "immersion": immersion,
        "form": form,
        "weeks": form.weeks() if form.wrong else weeks,
        "minutes": sum(week.minutes for week in weeks),
        "problems": [*form.wrong.values(), *schedule.problems(days, immersion.starts_on, immersion.ends_on)],
        "warnings": list(schedule.warnings(days, zone, is_young=is_young(facts_of(immersion), holder))),
    }
    is_part = request.headers.get("HX-Request") and not where.get("is_refused")
    template = "journeys/schedule_grid.html" if is_part and "template" not in where else where.get("template")
    return render(request, template or where["page"], context)


def _whole(form: ScheduleForm) -> schedule.Schedule:
    """What the grid shows, without the days that cannot be read."""
    return [
        {"on": on.isoformat(), "slots": [list(slot) for slot in slots if any(slot)]}
        for on, slots in form.typed.items()
        if on not in form.wrong
    ]


@require_http_methods(["GET", "POST"])
def schedule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = stay_of(request, pk)
    require(policies.may_update_immersion(request.user, immersion))
    signed = sum(one.stands for one in immersion.signatures.all())

    def save(form: ScheduleForm, stay: Stay, revision: int | None) -> HttpResponse | None:
        if succeeded(form, actions.update_immersion, immersion, stay, revision=revision, by=request.user):
            tell_saved(request, form.outcome, signed, [])
            return redirect(page_of(immersion))
        if isinstance(getattr(form, "refusal", None), ChangedMeanwhile):
            return merge_page(request, immersion, form.was_seen(), form.refusal, whole_merge(immersion))
        return None

    where = {
        "page": "journeys/schedule_edit.html",
        "action": reverse("journeys:schedule_edit", args=[pk]),
        "back_url": page_of(immersion),
        "back_label": _("The immersion"),
        "journey": immersion.step.journey,
        "signed": signed,
    }
    return grid_page(request, immersion, save, where)
