"""Letters that did not get through: sent again by a lead, one or many at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history.actions import record
from backend.lib import clock
from backend.lib.jobs import enqueue
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail.actions.letters import DELIVER
from backend.mail.actions.pacing import paced
from backend.mail.models import Email

State = Email.State


@dataclass
class Retried:
    """What came of sending many again: how many leave (`later`: of which at a better hour), and {letter: why} of those
    that stay."""

    leaving: int = 0
    later: int = 0
    staying: dict[int, str] = field(default_factory=dict)

    @property
    def reasons(self) -> dict[str, int]:
        """{why: how many stay for it}, the most frequent first."""
        why = list(self.staying.values())
        return {one: why.count(one) for one in sorted(set(why), key=lambda reason: (-why.count(reason), reason))}


@transaction.atomic
def retry_email(email: Email, *, by: User | None) -> Email:
    """A letter that was refused or given up is sent again, from the first attempt, at the hours of its reader.

    Refused when it has left or still waits, when a newer letter replaces it, when it holds a code, or when what it is
    about is over.
    """
    if email.stream and Email.objects.of_stream(email.stream).filter(pk__gt=email.pk).exists():
        raise Refused(_("A newer letter replaces this one."))
    if email.is_secret:
        raise Refused(_("A sign-in code is not sent twice: the person can ask for another."))
    values = paced(email, clock.now())
    is_over = email.drop_after is not None and email.drop_after <= clock.now()
    if is_over or values.pop("state") == State.DROPPED:
        raise Refused(_("What this letter is about is over: it is not sent any more."))
    values.pop("message", None)
    fresh = {"attempts": 0, "was_tried": True, "last_error": "", "told_at": None}
    move(email, State.PENDING, stamps={**fresh, **values})
    record("retry_email", email, by=by, organisation=email.organisation)
    enqueue(DELIVER, email.pk)
    return email


@transaction.atomic
def retry_emails(emails: Iterable[Email], *, by: User | None) -> Retried:
    """As many of these letters as can be are sent again, each by itself; what became of them.

    Their readers are held one after the other, in the order of their numbers, as whoever holds several people does.
    """
    found = Retried()
    for email in sorted(emails, key=lambda one: (one.to_user_id or 0, one.pk)):
        try:
            retry_email(email, by=by)
        except Refused as refusal:
            found.staying[email.pk] = str(refusal)
        else:
            found.leaving += 1
            found.later += email.not_before > clock.now()
    return found
