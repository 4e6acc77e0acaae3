"""Letters that did not get through are told to those who can do something about it."""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from backend.accounts.queries import leads_of
from backend.lib import clock
from backend.lib.sweeps import each, named
from backend.mail.actions.letters import post
from backend.mail.kinds import templates_of
from backend.mail.letters import without_addresses
from backend.mail.models import Email, FailingAddress
from backend.mail.queries import LOST

NAMED = 10
TEMPLATE = "mail/letters/not_through"
PAUSE = timedelta(hours=1)


def tell_undelivered() -> int:
    """The leads of each organisation read in one letter which of its letters were refused, given up, or are held for
    an address that somebody else's letter came back from; once for each, and at most once an hour. How many were told.

    A letter about how letters fare is not told about: that could go on for ever.
    """
    elsewhere = FailingAddress.objects.filter(address__iexact=OuterRef("to_address"), cleared_at=None)
    held = Q(state=Email.State.HELD) & ~Exists(elsewhere.filter(letter__organisation=OuterRef("organisation")))
    lost = Email.objects.filter(Q(state__in=LOST) | held, told_at=None, organisation__isnull=False)
    by_organisation: dict[int, list[Email]] = defaultdict(list)
    for email in lost.exclude(template__in=templates_of("fares")).select_related("organisation").order_by("pk"):
        by_organisation[email.organisation_id or 0].append(email)
    return each(by_organisation.values(), _tell, name=lambda emails: named(emails[0].organisation))


@transaction.atomic
def _tell(emails: list[Email]) -> int:
    organisation, now = emails[0].organisation, clock.now()
    assert organisation is not None
    if Email.objects.filter(template=TEMPLATE, organisation=organisation, created_at__gt=now - PAUSE).exists():
        return 0
    untold = Email.objects.filter(pk__in=[email.pk for email in emails], told_at=None)
    if untold.update(told_at=now) < len(emails):  # somebody else is telling them
        transaction.set_rollback(True)
        return 0
    rows = [(email, without_addresses(email.last_error)) for email in emails[:NAMED]]
    for lead in leads_of(organisation).order_by("pk"):
        post(
            TEMPLATE,
            to=lead,
            key=f"not_through:{emails[-1].pk}:{now:%Y%m%dT%H%M%S}:{lead.pk}",
            context={"rows": rows, "count": len(emails), "more": max(0, len(emails) - NAMED)},
            organisation=organisation,
        )
    return len(emails)
