"""What a draft still lacks before it can be published, and what would make it better."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from journeys.models import Programme, StepKind, StepTemplate


@dataclass(frozen=True)
class Lack:
    """One thing to see to: in the programme, or in a step. `is_blocking`: nothing is published without it."""

    sentence: str
    step: StepTemplate | None = None
    is_blocking: bool = True


def blocking(lacks: Iterable[Lack]) -> list[Lack]:
    return [lack for lack in lacks if lack.is_blocking]


def lacks_of(programme: Programme, steps: Sequence[StepTemplate]) -> list[Lack]:
    """Everything the programme and these steps (in order, `after` fetched) lack, the blocking first."""
    found = [] if steps else [Lack(_("There is no step yet."))]
    for step in steps:
        found += _step_lacks(step)
    if not programme.title_en:
        found.append(Lack(_("The programme has no English title."), is_blocking=False))
    return sorted(found + _out_of_order(steps), key=lambda lack: not lack.is_blocking)


def _step_lacks(step: StepTemplate) -> list[Lack]:
    """What one step lacks."""
    name = {"step": str(step)}
    checks = [
        (not step.title_fr, True, _("“%(step)s” has no French title.")),
        (
            step.kind == StepKind.MODULE and step.module_id is None,
            True,
            _("“%(step)s” has no module of the catalogue."),
        ),
        (bool(step.evidence_en and not step.evidence_fr), True, _("“%(step)s” asks for evidence in English only.")),
        (not step.title_en, False, _("“%(step)s” has no English title.")),
        (bool(step.evidence_fr and not step.evidence_en), False, _("“%(step)s” asks for evidence in French only.")),
        (
            step.kind == StepKind.MILESTONE and not (step.evidence_fr or step.evidence_en),
            False,
            _("“%(step)s” is a milestone and asks for no evidence."),
        ),
        (
            step.kind in (StepKind.MENTORING, StepKind.IMMERSION) and not step.minutes_expected,
            False,
            _("“%(step)s” has no expected hours."),
        ),
    ]
    return [Lack(sentence % name, step, is_blocking) for is_lacking, is_blocking, sentence in checks if is_lacking]


def _out_of_order(steps: Sequence[StepTemplate]) -> list[Lack]:
    """Steps that stand in the line before what they wait for."""
    places = {step.code: place for place, step in enumerate(steps)}
    return [
        Lack(
            _("“%(step)s” stands before “%(before)s”, which must come first.")
            % {"step": str(step), "before": str(before)},
            step,
            is_blocking=False,
        )
        for step in steps
        for before in step.after.all()
        if places.get(before.code, -1) > places[step.code]
    ]
