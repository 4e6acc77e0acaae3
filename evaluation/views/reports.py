"""Reports on a schedule: set up, changed, paused; what was opened and sent."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib import clock
from backend.lib.doors import attempt, find, number, require, succeeded
from evaluation import actions, policies
from evaluation.forms.reports import ReportScheduleForm
from evaluation.queries.publishing import schedules

ACTS: dict[str, tuple[Callable[..., bool], Callable[..., object]]] = {
    "pause": (policies.may_pause_schedule, actions.pause_schedule),
    "resume": (policies.may_resume_schedule, actions.resume_schedule),
    "drop": (policies.may_drop_schedule, actions.drop_schedule),
}


@require_http_methods(["GET", "POST"])
def schedule_create(request: HttpRequest) -> HttpResponse:
    """A lead puts a report on a schedule."""
    require(request.user.has_role("lead"))
    form = ReportScheduleForm(request.user, request.POST or None)
    if form.is_valid():
        organisation = form.organisation_meant
        require(policies.may_create_schedule(request.user, organisation.pk))
        if succeeded(form, actions.create_schedule, organisation, form.plan, form.chosen, by=request.user):
            return redirect("evaluation:schedule", form.outcome.pk)
    return render(request, "evaluation/schedule_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def schedule_update(request: HttpRequest, pk: int) -> HttpResponse:
    """It is changed; of two leads who do at once the second is told, and loses nothing."""
    found = find(schedules.schedules(request.user), pk=pk)
    require(policies.may_update_schedule(request.user, found))
    form = ReportScheduleForm(request.user, request.POST or None, schedule=found)
    seen = number(request.POST.get("revision", ""))
    if form.is_valid() and succeeded(
        form, actions.update_schedule, found, form.plan, form.chosen, by=request.user,
        revision=found.revision if seen is None else seen,
    ):  # fmt: skip
        return redirect("evaluation:schedule", pk)
    is_stale = bool(form.is_bound and getattr(form, "refusal", None) and form.refusal.details.get("is_stale"))
    revision = found.revision if is_stale or seen is None else seen
    context = {"form": form, "schedule": found, "revision": revision, "is_stale": is_stale}
    return render(request, "evaluation/schedule_form.html", context)


@require_safe
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is, what comes next, what was opened and sent."""
    found = find(schedules.schedules(request.user), pk=pk)
    coming = schedules.next_period(found, clock.today())
    context = {
        "schedule": found,
        "title": found.programme.title if found.programme else _("all programmes"),
        "readers": list(schedules.readers_of(found)),
        "coming": coming,
        "campaigns": list(found.campaigns.order_by("-until")[: schedules.CAUGHT_UP]),
        "sent": schedules.letters_of(found),
    }
    return render(request, "evaluation/schedule.html", context)


@require_POST
def schedule_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Pause, go on, or stop for good."""
    found = find(schedules.schedules(request.user), pk=pk)
    if act not in ACTS:
        raise Http404
    may, action = ACTS[act]
    require(may(request.user, found))
    done = attempt(request, _done(act), action, found, by=request.user)
    if done and act == "drop":
        return redirect("evaluation:snapshot_list")
    return redirect("evaluation:schedule", pk)


def _done(act: str) -> str:
    return {
        "pause": _("Paused: nothing is opened, nobody is written to."),
        "resume": _("It goes on with the period under way."),
        "drop": _("Stopped. What was published stays."),
    }[act]
