"""The plan of a journey read as plain data, and what a move of one of its steps would bring about."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.texts import pick
from backend.web.reading import as_day, day
from journeys import signals
from journeys.models import Enrolment, Immersion, Journey, ModuleDate, Step
from journeys.queries.cascade import Breach, Cascade, Line, Plan, Stay, compare, move

COUNT = 500
FARTHEST = timedelta(days=10 * 366)  # from the start of the journey
DATED = [Immersion.State.REJECTED, Immersion.State.CANCELLED, Immersion.State.COMPLETED, Immersion.State.ASSESSED]


@dataclass(frozen=True)
class Appointment:
    """A dated meeting of a step, known to an app above, that would move along, or does.

    `ref` is its name ("session:12"), `people` {user id: name} get a new invite, `problem` says why it stays.
    """

    ref: str
    title: str
    people: Mapping[int, str]
    was: datetime
    now: datetime
    problem: str = ""


@dataclass(frozen=True)
class MovePreview:
    """Everything that moving one step brings about, before it is done; `digest` names exactly this."""

    old: Plan
    new: Plan
    cascade: Cascade
    conflicts: tuple[str, ...]
    appointments: tuple[Appointment, ...]
    digest: str

    @property
    def people(self) -> dict[int, str]:
        """Who would get a new invite."""
        return {pk: name for one in self.appointments if not one.problem for pk, name in one.people.items()}

    @property
    def summary(self) -> str:
        """ "3 steps move, 1 passes its latest date, 2 people get a new invite"."""
        return summary(self.cascade, len(self.people))

    @property
    def notes(self) -> list[str]:
        """The limits passed, then what stays, in sentences."""
        return [*map(breach_words, self.cascade.breaches), *map(stay_words, self.cascade.stays)]


def read_plans(journeys: Iterable[Journey]) -> dict[int, Plan]:
    """{journey id: its plan}, in two queries a few hundred journeys."""
    rows = list(journeys)
    plans: dict[int, Plan] = {}
    for start in range(0, len(rows), COUNT):
        some = rows[start : start + COUNT]
        plans |= plans_of(some, list(Step.objects.filter(journey__in=some).order_by("position", "pk")))
    return plans


def plans_of(journeys: list[Journey], steps: list[Step]) -> dict[int, Plan]:
    """The same of steps that are read already, in their order; in one query."""
    code = {step.pk: step.code for step in steps}
    after: dict[int, set[str]] = defaultdict(set)
    edges = Step.after.through.objects.filter(from_step__journey__in=journeys)
    for later, earlier in edges.values_list("from_step_id", "to_step_id"):
        if earlier in code:
            after[later].add(code[earlier])
    lines: dict[int, dict[str, Line]] = defaultdict(dict)
    language = get_language()
    for step in steps:
        lines[step.journey_id][step.code] = as_line(step, after[step.pk], language)
    return {one.pk: Plan(one.started_on, one.planned_end_on, lines[one.pk]) for one in journeys}


def read_plan(journey: Journey) -> Plan:
    """As it stands now."""
    return read_plans([journey])[journey.pk]


def recorded(steps: Iterable[int] | QuerySet[Any]) -> set[int]:
    """Of these steps, those on which anything was recorded, here or in an app above: hours, places, stays, sessions…"""
    found: set[int] = set()
    if not isinstance(steps, QuerySet) and not (steps := list(steps)):
        return found
    for relation in Step._meta.related_objects:
        model = relation.related_model
        if model is Step or isinstance(model, str):
            continue
        name = relation.field.attname
        rows = model._default_manager.filter(**{f"{name}__in": steps}).order_by()
        found |= set(rows.values_list(name, flat=True).distinct())
    return found


def as_line(step: Step, after: Iterable[str], language: str | None = None) -> Line:
    """What the reckoning needs of a step; its title in this language (the reader's)."""
    return Line(
        code=step.code,
        title=pick(step, "title", language),
        state=step.state,
        min_days=step.min_days,
        max_days=step.max_days,
        earliest_on=step.earliest_on,
        due_on=step.due_on,
        done_on=step.done_on,
        is_pinned=step.is_pinned,
        after=frozenset(after),
        pk=step.pk,
        kind=step.kind,
    )


def days_problem(journey: Journey, earliest_on: date | None, due_on: date) -> tuple[str, str] | None:
    """(field, sentence) unless the journey's start <= `earliest_on` <= `due_on`, within ten years of it."""
    if due_on < journey.started_on:
        return "due_on", _("That is before the journey begins.")
    if due_on > journey.started_on + FARTHEST:
        return "due_on", _("That is more than ten years after the start: check the year.")
    if earliest_on is not None and earliest_on < journey.started_on:
        return "earliest_on", _("That is before the journey begins.")
    if earliest_on is not None and earliest_on > due_on:
        return "earliest_on", _("A step may not begin after the day it is due.")
    return None


def earliest_with(plan: Plan, code: str, due: date) -> date:
    """The day before which it should not begin when only a new due day is given: its window moves whole, but never
    earlier than its days allow."""
    line = plan.lines[code]
    moved = line.earliest_on + (due - line.due_on)
    return min(due, max(moved, min(plan.anchor(code) + timedelta(days=line.min_days), line.earliest_on)))


def move_preview(
    step: Step, *, due_on: date, earliest_on: date | None = None, holds: bool = True, by: User | None
) -> MovePreview:
    """What moving `step` there would move, pass and ask of others if `by` did it; nothing is done."""
    old = read_plan(step.journey)
    earliest = earliest_on or earliest_with(old, step.code, due_on)
    new = move(old, step.code, earliest, due_on, holds=holds)
    cascade = compare(old, new)
    appointments = tuple(appointments_of(step.journey, shifts_of(old, cascade), by))
    digest = _digest(old, new, appointments)
    return MovePreview(old, new, cascade, tuple(conflicts(step.journey, new, cascade)), appointments, digest)


def shifts_of(plan: Plan, cascade: Cascade) -> dict[int, int]:
    """{step id: days by which its due day moves}."""
    return {plan.lines[one.code].pk: one.days for one in cascade.shifts if one.days}


def appointments_of(journey: Journey, shifts: Mapping[int, int], by: User | None) -> list[Appointment]:
    """What the apps above would move along: each answers `move_asked`."""
    if not shifts:
        return []
    answers: list[tuple[Any, Any]] = signals.move_asked.send(Journey, journey=journey, shifts=dict(shifts), by=by)
    return sorted((one for _receiver, found in answers for one in found or []), key=lambda one: (one.was, one.ref))


def conflicts(journey: Journey, plan: Plan, cascade: Cascade) -> list[str]:
    """Dated things of the steps that move which cannot follow, and would lie outside the new days."""
    moving = {plan.lines[one.code].pk: one for one in cascade.shifts}
    places = Enrolment.objects.filter(
        step__in=moving,
        state__in=[Enrolment.State.WAITING, Enrolment.State.ENROLLED],
        module_date__state=ModuleDate.State.PLANNED,
        module_date__starts_at__gte=clock.now(),
    ).select_related("module_date__module")
    found = []
    for place in places.order_by("module_date__starts_at", "pk"):
        on, shift = as_day(place.module_date.starts_at), moving[place.step_id]
        if not shift.earliest <= on <= shift.due:
            words = _("“%(what)s” on %(day)s keeps its date, outside the new days of the step.")
            found.append(words % {"what": place.module_date.module, "day": day(on, weekday=False)})
    stays = Immersion.objects.filter(step__in=moving).exclude(state__in=DATED).select_related("company")
    for stay in stays.order_by("starts_on", "pk"):
        shift = moving[stay.step_id]
        if stay.starts_on < shift.earliest or stay.ends_on > shift.due:
            words = _("The stay at %(company)s, from %(start)s to %(end)s, keeps its dates, outside those of the step.")
            start, end = day(stay.starts_on, weekday=False), day(stay.ends_on, weekday=False)
            found.append(words % {"company": stay.company, "start": start, "end": end})
    return found


def _digest(old: Plan, new: Plan, appointments: Iterable[Appointment]) -> str:
    """Sixteen signs that change whenever anything in the preview does."""
    lines = [
        [line.code, line.state, line.is_pinned, line.earliest_on, line.due_on, line.done_on, sorted(line.after)]
        for plan in (old, new)
        for line in sorted(plan.lines.values(), key=lambda one: one.code)
    ]
    told = [[one.ref, one.was, one.now, one.problem] for one in appointments]
    said = json.dumps([lines, told, old.ends_on], default=str)
    return sha256(said.encode()).hexdigest()[:16]


# --- In words -------------------------------------------------------------------------------------
def summary(cascade: Cascade, people: int) -> str:
    """What a cascade does, in one line."""
    late = sum(one.limit == "late" for one in cascade.breaches)
    past = sum(one.limit == "end" for one in cascade.breaches)
    moves = len(cascade.shifts)
    parts = [ngettext("%(count)d step moves", "%(count)d steps move", moves) % {"count": moves}]
    if late:
        words = ngettext("%(count)d passes its latest date", "%(count)d pass their latest date", late)
        parts.append(words % {"count": late})
    if past:
        words = ngettext("%(count)d passes the planned end", "%(count)d pass the planned end", past)
        parts.append(words % {"count": past})
    if people:
        words = ngettext("%(count)d person gets a new invite", "%(count)d people get a new invite", people)
        parts.append(words % {"count": people})
    return ", ".join(parts)


def breach_words(breach: Breach) -> str:
    """Which limit is passed, and by how much."""
    words = {
        "late": ngettext(
            "“%(step)s” passes its latest date by %(count)d day.",
            "“%(step)s” passes its latest date by %(count)d days.",
            breach.days,
        ),
        "early": ngettext(
            "“%(step)s” begins %(count)d day before it may.",
            "“%(step)s” begins %(count)d days before it may.",
            breach.days,
        ),
        "end": ngettext(
            "“%(step)s” ends %(count)d day after the planned end of the journey.",
            "“%(step)s” ends %(count)d days after the planned end of the journey.",
            breach.days,
        ),
    }
    return words[breach.limit] % {"step": breach.title, "count": breach.days}


def stay_words(stay: Stay) -> str:
    """A step that does not follow, and why."""
    if stay.why == "pinned":
        return _("“%(step)s” stays: its dates were set by hand.") % {"step": stay.title}
    return _("“%(step)s” stays: it is %(state)s.") % {"step": stay.title, "state": Step.State(stay.why).label}
