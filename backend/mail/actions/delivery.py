"""Taking letters to the server: claim by one conditional UPDATE, send the stored bytes, write down what came of it.

No transaction is open while a letter is sent. A worker killed between the two writes leaves a lease that expires; the
same bytes with the same Message-ID then leave again: no letter is lost, and none has effect twice.
"""

import logging
import random
import secrets
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from backend.accounts.models import User
from backend.history.actions import record
from backend.lib import clock
from backend.lib.jobs import enqueue
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail.actions.letters import DELIVER
from backend.mail.letters import masked
from backend.mail.models import Email, FailingAddress
from backend.mail.smtp import RecipientRefused, Sender, ServerTrouble

log = logging.getLogger("jalon.mail")

State = Email.State
LEASE = timedelta(seconds=120)  # longer than a job may live (60 s) with room to spare
MAX_ATTEMPTS = 12  # about twenty hours with the delays below
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
BATCH = 200
BATCH_SECONDS = 35  # a job may live 60 s, and one answer may take 20 (EMAIL_TIMEOUT)


def deliver_emails(ids: Iterable[int]) -> int:
    """Send those of these letters that are due and in turn, over one connection; how many left.

    Stops early when the server is in trouble or the time is up: the rest waits for the next sweep.
    """
    sent = 0
    started = time.monotonic()
    with Sender() as sender:
        todo = list(ids)
        while todo and time.monotonic() - started < BATCH_SECONDS:
            email = claim(todo.pop(0))
            if email is None:
                continue
            try:
                sent += _send(email, sender)
            except ServerTrouble as trouble:
                put_back(email, str(trouble))
                break
            if email.stream:
                todo[:0] = _next_in(email.stream)
    return sent


def sweep_outbox() -> int:
    """Every letter due and in turn leaves: its bell was lost, it is time to try again, or a killed worker held it."""
    now = clock.now()
    exhausted = Email.objects.due(now).filter(attempts__gte=MAX_ATTEMPTS)
    for email in exhausted:
        _settle(email, State.DEAD, last_error=email.last_error or _("Every attempt was cut short."))
        log.error("letter %s given up after %s attempts", email.pk, email.attempts)
    due = Email.objects.due(now).in_turn().order_by("-is_secret", "not_before", "pk")
    return deliver_emails(due.values_list("pk", flat=True)[:BATCH])


def awaited(now: datetime | None = None) -> list[int]:
    """Letters somebody is waiting for in front of a screen (sign-in codes): they go first."""
    waiting = Email.objects.filter(is_secret=True, state=State.PENDING, attempts=0, not_before__lte=now or clock.now())
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:20])


def claim(pk: int) -> Email | None:
    """This letter is mine for two minutes; None when it is not due, not in turn, or somebody else's."""
    now = clock.now()
    token = secrets.token_hex(16)
    mine = Email.objects.filter(pk=pk, attempts__lt=MAX_ATTEMPTS).due(now).in_turn()
    claimed = mine.update(state=State.SENDING, lease_token=token, lease_until=now + LEASE, attempts=F("attempts") + 1)
    return Email.objects.get(pk=pk) if claimed else None


def _send(email: Email, sender: Sender) -> bool:
    """Hand the bytes over and write down that they left; False when overtaken, past, held or refused for good."""
    if _is_overtaken(email) or _is_past(email) or _is_held(email):
        return False
    try:
        sender.send(bytes(email.message), email.to_address, subject=email.subject, text=email.text)
    except RecipientRefused as refusal:
        _settle(email, State.FAILED, last_error=str(refusal))
        log.warning("letter %s refused: %s", email.pk, refusal)
        return False
    except ServerTrouble:
        raise
    except Exception as error:  # a letter that breaks the sender must not break the others
        log.exception("letter %s could not be handed over", email.pk)
        put_back(email, f"{type(error).__name__}: {error}"[:500])
        return False
    _settle(email, State.SENT, sent_at=clock.now(), last_error="", **_forgotten(email))
    return True


def _is_overtaken(email: Email) -> bool:
    """A newer letter of the same stream waits: this one stays here. A cancellation of what never left stays too."""
    if not email.stream:
        return False
    newer = Email.objects.filter(stream=email.stream, pk__gt=email.pk, state=State.PENDING)
    if not newer.exists():
        return False
    ever_tried = Email.objects.filter(stream=email.stream, attempts__gt=0).exclude(pk=email.pk).exists()
    if email.attempts == 1 and not ever_tried:
        newer.filter(method="CANCEL").update(state=State.SUPERSEDED)
    _settle(email, State.SUPERSEDED)
    return True


def _is_held(email: Email) -> bool:
    """Letters come back from this address: it stays here until a lead says that it works. A code, which somebody waits
    for in front of a screen, is tried all the same."""
    failing = FailingAddress.objects.filter(address__iexact=email.to_address, cleared_at=None)
    if email.is_secret or not failing.exists():
        return False
    with override(email.language):
        why = _("Letters come back from this address: this one is held.")
    _settle(email, State.HELD, attempts=email.attempts - 1, last_error=why)
    return True


def _is_past(email: Email) -> bool:
    """What it is about is over: nobody needs to read it any more."""
    if email.drop_after is None or email.drop_after > clock.now():
        return False
    _settle(email, State.DROPPED, why=Email.Why.PASSED, message=b"")
    return True


def _next_in(stream: str) -> list[int]:
    waiting = Email.objects.filter(stream=stream, state=State.PENDING)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:1])


def _forgotten(email: Email) -> dict[str, Any]:
    """Once sent, the bytes with their codes and links are not kept (the demo shows them)."""
    if settings.DEMO:
        return {}
    body = {"text": "", "html": ""} if email.is_secret else {"text": masked(email.text), "html": masked(email.html)}
    return {"message": b"", **body}


def _settle(email: Email, state: str, **values: Any) -> bool:
    """Write what came of my claim; False when it was no longer mine (the lease expired and somebody took it over)."""
    mine = Email.objects.filter(pk=email.pk, state=State.SENDING, lease_token=email.lease_token)
    return bool(mine.update(state=state, lease_token="", lease_until=None, **values))


def put_back(email: Email, error: str) -> None:
    """Try again later, later each time; given up after the last attempt."""
    if email.attempts >= MAX_ATTEMPTS:
        _settle(email, State.DEAD, last_error=error)
        log.error("letter %s given up: %s", email.pk, error)
        return
    _settle(email, State.PENDING, last_error=error, not_before=clock.now() + delay(email.attempts))
    log.warning("letter %s put back (attempt %s): %s", email.pk, email.attempts, error)


def delay(attempts: int) -> timedelta:
    """1, 2, 4 … minutes up to 6 hours, give or take 15 % so that a hundred letters do not come back together."""
    whole = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
    return whole * random.uniform(0.85, 1.15)  # noqa: S311 - spreading load, no secret


@transaction.atomic
def retry_email(email: Email, *, by: User | None) -> Email:
    """A letter that was refused or given up is sent again, from the first attempt.

    Refused when it has left or still waits, when a newer letter replaces it, or when it holds a code.
    """
    if email.stream and Email.objects.filter(stream=email.stream, pk__gt=email.pk).exists():
        raise Refused(_("A newer letter replaces this one."))
    if email.is_secret:
        raise Refused(_("A sign-in code is not sent twice: the person can ask for another."))
    move(email, State.PENDING, stamps={"attempts": 0, "not_before": clock.now(), "last_error": ""})
    record("retry_email", email, by=by, organisation=email.organisation)
    enqueue(DELIVER, email.pk)
    return email
