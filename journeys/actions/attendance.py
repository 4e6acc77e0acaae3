"""Attendance of a module date: who came, written once in the ledger, corrected by voiding and replacing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.ledger import record_delivery, replace_delivery, void_delivery
from journeys.actions.seats import WITHOUT_SEAT, hold_steps, locked, release
from journeys.actions.shared import follow_step, team_copies
from journeys.actions.steps import advance_step
from journeys.models import Delivery, Enrolment, ModuleDate, Step

State = Enrolment.State
CAME = (State.PRESENT, State.LATE)
MARKS = (State.PRESENT, State.LATE, State.EXCUSED, State.ABSENT)


@dataclass(frozen=True)
class Mark:
    """What is noted of one person: one of MARKS, and by how many minutes she was late."""

    state: str
    late_minutes: int = 0


@transaction.atomic
def mark_attendance(date: ModuleDate, marks: Mapping[int, Mark], *, by: User | None, trainer: str = "") -> ModuleDate:
    """Who came and who did not, as {enrolment id: Mark}; the date is held from the first mark on.

    Present or late: one line stands in the ledger, declared, of the date's length less the minutes late, and the step
    is done. Excused or absent: no line, and the step is to plan again. A correction voids the line and replaces it.
    Marked again as it stands, nothing is written, whoever marks at the same moment. Who is not in `marks` stays; who
    still waits for a seat waits no more. `trainer` is the address of somebody who marks by a signed link.
    Refused before the date begins, once cancelled, for somebody not enrolled, or late by the whole length or more.
    """
    date = locked(date)
    if date.state == ModuleDate.State.CANCELLED:
        raise Refused(_("This date was cancelled."))
    if clock.now() < date.starts_at:
        raise Refused(_("This date has not begun yet: attendance opens when it does."))
    hold_steps(date.enrolments.filter(pk__in=marks).order_by().values_list("step", flat=True))
    rows = {
        row.pk: row
        for row in date.enrolments.exclude(state__in=WITHOUT_SEAT)
        .select_related("step__journey__holder__user", "step__journey__programme__organisation")
        .order_by("pk")
    }
    changed = [(rows[pk], mark) for pk, mark in sorted(marks.items()) if _checked(rows.get(pk), mark, date)]
    if not changed:
        return date
    for enrolment, mark in changed:
        _write(enrolment, mark, date, by=by)
    if date.state == ModuleDate.State.PLANNED:
        move(date, ModuleDate.State.HELD)
        date.enrolments.filter(state=State.WAITING).update(state=State.WITHDRAWN, queued_at=None)
    more = {"trainer": trainer} if trainer else {}
    history.record("mark_attendance", date, by=by, organisation=date.module.organisation, marks=_told(changed), **more)
    return date


def _checked(enrolment: Enrolment | None, mark: Mark, date: ModuleDate) -> bool:
    """Is there anything to change? Refused when the mark cannot be."""
    if enrolment is None:
        raise Refused(_("Somebody in this list is no longer enrolled: reload the page."))
    person = str(enrolment.step.journey.holder)
    if mark.state not in MARKS:
        raise Refused(_("Say for %(person)s: present, late, excused or absent.") % {"person": person})
    if mark.state == State.LATE and not 0 < mark.late_minutes < date.minutes:
        raise Refused(
            _("%(person)s: late by 1 to %(most)d minutes.") % {"person": person, "most": date.minutes - 1},
            field=f"late_{enrolment.pk}",
        )
    late = mark.late_minutes if mark.state == State.LATE else 0
    return (enrolment.state, enrolment.late_minutes) != (mark.state, late)


def _told(changed: Iterable[tuple[Enrolment, Mark]]) -> list[dict[str, object]]:
    return [{"enrolment": one.pk, "state": mark.state, "late": mark.late_minutes} for one, mark in changed]


def _write(enrolment: Enrolment, mark: Mark, date: ModuleDate, *, by: User | None) -> None:
    enrolment.state = mark.state
    enrolment.late_minutes = mark.late_minutes if mark.state == State.LATE else 0
    enrolment.marked_at, enrolment.marked_by = clock.now(), by
    enrolment.save(update_fields=["state", "late_minutes", "marked_at", "marked_by"])
    _write_ledger(enrolment, date, by=by)
    _write_step(enrolment, date, by=by)


def _write_ledger(enrolment: Enrolment, date: ModuleDate, *, by: User | None) -> None:
    """One live line when she came, none otherwise."""
    step = enrolment.step
    line = (
        Delivery.objects.filter(journey=step.journey_id, source=enrolment.source, sort=Delivery.Sort.CONTACT)
        .exclude(state=Delivery.State.VOID)
        .select_related("journey__programme__organisation", "step")
        .first()
    )
    minutes = date.minutes - enrolment.late_minutes
    if enrolment.state not in CAME:
        if line is not None:
            void_delivery(line, reason=_("Attendance corrected: %(state)s.") % {"state": _word(enrolment)}, by=by)
    elif line is None:
        record_delivery(
            step.journey,
            step=step,
            kind=Delivery.Kind.MODULE,
            source=enrolment.source,
            happened_at=date.starts_at,
            minutes=minutes,
            by=by,
        )
    elif line.minutes != minutes:
        reason = _("Attendance corrected: %(state)s.") % {"state": _word(enrolment)}
        replace_delivery(line, minutes=minutes, reason=reason, by=by)


def _word(enrolment: Enrolment) -> str:
    return str(enrolment.get_state_display()).lower()


def _write_step(enrolment: Enrolment, date: ModuleDate, *, by: User | None) -> None:
    """Done when she came; to plan again when she came neither here nor on another date of the module."""
    step = enrolment.step
    if enrolment.state in CAME:
        if step.is_open:
            advance_step(step, Step.State.DONE, on=timezone.localdate(date.starts_at), by=by)
        return
    came = step.enrolments.filter(state__in=CAME)
    if step.is_shared:  # done once for the team: a team-mate who came keeps it done for all
        came = came | Enrolment.objects.filter(step__in=team_copies(step), state__in=CAME)
    if step.state == Step.State.DONE and not came.exists():
        advance_step(step, Step.State.IN_PROGRESS, by=by)
        advance_step(step, Step.State.PLANNED, by=by)
        follow_step(step, by=by)
    else:
        release(step, by=by)
