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
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from backend.lib import clock
from backend.mail.actions.pacing import paced
from backend.mail.actions.relay import note_answer, note_trouble
from backend.mail.letters import masked
from backend.mail.models import LEASE, Email, FailingAddress
from backend.mail.signals import staleness_asked
from backend.mail.smtp import NotNow, RecipientRefused, Sender, ServerTrouble

log = logging.getLogger("jalon.mail")

State = Email.State
MAX_ATTEMPTS = 12  # about twenty hours with the delays below
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
BATCH = 200
BATCH_SECONDS = 35  # a job may live 60 s: no letter is begun after this many,
LAST_SECONDS = 50  # and no answer of the server awaited after this many
MOST_IN_A_ROW = 5  # letters put off one after the other: the server says later to everybody
ON_TIME = timedelta(minutes=15)  # a letter that leaves later than that asks again whether its reader may be written to


def deliver_emails(ids: Iterable[int]) -> int:
    """Send those of these letters that are due and in turn, over one connection; how many left.

    Stops early when the server is in trouble or the time is up: the rest waits for the next sweep.
    """
    sent = in_a_row = 0
    started, todo = time.monotonic(), list(ids)
    with Sender(LAST_SECONDS) as sender:
        while todo and in_a_row < MOST_IN_A_ROW and time.monotonic() - started < BATCH_SECONDS:
            email = claim(todo.pop(0))
            if email is None:
                continue
            try:
                has_left = _send(email, sender)
            except NotNow as answer:
                put_back(email, str(answer))
                in_a_row += 1
                if in_a_row == MOST_IN_A_ROW:
                    note_trouble(answer)
                continue
            except ServerTrouble as trouble:
                put_back(email, str(trouble), is_untouched=trouble.is_untouched)
                note_trouble(trouble)
                break
            except SystemExit:  # the time of the job is up: later, and later each time
                put_back(email, _("The server took too long."))
                raise
            sent, in_a_row = sent + has_left, 0
            if email.stream:
                todo[:0] = _next_in(email.stream)
    if sent:
        note_answer()
    return sent


def sweep_outbox() -> int:
    """Every letter due and in turn leaves: its bell was lost, it is time to try again, or a killed worker held it.

    Those never tried first: one that stops the server or the worker each time does not stop the others.
    """
    now = clock.now()
    for email in Email.objects.due(now).filter(attempts__gte=MAX_ATTEMPTS).order_by("pk"):
        _give_up(email, email.last_error or _("Every attempt was cut short."))
    due = Email.objects.due(now).in_turn().order_by("-is_secret", "attempts", "not_before", "pk")
    return deliver_emails(due.values_list("pk", flat=True)[:BATCH])


def awaited(now: datetime | None = None) -> list[int]:
    """Letters somebody is waiting for in front of a screen (sign-in codes): they go first."""
    waiting = Email.objects.due(now or clock.now()).filter(is_secret=True, state=State.PENDING, attempts=0)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:20])


def claim(pk: int) -> Email | None:
    """This letter is mine for two minutes; None when it is not due, not in turn, or somebody else's."""
    now = clock.now()
    token = secrets.token_hex(16)
    mine = Email.objects.filter(pk=pk, attempts__lt=MAX_ATTEMPTS).due(now).in_turn()
    claimed = mine.update(state=State.SENDING, lease_token=token, lease_until=now + LEASE, attempts=F("attempts") + 1)
    return Email.objects.get(pk=pk) if claimed else None


def _send(email: Email, sender: Sender) -> bool:
    """Hand the bytes over and write down that they left; False when it stays here, or is refused for good."""
    try:
        stays_here = (_is_overtaken, _is_past, _is_stale, _is_held, _is_put_off, _is_spoilt)
        if any(stays(email) for stays in stays_here):
            return False
        sender.send(bytes(email.message), email.to_address, subject=email.subject, text=email.text)
    except RecipientRefused as refusal:
        _settle(email, State.FAILED, last_error=str(refusal), why="")
        log.warning("letter %s refused: %s", email.pk, refusal)
        return False
    except (NotNow, ServerTrouble):
        raise
    except Exception as error:  # a letter that breaks the sender must not break the others
        log.exception("letter %s could not be handed over", email.pk)
        put_back(email, f"{type(error).__name__}: {error}"[:500].replace("\x00", ""))
        return False
    _settle(email, State.SENT, sent_at=clock.now(), last_error="", **_forgotten(email))
    return True


@transaction.atomic
def _is_overtaken(email: Email) -> bool:
    """A newer letter of the same stream waits or has left: this one stays here. A cancellation of what never left
    stays too, in the same breath: a worker killed in between would send the invite, and never take it back."""
    if not email.stream:
        return False
    others = Email.objects.of_stream(email.stream).exclude(pk=email.pk)
    newer = others.filter(pk__gt=email.pk)
    if not newer.filter(state__in=[State.PENDING, State.SENDING, State.SENT]).exists():
        return False
    never_left = email.attempts == 1 and not email.was_tried and not others.tried().exists()
    if _settle(email, State.SUPERSEDED) and never_left:
        newer.filter(state=State.PENDING, method="CANCEL").update(state=State.SUPERSEDED)
    return True


def _is_held(email: Email) -> bool:
    """Letters come back from this address: it stays here until a lead says that it works. A code, which somebody waits
    for in front of a screen, is tried all the same."""
    failing = FailingAddress.objects.filter(address__iexact=email.to_address, cleared_at=None)
    if email.is_secret or not failing.exists():
        return False
    with override(email.language):
        why = _("Letters come back from this address: this one is held.")
    _settle(email, State.HELD, attempts=email.attempts - 1, last_error=why, why="")
    return True


def _is_past(email: Email) -> bool:
    """What it is about is over: nobody needs to read it any more."""
    if email.drop_after is None or email.drop_after > clock.now():
        return False
    _settle(email, State.DROPPED, why=Email.Why.PASSED, message=b"")
    return True


def _is_stale(email: Email) -> bool:
    """It reminds of something that moved or is off since it was written: nobody should read it any more."""
    if email.kind.code != "near":
        return False
    if not any(is_so for _who, is_so in staleness_asked.send(Email, letter=email)):
        return False
    _settle(email, State.DROPPED, why=Email.Why.CANCELLED, message=b"")
    return True


@transaction.atomic
def _is_put_off(email: Email) -> bool:
    """It was to leave long ago (the worker stood still), and now is no moment for a letter that can wait."""
    now = clock.now()
    if now - email.not_before <= ON_TIME:
        return False
    values = paced(email, now)
    if values["state"] == State.PENDING and values["not_before"] <= now:
        return False
    _settle(email, attempts=email.attempts - 1, **values)
    return True


def _is_spoilt(email: Email) -> bool:
    """Its bytes are not those that were written: nobody gets half a letter, or an empty one."""
    if sha256(email.message).hexdigest() == email.message_hash:
        return False
    _give_up(email, _("Its bytes are not those that were written."))
    return True


def _next_in(stream: str) -> list[int]:
    waiting = Email.objects.of_stream(stream).filter(state=State.PENDING)
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


def _give_up(email: Email, error: str) -> None:
    """No more of it until a lead says so, who is told (`tell_undelivered`). For one whose turn did not come as well."""
    as_seen = Email.objects.filter(pk=email.pk, state=email.state, lease_token=email.lease_token)
    if as_seen.update(state=State.DEAD, lease_token="", lease_until=None, last_error=error, why=""):
        log.error("letter %s given up after %s attempts: %s", email.pk, email.attempts, error)


@transaction.atomic
def put_back(email: Email, error: str, *, is_untouched: bool = False) -> None:
    """Try again later, later each time, at the hours of its reader; given up after the last attempt.

    `is_untouched`: the server never heard of it, so that this was no attempt: however long it is away, no letter dies.
    """
    if email.attempts >= MAX_ATTEMPTS and not is_untouched:
        _give_up(email, error)
        return
    tries = email.attempts - is_untouched
    values = paced(email, clock.now() + delay(max(tries, 1)))
    _settle(email, attempts=tries, last_error=error, **values)
    log.warning("letter %s put back (attempt %s): %s", email.pk, email.attempts, error)


def delay(attempts: int) -> timedelta:
    """1, 2, 4 … minutes up to 6 hours, give or take 15 % so that a hundred letters do not come back together."""
    whole = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
    return whole * random.uniform(0.85, 1.15)  # noqa: S311 - spreading load, no secret
