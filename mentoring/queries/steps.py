"""Which step of a journey a session belongs to, and how long it usually lasts."""

from journeys.models import Journey, Step, StepKind

USUAL_MINUTES = 90


def mentoring_step(journey: Journey) -> Step | None:
    """The mentoring step to work on: the first still open, else the last; None when the journey has none."""
    steps = list(journey.steps.filter(kind=StepKind.MENTORING).order_by("position", "pk"))
    return next((step for step in steps if step.is_open), steps[-1] if steps else None)


def usual_minutes(step: Step | None) -> int:
    """The length of one session: the step's expected minutes over its number of sessions, else 90."""
    if step is None or not step.minutes_expected:
        return USUAL_MINUTES
    return min(600, max(5, step.minutes_expected // max(1, step.occurrences)))
