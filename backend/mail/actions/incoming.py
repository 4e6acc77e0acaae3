"""What comes in: kept first, as it came; then treated once, in one transaction with all that follows from it."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F

from backend.accounts.models import Organisation, User
from backend.accounts.queries import find_person
from backend.history.actions import record
from backend.lib import clock
from backend.lib.jobs import enqueue
from backend.lib.states import move
from backend.mail.actions.failing import take_bounce
from backend.mail.actions.replies import Outcome, take_reply, take_words_to_invite
from backend.mail.models import Incoming
from backend.mail.reading import LARGEST, Read, Unreadable, envelope_of, is_proved, read
from backend.mail.signals import letter_came

log = logging.getLogger("jalon.mail")

Kind, Reason, State = Incoming.Kind, Incoming.Reason, Incoming.State
TREAT = "backend.mail.tasks.treat"
MAX_ATTEMPTS = 5
BATCH = 100
KEPT = timedelta(days=30)


@transaction.atomic
def keep_incoming(raw: bytes, *, way: str, recipient: str = "", size: int = 0) -> Incoming:
    """This letter stands among those received, as it came, and will be treated; handed in again, it is the same row.

    `size`: of the whole letter where only its head is given, since it is too large: it is set aside at once.
    """
    head = envelope_of(raw)
    size = size or len(raw)
    is_large = size > LARGEST
    incoming = Incoming(
        key=head.key, message_id=head.message_id, sender=head.sender, subject=head.subject, way=way, size=size,
        recipient=recipient.strip().lower()[:254], raw=b"" if is_large else raw,
    )  # fmt: skip
    if is_large:
        _put_aside(incoming, Reason.TOO_LARGE)
    try:
        with transaction.atomic():
            incoming.save(force_insert=True)
    except IntegrityError:  # it came before, or by another way
        return Incoming.objects.get(key=head.key)
    if not is_large:
        enqueue(TREAT, incoming.pk)
    return incoming


def treat_incoming(pk: int) -> bool:
    """What this letter says is done, once, however often this is called; was it treated or set aside now?

    Whatever fails undoes all of it: it is tried again by the sweep, and set aside after five attempts.
    """
    try:
        with transaction.atomic():
            incoming = Incoming.objects.select_for_update().filter(pk=pk, state=State.NEW).first()
            if incoming is None:
                return False
            _treat(incoming)
            incoming.save()
    except OperationalError:  # the database is in trouble, not this letter
        raise
    except Exception as error:  # a letter that breaks us must not stop the others
        log.exception("letter received %s could not be treated", pk)
        _count_failure(pk, f"{type(error).__name__}: {error}")
        return False
    return True


def sweep_incoming() -> int:
    """Every letter received and not yet treated is: its bell was lost, or it failed before."""
    waiting = Incoming.objects.waiting().order_by("attempts", "pk").values_list("pk", flat=True)[:BATCH]
    return sum(treat_incoming(pk) for pk in list(waiting))


@transaction.atomic
def settle_incoming(incoming: Incoming, *, by: User | None) -> Incoming:
    """A letter that was set aside is dealt with. Refused when it is no longer set aside."""
    move(incoming, State.TREATED, stamps={"settled_at": clock.now()})
    record("settle_incoming", incoming, by=by, organisation=incoming.organisation)
    return incoming


def forget_incoming() -> int:
    """What letters say is not kept longer than thirty days; that they came is."""
    old = Incoming.objects.filter(received_at__lt=clock.now() - KEPT).exclude(state=State.NEW)
    return old.exclude(raw=b"").update(raw=b"")


# --- What it is -------------------------------------------------------------------------------------
def _treat(incoming: Incoming) -> None:
    raw = bytes(incoming.raw)
    try:
        letter = read(raw, recipient=incoming.recipient)
    except Unreadable as problem:
        return _put_aside(incoming, problem.reason)
    outcome = _outcome(incoming, letter, raw)
    incoming.kind, incoming.letter = outcome.kind, outcome.letter
    if outcome.reason:
        return _put_aside(incoming, outcome.reason)
    incoming.organisation = outcome.letter.organisation if outcome.letter else _organisation_of(incoming)
    incoming.state, incoming.settled_at = State.TREATED, clock.now()
    return None


def _outcome(incoming: Incoming, letter: Read, raw: bytes) -> Outcome:
    """A report first, then an answer of a calendar, which programs send too; nothing else of theirs is followed."""
    if letter.is_report:
        return take_bounce(letter)
    if _is_ours(incoming.sender):
        return Outcome(Kind.AUTOMATIC, Reason.LOOP)
    if letter.has_calendar and _is_heard(incoming, letter, raw):
        return Outcome(Kind.ANSWER)
    if letter.is_automatic:
        return Outcome(Kind.AUTOMATIC)
    if letter.reply_token:
        return take_reply(incoming, letter)
    if letter.answer_token:
        return take_words_to_invite(incoming, letter)
    return Outcome(Kind.UNKNOWN, Reason.UNKNOWN_ADDRESS)


def _is_heard(incoming: Incoming, letter: Read, raw: bytes) -> bool:
    """Did anybody make something of it?"""
    heard = letter_came.send(
        sender=Incoming,
        raw=raw,
        received_at=incoming.received_at,
        token=letter.answer_token,
        authenticated=is_proved(raw, settings.INBOUND_AUTHSERV_ID),
    )
    return any(rows for _hearer, rows in heard)


def _is_ours(sender: str) -> bool:
    """An address that only this house writes from."""
    domain = f"@{settings.ANSWERS_DOMAIN.lower()}"
    is_token = sender.startswith(("rdv-", "re-")) and domain != "@" and sender.endswith(domain)
    return is_token or sender == settings.MAIL_ADDRESS.lower()


def _put_aside(incoming: Incoming, reason: str) -> None:
    incoming.state, incoming.reason = State.ASIDE, reason
    incoming.organisation = incoming.letter.organisation if incoming.letter else _organisation_of(incoming)


def _organisation_of(incoming: Incoming) -> Organisation | None:
    """Whose lead looks into it: where its sender belongs, else the only organisation there is."""
    person = find_person(incoming.sender) if incoming.sender else None
    if person is not None:
        held = person.memberships.filter(ended_at=None).select_related("organisation").order_by("pk").first()
        if held is not None:
            return held.organisation
    first = list(Organisation.objects.order_by("pk")[:2])
    return first[0] if len(first) == 1 else None


def _count_failure(pk: int, note: str) -> None:
    with transaction.atomic():
        incoming = Incoming.objects.select_for_update().filter(pk=pk, state=State.NEW).first()
        if incoming is None:
            return
        Incoming.objects.filter(pk=pk).update(attempts=F("attempts") + 1, note=note[:300].replace("\x00", ""))
        if incoming.attempts + 1 >= MAX_ATTEMPTS:
            _put_aside(incoming, Reason.FAILED)
            incoming.save(update_fields=["state", "reason", "organisation"])
