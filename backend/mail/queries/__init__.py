"""Reads of the outbox, and of what comes in."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Model, Q, QuerySet
from django.db.models.functions import Coalesce, Lower

from backend.accounts.models import Organisation, User
from backend.accounts.queries import find_person, organisations_of
from backend.lib import clock
from backend.lib.heartbeat import is_fresh, last_beat
from backend.mail import chosen as chosen
from backend.mail import policies
from backend.mail.choosing import who
from backend.mail.kinds import KIND_OF, REFUSABLE, Kind, known_kind
from backend.mail.letters import masked, reader_of, without_addresses
from backend.mail.mentions import Mention, moment_of
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
    Relay,
)
from backend.mail.pace import WEEK
from backend.mail.queries.health import OutboxHealth as OutboxHealth
from backend.mail.queries.health import outbox_health as outbox_health
from backend.mail.reading import Unreadable, read
from backend.mail.said import said_in

State = Email.State
LOST = (State.FAILED, State.DEAD)  # did not get through, and stay here until somebody acts
SOON, LATE = timedelta(minutes=5), timedelta(minutes=15)
LINK = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class Wait:
    """Letters that should have left, since when, and why they have not (`cause`: "nobody", "busy", or a trouble of the
    mail server, in words in `trouble`, with what it said)."""

    count: int
    since: datetime
    cause: str
    trouble: str = ""
    said: str = ""


def letters_waiting(user: User | None = None, health: OutboxHealth | None = None) -> Wait | None:
    """What keeps the letters of the house, or of what `user` may see; None while they leave in their time.

    Told after five minutes when the reason is known, else after a quarter of an hour; that nothing is done by the clock
    any more also when no letter waits, since then none is written.
    """
    health = health or outbox_health(user)
    now, beat = clock.now(), last_beat()
    if not is_fresh(beat):
        if health.since and health.oldest > SOON:
            return Wait(health.waiting, health.since, "nobody")
        return Wait(0, beat, "nobody") if beat and now - beat > LATE else None
    if not health.since or health.oldest <= SOON:
        return None
    server = Relay.objects.exclude(trouble="").first()
    if server is not None:
        said = without_addresses(server.last_error)
        return Wait(health.waiting, health.since, server.trouble, server.get_trouble_display(), said)
    return Wait(health.waiting, health.since, "busy") if health.oldest > LATE else None


def outbox(user: User) -> EmailQuerySet:
    """The letters this person may see, newest first, without their bytes."""
    return Email.objects.visible_to(user).select_related("to_user", "organisation").defer("message", "calendar", "html")


def own_letters(user: User) -> QuerySet[Email]:
    """Those written to her, newest first; without sign-in codes, and without those that a newer one replaced."""
    rows = Email.objects.filter(to_user=user, is_secret=False).exclude(state=State.SUPERSEDED)
    return rows.select_related("organisation").defer("message", "calendar", "html", "text")


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


def asked_of(people: Iterable[int], now: datetime, *, but: Email | None = None) -> dict[int, list[datetime]]:
    """{person: when she is asked something, from seven days before on}, by whatever organisation. One query.

    What is overdue or held back counts as asked now at the earliest. `but`: a letter that does not count.
    """
    found: dict[int, list[datetime]] = {pk: [] for pk in people}
    asks, today = [template for template, kind in KIND_OF.items() if kind.is_ask], clock.now()
    waiting = Q(state__in=[State.PENDING, State.SENDING, State.HELD])
    counted = Email.objects.filter(waiting | Q(state=State.SENT, sent_at__gt=now - WEEK)).exclude(
        pk=but.pk if but and but.pk else 0
    )
    rows = counted.filter(to_user__in=list(found), template__in=asks).order_by("pk")
    for pk, sent_at, not_before in rows.values_list("to_user", "sent_at", "not_before"):
        at = sent_at or max(not_before, today)
        if at > now - WEEK:
            found[pk].append(at)
    return found


@dataclass(frozen=True)
class Telling:
    """A letter told somebody of something: when it left or is to leave, and the code of its kind."""

    at: datetime
    kind: str


def whom(to: User | str) -> int | str:
    """By what a person is known in `told_lately`: her number, or the address of somebody without an account."""
    return to.pk if isinstance(to, User) else to.strip().lower()


def told_lately(
    people: Iterable[User | str], things: Iterable[tuple[Model, date | datetime]], *, since: datetime
) -> dict[tuple[int | str, Model], list[Telling]]:
    """{(`whom`, thing): the letters that told her of it at the date it has now (`things`), earliest first}.

    Of letters that left since then or wait to leave; nobody was told by one that was dropped, replaced, refused,
    given up, held or not wanted. What was told of a former date does not count. One query, and one a kind of thing.
    """
    known = {whom(one) for one in people}
    now_at = {(ContentType.objects.get_for_model(thing).pk, thing.pk): (thing, moment_of(at)) for thing, at in things}
    of_these = Q(pk__in=[])
    for kind in {kind for kind, _pk in now_at}:
        of_these |= Q(thing_type=kind, thing_id__in=[pk for one, pk in now_at if one == kind])
    rows = Mention.objects.filter(of_these, email__state__in=[State.PENDING, State.SENDING, State.SENT]).annotate(
        left=Coalesce("email__sent_at", "email__not_before"), address=Lower("email__to_address")
    )
    to_them = Q(email__to_user__in=[one for one in known if isinstance(one, int)])
    to_them |= Q(email__to_user=None, address__in=[one for one in known if isinstance(one, str)])
    found: dict[tuple[int | str, Model], list[Telling]] = {}
    facts = rows.filter(to_them, left__gte=since).order_by("left", "pk")
    names = ("thing_type", "thing_id", "at", "left", "email__to_user", "address", "email__template")
    for kind, pk, told_at, left, user, address, template in facts.values_list(*names):
        thing, at = now_at[kind, pk]
        if told_at == at:
            found.setdefault((user or address, thing), []).append(Telling(left, known_kind(template).code))
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

    @property
    def is_untrusted(self) -> bool:
        """The server showed no certificate that proves who it is; nothing was said to it."""
        return self.trouble.startswith("SSLCertVerificationError")


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


@dataclass(frozen=True)
class Failing:
    """An address that fails, by a letter of the reader's own organisation to it, and what the server said of that."""

    row: FailingAddress
    letter: Email | None
    words: str


def failing_addresses(user: User) -> QuerySet[FailingAddress]:
    """The addresses that letters of her organisations come back from, or are held for."""
    return FailingAddress.objects.visible_to(user)


def failing_shown(user: User) -> list[Failing]:
    """The same, as she may read them: of another organisation's letter nothing is told, nor of a discreet one that
    waits. Two queries."""
    ours = user.organisation_ids("lead")
    rows = list(failing_addresses(user).select_related("letter").defer("letter__message", "letter__calendar"))
    held = Email.objects.held().filter(organisation__in=ours, is_discreet=False).annotate(where=Lower("to_address"))
    by_address = {one.where: one for one in held.filter(where__in=[row.address.lower() for row in rows]).order_by("pk")}
    found = []
    for row in rows:
        own = row.letter if row.letter and row.letter.organisation_id in ours else None
        found.append(Failing(row, own or by_address.get(row.address.lower()), row.words if own else ""))
    return found


def address_fails(address: str) -> bool:
    """Do letters come back from there?"""
    return FailingAddress.objects.filter(address__iexact=address, cleared_at=None).exists()


def retriable(user: User) -> EmailQuerySet:
    """Letters of her organisations that were refused or given up, and are sent again if she says so, oldest first."""
    lost = Email.objects.filter(organisation__in=user.organisation_ids("lead"), state__in=LOST, is_secret=False)
    return lost.select_related("to_user", "organisation").order_by("pk")


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
    said = "" if email.is_secret or not policies.may_read_words(user, email) else masked(body)
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


def next_key(key: str) -> str:
    """This key, or another one for the same purpose when each letter that bore it was dropped before it left."""
    dropped = Email.objects.filter(Q(key=key) | Q(key__startswith=f"{key}~"), state=State.DROPPED).count()
    return f"{key}~{dropped}" if dropped else key


def may_have_left(stream: str) -> bool:
    """Was a letter of this stream ever handed to the server, or about to be? Then its reader may know of it."""
    return Email.objects.of_stream(stream).tried().exists()


def language_of(to: User | str, organisation: Organisation | None = None) -> str:
    """The language in which a letter to this person is written."""
    return reader_of(to, "", None, organisation).language
