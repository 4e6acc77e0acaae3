"""What is known of the mail server of the settings: since when nobody gets through, and why."""

import logging
import smtplib
import ssl
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from backend.lib import clock
from backend.mail.models import Relay
from backend.mail.smtp import ServerTrouble

log = logging.getLogger("jalon.mail")
Trouble = Relay.Trouble
REST = timedelta(seconds=55)  # less than the minute between two sweeps


def relay_name() -> str:
    """Which server it is, without password."""
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"[:300]


@transaction.atomic
def note_trouble(error: Exception) -> None:
    """Nobody got through: leads read why, and since when."""
    found, _is_new = Relay.objects.select_for_update().get_or_create(name=relay_name())
    Relay.objects.exclude(pk=found.pk).delete()  # those of former settings
    found.trouble, found.last_error = _kind(error), str(error)[:500].replace("\x00", "")
    found.failures, found.failing_since = found.failures + 1, found.failing_since or clock.now()
    if isinstance(error, ServerTrouble):  # one that says later to some may take the next one
        found.rests_until = clock.now() + REST
    found.save()
    log.error("nobody gets through to the mail server (%s times): %s", found.failures, error)


def note_answer() -> None:
    """The server takes letters."""
    troubled = Relay.objects.exclude(trouble="")
    if troubled.update(trouble="", last_error="", failures=0, failing_since=None, rests_until=None):
        log.warning("the mail server takes letters again")


def server_rests() -> bool:
    """Nobody got through within the last minute: only the sweep tries again, so that no job waits in vain. A rest
    longer than that is of a clock that was set back."""
    now = clock.now()
    return Relay.objects.filter(name=relay_name(), rests_until__gt=now, rests_until__lte=now + REST).exists()


def _kind(error: Exception) -> str:
    """What kind of trouble, by the error that the sender met."""
    met = error.__cause__ or error
    if isinstance(met, smtplib.SMTPAuthenticationError):
        return Trouble.LOGIN
    if isinstance(met, ssl.SSLError):
        return Trouble.TRUST
    if isinstance(met, OSError | smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError):
        is_answer = isinstance(met, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused)
        return Trouble.REFUSES if is_answer else Trouble.SILENT
    return Trouble.REFUSES
