"""The trainer without an account notes who came, from a signed link that names this one purpose."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys.actions import module_letters as letters
from journeys.actions.seats import locked
from journeys.models import Enrolment, ModuleDate

PURPOSE = "attendance"
OPEN_FOR = timedelta(days=7)
MORNING = time(7)
CATCH_UP = timedelta(days=1)


def closes_at(date: ModuleDate) -> datetime:
    """A link opens nothing from seven days after the date on."""
    return date.ends_at + OPEN_FOR


def close_link(date: ModuleDate) -> int:
    """The links about this date open nothing any more; how many there were."""
    return accounts.revoke_links(date, purpose=PURPOSE)


def asked_from(date: ModuleDate) -> datetime:
    """The letter leaves at seven in the morning of the day, where the organisation is; earlier if the date begins."""
    local = date.starts_at.astimezone(ZoneInfo(date.module.organisation.time_zone))
    return min(date.starts_at, datetime.combine(local.date(), MORNING, local.tzinfo))


@transaction.atomic
def send_trainer_link(date: ModuleDate, *, by: User | None) -> ModuleDate:
    """The trainer gets a letter whose link opens the list of this date; a former link opens nothing any more.

    Refused without an address, once the date is cancelled, and later than seven days after it.
    """
    date = locked(date)
    if not date.trainer_email:
        raise Refused(_("Write the trainer’s e-mail on this date first."))
    if date.state == ModuleDate.State.CANCELLED:
        raise Refused(_("This date was cancelled."))
    if clock.now() >= closes_at(date):
        raise Refused(_("This date is over for more than seven days: note who came yourself."))
    entry = history.record("send_trainer_link", date, by=by, organisation=date.module.organisation)
    _send(date, key=f"attendance:{date.pk}:{entry.pk}")
    return date


@transaction.atomic
def ask_trainer(date: ModuleDate) -> bool:
    """On the day, once: the letter with the link, if there is an address and somebody to expect. Was it sent now?"""
    date = locked(date)
    now = clock.now()
    is_due = date.state == ModuleDate.State.PLANNED and asked_from(date) <= now < date.ends_at + CATCH_UP
    key = f"attendance:{date.pk}:{date.starts_at:%Y%m%d}:{date.trainer_email.lower()}"
    if not (is_due and date.trainer_email) or Email.objects.filter(key=key).exists():
        return False
    if not date.enrolments.filter(state=Enrolment.State.ENROLLED).exists():
        return False
    history.record("send_trainer_link", date, by=None, organisation=date.module.organisation)
    _send(date, key=key)
    return True


def _send(date: ModuleDate, *, key: str) -> None:
    close_link(date)
    days = -(-(closes_at(date) - clock.now()) // timedelta(days=1))
    _link, token = accounts.make_link(PURPOSE, about=date, email=date.trainer_email, days=days)
    letters.ask_trainer(date, token, closes_at(date), key=key)


@transaction.atomic
def revoke_trainer_link(date: ModuleDate, *, by: User | None) -> ModuleDate:
    """The link in the trainer’s letter opens nothing any more. Done twice is done once."""
    date = locked(date)
    if close_link(date):
        history.record("revoke_trainer_link", date, by=by, organisation=date.module.organisation)
    return date
