"""What a holder does about a date herself: takes a seat, changes dates, gives the seat up, waits for one.

Each of these is hers alone (`by`), within what her journey needs: an open step of this module on a live journey.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.web.reading import day
from journeys.actions import module_letters as letters
from journeys.actions.modules import withdraw_enrolment
from journeys.actions.seats import (
    hold_journeys,
    hold_steps,
    last_in_line,
    locked,
    locked_together,
    move_enrolment,
    promote,
    room,
    seat,
    seats_elsewhere,
)
from journeys.models import Enrolment, Journey, ModuleDate, Step, StepKind

State = Enrolment.State


def _hers_of(date: ModuleDate, user: User) -> "QuerySet[Step]":
    """The steps of this module on her journeys."""
    return Step.objects.filter(kind=StepKind.MODULE, module=date.module_id, journey__holder__user=user)


def _hold_hers(date: ModuleDate, user: User) -> None:
    """Her journeys that ask for this module, before the date: see seats."""
    hold_journeys(Journey.objects.filter(steps__in=_hers_of(date, user)))


def _open(date: ModuleDate) -> ModuleDate:
    """The date, while people may come and go by themselves."""
    if date.state == ModuleDate.State.CANCELLED:
        raise Refused(_("This date was cancelled."))
    if date.state != ModuleDate.State.PLANNED or date.starts_at <= clock.now():
        raise Refused(_("This date has begun: talk to your programme lead."))
    return date


def _her_step(date: ModuleDate, user: User) -> tuple[Step, Enrolment | None]:
    """The step that brings her here, held, and what she has here. Refused when her journey does not need it."""
    ids = set(_hers_of(date, user).order_by().values_list("pk", flat=True))
    steps = [step for pk, step in hold_steps(ids).items() if pk in ids]
    if not steps:
        raise Refused(
            _("Your journey does not ask for this module: talk to your programme lead if you would like to follow it.")
        )
    needed = sorted(
        (step for step in steps if step.is_open and step.journey.is_live),
        key=lambda step: (step.due_on, step.pk),
    )
    if not needed:
        raise Refused(_("You have nothing left to do in this module: the step is over, or the journey is."))
    here = {one.step_id: one for one in date.enrolments.filter(step__in=needed).order_by("pk")}
    step = next((one for one in needed if one.pk in here and here[one.pk].state != State.WITHDRAWN), needed[0])
    return step, here.get(step.pk)


def _refuse_two_seats(step: Step, date: ModuleDate, sentence: str) -> None:
    other = seats_elsewhere([step], date).first()
    if other is not None:
        raise Refused(sentence % {"day": day(other.module_date.starts_at)})


@transaction.atomic
def take_seat(date: ModuleDate, *, by: User) -> Enrolment:
    """She has a seat here, her step is scheduled, and she gets the invite. Done twice is done once.

    Refused when her journey does not need this module, when the date has begun or is cancelled, when every seat is
    taken, and while she has a seat at another date of the module: then she changes dates.
    """
    _hold_hers(date, by)
    date = _open(locked(date))
    step, mine = _her_step(date, by)
    if mine is not None and mine.state == State.ENROLLED:
        return mine
    _refuse_two_seats(step, date, _("You have a seat on %(day)s: change dates instead of taking a second seat."))
    promote(date)
    if room(date) <= 0:
        raise Refused(_("Every seat is taken: join the waiting list."))
    return seat(date, step, mine, by=by)


@transaction.atomic
def switch_seat(date: ModuleDate, *, by: User) -> Enrolment:
    """She has a seat here instead of at another date of this module, whose seat goes to the first who waits there.

    Refused as in take_seat; when every seat here is taken she keeps the one she has.
    """
    _hold_hers(date, by)
    others = Enrolment.objects.filter(
        step__journey__holder__user=by,
        module_date__module=date.module_id,
        state=State.ENROLLED,
        module_date__state=ModuleDate.State.PLANNED,
    )
    dates = locked_together([date.pk, *others.order_by().values_list("module_date", flat=True)])
    date = _open(dates[date.pk])
    step, mine = _her_step(date, by)
    if mine is None or mine.state != State.ENROLLED:
        promote(date)
        if room(date) <= 0:
            raise Refused(_("Every seat is taken here: you keep the one you have."))
        mine = seat(date, step, mine, by=by)
    for left in seats_elsewhere([step], date).filter(module_date__in=dates):
        left.step = step
        move_enrolment(left, State.WITHDRAWN)
        history.record("withdraw_enrolment", left, by=by, organisation=date.module.organisation, now=date.pk)
        letters.withdraw(left, left.module_date, by=by)
        promote(dates[left.module_date_id])
    return mine


@transaction.atomic
def give_up_seat(date: ModuleDate, *, by: User) -> Enrolment:
    """Her seat here is free and goes to the first who waits; her step is to plan again. Done twice is done once.

    Refused once the date has begun, and when she has no seat here.
    """
    date = _open(locked(date))
    mine = _hers(date, by)
    if mine is None or mine.state == State.WAITING:
        raise Refused(_("You have no seat at this date."))
    return withdraw_enrolment(mine, by=by)


@transaction.atomic
def join_waiting(date: ModuleDate, *, by: User) -> Enrolment:
    """She stands last in line for a seat of this full date. Done twice, she keeps her place.

    Refused while a seat is left, while she has a seat at another date, and as in take_seat.
    """
    _hold_hers(date, by)
    date = _open(locked(date))
    step, mine = _her_step(date, by)
    if mine is not None and mine.state in (State.WAITING, State.ENROLLED):
        return mine
    _refuse_two_seats(
        step, date, _("You have a seat on %(day)s: give it up first if you would rather wait for this date.")
    )
    promote(date)
    if room(date) > 0:
        raise Refused(_("A seat is left: take it."))
    since = last_in_line(date)
    if mine is not None:
        mine = move_enrolment(mine, State.WAITING, queued_at=since)
    else:
        mine = Enrolment.objects.create(module_date=date, step=step, state=State.WAITING, queued_at=since)
    history.record("join_waiting", mine, by=by, organisation=date.module.organisation)
    return mine


@transaction.atomic
def leave_waiting(date: ModuleDate, *, by: User) -> Enrolment:
    """She waits no longer; those behind her move up. Done twice is done once.

    Refused when she was not waiting, or when a seat has become hers in the meantime.
    """
    date = locked(date)
    mine = _hers(date, by)
    if mine is None:
        raise Refused(_("You are not on this waiting list."))
    if mine.state not in (State.WAITING, State.WITHDRAWN):
        raise Refused(_("A seat has become yours in the meantime: give it up if you can’t come."))
    return withdraw_enrolment(mine, by=by)


def _hers(date: ModuleDate, user: User) -> Enrolment | None:
    """What she has here, a seat or a place in line first."""
    rows = list(date.enrolments.filter(step__journey__holder__user=user).select_related("module_date").order_by("pk"))
    return next((row for row in rows if row.state != State.WITHDRAWN), rows[0] if rows else None)
