"""Reads of the outbox, and of what comes in."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from backend.accounts.models import Organisation, User
from backend.accounts.queries import find_person, organisations_of
from backend.lib import clock
from backend.mail import policies
from backend.mail.choosing import who
from backend.mail.kinds import KIND_OF, REFUSABLE, Kind
from backend.mail.letters import masked, reader_of, without_addresses
from backend.mail.models import (
    Email,
    EmailQuerySet,
    FailingAddress,
    Inbox,
    Incoming,
    IncomingQuerySet,
    LetterChoice,
    LetterHours,
    LetterRules,
)
from backend.mail.pace import WEEK
from backend.mail.reading import Unreadable, read
from backend.mail.said import said_in

State = Email.State
LATE = timedelta(minutes=15)
LINK = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class OutboxHealth:
    """How the outbox fares: letters waiting, how long the oldest due one has, and those that did not get through."""

    pending: int
    oldest_pending: timedelta
    dead: int
    failed: int


def outbox_health(user: User | None = None) -> OutboxHealth:
    """Of the whole house, or of what `user` may see."""
    rows = Email.objects.all() if user is None else Email.objects.visible_to(user)
    now = clock.now()
    counts = rows.order_by().aggregate(
        pending=Count("pk", filter=Q(state__in=[State.PENDING, State.SENDING])),
        dead=Count("pk", filter=Q(state=State.DEAD)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
    )
    due = Email.objects.filter(pk__in=rows.order_by().values("pk")) if user else rows
    oldest = due.due(now).order_by("not_before").values_list("not_before", flat=True).first()
    return OutboxHealth(oldest_pending=max(now - oldest, timedelta()) if oldest else timedelta(), **counts)


def outbox(user: User) -> EmailQuerySet:
    """The letters this person may see, newest first, without their bytes."""
    return Email.objects.visible_to(user).select_related("to_user", "organisation").defer("message", "calendar", "html")


@dataclass(frozen=True)
class Choice:
    """A kind of letter, and whether she gets it."""

    kind: Kind
    is_wanted: bool


def unwanted_kinds(to: User | str) -> set[str]:
    """The kinds of letters that this person (or this address) does without."""
    return set(LetterChoice.objects.made_by(to).filter(is_wanted=False).values_list("kind", flat=True))


def letter_choices(to: User | str) -> list[Choice]:
    """Every kind that may be refused, and what she chose."""
    unwanted = unwanted_kinds(to)
    return [Choice(kind, kind.code not in unwanted) for kind in REFUSABLE]


def rules_of(organisation: Organisation | None) -> LetterRules:
    """What this organisation decided, else the usual: 8 to 20, three asks a week."""
    found = LetterRules.objects.filter(organisation=organisation).first() if organisation else None
    return found or LetterRules(organisation=organisation)


def hours_of(user: User | None, rules: LetterRules) -> tuple[int, int]:
    """The hours she chose, else those of the organisation that writes."""
    own = LetterHours.objects.filter(user=user).first() if user else None
    hours = own or rules
    return hours.opens_at, hours.closes_at


def own_hours(to: User | str) -> dict[str, int]:
    """The hours between which letters that can wait reach her, as the page of her choices shows them."""
    user = to if isinstance(to, User) else None
    first = organisations_of(user).order_by("pk").first() if user else None
    opens_at, closes_at = hours_of(user, rules_of(first))
    return {"opens_at": opens_at, "closes_at": closes_at}


def asked_of(people: Iterable[int], now: datetime) -> dict[int, list[datetime]]:
    """{person: when she is asked something, from seven days before on}, by whatever organisation. One query."""
    found: dict[int, list[datetime]] = {pk: [] for pk in people}
    asks = [template for template, kind in KIND_OF.items() if kind.is_ask]
    counted = Email.objects.filter(
        to_user__in=list(found), template__in=asks, state__in=[State.PENDING, State.SENDING, State.SENT]
    )
    rows = counted.order_by("pk").annotate(at=Coalesce("sent_at", "not_before")).filter(at__gt=now - WEEK)
    for pk, at in rows.values_list("to_user", "at"):
        found[pk].append(at)
    return found


@dataclass(frozen=True)
class Cost:
    """What a bulk act would ask: letters, and people who would be asked more than allowed."""

    letters: int
    over: int


def cost_of(people: Sequence[int], organisation: Organisation) -> Cost:
    """Of one ask now to each of `people` (numbers; twice for two letters), by `organisation`'s rule. Two queries."""
    now, most = clock.now(), rules_of(organisation).asks_a_week
    asked, more = asked_of(people, now), Counter(people)
    return Cost(len(people), sum(len(asked[pk]) + count > most for pk, count in more.items()))


def reader_by(token: str) -> User | str | None:
    """Whom a link to choose letters was written to: a person, an address of somebody without an account, or nobody.

    An address that has an account by now is that person's.
    """
    pk, address = who(token)
    if pk is not None:
        return User.objects.filter(pk=pk).first()
    return (find_person(address) or address) if address else None


# --- What comes in ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class InboxHealth:
    """Whether letters can come in, and how it goes: `trouble` since when, with what the server said."""

    is_read: bool
    has_door: bool
    read_at: datetime | None = None
    failures: int = 0
    trouble: str = ""
    is_late: bool = False


def inbox_health() -> InboxHealth:
    """Late: a mailbox is named, and was not read for more than a quarter of an hour."""
    is_read, has_door = bool(settings.INBOUND_IMAP_URL), bool(settings.INBOUND_WEBHOOK_SECRET)
    inbox = Inbox.objects.order_by("-pk").first() if is_read else None
    if inbox is None:
        return InboxHealth(is_read, has_door)
    is_late = clock.now() - (inbox.read_at or inbox.since) > LATE
    return InboxHealth(is_read, has_door, inbox.read_at, inbox.failures, inbox.last_error, is_late)


def letters_stuck() -> int:
    """Letters received a quarter of an hour ago and still not treated."""
    return Incoming.objects.waiting().filter(received_at__lt=clock.now() - LATE).count()


def received(user: User) -> IncomingQuerySet:
    """What came in and this person may see, newest first, without what it says."""
    rows = Incoming.objects.visible_to(user).select_related("letter__to_user", "organisation")
    return rows.defer("raw", "letter__message", "letter__calendar", "letter__html", "letter__text")


def letters_aside(user: User) -> int:
    """How many letters were set aside for this lead and wait for her eye."""
    return Incoming.objects.visible_to(user).filter(state=Incoming.State.ASIDE).count()


def said_aside(incoming: Incoming) -> str:
    """What a letter says that was set aside, for whoever looks into it; "" for any other, and once it is forgotten."""
    if incoming.state != Incoming.State.ASIDE or not incoming.raw:
        return ""
    try:
        return said_in(read(bytes(incoming.raw)).text)
    except Unreadable:
        return ""


def failing_addresses(user: User) -> QuerySet[FailingAddress]:
    """The addresses that letters of her organisations come back from."""
    rows = FailingAddress.objects.filter(cleared_at=None, letter__organisation__in=user.organisation_ids("lead"))
    return rows.select_related("letter__to_user").defer("letter__message", "letter__calendar", "letter__html")


def address_fails(address: str) -> bool:
    """Do letters come back from there?"""
    return FailingAddress.objects.filter(address__iexact=address, cleared_at=None).exists()


def counts_by_state(rows: EmailQuerySet) -> dict[str, int]:
    """{state: how many} of these letters."""
    found = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: found.get(state, 0) for state in State.values}


def readable_text(email: Email, user: User) -> str:
    """The letter as text; outside the demo no code and no working link, whatever was written when, and addresses for
    its recipient only."""
    return _readable(email, email.text, user)


def readable_html(email: Email, user: User) -> str:
    """The letter as a page, under the same rule."""
    return _readable(email, email.html, user)


def _readable(email: Email, body: str, user: User) -> str:
    if settings.DEMO:
        return body
    said = "" if email.is_secret else masked(body)
    return said if policies.may_read_addresses(user, email) else without_addresses(said)


def sent_to(email: Email, user: User) -> str:
    """The address it went to, or "" for whom it is not hers to read."""
    return email.to_address if policies.may_read_recipient(user, email) else ""


def what_went_wrong(email: Email, user: User) -> str:
    """What the server answered; servers like to repeat the address."""
    return email.last_error if policies.may_read_recipient(user, email) else without_addresses(email.last_error)


def links_in(email: Email) -> list[str]:
    """The addresses in the letter as it leaves (not as others may read it); none once its bytes are gone."""
    if not email.message:
        return []
    body = message_from_bytes(bytes(email.message), policy=default).get_body(("plain",))
    found = LINK.findall(body.get_content()) if body is not None else []
    return [link.rstrip(".,;)") for link in found]


def may_have_left(stream: str) -> bool:
    """Was a letter of this stream ever handed to the server, or about to be? Then its reader may know of it."""
    return Email.objects.filter(stream=stream, attempts__gt=0).exists()


def language_of(to: User | str, organisation: Organisation | None = None) -> str:
    """The language in which a letter to this person is written."""
    return reader_of(to, "", None, organisation).language
