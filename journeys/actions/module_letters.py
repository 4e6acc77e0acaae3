"""What a person enrolled on a module date is told, in letter and calendar: one invite per enrolment.

Each has her own event: nobody's address is shown to the group, and one withdrawal changes nothing for the others.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from backend.accounts.models import User
from backend.calendars import actions as calendars
from backend.lib import clock
from backend.lib.texts import LANGUAGES, both
from backend.mail import actions as mail
from journeys.models import Enrolment, ModuleDate

CANCEL = "journeys/letters/module_cancel"
PROMOTED = "journeys/letters/module_promoted"
WAITING = "journeys/letters/module_waiting"
ATTENDANCE = "journeys/letters/attendance_ask"
TRAINER = "journeys/letters/module_trainer"


def _descriptions(date: ModuleDate) -> dict[str, str]:
    """What the module is about, who gives it, and the video link, in each language."""
    summaries, found = both(date.module, "summary"), {}
    for language in LANGUAGES:
        with override(language):
            lines = [summaries[language]]
            if date.trainer:
                lines.append(_("With %(trainer)s.") % {"trainer": date.trainer})
            if date.url:
                lines.append(_("Video link: %(url)s") % {"url": date.url})
        found[language] = "\n".join(line for line in lines if line)
    return found


def _page(enrolment: Enrolment) -> str:
    return settings.SITE_URL + reverse("journeys:module_date_detail", args=[enrolment.module_date_id])


def invite(enrolment: Enrolment, date: ModuleDate, *, by: User | None, from_line: bool = False) -> None:
    """A letter with the invite, unless the date is over; `from_line` says that her turn has come."""
    if date.ends_at <= clock.now():
        return
    calendars.send_invite(
        about=enrolment,
        organisation=date.module.organisation,
        starts_at=date.starts_at,
        ends_at=date.ends_at,
        titles=both(date.module, "title"),
        descriptions=_descriptions(date),
        place=date.place or date.url,
        url=_page(enrolment),
        attendees=[calendars.Attendee(enrolment.step.journey.holder.user)],
        template=PROMOTED if from_line else calendars.INVITE,
        by=by,
    )


def move(enrolment: Enrolment, date: ModuleDate, *, by: User | None) -> None:
    """The same event, elsewhere or at another time: one letter. A first invite if the date was over and is no more."""
    moved = calendars.move_invite(
        enrolment,
        starts_at=date.starts_at,
        ends_at=date.ends_at,
        titles=both(date.module, "title"),
        descriptions=_descriptions(date),
        place=date.place or date.url,
        by=by,
    )
    if moved is None:
        invite(enrolment, date, by=by)


def cancel(enrolment: Enrolment, date: ModuleDate, *, by: User | None, reason: str = "") -> None:
    """The event leaves her calendar; nothing for a date that is over."""
    if date.ends_at > clock.now():
        calendars.cancel_invite(enrolment, template=CANCEL, context={"reason": reason}, by=by)


def withdraw(enrolment: Enrolment, date: ModuleDate, *, by: User | None) -> None:
    """The event leaves her calendar: it takes place without her. Nothing for a date that is over."""
    if date.ends_at > clock.now():
        calendars.cancel_invite(enrolment, template=calendars.REMOVED, by=by)


def tell_waiting(enrolment: Enrolment, date: ModuleDate, what: str, *, key: str, reason: str = "") -> None:
    """A letter to somebody who waits for a seat: `what` is moved, cancelled or removed. She has no invite to change."""
    mail.post(
        WAITING,
        to=enrolment.step.journey.holder.user,
        key=f"waiting_{what}:{enrolment.pk}:{key}",
        context={
            "what": what,
            "reason": reason,
            "date": date,
            "module": date.module,
            "url": settings.SITE_URL + reverse("journeys:module_detail", args=[date.module_id]),
            "date_url": _page(enrolment),
        },
        about=enrolment,
        organisation=date.module.organisation,
    )


def ask_trainer(date: ModuleDate, token: str, until: datetime, *, key: str) -> None:
    """The letter whose link opens the list of this date, for somebody without an account."""
    mail.post(
        ATTENDANCE,
        to=date.trainer_email,
        name=date.trainer,
        key=key,
        context={
            "date": date,
            "module": date.module,
            "until": until,
            "count": date.enrolments.filter(state=Enrolment.State.ENROLLED).count(),
            "link": settings.SITE_URL + reverse("journeys:attendance_link", args=[token]),
        },
        about=date,
        organisation=date.module.organisation,
    )


def tell_trainer(date: ModuleDate, what: str, *, key: str, reason: str = "") -> None:
    """A letter to the trainer whose address is known: the date she leads is moved or cancelled. Not once it is over."""
    if not date.trainer_email or date.ends_at <= clock.now():
        return
    mail.post(
        TRAINER,
        to=date.trainer_email,
        name=date.trainer,
        key=f"trainer_{what}:{date.pk}:{key}",
        context={"what": what, "reason": reason, "date": date, "module": date.module},
        about=date,
        organisation=date.module.organisation,
    )
