"""Module dates: planned, moved, cancelled; people enrolled on them and withdrawn."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions import module_letters as letters
from journeys.actions.steps import advance_step
from journeys.models import Enrolment, Module, ModuleDate, Step

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=12)
MOST_SEATS = 500


def _check(starts_at: datetime, ends_at: datetime, seats: int) -> tuple[datetime, datetime]:
    """Both moments in UTC, so that the hour that summer time adds or takes is counted right."""
    starts, ends = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if ends <= starts:
        raise Refused(_("The end comes after the start."), field="ends_at")
    if not SHORTEST <= ends - starts <= LONGEST:
        raise Refused(_("A date lasts from 15 minutes to 12 hours; give a second day its own date."), field="ends_at")
    if not 1 <= seats <= MOST_SEATS:
        raise Refused(_("Offer between 1 and %(most)d seats.") % {"most": MOST_SEATS}, field="seats")
    return starts, ends


def locked(date: ModuleDate) -> ModuleDate:
    """The date as it stands now, held until the end of the transaction: whoever else decides about it waits."""
    return ModuleDate.objects.select_for_update(of=("self",)).select_related("module__organisation").get(pk=date.pk)


def _word(date: ModuleDate) -> str:
    return str(date.get_state_display()).lower()


@transaction.atomic
def create_module_date(
    module: Module,
    *,
    starts_at: datetime,
    ends_at: datetime,
    seats: int = 12,
    place: str = "",
    url: str = "",
    trainer: str = "",
    by: User | None,
) -> ModuleDate:
    """One more date of this module, open to enrolment; a past one too, so that who came can be noted.

    Refused when it ends before it starts, lasts under 15 minutes or over 12 hours, or offers no seat.
    """
    starts_at, ends_at = _check(starts_at, ends_at, seats)
    date = ModuleDate.objects.create(
        module=module,
        starts_at=starts_at,
        ends_at=ends_at,
        seats=seats,
        place=place.strip(),
        url=url,
        trainer=trainer.strip(),
    )
    history.record("create_module_date", date, by=by, organisation=module.organisation, seats=seats)
    return date


@transaction.atomic
def move_module_date(
    date: ModuleDate,
    *,
    starts_at: datetime,
    ends_at: datetime,
    seats: int,
    place: str = "",
    url: str = "",
    trainer: str = "",
    by: User | None,
) -> ModuleDate:
    """When, where, with whom and for how many is now as given; a new time or place is told once to everyone enrolled.

    Given what stands already, nothing happens. Refused once held or cancelled, and for fewer seats than are taken.
    """
    date = locked(date)
    starts_at, ends_at = _check(starts_at, ends_at, seats)
    given = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "seats": seats,
        "place": place.strip(),
        "url": url,
        "trainer": trainer.strip(),
    }
    changed = {name: value for name, value in given.items() if getattr(date, name) != value}
    if not changed:
        return date
    if date.state != ModuleDate.State.PLANNED:
        raise Refused(_("This date is %(state)s: it can’t be moved.") % {"state": _word(date)})
    live = list(_live(date))
    if seats < len(live):
        raise Refused(_("%(count)d people are enrolled: keep as many seats.") % {"count": len(live)}, field="seats")
    for name, value in changed.items():
        setattr(date, name, value)
    date.save(update_fields=list(changed))
    history.record(
        "move_module_date", date, by=by, organisation=date.module.organisation, fields=sorted(changed), now=changed
    )
    if changed.keys() & {"starts_at", "ends_at", "place", "url"}:
        for enrolment in live:
            letters.move(enrolment, date, by=by)
    return date


@transaction.atomic
def cancel_module_date(date: ModuleDate, *, reason: str, by: User | None) -> ModuleDate:
    """It will not take place: everyone enrolled is told once, and their step is to plan again.

    Refused without a reason, or when it is held or cancelled already.
    """
    if not reason.strip():
        raise Refused(_("Say why this date is cancelled: everyone enrolled will read it."), field="reason")
    date = locked(date)
    live = list(_live(date))
    move(date, ModuleDate.State.CANCELLED)
    for enrolment in live:
        letters.cancel(enrolment, date, by=by, reason=reason.strip())
        move_enrolment(enrolment, Enrolment.State.WITHDRAWN)
        release(enrolment.step, by=by)
    history.record(
        "cancel_module_date", date, by=by, organisation=date.module.organisation, reason=reason.strip(), told=len(live)
    )
    return date


@transaction.atomic
def enrol_people(date: ModuleDate, steps: Sequence[Step], *, by: User | None) -> list[Enrolment]:
    """A seat for the person of each step, which is then scheduled; each gets a letter with the invite if it is to come.

    Those already enrolled are left alone. However many enrol people at the same moment, no more seats are taken than
    there are. Refused when too few are left, when the date is held or cancelled, or when a step is of another module
    or already over (the person is named).
    """
    date = locked(date)
    if date.state != ModuleDate.State.PLANNED:
        raise Refused(_("This date is %(state)s: nobody can be enrolled.") % {"state": _word(date)})
    rows = list(
        Step.objects.select_for_update(of=("self",))
        .filter(pk__in=[step.pk for step in steps])
        .select_related("journey__holder__user", "journey__programme__organisation")
        .order_by("pk")
    )
    known = {one.step_id: one for one in date.enrolments.select_related("step")}
    new = [row for row in rows if row.pk not in known or known[row.pk].state == Enrolment.State.WITHDRAWN]
    _check_steps(date, new)
    taken = sum(one.state != Enrolment.State.WITHDRAWN for one in known.values())
    left = date.seats - taken
    if len(new) > left:
        raise Refused(
            ngettext(
                "%(left)d seat is left and you chose %(count)d people.",
                "%(left)d seats are left and you chose %(count)d people.",
                left,
            )
            % {"left": left, "count": len(new)},
            field="steps",
        )
    return [_enrol(date, step, known.get(step.pk), by=by) for step in new]


def _check_steps(date: ModuleDate, steps: Sequence[Step]) -> None:
    for step in steps:
        person = str(step.journey.holder)
        if step.module_id != date.module_id:
            raise Refused(_("%(person)s does not have this module on the journey.") % {"person": person}, field="steps")
        if not (step.is_open and step.journey.is_live):
            raise Refused(_("%(person)s is done with this step.") % {"person": person}, field="steps")


def _enrol(date: ModuleDate, step: Step, before: Enrolment | None, *, by: User | None) -> Enrolment:
    if before is not None:
        enrolment = move_enrolment(before, Enrolment.State.ENROLLED)
        enrolment.step = step
    else:
        enrolment = Enrolment.objects.create(module_date=date, step=step)
    if step.state == Step.State.PLANNED:
        advance_step(step, Step.State.SCHEDULED, by=by)
    history.record("enrol_person", enrolment, by=by, organisation=date.module.organisation)
    letters.invite(enrolment, date, by=by)
    return enrolment


@transaction.atomic
def withdraw_enrolment(enrolment: Enrolment, *, by: User | None) -> Enrolment:
    """The seat is free again, the person is told, her step is to plan again. Done twice is done once.

    Refused once attendance was marked.
    """
    date = locked(enrolment.module_date)
    enrolment = Enrolment.objects.select_related("step__journey__holder__user", "step__journey__programme").get(
        pk=enrolment.pk
    )
    if enrolment.state == Enrolment.State.WITHDRAWN:
        return enrolment
    if enrolment.state != Enrolment.State.ENROLLED:
        raise Refused(_("Attendance was marked: correct it there instead."))
    move_enrolment(enrolment, Enrolment.State.WITHDRAWN)
    release(enrolment.step, by=by)
    letters.cancel(enrolment, date, by=by)
    history.record("withdraw_enrolment", enrolment, by=by, organisation=date.module.organisation)
    return enrolment


def _live(date: ModuleDate) -> Sequence[Enrolment]:
    """The enrolments that hold a seat and wait for the day, with the people."""
    return list(
        date.enrolments.filter(state=Enrolment.State.ENROLLED)
        .select_related("step__journey__holder__user", "step__journey__programme")
        .order_by("pk")
    )


def move_enrolment(enrolment: Enrolment, state: str) -> Enrolment:
    """Back to an unmarked `state`. The date is locked by the caller."""
    enrolment.state, enrolment.late_minutes, enrolment.marked_at, enrolment.marked_by = state, 0, None, None
    enrolment.save(update_fields=["state", "late_minutes", "marked_at", "marked_by"])
    return enrolment


def release(step: Step, *, by: User | None) -> None:
    """The step is to plan again, unless another date still holds a seat for it."""
    waiting = step.enrolments.filter(state=Enrolment.State.ENROLLED, module_date__state=ModuleDate.State.PLANNED)
    if step.state == Step.State.SCHEDULED and not waiting.exists():
        advance_step(step, Step.State.PLANNED, by=by)
