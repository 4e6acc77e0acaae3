"""A newer version of the programme taken up by journeys that run, or declined. Local edits win."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.actions.plan.changes import change_plan, hold, hold_steps_of
from journeys.actions.shared import join_team
from journeys.models import Journey, ProgrammeVersion, Step, StepTemplate
from journeys.queries.offers import Library, Offer, offers_for


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
    return _apply(journey, version, {}, by=by)


def apply_version_to_many(journeys: Iterable[Journey], version: ProgrammeVersion, *, by: User | None) -> list[Taken]:
    """As `apply_version`, for each in its own transaction: one that refuses does not hold back the others."""
    found: list[Taken] = []
    library: Library = {}
    for journey in journeys:
        try:
            with transaction.atomic():
                found.append(Taken(journey, _apply(journey, version, library, by=by)))
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


def _apply(journey: Journey, version: ProgrammeVersion, library: Library, *, by: User | None) -> Offer:
    with change_plan(journey, "apply_version", by=by, label=str(version.number)):
        _check(journey, version)
        hold_steps_of(journey)
        offer = offers_for([journey], version, library=library)[journey.pk]
        _write(offer)
        join_team(list(journey.steps.filter(code__in=offer.merge.added, is_shared=True).order_by("pk")), by=by)
        journey.version, journey.declined_version = version, None
        journey.save(update_fields=["version", "declined_version"])
    history.record(
        "apply_version", journey, by=by, organisation=journey.programme.organisation, version=version.number,
        changes=offer.changes, kept=offer.edits,
    )  # fmt: skip
    return offer


def _write(offer: Offer) -> None:
    """The steps as the merge says: new ones created, the others updated, then who waits for whom."""
    merged = offer.merge
    steps = dict(offer.steps)
    copies = Step.objects.filter(journey=offer.journey, template__isnull=False, code__in=offer.templates)
    same = StepTemplate.objects.filter(version=offer.version, code=OuterRef("code"))
    copies.update(template_id=Subquery(same.order_by().values("pk")[:1]))
    for position, code in enumerate(merged.order, start=1):
        line = merged.plan.lines[code]
        values: dict[str, Any] = {"position": position, "state": line.state}
        values |= {"earliest_on": line.earliest_on, "due_on": line.due_on, **merged.facts.get(code, {})}
        if code in merged.dropped:
            values["waive_reason"] = _("No longer in version %(number)d of the programme") % {
                "number": offer.version.number
            }
        step = steps.get(code)
        if step is None:
            their = offer.templates[code]
            steps[code] = Step(journey=offer.journey, code=code, template_id=their.pk, **{**their.facts, **values})
        elif changed := {name: value for name, value in values.items() if getattr(step, name) != value}:
            Step.objects.filter(pk=step.pk).update(**changed)
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
