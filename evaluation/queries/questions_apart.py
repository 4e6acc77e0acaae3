"""What was answered to a question in confidence or without a name: counted in groups, never row by row.

Sheets count five by five (see `results.sheets_of`). In the order in which they came they are put in groups in which at
least as many people answered the question as a published group takes, and a group counts on the day of its last sheet:
so two periods never differ by what fewer people said. The sheets of an anonymous wave, which have a month and no
order, count all together or not at all. Nothing of these is told of a part of the people (a commune, a cohort), which
could be one person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import mean

from evaluation.models import Wave
from evaluation.queries.given import Kept
from evaluation.queries.questions import Asked, How, Question
from evaluation.queries.results.sheets import Row, sheets_of
from evaluation.queries.scope import Scope

Pointed = tuple[Row, float | None]
"""A sheet, and what it says to the question as a number (1 or 0 for a yes and a choice)."""
NARROWING = ("cohort", "commune", "qpv", "neighbourhood", "gender", "mentor", "started_by", "ended_by")
"""What leaves a part of the people of a programme."""
BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass
class Apart:
    """Of one question: requests of the period in the waves that count, and what each sheet says."""

    asked: int
    points: list[float]


def apart(asked: dict[Question, Asked], scope: Scope) -> dict[Question, Apart]:
    """What counts apart. No query without such a wave; else four, whatever their number."""
    found = {question: Apart(0, []) for question in asked}
    if any(getattr(scope, name) for name in NARROWING):
        return found
    wanted = {pk for one in asked.values() for pk, (mode, _n) in one.waves.items() if mode != Wave.Mode.IDENTIFIED}
    if not wanted:
        return found
    waves = Wave.objects.in_bulk(wanted)
    sheets = sheets_of(list(waves.values()))
    for question, one in asked.items():
        for pk, (_mode, n) in one.waves.items():
            if pk in waves:
                said = _said(question, one, waves[pk], sheets[pk], scope)
                if said:
                    found[question].asked += max(n, len(said))
                    found[question].points += said
    return found


def _said(question: Question, asked: Asked, wave: Wave, rows: Sequence[Row], scope: Scope) -> list[float]:
    points = [(row, point_of(question, asked.codes, row) if row.version in asked.versions else None) for row in rows]
    if wave.is_anonymous:
        return _all_or_none(points, scope)
    ordered = sorted(points, key=lambda one: (one[0].at is not None, one[0].at or BEGINNING, one[0].person))
    groups = batches(ordered, scope.smallest_group)
    within = [group for group in groups if (last := group[-1][0].on) and _is_in(scope, last)]
    return [value for group in within for _row, value in group if value is not None]


def _is_in(scope: Scope, day: date) -> bool:
    return (scope.since is None or day >= scope.since) and day <= scope.until


def _all_or_none(points: Sequence[Pointed], scope: Scope) -> list[float]:
    months = [row.month for row, _value in points if row.month]
    since = scope.since.replace(day=1) if scope.since else None
    if not months or max(months) > scope.until or (since and min(months) < since):
        return []
    said = [value for _row, value in points if value is not None]
    return said if len(said) >= scope.smallest_group else []


def batches(points: Iterable[Pointed], smallest: int) -> list[list[Pointed]]:
    """Consecutive groups in each of which at least so many answered; what is left over goes with the last. None where
    fewer did in all.
    """
    groups: list[list[Pointed]] = []
    group: list[Pointed] = []
    for one in points:
        group.append(one)
        if sum(value is not None for _row, value in group) >= smallest:
            groups.append(group)
            group = []
    if groups:
        groups[-1] += group
    return groups


def point_of(question: Question, codes: set[str], row: Row) -> float | None:
    """What a sheet says to it; None where it says nothing, or too little. `codes`: the items concerned."""
    if question.how == How.CHOSEN:
        kept = row.answers.get(question.items[0], Kept())
        return float(bool(set(kept.chosen.split()) & set(question.chosen))) if kept.chosen else None
    found = {code: number for code in codes if (number := _number(row.answers.get(code, Kept()))) is not None}
    if question.how == How.SCORE:
        return mean(found.values()) if len(found) >= question.least else None
    if question.how == How.GAIN:
        if len(found) < len(question.items) + len(question.before):
            return None
        return mean(found[one] for one in question.items) - mean(found[one] for one in question.before)
    return found.get(question.items[0])


def _number(kept: Kept) -> float | None:
    return float(kept.value) if kept.value is not None else float(kept.number) if kept.number is not None else None
