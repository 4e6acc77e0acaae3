"""Sessions at a steady pace: typed, looked at date by date, then planned in one act."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from backend.lib.doors import require, succeeded
from mentoring import actions, policies, queries
from mentoring.forms import PlanCadenceForm
from mentoring.views.found import pair_of
from mentoring.views.sessions import usual_meeting


@require_http_methods(["GET", "POST"])
def cadence_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """`act` "look" shows the dates; "plan" plans those that are ticked."""
    pair = pair_of(request, pk)
    require(policies.may_plan_cadence(request.user, pair))
    form = PlanCadenceForm(request.POST or None, initial=usual_meeting(pair))
    dates: list[queries.CadenceDate] = []
    if form.is_valid():
        dates = queries.cadence_dates(pair, **form.pace(), left_out=_left_out(request, form), by=request.user)
        starts = [one.starts_at for one in dates if one.is_kept and one.starts_at]
        if request.POST.get("act") == "plan" and succeeded(
            form, actions.plan_cadence, pair, starts=starts, by=request.user, **form.facts()
        ):
            words = ngettext("%(count)d session is planned.", "%(count)d sessions are planned.", len(starts))
            messages.success(request, words % {"count": len(starts)})
            return redirect("mentoring:mentorship", pair.pk)
    kept = sum(one.is_kept for one in dates)
    context = {"form": form, "pair": pair, "dates": dates, "kept": kept, "letters": kept * 2 + (2 if kept > 1 else 0)}
    context["hidden"] = _hidden(form) if dates else []
    return render(request, "mentoring/cadence_plan.html", context)


def _left_out(request: HttpRequest, form: PlanCadenceForm) -> set[date] | None:
    """The days shown and not ticked; None the first time they are shown."""
    if request.POST.get("act") != "plan":
        return None
    shown, kept = (set(request.POST.getlist(name)) for name in ("shown", "keep"))
    return {date.fromisoformat(one) for one in shown - kept if _is_day(one)}


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _hidden(form: PlanCadenceForm) -> list[tuple[str, Any]]:
    """What was typed, to be sent again with the ticks."""
    names = [name for name in form.data if name not in ("act", "shown", "keep", "once", "csrfmiddlewaretoken")]
    return [(name, form.data.get(name)) for name in names]
