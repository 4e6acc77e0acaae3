"""A newer version of the programme taken up by journeys that run, or declined. Local edits win."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.actions.plan.changes import change_plan, hold
from journeys.models import Journey, ProgrammeVersion, Step
from journeys.queries.offers import Offer, offers_for

WRITTEN = ("earliest_on", "due_on", "state", "waive_reason", "template_id", "position")


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
    waived only if nothing was planned, recorded or changed. Open steps that nobody pinned are placed anew. Refused for
    a draft, another programme's version, and one that is not newer than the journey's.
    """
    with change_plan(journey, "apply_version", by=by, label=str(version.number)):
        _check(journey, version)
        offer = offers_for([journey], version)[journey.pk]
        _write(offer)
        journey.version, journey.declined_version = version, None
        journey.save(update_fields=["version", "declined_version"])
    history.record(
        "apply_version", journey, by=by, organisation=journey.programme.organisation, version=version.number,
        changes=offer.changes, kept=offer.edits,
    )  # fmt: skip
    return offer


def apply_version_to_many(journeys: Iterable[Journey], version: ProgrammeVersion, *, by: User | None) -> list[Taken]:
    """As `apply_version`, for each in its own transaction: one that refuses does not hold back the others."""
    found = []
    for journey in journeys:
        try:
            with transaction.atomic():
                found.append(Taken(journey, apply_version(journey, version, by=by)))
        except Refused as refusal:
            found.append(Taken(journey, refusal=refusal.sentence))
        except IntegrityError:
            found.append(Taken(journey, refusal=_("Someone changed this meanwhile. Try this one again.")))
    return found


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
    if version.programme_id != journey.programme_id or version.is_draft:
        raise Refused(_("This is not a published version of the journey’s programme."))
    if version.number <= ProgrammeVersion.objects.get(pk=journey.version_id).number:
        raise Refused(_("The journey is on this version already, or on a newer one."))


def _write(offer: Offer) -> None:
    """The steps as the merge says: new ones created, the others updated, then who waits for whom."""
    merged = offer.merge
    steps = {step.code: step for step in Step.objects.filter(journey=offer.journey)}
    names = {*WRITTEN, *(name for facts in merged.facts.values() for name in facts)}
    for position, code in enumerate(merged.order, start=1):
        line, their = merged.plan.lines[code], offer.templates.get(code)
        step = steps.get(code)
        facts: dict[str, Any] = dict(merged.facts.get(code, {}))
        if step is None:
            assert their is not None
            step = Step(journey=offer.journey, code=code, **their.facts)
        for name, value in facts.items():
            setattr(step, name, value)
        if their is not None and (step.pk is None or step.template_id is not None):
            step.template_id = their.pk
        if code in merged.dropped:
            step.waive_reason = _("No longer in version %(number)d of the programme") % {"number": offer.version.number}
        step.position, step.state = position, line.state
        step.earliest_on, step.due_on = line.earliest_on, line.due_on
        steps[code] = step
    there = [step for step in steps.values() if step.pk is not None]
    Step.objects.bulk_update(there, sorted(name.removesuffix("_id") for name in names))
    Step.objects.bulk_create([step for step in steps.values() if step.pk is None])
    _write_edges(offer, list(steps.values()))


def _write_edges(offer: Offer, steps: Sequence[Step]) -> None:
    """Only the edges that differ."""
    through = Step.after.through
    pk = {step.code: step.pk for step in steps}
    wanted = {(pk[code], pk[one]) for code, line in offer.merge.plan.lines.items() for one in line.after}
    edges = through.objects.filter(from_step__journey=offer.journey)
    there = {(later, earlier): row for row, later, earlier in edges.values_list("pk", "from_step_id", "to_step_id")}
    if gone := [row for edge, row in there.items() if edge not in wanted]:
        through.objects.filter(pk__in=gone).delete()
    new = sorted(wanted - set(there))
    through.objects.bulk_create(through(from_step_id=later, to_step_id=earlier) for later, earlier in new)
