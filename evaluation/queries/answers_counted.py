"""What was answered to questions, added up: by name in the database, in confidence or without a name in groups."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, Q, Value, When
from django.db.models.lookups import IsNull

from evaluation.queries.measures import Measure, Total, totals
from evaluation.queries.measures.measure import NONE, ONE
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.questions import (
    ASIDE,
    CHOSE,
    DETRACTS,
    PROMOTES,
    RATHER_NOT,
    SPOKEN,
    WOULD,
    Asked,
    How,
    asked_in,
    named_rows,
    took,
)
from evaluation.queries.questions_apart import Apart, apart
from evaluation.queries.scope import Scope


@dataclass(frozen=True)
class Answers:
    """`asked` requests of the period, `answered` of them; `aside`: does not apply, or rather not said, by name.

    `value` and `part`: sums as the measure has them. `sides`: the people (or sheets apart) on each side. `otherwise`:
    requests of the period that asked it otherwise, which count nowhere. `apart`: those answered that show no row.
    """

    asked: int = 0
    answered: int = 0
    aside: int = 0
    value: float = 0
    part: float = 0
    sides: tuple[int, ...] = ()
    otherwise: int = 0
    apart: int = 0


def answers_of(measures: Sequence[SurveyMeasure], scope: Scope) -> dict[str, Answers]:
    """{code: what was answered}. One query says how they were asked, one adds up those that share their rows; four
    more where something was answered apart.
    """
    asked = asked_in([one.question for one in measures], scope)
    sums = _by_name(measures, asked, scope)
    secret = apart(asked, scope)
    return {one.code: _answers(one, sums, asked[one.question], secret[one.question]) for one in measures}


def _by_name(measures: Sequence[SurveyMeasure], asked: dict[Any, Asked], scope: Scope) -> dict[str, Total]:
    bases: dict[Any, list[SurveyMeasure]] = {}
    for one in measures:
        bases.setdefault(one.base, []).append(one)
    found: dict[str, Total] = {}
    for together in bases.values():
        how = {one.question: asked[one.question] for one in together}
        if not any(one.versions for one in how.values()):
            continue

        def base(_scope: Scope, how: Any = how) -> Any:
            return named_rows(how, scope)

        made_of = tuple((one.question, *how[one.question].key) for one in together)
        twins = [
            replace(twin, base=base, made_of=made_of) for one in together for twin in _twins(one, how[one.question])
        ]
        found |= totals(twins, scope)
    return found


def _twins(one: SurveyMeasure, asked: Asked) -> list[Measure]:
    """The measure itself, and what counts the people on each side of it, over the same rows."""
    only = Q(version__in=asked.versions)
    sides = [Case(When(side, then=Value(1)), default=NONE) for side in _sides(one)]
    more = [Case(When(ASIDE, then=ONE), default=NONE)] if one.question.is_single else []
    plain: dict[str, Any] = {"only": only, "weight": ONE, "part": NONE, "unit": ""}
    return [
        replace(one, only=only),
        *(replace(one, code=f"{one.code}#{place}", value=side, **plain) for place, side in enumerate(sides)),
        *(replace(one, code=f"{one.code}#aside", value=aside, **plain) for aside in more),
    ]


def _sides(one: SurveyMeasure) -> list[Any]:
    how = one.question.how
    if how == How.RECOMMEND:
        return [WOULD, RATHER_NOT, SPOKEN & ~WOULD & ~RATHER_NOT]
    if how == How.YES:
        return [SPOKEN & Q(said__value=1), SPOKEN & Q(said__value=0)]
    if how == How.CHOSEN:
        return [CHOSE & took(one.question), CHOSE & ~took(one.question)]
    return [SPOKEN if how == How.MEAN else IsNull(one.value, False)]


def _answers(one: SurveyMeasure, sums: dict[str, Total], asked: Asked, secret: Apart) -> Answers:
    """Both together. Of the sheets apart each is of somebody else."""
    total = sums.get(one.code, Total())
    points, how = secret.points, one.question.how
    would, rather_not = sum(x >= PROMOTES for x in points), sum(x <= DETRACTS for x in points)
    value, part, sides = sum(points), 0.0, [len(points)]
    if how == How.RECOMMEND:
        value, part, sides = would - rather_not, would, [would, rather_not, len(points) - would - rather_not]
    elif how in (How.YES, How.CHOSEN):
        sides = [int(sum(points)), len(points) - int(sum(points))]
    else:
        part = sum(x * x for x in points)
    by_name = [sums.get(f"{one.code}#{place}", Total()).counted for place in range(len(sides))]
    return Answers(
        asked=total.rows + secret.asked,
        answered=int(total.weight) + len(points),
        aside=int(sums.get(f"{one.code}#aside", Total()).value),
        value=float(total.value) + value,
        part=float(total.part) + part,
        sides=tuple(map(sum, zip(by_name, sides, strict=True))),
        otherwise=asked.otherwise,
        apart=len(points),
    )
