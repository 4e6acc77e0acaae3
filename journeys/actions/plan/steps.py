"""The steps of one journey made its own: added, edited, removed."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.actions.plan.changes import change_plan, fresh, hold_steps_of, set_edges
from journeys.actions.plan.moves import check_days, write_plan
from journeys.actions.programme_rules import NUMBERS, TEXTS, check_number, check_text
from journeys.models import Journey, Module, Step, StepKind
from journeys.queries.cascade import Line, Plan, cycle_of, settle, window
from journeys.queries.plans import read_plan, recorded

OWN = "own"  # the codes of steps added for one person begin so: no template step is called like one
WEIGHTS = range(101)
LONGEST = 1000  # days and sessions


@transaction.atomic
def add_step(
    journey: Journey,
    *,
    kind: str,
    title_fr: str,
    title_en: str = "",
    weight: int = 1,
    is_required: bool = False,
    after: Collection[Step] = (),
    due_on: date | None = None,
    earliest_on: date | None = None,
    min_days: int | None = None,
    max_days: int | None = None,
    minutes_expected: int = 0,
    occurrences: int = 1,
    module: Module | None = None,
    evidence_fr: str = "",
    evidence_en: str = "",
    by: User | None,
) -> Step:
    """A step of this person's own, in its place on the line; its code is unique in the journey.

    Its days are given (`due_on`: it is pinned), or counted from what it waits for (`min_days`, `max_days`). Refused
    without a title or days, for days the wrong way round, for a training module that is not named.
    """
    facts = {
        "kind": kind,
        "weight": weight,
        "is_required": is_required,
        "minutes_expected": minutes_expected,
        "occurrences": occurrences,
        "module": module,
        "title_fr": title_fr,
        "title_en": title_en,
        "evidence_fr": evidence_fr,
        "evidence_en": evidence_en,
    }
    _check(facts)
    with change_plan(journey, "add_step", by=by, label=title_fr.strip()):
        plan = read_plan(journey)
        codes = _codes_of(plan, after)
        line = _new_line(journey, plan, codes, title_fr, (earliest_on, due_on), (min_days, max_days))
        step = _create(journey, plan, line, _clean(facts))
    history.record("add_step", step, by=by, organisation=journey.programme.organisation, due_on=step.due_on)
    return step


@transaction.atomic
def edit_step(
    step: Step,
    *,
    title_fr: str | None = None,
    title_en: str | None = None,
    weight: int | None = None,
    is_required: bool | None = None,
    minutes_expected: int | None = None,
    occurrences: int | None = None,
    evidence_fr: str | None = None,
    evidence_en: str | None = None,
    after: Collection[Step] | None = None,
    by: User | None,
) -> Step:
    """What is given changes for this person; what is not stays. A later version of the programme lets it stand.

    New prerequisites place the step anew, and its followers with it; a pinned or finished one stays. Refused without
    a title, for figures out of bounds, and when steps would wait for one another (they are named).
    """
    given = {
        "title_fr": title_fr,
        "title_en": title_en,
        "weight": weight,
        "is_required": is_required,
        "minutes_expected": minutes_expected,
        "occurrences": occurrences,
        "evidence_fr": evidence_fr,
        "evidence_en": evidence_en,
    }
    facts = {name: value for name, value in given.items() if value is not None}
    with change_plan(step.journey, "edit_step", by=by, label=step.title) as change:
        fresh(step)
        _check({"kind": step.kind, "module": step.module, "title_fr": step.title_fr} | facts)
        facts = _clean(facts)
        for name, value in facts.items():
            setattr(step, name, value)
        step.save(update_fields=[*facts])
        if after is not None:
            _wait_for(step, after)
            fresh(step)
    if change.pk:
        fields = sorted(change.after.get(str(step.pk)) or {})
        history.record("edit_step", step, by=by, organisation=step.journey.programme.organisation, fields=fields)
    return step


@transaction.atomic
def remove_step(step: Step, *, by: User | None) -> Journey:
    """A step added for this person is gone; what waited for it waits no more, and stays where it is.

    Refused for a step of the programme (it is waived, not removed) and once anything was recorded on it.
    """
    journey = step.journey
    with change_plan(journey, "remove_step", by=by, label=step.title):
        hold_steps_of(journey)
        fresh(step)
        if step.template_id is not None:
            raise Refused(_("This step comes from the programme: waive it, with the reason."))
        if step.carried_from_id or recorded([step.pk]):
            raise Refused(_("Something was recorded on this step: waive it, with the reason."))
        history.record("remove_step", step, by=by, organisation=journey.programme.organisation)
        Step.objects.filter(pk=step.pk).delete()
    return journey


# --- Days, places and prerequisites ---------------------------------------------------------------
def _wait_for(step: Step, after: Collection[Step]) -> None:
    """`step` waits for exactly these. Refused in a ring: the titles are named."""
    old = read_plan(step.journey)
    codes = _codes_of(old, after)
    if codes == old.lines[step.code].after:
        return
    new = old.put(replace(old.lines[step.code], after=codes))
    if ring := cycle_of(new.after):
        titles = " → ".join(new.lines[code].title for code in ring)
        raise Refused(_("These steps would wait for one another: %(cycle)s.") % {"cycle": titles}, field="after")
    set_edges({step.pk: [old.lines[code].pk for code in codes]})
    write_plan(old, settle(old, new))


def _create(journey: Journey, plan: Plan, line: Line, facts: dict[str, Any]) -> Step:
    """The row of a new line, in its place, waiting for what it waits for."""
    names = ("code", "min_days", "max_days", "earliest_on", "due_on", "is_pinned")
    days = {name: getattr(line, name) for name in names}
    step = Step.objects.create(journey=journey, position=_make_room(plan, line), **days, **facts)
    set_edges({step.pk: [plan.lines[code].pk for code in line.after]})
    return step


def _codes_of(plan: Plan, steps: Collection[Step]) -> frozenset[str]:
    """Refused for a step of another journey."""
    known = {line.pk: code for code, line in plan.lines.items()}
    if any(step.pk not in known for step in steps):
        raise Refused(_("A step waits for steps of the same journey only."), field="after")
    return frozenset(known[step.pk] for step in steps)


def _new_line(
    journey: Journey,
    plan: Plan,
    after: frozenset[str],
    title: str,
    days: tuple[date | None, date | None],
    counted: tuple[int | None, int | None],
) -> Line:
    """Where a new step lies: between those days, else `counted` days after its anchor."""
    code = _free_code(title, plan)
    blank = Line(code, title, "planned", 0, 0, plan.starts_on, plan.starts_on, after=after)
    anchor = plan.put(blank).anchor(code)
    (earliest, due), (low, high) = days, counted
    if due is not None:
        check_days(journey, earliest, due)
        earliest = earliest or min(anchor, due)
        low = max(0, (earliest - anchor).days)
        high = max(low, (due - anchor).days)
        return replace(blank, min_days=low, max_days=high, earliest_on=earliest, due_on=due, is_pinned=True)
    if high is None:
        raise Refused(_("Say when: by which day, or within how many days."), field="due_on")
    low = low or 0
    if not 0 <= low <= high <= LONGEST:
        raise Refused(_("The days run from the fewest to the most, up to 1,000."), field="max_days")
    earliest_on, due_on = window(anchor, low, high)
    return replace(blank, min_days=low, max_days=high, earliest_on=earliest_on, due_on=due_on)


def _free_code(title: str, plan: Plan) -> str:
    """A code that no step of the journey has."""
    stem = f"{OWN}-{slugify(title)}"[:34].strip("-")
    tries = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(plan.lines) + 2))
    return next(code for code in tries if code not in plan.lines)


def _make_room(plan: Plan, line: Line) -> int:
    """Its position: after what it waits for, what is behind and what is due by then; those that follow move up one."""
    codes = list(plan.lines)
    first = max((codes.index(code) + 1 for code in line.after), default=0)
    before = (
        place + 1 for place, one in enumerate(plan.lines.values()) if not one.is_open or one.due_on <= line.due_on
    )
    place = max(first, max(before, default=0))
    renumber([plan.lines[code].pk for code in codes], gap=place)
    return place + 1


def renumber(steps: Sequence[int], *, gap: int | None = None) -> None:
    """These steps stand at 1, 2, 3…, with one number left free before the one at index `gap`."""
    wanted = {pk: place + (2 if gap is not None and place >= gap else 1) for place, pk in enumerate(steps)}
    rows = [step for step in Step.objects.filter(pk__in=steps) if step.position != wanted[step.pk]]
    for step in rows:
        step.position = wanted[step.pk]
    Step.objects.bulk_update(rows, ["position"])


def _check(facts: dict[str, Any]) -> None:
    """Refused when what a step says cannot be."""
    if facts["kind"] not in StepKind.values:
        raise Refused(_("Choose one of the four kinds of steps."), field="kind")
    if not facts["title_fr"].strip():
        raise Refused(_("Give the step a title in French."), field="title_fr")
    if facts["kind"] == StepKind.MODULE and facts["module"] is None:
        raise Refused(_("Choose the module of the catalogue."), field="module")
    if facts.get("weight", 1) not in WEIGHTS:
        raise Refused(_("A weight goes from 0 to 100."), field="weight")
    if not 1 <= facts.get("occurrences", 1) <= LONGEST:
        raise Refused(_("There is at least one session."), field="occurrences")
    check_number(facts.get("minutes_expected", 0), NUMBERS["minutes_expected"], "minutes_expected")
    for name, longest in TEXTS.items():
        check_text(facts.get(name, ""), longest, name)


def _clean(facts: dict[str, Any]) -> dict[str, Any]:
    """Texts without spaces around; only a training step keeps a module."""
    cleaned = {name: value.strip() if name in TEXTS else value for name, value in facts.items()}
    if "module" in cleaned and cleaned.get("kind") != StepKind.MODULE:
        cleaned["module"] = None
    return cleaned
