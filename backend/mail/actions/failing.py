"""Letters that come back: an address that fails for good gets no more of them, until a lead says so."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.accounts.queries import leads_of
from backend.history.actions import record
from backend.lib import clock
from backend.lib.jobs import enqueue
from backend.lib.refusal import Refused
from backend.lib.sweeps import alone
from backend.mail.actions.letters import DELIVER, post
from backend.mail.actions.pacing import paced
from backend.mail.actions.replies import Outcome
from backend.mail.bounces import Failure
from backend.mail.letters import without_addresses
from backend.mail.models import Email, FailingAddress, Incoming
from backend.mail.reading import Read

Kind, Reason, State = Incoming.Kind, Incoming.Reason, Email.State
OLDEST = timedelta(days=30)


def take_bounce(read: Read) -> Outcome:
    """The address a letter of ours came back from for good fails from now on: what is for it is held, and the leads of
    whoever wrote are told once. What only takes longer is noted on the letter. Twice is once.

    Believed only of a letter that left lately, named by its secret token, or by its Message-ID and its address.
    """
    if not read.failures:
        return Outcome(Kind.BOUNCE)
    letter, failure = _matched(read)
    if letter is None or failure is None:
        return Outcome(Kind.BOUNCE, Reason.UNKNOWN_LETTER)
    words = f"{failure.status} {failure.words}".strip()[:500]
    if failure.is_permanent:
        Email.objects.filter(pk=letter.pk).update(last_error=words)
        _mark(letter, failure)
    else:
        Email.objects.filter(pk=letter.pk, last_error="").update(last_error=words)
    return Outcome(Kind.BOUNCE, letter=letter)


def _matched(read: Read) -> tuple[Email | None, Failure | None]:
    """The letter, and what became of it for its one recipient."""
    lately = Email.objects.select_related("organisation", "to_user").filter(
        state=State.SENT, sent_at__gt=clock.now() - OLDEST
    )  # fmt: skip
    tokens = [*read.returned_tokens, *([read.reply_token] if read.reply_token else [])]
    letter = lately.filter(reply_token__in=tokens).order_by("pk").first() if tokens else None
    if letter is not None:
        return letter, read.failures[0]
    letter = lately.filter(message_id__in=read.returned_ids).order_by("pk").first()
    if letter is None:
        return None, None
    address = letter.to_address.lower()
    return letter, next((one for one in read.failures if address in one.addresses), None)


def _mark(letter: Email, failure: Failure) -> None:
    if letter.organisation is None:  # nobody could see it, or try again
        return
    address = letter.to_address.strip().lower()
    failing, is_new = FailingAddress.objects.get_or_create(
        address=address, cleared_at=None,
        defaults={"status": failure.status, "words": without_addresses(failure.words), "letter": letter},
    )  # fmt: skip
    if not is_new:
        return
    record("mark_failing", letter, by=None, organisation=letter.organisation)
    for lead in leads_of(letter.organisation).order_by("pk"):
        post(
            "mail/letters/address_failing",
            to=lead,
            key=f"failing:{failing.pk}:{lead.pk}",
            context={"letter": letter, "who": letter.recipient, "failing": failing},
            about=letter,
            organisation=letter.organisation,
        )


@transaction.atomic
def clear_address(failing: FailingAddress, *, by: User | None) -> FailingAddress:
    """Letters go to this address again, those that were held first. Refused when they do already."""
    now = clock.now()
    if not FailingAddress.objects.filter(pk=failing.pk, cleared_at=None).update(cleared_at=now):
        raise Refused(_("Letters go to this address again already."))
    failing.cleared_at = now
    record("clear_address", failing, by=by, organisation=_whose(failing, by))
    for email in Email.objects.held().filter(to_address__iexact=failing.address).order_by("pk"):
        _release(email, failing.address)
    return failing


def _whose(failing: FailingAddress, by: User | None) -> Organisation | None:
    """In whose history it stands: that of whoever acts, whose letter came back or was held."""
    own = failing.letter.organisation if failing.letter else None
    if by is None or (own and by.leads(own.pk)):
        return own
    held = Email.objects.held().filter(to_address__iexact=failing.address)
    ours = held.filter(organisation__in=by.organisation_ids("lead")).select_related("organisation").order_by("pk")
    first = ours.first()
    return first.organisation if first else None


def release_corrected() -> int:
    """People whose address was corrected since it failed get what was held for it at the new one; how many letters
    leave. So do letters that an address held which fails no more: it was said so while they were put aside."""
    failing = FailingAddress.objects.filter(cleared_at=None)
    held = Email.objects.held().select_related("to_user", "organisation").order_by("pk")
    elsewhere = ~Q(to_user__email__iexact=F("to_address"))
    corrected = list(held.filter(elsewhere, to_user__is_active=True))
    free = held.exclude(Exists(failing.filter(address__iexact=OuterRef("to_address"))))
    moved = sum(_released(email, email.to_user.email) for email in corrected if email.to_user)
    moved += sum(_released(email, email.to_address) for email in free)
    gone = failing.filter(letter__to_user__is_active=True).exclude(letter__to_user__email__iexact=F("address"))
    gone.exclude(Exists(held.filter(to_address__iexact=OuterRef("address")))).update(cleared_at=clock.now())
    return moved


def _released(email: Email, now_at: str) -> bool:
    """As `_release`; a letter that breaks us stays held, and stops neither the others nor the outbox, swept after."""
    has_left = False
    with alone(email):
        has_left = _release(email, now_at)
    return has_left


@transaction.atomic
def _release(email: Email, now_at: str) -> bool:
    """It leaves: the same bytes, handed to the server for where the person is read now, at her hours and in her week
    if it can wait; not at all once it is over."""
    values = paced(email, max(clock.now(), email.not_before))
    held = Email.objects.filter(pk=email.pk, state=State.HELD)
    if not held.update(to_address=now_at, last_error="", **values) or values["state"] != State.PENDING:
        return False
    enqueue(DELIVER, email.pk)
    return True
