"""Milestones: what should come before, and what was reached."""

from journeys.models import Milestone, Step


def missing_before(step: Step) -> list[Step]:
    """The steps that should come before this one and are neither done nor waived, in their order."""
    return list(step.after.exclude(state__in=[Step.State.DONE, Step.State.WAIVED]).order_by("position", "pk"))


def reached(step: Step) -> Milestone | None:
    """The milestone reached on this step, if it is."""
    return Milestone.objects.filter(step=step).select_related("recorded_by").first()
