"""Seats of a module date: who holds one, who waits for one, and how a freed one goes to the first in line.

Rows are held until the end of the transaction in one order, everywhere, those of a table by number: journeys, module
dates, stays and sessions, steps. So two people never wait for one another. Whoever takes or waits for a seat holds the
journey first, as whoever ends it does: an ended journey keeps no seat. Nobody holds a journey for a promotion: whoever
ends it waits for the date, and then finds the seat that came in the meantime.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from journeys.actions import module_letters as letters
from journeys.actions.steps import advance_step
from journeys.models import Enrolment, Journey, ModuleDate, Step

State = Enrolment.State
WITHOUT_SEAT = (State.WAITING, State.WITHDRAWN)


def locked(date: ModuleDate) -> ModuleDate:
    """The date as it stands now, held until the end of the transaction: whoever else decides about it waits."""
    return locked_together([date.pk])[date.pk]


def locked_together(pks: Iterable[int]) -> dict[int, ModuleDate]:
    """Several dates held at once, always in the same order, so that two people never wait for one another."""
    rows = ModuleDate.objects.select_for_update(of=("self",)).filter(pk__in=set(pks)).order_by("pk")
    return {row.pk: row for row in rows.select_related("module__organisation")}


def hold_journeys(journeys: "QuerySet[Journey]") -> None:
    """Nobody ends these journeys before the end of the transaction."""
    ids = list(journeys.order_by().values_list("pk", flat=True))
    list(Journey.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def hold_steps(pks: Iterable[int]) -> dict[int, Step]:
    """These steps as they stand now, held likewise, with the copies of team-mates of those that a team shares."""
    wanted = set(pks)
    shared = Step.objects.filter(pk__in=wanted, is_shared=True).order_by()
    for code, project, programme in list(shared.values_list("code", "journey__project", "journey__programme")):
        copies = Step.objects.filter(code=code, journey__project=project, journey__programme=programme)
        wanted |= set(copies.order_by().values_list("pk", flat=True))
    rows = Step.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted).order_by("pk")
    return {row.pk: row for row in rows.select_related("journey__holder__user", "journey__programme__organisation")}


def _with_people(rows: "QuerySet[Enrolment]") -> "QuerySet[Enrolment]":
    return rows.select_related("step__journey__holder__user", "step__journey__programme__organisation")


def live(date: ModuleDate) -> list[Enrolment]:
    """The enrolments that hold a seat and wait for the day, with the people."""
    return list(_with_people(date.enrolments.filter(state=State.ENROLLED)).order_by("pk"))


def line_of(date: ModuleDate) -> list[Enrolment]:
    """Who waits for a seat, first come first."""
    return list(_with_people(date.enrolments.filter(state=State.WAITING)).order_by("queued_at", "pk"))


def room(date: ModuleDate) -> int:
    """Seats that nobody holds."""
    return date.seats - date.enrolments.exclude(state__in=WITHOUT_SEAT).count()


def last_in_line(date: ModuleDate) -> datetime:
    """A moment later than that of anybody who waits, so that the order never depends on two clocks."""
    last = date.enrolments.filter(state=State.WAITING).aggregate(at=Max("queued_at"))["at"]
    return max(clock.now(), last + timedelta(microseconds=1)) if last else clock.now()


def move_enrolment(enrolment: Enrolment, state: str, *, queued_at: datetime | None = None) -> Enrolment:
    """Back to an unmarked `state`. The date is locked by the caller."""
    enrolment.state, enrolment.queued_at = state, queued_at
    enrolment.late_minutes, enrolment.marked_at, enrolment.marked_by = 0, None, None
    enrolment.save(update_fields=["state", "queued_at", "late_minutes", "marked_at", "marked_by"])
    return enrolment


def seats_of(step: Step) -> "QuerySet[Enrolment]":
    """The seats this step holds at dates that nobody has marked yet."""
    return step.enrolments.filter(state=State.ENROLLED, module_date__state=ModuleDate.State.PLANNED)


def release(step: Step, *, by: User | None) -> None:
    """The step is to plan again, unless another date still holds a seat for it."""
    if step.state == Step.State.SCHEDULED and not seats_of(step).exists():
        advance_step(step, Step.State.PLANNED, by=by)


def seat(
    date: ModuleDate, step: Step, before: Enrolment | None, *, by: User | None, from_line: bool = False
) -> Enrolment:
    """The person of this step has a seat and the invite, and waits on no other list for it."""
    if before is not None:
        enrolment = move_enrolment(before, State.ENROLLED)
        enrolment.step = step
    else:
        enrolment = Enrolment.objects.create(module_date=date, step=step)
    step.enrolments.filter(state=State.WAITING).update(state=State.WITHDRAWN, queued_at=None)
    if step.state == Step.State.PLANNED:
        advance_step(step, Step.State.SCHEDULED, by=by)
    verb = "promote_enrolment" if from_line else "enrol_person"
    history.record(verb, enrolment, by=by, organisation=date.module.organisation)
    letters.invite(enrolment, date, by=by, from_line=from_line)
    return enrolment


def promote(date: ModuleDate) -> list[Enrolment]:
    """Seats that are free go to those who wait, in the order they came; each gets one letter with the invite.

    Who no longer needs it (step over, journey ended, a seat found elsewhere) leaves the line and is passed over. Nobody
    once the date has begun. The date is locked by the caller.
    """
    if date.state != ModuleDate.State.PLANNED or date.starts_at <= clock.now():
        return []
    free = room(date)
    line = line_of(date) if free > 0 else []
    steps = hold_steps(one.step_id for one in line)
    promoted: list[Enrolment] = []
    for one in line:
        if len(promoted) == free:
            break
        step = steps[one.step_id]
        if step.is_open and step.journey.is_live and not _has_seat_elsewhere(step, date):
            promoted.append(seat(date, step, one, by=None, from_line=True))
        else:
            move_enrolment(one, State.WITHDRAWN)
            history.record("leave_line", one, by=None, organisation=date.module.organisation)
    return promoted


def _has_seat_elsewhere(step: Step, date: ModuleDate) -> bool:
    return seats_elsewhere([step], date).exists()


def seats_elsewhere(steps: Iterable[Step], date: ModuleDate) -> "QuerySet[Enrolment]":
    """The seats these steps hold at other dates that have not begun, the nearest first."""
    return (
        Enrolment.objects.filter(
            step__in=[step.pk for step in steps],
            state=State.ENROLLED,
            module_date__state=ModuleDate.State.PLANNED,
            module_date__starts_at__gt=clock.now(),
        )
        .exclude(module_date=date)
        .select_related("module_date__module__organisation")
        .order_by("module_date__starts_at", "pk")
    )
