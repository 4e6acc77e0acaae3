"""The last change of a plan taken back: every step is again what it was, on the days that are right today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys.actions.places import give_back_places, hold_dates, places_to_come
from journeys.actions.plan.changes import (
    ALONG,
    JOURNEY,
    SHIFTED,
    Snapshot,
    hold,
    hold_steps_of,
    last_change,
    move_along,
    set_edges,
    snapshot,
)
from journeys.actions.seats import seats_of
from journeys.actions.shared import join_team
from journeys.models import Journey, PlanChange, Step, StepKind
from journeys.queries.plans import Appointment, recorded

DAYS = ("earliest_on", "due_on")


@dataclass(frozen=True)
class Undone:
    """A change taken back, and what became of the meetings that had moved with it."""

    change: PlanChange
    along: tuple[Appointment, ...] = ()


@transaction.atomic
def undo_change(journey: Journey, *, change: int | None = None, by: User | None) -> Undone:
    """The last change of this plan is taken back: every step is again what it was; meetings that moved move back.

    What pauses have moved since stays moved: the days that come back are moved by as much. A seat given back does not
    come back, and one held for a step that counts no more again is given back. `change`: the id of the one that was
    meant. Refused when there is none, when it is undone already or no longer the last, and when a step no longer stands
    as it left it (the steps are named). Undone once only.
    """
    hold(journey)
    last = last_change(journey)
    if last is None or last.undone_at:
        raise Refused(_("There is no change of plan left to undo."))
    if change is not None and change != last.pk:
        raise Refused(_("Somebody changed the plan meanwhile: only the last change can be undone."))
    now, after = snapshot(journey), dict(last.after)
    along, days = after.pop(ALONG, {}), timedelta(days=after.pop(SHIFTED, 0))
    before, after = _shifted(last.before, now, days), _shifted(after, now, days)
    if since := _changed_since(now, after):
        raise Refused(_("These steps have changed since, so it can’t be undone: %(steps)s.") % {"steps": since})
    back = {int(pk): -days for pk, days in along.get("shifts", {}).items()}
    moved = move_along(journey, back, by=by, only=along["refs"]) if back else ()
    hold_dates(places_to_come().filter(step__journey=journey))  # before the steps: see seats
    hold_steps_of(journey)
    _restore(journey, before, after)
    _settle(journey, before, by=by)
    last.undone_at, last.undone_by = clock.now(), by
    last.save(update_fields=["undone_at", "undone_by"])
    history.record(
        "undo_change", journey, by=by, organisation=journey.programme.organisation, change=last.verb, label=last.label
    )
    return Undone(last, moved)


def _shifted(values: Mapping[str, Any], now: Snapshot, days: timedelta) -> dict[str, Any]:
    """These values of steps as they would be had they been written on today's plan: a done step alone does not move."""
    if not days:
        return dict(values)
    found: dict[str, Any] = {}
    for pk, fields in values.items():
        if fields is None or pk == JOURNEY or now.get(pk, fields).get("state") == Step.State.DONE:
            found[pk] = fields
        else:
            moved = {name: (date.fromisoformat(fields[name]) + days).isoformat() for name in DAYS if name in fields}
            found[pk] = fields | moved
    return found


def _changed_since(now: Snapshot, after: Mapping[str, Any]) -> str:
    """The titles of the steps that no longer stand as the change left them; "" when all do."""
    changed = []
    for pk, values in after.items():
        here = now.get(pk)
        gone = values is None and here is not None
        if gone or (values is not None and (here is None or any(here[name] != values[name] for name in values))):
            changed.append(pk)
    titles = Step.objects.filter(pk__in=[pk for pk in changed if pk != JOURNEY]).order_by("position", "pk")
    names = [step.title for step in titles]
    return ", ".join(names) or (_("the journey itself") if changed else "")


def _restore(journey: Journey, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Write what was: steps removed come back under their id, steps added go, the others take their values again."""
    own = before.get(JOURNEY)
    if own:
        Journey.objects.filter(pk=journey.pk).update(**own)
        for name, value in own.items():
            setattr(journey, name, value)
    steps = {int(pk): values for pk, values in before.items() if pk != JOURNEY}
    added = [pk for pk, values in steps.items() if values is None]
    if kept := recorded(added):
        titles = ", ".join(step.title for step in Step.objects.filter(pk__in=kept).order_by("position", "pk"))
        raise Refused(_("Something was recorded meanwhile on: %(steps)s.") % {"steps": titles})
    for pk, values in steps.items():
        if values is not None:
            fields = {name: value for name, value in values.items() if name != "after"}
            if after[str(pk)] is None:
                Step.objects.create(pk=pk, journey=journey, **fields)
            elif fields:
                Step.objects.filter(pk=pk).update(**fields)
    Step.objects.filter(pk__in=added).delete()
    edges = {pk: values["after"] for pk, values in steps.items() if values is not None and "after" in values}
    set_edges(edges)


def _settle(journey: Journey, before: Mapping[str, Any], *, by: User | None) -> None:
    """What hangs on the steps that came back: scheduled only if something is; no seat for one that counts no more;
    done if the team has done it meanwhile."""
    steps = list(journey.steps.filter(pk__in=[pk for pk in before if pk != JOURNEY]).order_by("pk"))
    for step in steps:
        if step.state == Step.State.SCHEDULED and step.kind == StepKind.MODULE and not seats_of(step).exists():
            Step.objects.filter(pk=step.pk).update(state=Step.State.PLANNED)
            step.state = Step.State.PLANNED
    over = [step.pk for step in steps if step.state in (Step.State.WAIVED, Step.State.ABANDONED)]
    if over:
        give_back_places(places_to_come().filter(step__in=over), by=by)
    join_team(steps, by=by)
