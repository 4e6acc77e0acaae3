"""Modules as a holder meets them: what her journey needs, where she has a seat, where she waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.accounts.models import User
from backend.lib import clock, prepared
from journeys.models import Enrolment, Journey, Module, ModuleDate, Step, StepKind
from journeys.queries.modules import with_taken

OPEN = [Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS]
LIVE = [Journey.State.DRAFT, Journey.State.ACTIVE, Journey.State.PAUSED]
State = Enrolment.State


def needed_steps(user: User) -> QuerySet[Step]:
    """The open module steps of her own live journeys, those due first first."""
    return Step.objects.filter(
        kind=StepKind.MODULE, module__isnull=False, state__in=OPEN, journey__holder__user=user, journey__state__in=LIVE
    ).order_by("due_on", "pk")


def with_place(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Adds `place`: which she is in line, from 1; nothing for who does not wait."""
    ahead = (
        Enrolment.objects.filter(module_date=OuterRef("module_date"), state=State.WAITING)
        .filter(Q(queued_at__lt=OuterRef("queued_at")) | Q(queued_at=OuterRef("queued_at"), pk__lt=OuterRef("pk")))
        .order_by()
        .values("module_date")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return enrolments.annotate(place=Coalesce(Subquery(ahead), 0) + 1)


def _standing(steps: Iterable[int]) -> dict[int, list[Any]]:
    """{step: her seats and places in line at dates that are to come or under way}, seats first."""
    asked = tuple(steps)

    def standing() -> "QuerySet[Any]":
        rows = Enrolment.objects.filter(
            step__in=asked,
            state__in=[State.ENROLLED, State.WAITING],
            module_date__state=ModuleDate.State.PLANNED,
            module_date__ends_at__gt=clock.now(),
        )
        return with_place(rows).select_related("module_date").order_by("state", F("module_date__starts_at"), "pk")

    found: dict[int, list[Any]] = {}
    for row in prepared.objects(("standing", *asked), standing) if asked else []:
        if row.state == State.ENROLLED or not row.module_date.has_begun:
            found.setdefault(row.step_id, []).append(row)
    return found


@dataclass(frozen=True)
class Need:
    """One module that her journey asks for, and how far she is with it."""

    module: Module
    step: Step
    seat: Any = None
    waits: list[Any] = field(default_factory=list)

    @property
    def dates(self) -> list[Any]:
        """Dates that she could still choose."""
        return [date for date in self.module.coming if not date.has_begun]  # type: ignore[attr-defined]  # `catalogue` puts it there

    @property
    def has_room(self) -> bool:
        return any(date.taken < date.seats for date in self.dates)


@dataclass(frozen=True)
class MyModules:
    """The catalogue in the order that serves her: what her journey needs, what she has done, the rest."""

    needs: list[Need]
    done: list[Module]
    rest: list[Module]

    def needs_of(self, module: Module) -> list[Need]:
        return [need for need in self.needs if need.module.pk == module.pk]


def my_modules(user: User, modules: Sequence[Module]) -> MyModules:
    """`modules` (from `catalogue`) sorted for her; what she needs is there even when it is no longer offered."""
    steps = list(needed_steps(user).select_related("module__organisation"))
    standing = _standing(step.pk for step in steps)
    known = {module.pk: module for module in modules}
    needs = []
    for step in steps:
        rows = standing.get(step.pk, [])
        assert step.module is not None
        module = known.get(step.module_id or 0, step.module)
        if not hasattr(module, "coming"):
            module.coming = []  # type: ignore[attr-defined]  # not in the catalogue
        needs.append(
            Need(
                module,
                step,
                next((row for row in rows if row.state == State.ENROLLED), None),
                [row for row in rows if row.state == State.WAITING],
            )
        )
    needed = {need.module.pk for need in needs}
    followed = set(
        Step.objects.filter(kind=StepKind.MODULE, state=Step.State.DONE, journey__holder__user=user)
        .order_by()
        .values_list("module", flat=True)
    )
    others = [module for module in modules if module.pk not in needed]
    return MyModules(
        needs=needs,
        done=[module for module in others if module.pk in followed],
        rest=[module for module in others if module.pk not in followed],
    )


def to_choose(steps: Iterable[Step], *, within: timedelta) -> list[tuple[Step, ModuleDate]]:
    """(open module step to follow `within` that time, the first date with room), where she has neither seat nor place.

    Two queries, whatever the number of steps; those due first come first.
    """
    last = clock.today() + within
    open_ones = [step for step in steps if step.module_id and step.state in OPEN and step.due_on <= last]
    standing = _standing(step.pk for step in open_ones)
    bare = [step for step in open_ones if step.pk not in standing]
    modules = tuple(sorted({step.module_id for step in bare if step.module_id}))

    def dates() -> "QuerySet[ModuleDate]":
        rows = ModuleDate.objects.filter(module__in=modules, state=ModuleDate.State.PLANNED, starts_at__gt=clock.now())
        return with_taken(rows).order_by("starts_at", "pk")

    first: dict[int, ModuleDate] = {}
    for date in prepared.objects(("dates_to_choose", *modules), dates) if modules else []:
        if date.left:
            first.setdefault(date.module_id, date)
    found = [(step, first[step.module_id]) for step in bare if step.module_id in first]
    return sorted(found, key=lambda one: (one[0].due_on, one[0].pk))


@dataclass(frozen=True)
class MyPlace:
    """What one date is to her, and what she may do about it now."""

    seat: Any
    wait: Any
    elsewhere: Any
    is_needed: bool
    was_done: bool
    is_open: bool
    is_full: bool

    @property
    def may_take(self) -> bool:
        return self._is_free and not self.is_full and not self.elsewhere

    @property
    def may_switch(self) -> bool:
        return self._is_free and not self.is_full and bool(self.elsewhere)

    @property
    def may_wait(self) -> bool:
        return self._is_free and self.is_full and not self.elsewhere and not self.wait

    @property
    def may_give_up(self) -> bool:
        return self.is_open and bool(self.seat)

    @property
    def _is_free(self) -> bool:
        return self.is_open and self.is_needed and not self.seat


def my_place(date: Any, user: User) -> MyPlace | None:
    """Hers at this date (with `taken`); None for who is no holder of the organisation."""
    if date.module.organisation_id not in user.organisation_ids("holder"):
        return None
    steps = Step.objects.filter(kind=StepKind.MODULE, module=date.module_id, journey__holder__user=user)
    found = dict(steps.order_by().values_list("pk", "state"))
    needed = list(needed_steps(user).filter(module=date.module_id).values_list("pk", flat=True))
    rows = [row for rows in _standing(found).values() for row in rows]
    here = {row.state: row for row in rows if row.module_date_id == date.pk}
    return MyPlace(
        seat=here.get(State.ENROLLED),
        wait=here.get(State.WAITING),
        elsewhere=next(
            (
                row.module_date
                for row in rows
                if row.state == State.ENROLLED and row.module_date_id != date.pk and not row.module_date.has_begun
            ),
            None,
        ),
        is_needed=bool(needed),
        was_done=not needed and Step.State.DONE in found.values(),
        is_open=date.state == ModuleDate.State.PLANNED and not date.has_begun,
        is_full=date.taken >= date.seats,
    )
