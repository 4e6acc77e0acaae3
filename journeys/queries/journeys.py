"""A journey as it is shown: its progress, and the line of stations."""

from collections.abc import Iterable
from dataclasses import dataclass

from journeys.models import Step


@dataclass(frozen=True)
class Progress:
    """How far a journey is: done weight over the weight of all steps that count (waived ones do not)."""

    done_weight: int
    total_weight: int

    @property
    def percent(self) -> int:
        return round(100 * self.done_weight / self.total_weight) if self.total_weight else 0


def progress(steps: Iterable[Step]) -> Progress:
    """Progress over the given steps: done weight / (all − waived) weight."""
    rows = list(steps)
    return Progress(
        done_weight=sum(step.weight for step in rows if step.state == Step.State.DONE),
        total_weight=sum(step.weight for step in rows if step.state != Step.State.WAIVED),
    )


def current_step(steps: Iterable[Step]) -> Step | None:
    """Where she is: the first step in progress or scheduled, else the open one due first."""
    rows = list(steps)
    moving = [step for step in rows if step.state in (Step.State.IN_PROGRESS, Step.State.SCHEDULED)]
    waiting = [step for step in rows if step.state == Step.State.PLANNED]
    return min(moving or waiting, key=lambda step: (step.due_on, step.position), default=None)
