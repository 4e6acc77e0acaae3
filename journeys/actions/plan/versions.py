"""A newer version of the programme taken up by journeys that run, or declined. Local edits win."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.actions.plan.changes import FIELDS, JOURNEY, as_plain, hold, hold_many, hold_steps_of, set_edges
from journeys.actions.shared import join_team
from journeys.models import Journey, PlanChange, ProgrammeVersion, Step
from journeys.queries.offers import Library, Offer, offers_for

AT_ONCE = 50
"""Journeys held and written together."""


@dataclass(frozen=True)
class Taken:
    """What became of one journey among many: `offer` as it was applied, else why not."""

    journey: Journey
    offer: Offer | None = None
    refusal: str = ""


@transaction.atomic
def apply_version(journey: Journey, version: ProgrammeVersion, *, by: User | None) -> Offer:
    """The journey takes up this version of its programme, as the offer says; it can be undone.

    What was changed for this person stays; steps done, waived or under way stay; a step that the version drops is
    waived only if nothing was planned, recorded or changed. Open steps that nobody pinned are placed anew; a new one
    that the team shares and has done is done. Refused for a draft, another programme's version, and one that is not
    newer than the journey's.
    """
    [taken] = _take_up([journey], version, {}, by=by)
    if taken.offer is None:
        raise Refused(taken.refusal)
    return taken.offer


def apply_version_to_many(journeys: Iterable[Journey], version: ProgrammeVersion, *, by: User | None) -> list[Taken]:
    """As `apply_version`, for each of these: one that refuses does not hold back the others.

    So many at a time, in one transaction; where the database refuses what is written, those again one by one.
    """
    found: list[Taken] = []
    library: Library = {}
    rows = list({journey.pk: journey for journey in journeys}.values())
    for start in range(0, len(rows), AT_ONCE):
        few = rows[start : start + AT_ONCE]
        try:
            with transaction.atomic():
                found += _take_up(few, version, library, by=by)
        except IntegrityError:
            found += [_alone(journey, version, library, by=by) for journey in few]
    return found


def _alone(journey: Journey, version: ProgrammeVersion, library: Library, *, by: User | None) -> Taken:
    try:
        with transaction.atomic():
            return _take_up([journey], version, library, by=by)[0]
    except IntegrityError:
        return Taken(journey, refusal=_("Someone changed this meanwhile. Try this one again."))


@transaction.atomic
def decline_version(journey: Journey, version: ProgrammeVersion, *, by: User | None) -> Journey:
    """This version is not offered to this journey any more; the next one will be. Refused as for taking it up."""
    hold(journey)
    _check(journey, version)
    journey.declined_version = version
    journey.save(update_fields=["declined_version"])
    history.record(
        "decline_version", journey, by=by, organisation=journey.programme.organisation, version=version.number
    )
    return journey


def _check(journey: Journey, version: ProgrammeVersion) -> None:
    if refusal := _refusals([journey], version).get(journey.pk):
        raise Refused(refusal)


def _refusals(journeys: Sequence[Journey], version: ProgrammeVersion) -> dict[int, str]:
    """{journey id: why not}."""
    numbers = ProgrammeVersion.objects.in_bulk({journey.version_id for journey in journeys})
    refused = {}
    for journey in journeys:
        if version.programme_id != journey.programme_id or version.is_draft:
            refused[journey.pk] = _("This is not a published version of the journey’s programme.")
        elif version.number <= numbers[journey.version_id].number:
            refused[journey.pk] = _("The journey is on this version already, or on a newer one.")
    return refused


def _take_up(
    journeys: Sequence[Journey], version: ProgrammeVersion, library: Library, *, by: User | None
) -> list[Taken]:
    """Held, read, merged and written together: about as many statements for fifty journeys as for one."""
    refused = hold_many(journeys)
    refused |= _refusals([one for one in journeys if one.pk not in refused], version)
    going = [one for one in journeys if one.pk not in refused]
    if not going:
        return [Taken(one, refusal=refused[one.pk]) for one in journeys]
    hold_steps_of(*going)
    offers = offers_for(going, version, library=library)
    changes = _write(list(offers.values()), version, by=by)
    Journey.objects.filter(pk__in=offers).update(version=version, declined_version=None)
    for change in changes:
        change.journey.version, change.journey.declined_version, change.by = version, None, by
    PlanChange.objects.bulk_create(changes)
    prefetch_related_objects(going, "programme__organisation", "holder__user", "project")
    history.record_many(
        "apply_version", going, by=by, organisation=going[0].programme.organisation,
        details=[
            {"version": version.number, "changes": offers[one.pk].changes, "kept": offers[one.pk].edits}
            for one in going
        ],
    )  # fmt: skip
    return [Taken(one, offers.get(one.pk), refused.get(one.pk, "")) for one in journeys]


def _write(offers: Sequence[Offer], version: ProgrammeVersion, *, by: User | None) -> list[PlanChange]:
    """The steps as the merges say, new ones created, the others updated, then who waits for whom.

    Returns what was changed, of each journey: the plan is not read again to know it.
    """
    new: list[Step] = []
    changed: dict[tuple[str, ...], list[Step]] = defaultdict(list)
    edges: dict[int, list[int]] = {}
    changes = [PlanChange(journey=offer.journey, verb="apply_version", label=str(version.number)) for offer in offers]
    steps = [dict(offer.steps) for offer in offers]
    for offer, change, mine in zip(offers, changes, steps, strict=True):
        for code, values in _values(offer).items():
            if code not in mine:
                mine[code] = Step(journey=offer.journey, code=code, **values)
                new.append(mine[code])
            elif names := tuple(name for name, value in values.items() if getattr(mine[code], name) != value):
                _set(mine[code], {name: values[name] for name in names}, change)
                changed[names].append(mine[code])
    for names, rows in changed.items():  # only what differs: another may move the state of a step meanwhile
        Step.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=names)
    Step.objects.bulk_create(new)
    for offer, change, mine in zip(offers, changes, steps, strict=True):
        join_team([mine[code] for code in offer.merge.added], by=by)
        edges |= _wait(offer, mine, change)
        own = {"version_id": version.pk, "declined_version_id": None}
        was = {name: getattr(offer.journey, name) for name in own}
        change.before[JOURNEY] = {name: value for name, value in was.items() if value != own[name]}
        change.after[JOURNEY] = {name: own[name] for name in change.before[JOURNEY]}
    set_edges(edges)
    return changes


def _set(step: Step, values: Mapping[str, Any], change: PlanChange) -> None:
    """The step says this now; the change remembers both."""
    change.before[str(step.pk)] = as_plain({name: getattr(step, name) for name in values})
    change.after[str(step.pk)] = as_plain(values)
    for name, value in values.items():
        setattr(step, name, value)


def _wait(offer: Offer, steps: Mapping[str, Step], change: PlanChange) -> dict[int, list[int]]:
    """{step id: the ids that it waits for} where that differs; the change remembers it, and the steps that are new."""
    found = {}
    for code, step in steps.items():
        old, line = offer.old.lines.get(code), offer.merge.plan.lines[code]
        now = sorted(steps[one].pk for one in line.after)
        if old is None:
            facts = {name: getattr(step, name) for name in FIELDS}
            change.before[str(step.pk)], change.after[str(step.pk)] = None, {**as_plain(facts), "after": now}
        elif old.after != line.after:
            change.before.setdefault(str(step.pk), {})["after"] = sorted(steps[one].pk for one in old.after)
            change.after.setdefault(str(step.pk), {})["after"] = now
        else:
            continue
        found[step.pk] = now
    return found


def _values(offer: Offer) -> dict[str, dict[str, Any]]:
    """{code: what the step is to say}, in the order of the plan: all of it for a new step, else what may change."""
    merged, found = offer.merge, {}
    for position, code in enumerate(merged.order, start=1):
        line, step, their = merged.plan.lines[code], offer.steps.get(code), offer.templates.get(code)
        values: dict[str, Any] = {} if step or not their else dict(their.facts)
        if their and (step is None or step.template_id):
            values["template_id"] = their.pk
        values |= {"position": position, "state": line.state}
        values |= {"earliest_on": line.earliest_on, "due_on": line.due_on, **merged.facts.get(code, {})}
        if code in merged.dropped:
            values["waive_reason"] = _("No longer in version %(number)d of the programme") % {
                "number": offer.version.number
            }
        found[code] = values
    return found
