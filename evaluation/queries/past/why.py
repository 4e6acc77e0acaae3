"""Why a figure has changed between two days on which it was known, for the same scope: four causes that add up exactly.

Each row (each subject, where subjects count once) whose part in the figure is another has one cause. As many queries
whatever the number of rows; what each row adds is compared in the database, and only those that differ leave it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.history.queries import as_known_on
from evaluation.queries.line import Line
from evaluation.queries.lines import way_of
from evaluation.queries.measures import Measure
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.past.former import in_force
from evaluation.queries.past.held import Given, Held, holding
from evaluation.queries.scope import Scope


class Cause(TextChoices):
    """Where a change comes from."""

    NEW = "new", _("new facts")
    LATE = "late", _("facts told late")
    CORRECTION = "correction", _("corrections")
    DEFINITION = "definition", _("another definition")


EVENTS = {"immersions": "done_on", "milestones": "done_on", "left": "left_on"}
"""Measures whose row stands before what is counted happens (a step to come): its day then, by their code. Of the others
a row that was there and says something else was corrected."""


ANSWERED = "response__completed_at"


def _event(measure: Measure) -> str | None:
    """The day of what is counted, where its row stands before; an answer comes after its question."""
    return ANSWERED if isinstance(measure, SurveyMeasure) else EVENTS.get(measure.code)


@dataclass(frozen=True)
class Change:
    """One row (None on the side where it did not count) and why it adds something else."""

    cause: Cause
    before: Given | None
    after: Given | None

    @property
    def value(self) -> Any:
        return (self.after.value if self.after else 0) - (self.before.value if self.before else 0)

    @property
    def weight(self) -> int:
        return (self.after.weight if self.after else 0) - (self.before.weight if self.before else 0)

    @property
    def pk(self) -> int:
        one = self.after or self.before
        return one.pk if one else 0


@dataclass(frozen=True)
class Counted:
    """What counted on a day: a measure, and of which rows."""

    measure: Measure
    scope: Scope

    @property
    def keys(self) -> tuple[Any, ...]:
        """Two of which the rows are told apart alike have the same: rows of one table, or subjects found alike."""
        return self.model, self.measure.subject if self.measure.is_once else ""

    @property
    def model(self) -> Any:
        """Of the rows."""
        return self.measure.base(self.scope).model


@dataclass(frozen=True)
class Why:
    """What a figure's rows added up to on both days (numerator, denominator), and each change in between."""

    was: Counted
    now: Counted
    before: tuple[Any, int]
    after: tuple[Any, int]
    changes: list[Change]

    @property
    def measure(self) -> Measure:
        return self.now.measure

    @property
    def sides(self) -> tuple[Counted, Counted]:
        return self.was, self.now

    @property
    def is_other_unit(self) -> bool:
        """Does the second definition count in another unit, so that its sums can't be taken off those of the first?"""
        first, second = ((one.measure.is_time, str(one.measure.unit)) for one in self.sides)
        return first != second

    @property
    def redefined(self) -> Any:
        """What the second definition added up to as known on the first day."""
        return self.before[0] + sum(one.value for one in self.of(Cause.DEFINITION))

    @property
    def parts(self) -> list[tuple[Cause, Any, int, int]]:
        """(cause, change of the numerator, of the denominator, rows), every cause."""
        found = []
        for cause in Cause:
            mine = self.of(cause)
            found.append((cause, sum(one.value for one in mine), sum(one.weight for one in mine), len(mine)))
        return found

    def of(self, cause: str) -> list[Change]:
        """The changes of one cause, in the order of their rows."""
        return sorted((one for one in self.changes if one.cause == cause), key=lambda one: one.pk)


def why(which: str | Measure, scope: Scope, before: datetime, after: datetime) -> Why:
    """Of the catalogue by its code, or of a question. KeyError for a measure that there is not. Seven queries at most,
    besides those of the views of the past.
    """
    days = [timezone.localdate(moment) for moment in (before, after)]
    former, measure = (in_force(which, day) if isinstance(which, str) else which for day in days)
    return why_between(Counted(former, scope), Counted(measure, scope), before, after)


def why_between(was: Counted, now: Counted, before: datetime, after: datetime) -> Why:
    """The same of any two definitions: what `was` counted on the first day, `now` on the second."""
    is_other = was.measure is not now.measure or was.scope != now.scope
    with holding(DEFAULT_DB_ALIAS) as held:
        with as_known_on(before):
            if is_other:
                _keep(held, "was", was)
            _keep(held, "same", now)
        with as_known_on(after):
            _keep(held, "now", now)
        first = "was" if is_other else "same"
        sums = held.sums(first), held.sums("now")
        defined = _defined(held, was.keys == now.keys) if is_other else []
        moved = list(held.differing("same", "now"))
    judged = _Judge(now.measure, before, [later for _earlier, later in moved if later])
    return Why(was, now, *sums, defined + [Change(judged.cause(*pair), *pair) for pair in moved])


def _defined(held: Held, is_alike: bool) -> list[Change]:
    """What the definition alone has changed, as known on the first day."""
    if is_alike:
        pairs = list(held.differing("was", "same"))
    else:  # other rows altogether: a number may be that of one on either side
        pairs = [(one, None) for one in held.all_of("was")] + [(None, one) for one in held.all_of("same")]
    return [Change(Cause.DEFINITION, *pair) for pair in pairs]


def _keep(held: Held, side: str, counted: Counted) -> None:
    measure = counted.measure
    happened = _event(measure) or "happened"
    held.keep(side, measure.rows(counted.scope), happened, is_once=measure.is_once)


class _Judge:
    """Tells what happened since from what was told late and what was put right."""

    def __init__(self, measure: Measure, before: datetime, new: list[Given]) -> None:
        self.measure, self.before = measure, before
        self.last_day = timezone.localdate(before)
        written = [one.pk for one in new if one.recorded > before]
        self.replacing = _replacing(measure, written, before)

    def cause(self, was: Given | None, now: Given | None) -> Cause:
        if now is None or now.pk in self.replacing:
            return Cause.CORRECTION
        is_same = was is not None and was.pk == now.pk
        is_event = is_same and was is not None and self._has_happened(was, now)
        if is_same and not is_event:
            return Cause.CORRECTION
        if now.on is not None and now.on > self.last_day:
            return Cause.NEW
        return Cause.LATE if is_event or now.recorded > self.before else Cause.CORRECTION

    def _has_happened(self, was: Given, now: Given) -> bool:
        """Did what the row waited for come in between?"""
        return _event(self.measure) is not None and not was.value and (bool(now.value) or now.weight > was.weight)


def _replacing(measure: Measure, written: list[int], before: datetime) -> set[int]:
    """The rows written since in the place of one that was known before, at whatever remove."""
    model: Any = measure.base(Scope(organisation=None, until=timezone.localdate(before))).model
    try:
        model._meta.get_field("replaces")
    except FieldDoesNotExist:
        return set()
    recent = model._base_manager.filter(created_at__gt=before, replaces__isnull=False).order_by("pk")
    chain = {pk: (former, on) for pk, former, on in recent.values_list("pk", "replaces", "replaces__created_at")}
    found = set()
    for pk in written:
        former: int | None = pk
        while former in chain:
            former, on = chain[former]
            if on <= before:
                found.add(pk)
                break
    return found


Told = tuple[Change, Line | None, Line | None]


def told(found: Why, changes: list[Change], before: datetime, after: datetime) -> list[Told]:
    """Each change with its row as it was told before and is after; None where it did not count.

    Where only the definition is another, both are as known on the first day.
    """
    defined = [one for one in changes if one.cause == Cause.DEFINITION]
    others = [one for one in changes if one.cause != Cause.DEFINITION]
    with as_known_on(before):
        former = _lines(found.was, [one.before for one in defined])
        anew = _lines(found.now, [one.after for one in defined])
        known = _lines(found.now, [one.before for one in others])
    with as_known_on(after):
        later = _lines(found.now, [one.after for one in others])
    lines: list[Told] = []
    for one in changes:
        was, now = (former, anew) if one.cause == Cause.DEFINITION else (known, later)
        lines.append((one, _line(was, one.before), _line(now, one.after)))
    return lines


def _line(lines: dict[int, Line], row: Given | None) -> Line | None:
    return lines.get(row.pk) if row else None


def _lines(of: Counted, rows: Iterable[Given | None]) -> dict[int, Line]:
    keys = [row.pk for row in rows if row]
    if not keys:
        return {}
    measure, scope = of.measure, of.scope
    _order, lines, more = way_of(measure)
    path = measure.path
    joined = [f"{path}holder__user", f"{path}programme", f"{path}project__commune", *more]
    found = list(measure.rows(scope).filter(pk__in=keys).select_related(*joined).order_by("pk"))
    return {one.pk: line for one, line in zip(found, lines(found, measure, scope), strict=True)}
