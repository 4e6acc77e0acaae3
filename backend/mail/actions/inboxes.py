"""Reading the mailbox on the clock: each letter is kept, with how far we read, before anything is marked there."""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from backend.lib import clock
from backend.mail.actions.incoming import keep_incoming
from backend.mail.imap import Account, Mailbox, MailboxTrouble, account_of, open_mailbox
from backend.mail.models import Inbox, Incoming
from backend.mail.reading import LARGEST

log = logging.getLogger("jalon.mail")

LEASE = timedelta(seconds=120)  # longer than a job may live (60 s)
SECONDS = 30
BATCH = 100
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(minutes=30)
LOOKS_BACK = timedelta(days=7)


def read_inbox() -> int:
    """Every letter that came to the mailbox of the settings since the last time is kept; how many were looked at.

    Nothing is done without a mailbox, while another worker reads it, or while it rests after trouble: one minute, then
    twice as long each time, half an hour at most. Where numbering begins anew, the last seven days are read again.
    """
    if not settings.INBOUND_IMAP_URL:
        return 0
    account = _account()
    inbox = _claimed(account.name if account else "INBOUND_IMAP_URL")
    if inbox is None:
        return 0
    try:
        if account is None:
            account = account_of(settings.INBOUND_IMAP_URL)  # says what is wrong with it
        count = _read(inbox, account)
    except MailboxTrouble as trouble:
        _rest(inbox, str(trouble))
        return 0
    Inbox.objects.filter(pk=inbox.pk).update(
        lease_until=None, not_before=None, failures=0, last_error="", read_at=clock.now()
    )
    return count


def _account() -> Account | None:
    try:
        return account_of(settings.INBOUND_IMAP_URL)
    except MailboxTrouble:
        return None


def _claimed(name: str) -> Inbox | None:
    """The row of this mailbox, mine for two minutes; those of former settings are forgotten."""
    now = clock.now()
    inbox, _is_new = Inbox.objects.get_or_create(name=name[:300])
    Inbox.objects.exclude(pk=inbox.pk).delete()
    free = Inbox.objects.filter(pk=inbox.pk).filter(Q(lease_until=None) | Q(lease_until__lte=now))
    rested = free.filter(Q(not_before=None) | Q(not_before__lte=now))
    if not rested.update(lease_until=now + LEASE):
        return None
    inbox.refresh_from_db()
    return inbox


def _read(inbox: Inbox, account: Account) -> int:
    """Oldest first, until all are read or the time is up; the rest waits for the next minute."""
    began = time.monotonic()
    with open_mailbox(account) as mailbox:
        is_known = inbox.last_uid > 0 and inbox.validity == mailbox.validity
        since = ((inbox.read_at or clock.now()) - LOOKS_BACK).date()
        uids = mailbox.uids_after(inbox.last_uid) if is_known else mailbox.uids_since(since)
        taken: list[int] = []
        for uid in uids[:BATCH]:
            if time.monotonic() - began > SECONDS:
                break
            _keep(inbox, mailbox, uid)
            taken.append(uid)
        mailbox.mark(taken)
    return len(taken)


def _keep(inbox: Inbox, mailbox: Mailbox, uid: int) -> None:
    """The letter and how far we are, in one transaction: cut short, neither is written and both are done again.

    One that cannot be kept as it is stays in the mailbox, named in the journal: those behind it are read.
    """
    size = mailbox.size(uid)
    raw = mailbox.fetch(uid, head_only=size > LARGEST)
    with transaction.atomic():
        if raw:
            try:
                with transaction.atomic():
                    keep_incoming(raw, way=Incoming.Way.IMAP, size=size if size > LARGEST else 0)
            except ValueError:
                log.exception("letter %s of the mailbox cannot be kept", uid)
        Inbox.objects.filter(pk=inbox.pk).update(validity=mailbox.validity, last_uid=uid)


def _rest(inbox: Inbox, error: str) -> None:
    delay = min(FIRST_DELAY * 2 ** min(inbox.failures, 10), LONGEST_DELAY)
    Inbox.objects.filter(pk=inbox.pk).update(
        lease_until=None, not_before=clock.now() + delay, failures=inbox.failures + 1, last_error=error[:500]
    )
    log.error("mailbox not read (%s times): %s", inbox.failures + 1, error)
