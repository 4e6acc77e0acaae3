"""What a person enrolled on a module date is told, in letter and calendar: one invite per enrolment.

Each has her own event: nobody's address is shown to the group, and one withdrawal changes nothing for the others.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from backend.accounts.models import User
from backend.calendars import actions as calendars
from backend.lib import clock
from backend.lib.texts import LANGUAGES, both
from journeys.models import Enrolment, ModuleDate

CANCEL = "journeys/letters/module_cancel"


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
    return settings.SITE_URL + reverse("journeys:journey_detail", args=[enrolment.step.journey_id])


def invite(enrolment: Enrolment, date: ModuleDate, *, by: User | None) -> None:
    """A letter with the invite, unless the date is over."""
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
