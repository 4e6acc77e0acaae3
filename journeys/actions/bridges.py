"""From one programme to another: a new journey beside the first or instead of it, what was done carried over."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys.actions.companions import add_companion
from journeys.actions.evidence import carry_evidence_files
from journeys.actions.journeys import open_journey
from journeys.actions.shared import follow_step
from journeys.actions.states import end_before_the_end, lock_journey
from journeys.models import Bridge, Journey, Milestone, Programme, Step
from journeys.queries.bridges import STAYING, Equivalent, equivalents, root_of


@transaction.atomic
def bridge_journey(
    journey: Journey,
    *,
    programme: Programme,
    kind: str,
    steps: Collection[int] = (),
    companions: Collection[int] = (),
    reason: str = "",
    by: User | None,
) -> Journey:
    """A journey of the same project and person opens today in `programme`; with `kind` “move” the first one is left.

    `steps`: those of this person (see `equivalents`) that stand as done on the new journey, on their day and with their
    evidence. `companions`: the people (referent, mentors) who accompany the new one too. Not a line of hours moves.
    Refused when the journey is not under way, when the programme is the same, of another organisation or closed, when
    a step is not among the equivalents done, and when they have a journey under way there: twice makes one.
    """
    lock_journey(journey)
    if journey.state not in (Journey.State.ACTIVE, Journey.State.PAUSED):
        raise Refused(_("A bridge leaves from a journey that is under way."))
    _check_programme(journey, programme)
    if kind not in Bridge.Kind.values:
        raise Refused(_("Say whether it is instead of the first, or beside it."), field="kind")
    carried = _chosen(journey, programme, steps)
    referent = journey.referent if journey.referent_id in companions else None
    made = open_journey(programme, journey.project, journey.holder, started_on=clock.today(), referent=referent, by=by)
    _carry_steps(made, carried, by)
    _carry_people(journey, made, companions, by)
    bridge = Bridge.objects.create(
        from_journey=journey, to_journey=made, kind=kind, crossed_on=clock.today(), reason=reason.strip(), by=by
    )
    for side in (journey, made):
        history.record(
            "bridge_journey", side, by=by, organisation=programme.organisation, reason=bridge.reason, kind=kind,
            steps=len(carried), other=made.pk if side is journey else journey.pk,
        )  # fmt: skip
    if kind == Bridge.Kind.MOVE:
        end_before_the_end(journey, reason=Journey.LeaveReason.BRIDGED, comment=bridge.reason, by=by)
    return made


def _check_programme(journey: Journey, programme: Programme) -> None:
    if programme.pk == journey.programme_id:
        raise Refused(_("Choose another programme than this one."), field="programme")
    if programme.organisation_id != journey.programme.organisation_id:
        raise Refused(_("Choose a programme of the same organisation."), field="programme")
    if not programme.is_open:
        raise Refused(_("This programme welcomes no new journey at the moment."), field="programme")


def _chosen(journey: Journey, programme: Programme, steps: Collection[int]) -> list[Equivalent]:
    """The equivalents that were ticked."""
    wanted = set(steps)
    chosen = [one for one in equivalents(journey, programme) if one.is_done and one.step.pk in wanted]
    if len(chosen) != len(wanted):
        raise Refused(_("What is done has changed meanwhile. Look at the list again."), field="steps")
    return chosen


def _carry_steps(made: Journey, carried: Collection[Equivalent], by: User | None) -> None:
    """Done on their own day, and where they were first done remembered; milestones with their evidence.

    What a team shares in the new programme is done for all then; what it had done there already stands as it is.
    """
    copies = {
        step.template_id: step
        for step in made.steps.select_related("journey__programme__organisation", "journey__holder__user").order_by(
            "pk"
        )
    }
    milestones: list[Milestone] = []
    for one in carried:
        copy = copies[one.template.pk]
        if copy.state == Step.State.DONE:
            continue
        copy.state, copy.done_on, copy.carried_from_id = Step.State.DONE, one.step.done_on, root_of(one.step)
        copy.save(update_fields=["state", "done_on", "carried_from"])
        if one.milestone:
            shown = one.milestone
            milestones.append(
                Milestone(
                    step=copy, reached_on=shown.reached_on, evidence=shown.evidence, evidence_url=shown.evidence_url,
                    recorded_by_id=shown.recorded_by_id,
                )
            )  # fmt: skip
            carry_evidence_files(shown.step, copy)
        follow_step(copy, by=by)
    Milestone.objects.bulk_create(milestones)


def _carry_people(journey: Journey, made: Journey, people: Collection[int], by: User | None) -> None:
    """Those who stay see the new journey too, each as what she is on the first."""
    rows = journey.companions.filter(ended_at=None, role__in=STAYING, user__in=people)
    for row in rows.select_related("user").order_by("pk"):
        add_companion(made, row.user, row.role, by=by)
