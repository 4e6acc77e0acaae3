"""Module dates: planned, moved, cancelled; people enrolled on them and withdrawn."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail.actions import drop_letters
from backend.web.reading import day
from journeys.actions import module_letters as letters
from journeys.actions.seats import (
    hold_journeys,
    hold_steps,
    line_of,
    live,
    locked,
    move_enrolment,
    promote,
    release,
    room,
    seat,
    seats_elsewhere,
)
from journeys.actions.trainer_links import close_link
from journeys.models import Enrolment, Journey, Module, ModuleDate, Step

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
    trainer_email: str = "",
    by: User | None,
) -> ModuleDate:
    """One more date of this module, open to enrolment; a past one too, so that who came can be noted.

    Refused when it ends before it starts, lasts under 15 minutes or over 12 hours, offers no seat, or when the module
    is no longer offered.
    """
    if Module.objects.filter(pk=module.pk, is_retired=True).exists():
        raise Refused(_("This module is no longer offered: take it back first."))
    starts_at, ends_at = _check(starts_at, ends_at, seats)
    date = ModuleDate.objects.create(
        module=module,
        starts_at=starts_at,
        ends_at=ends_at,
        seats=seats,
        place=place.strip(),
        url=url,
        trainer=trainer.strip(),
        trainer_email=trainer_email.strip(),
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
    trainer_email: str = "",
    by: User | None,
) -> ModuleDate:
    """When, where, with whom and for how many is now as given; a new time or place is told once to everyone.

    Seats that this frees go to those who wait. Another address of the trainer, or another day, closes the former link.
    Given what stands already, nothing happens. Refused once held or cancelled, for fewer seats than are taken, and
    when a date to come would go into the past: nobody is invited to yesterday.
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
        "trainer_email": trainer_email.strip(),
    }
    changed = {name: value for name, value in given.items() if getattr(date, name) != value}
    if not changed:
        return date
    if date.state != ModuleDate.State.PLANNED:
        raise Refused(_("This date is %(state)s: it can’t be moved.") % {"state": _word(date)})
    if starts_at < clock.now() < date.starts_at:
        raise Refused(_("This date is still to come: choose a day to come too."), field="day")
    enrolled = live(date)
    if seats < len(enrolled):
        raise Refused(_("%(count)d people are enrolled: keep as many seats.") % {"count": len(enrolled)}, field="seats")
    if "trainer_email" in changed or _is_another_day(date, starts_at):
        close_link(date)
    _change(date, changed, enrolled, by=by)
    promote(date)
    return date


def _change(date: ModuleDate, changed: Mapping[str, Any], enrolled: Sequence[Enrolment], *, by: User | None) -> None:
    """Written down, and told to everyone if it is the time or the place."""
    for name, value in changed.items():
        setattr(date, name, value)
    date.save(update_fields=list(changed))
    entry = history.record(
        "move_module_date", date, by=by, organisation=date.module.organisation, fields=sorted(changed), now=changed
    )
    if changed.keys() & {"starts_at", "ends_at", "place", "url"}:
        for enrolment in enrolled:
            letters.move(enrolment, date, by=by)
        for enrolment in line_of(date):
            letters.tell_waiting(enrolment, date, "moved", key=str(entry.pk))
        if "trainer_email" not in changed:
            letters.tell_trainer(date, "moved", key=str(entry.pk))


def _is_another_day(date: ModuleDate, starts_at: datetime) -> bool:
    zone = ZoneInfo(date.module.organisation.time_zone)
    return date.starts_at.astimezone(zone).date() != starts_at.astimezone(zone).date()


@transaction.atomic
def cancel_module_date(date: ModuleDate, *, reason: str, by: User | None) -> ModuleDate:
    """It will not take place: everyone enrolled and everyone who waits is told once; steps are to plan again.

    Refused without a reason, or when it is held or cancelled already.
    """
    if not reason.strip():
        raise Refused(_("Say why this date is cancelled: everyone enrolled will read it."), field="reason")
    date = locked(date)
    enrolled, line = live(date), line_of(date)
    move(date, ModuleDate.State.CANCELLED)
    drop_letters(date, *enrolled, *line)
    for enrolment in enrolled:
        letters.cancel(enrolment, date, by=by, reason=reason.strip())
        move_enrolment(enrolment, Enrolment.State.WITHDRAWN)
        release(enrolment.step, by=by)
    for enrolment in line:
        letters.tell_waiting(enrolment, date, "cancelled", key="once", reason=reason.strip())
        move_enrolment(enrolment, Enrolment.State.WITHDRAWN)
    close_link(date)
    letters.tell_trainer(date, "cancelled", key="once", reason=reason.strip())
    told = len(enrolled) + len(line)
    history.record(
        "cancel_module_date", date, by=by, organisation=date.module.organisation, reason=reason.strip(), told=told
    )
    return date


@transaction.atomic
def enrol_people(date: ModuleDate, steps: Sequence[Step], *, by: User | None) -> list[Enrolment]:
    """A seat for the person of each step, which is then scheduled; each gets a letter with the invite if it is to come.

    Those already enrolled are left alone. However many enrol people at the same moment, no more seats are taken than
    there are. Refused when too few are left, when the date is held or cancelled, and when a step is of another module,
    is already over, or has a seat at another date to come (the person is named): nobody loses a seat without a word.
    """
    hold_journeys(Journey.objects.filter(steps__in=[step.pk for step in steps]))
    date = locked(date)
    if date.state != ModuleDate.State.PLANNED:
        raise Refused(_("This date is %(state)s: nobody can be enrolled.") % {"state": _word(date)})
    ids = {step.pk for step in steps}
    rows = {pk: row for pk, row in hold_steps(ids).items() if pk in ids}
    known = {one.step_id: one for one in date.enrolments.select_related("step")}
    without = (None, Enrolment.State.WITHDRAWN, Enrolment.State.WAITING)
    new = [row for pk, row in rows.items() if (known[pk].state if pk in known else None) in without]
    _check_steps(date, new)
    left = room(date)
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
    return [seat(date, step, known.get(step.pk), by=by) for step in new]


def _check_steps(date: ModuleDate, steps: Sequence[Step]) -> None:
    elsewhere: dict[int, Enrolment] = {}
    for other in seats_elsewhere(steps, date):
        elsewhere.setdefault(other.step_id, other)  # the nearest
    for step in steps:
        person = str(step.journey.holder)
        if step.module_id != date.module_id:
            raise Refused(_("%(person)s does not have this module on the journey.") % {"person": person}, field="steps")
        if not (step.is_open and step.journey.is_live):
            raise Refused(_("%(person)s is done with this step.") % {"person": person}, field="steps")
        if step.pk in elsewhere:
            words = _("%(person)s has a seat on %(day)s: withdraw it there first.")
            when = day(elsewhere[step.pk].module_date.starts_at)
            raise Refused(words % {"person": person, "day": when}, field="steps")


@transaction.atomic
def withdraw_enrolment(enrolment: Enrolment, *, by: User | None) -> Enrolment:
    """The seat is free again and goes to the first who waits; the person is told, her step is to plan again.

    From the waiting list she is only taken off. Done twice is done once. Refused once attendance was marked.
    """
    date = locked(enrolment.module_date)
    enrolment = Enrolment.objects.select_related(
        "step__journey__holder__user", "step__journey__programme__organisation"
    ).get(pk=enrolment.pk)
    if enrolment.state == Enrolment.State.WITHDRAWN:
        return enrolment
    was_waiting = enrolment.state == Enrolment.State.WAITING
    if not was_waiting and enrolment.state != Enrolment.State.ENROLLED:
        raise Refused(_("Attendance was marked: correct it there instead."))
    entry = history.record(
        "leave_line" if was_waiting else "withdraw_enrolment", enrolment, by=by, organisation=date.module.organisation
    )
    move_enrolment(enrolment, Enrolment.State.WITHDRAWN)
    drop_letters(enrolment)
    if was_waiting:
        if by is not None and by.pk != enrolment.step.journey.holder.user_id:
            letters.tell_waiting(enrolment, date, "removed", key=str(entry.pk))
        return enrolment
    release(enrolment.step, by=by)
    letters.withdraw(enrolment, date, by=by)
    promote(date)
    return enrolment
