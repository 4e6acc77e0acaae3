"""Writing a letter: rendered for its reader, put into bytes, and laid in the outbox."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.jobs import enqueue
from backend.mail.actions.pacing import keep_pace
from backend.mail.kinds import kind_of
from backend.mail.letters import Reader, Rendered, masked, reader_of, render, stop_url, zone_of
from backend.mail.mentions import Mention, moment_of
from backend.mail.mime import CalendarPart, Letter, build, message_id
from backend.mail.models import Email, Incoming
from backend.mail.queries import unwanted_kinds

DELIVER = "backend.mail.tasks.deliver"


@transaction.atomic
def post(
    template: str,
    *,
    to: User | str,
    key: str,
    context: Mapping[str, Any],
    about: models.Model | None = None,
    organisation: Organisation | None = None,
    language: str | None = None,
    name: str = "",
    invite: CalendarPart | None = None,
    is_secret: bool = False,
    stream: str = "",
    not_before: datetime | None = None,
    drop_after: datetime | None = None,
    is_urgent: bool = False,
    is_discreet: bool = False,
    reply_to: str = "",
    sender: str = "",
    passes_on: Incoming | None = None,
    mentions: Iterable[tuple[models.Model, date | datetime]] = (),
) -> Email:
    """One letter to one person stands in the outbox and will be sent; with the same `key` again, nothing more happens.

    Written in the reader's language and time zone at once, bytes and Message-ID included, so that sending twice is
    sending the same letter. Within a `stream` only the newest letter leaves: older ones still waiting are superseded.
    `sender`: from another address of the house than its usual one. `passes_on`: what somebody wrote, said in this one.
    One that can be refused waits for the hours of its reader, and for the week too unless `is_urgent`. It does not
    leave once `drop_after` has come. `mentions`: the dated things it tells of, with their dates.
    `is_discreet`: leads read of it only once it did not get through, for whom it goes to tells something.
    A kind of letter that she does without is written down as not wanted, without its bytes: it never leaves.
    Templates get `reader`, `organisation`, `site_url`, `subject`, `language` and `zone` besides `context`.
    """
    if Email.objects.filter(key=key).exists():
        return Email.objects.get(key=key)
    reader = reader_of(to, name, language, organisation)
    token = secrets.token_hex(16) if settings.TAKES_REPLIES and organisation and not (is_secret or reply_to) else ""
    reply_to = f"re-{token}@{settings.ANSWERS_DOMAIN}" if token else reply_to
    email = _written(template, reader, key, context, organisation, reply_to, invite, sender or settings.MAIL_ADDRESS)
    email.is_secret, email.stream, email.about, email.passes_on = is_secret, stream, about, passes_on
    email.is_discreet = is_discreet
    email.reply_token, email.not_before, email.drop_after = token, not_before or email.created_at, drop_after
    email.text, email.html = _readable(email.text, is_secret), _readable(email.html, is_secret)
    _spare(email, reader, to, is_urgent=is_urgent)
    if not _laid_down(email, mentions):  # somebody posted it in the meantime
        return Email.objects.get(key=key)
    if stream:
        supersede(stream, before=email)
    if email.state == Email.State.PENDING:
        enqueue(DELIVER, email.pk)
    return email


def _laid_down(email: Email, mentions: Iterable[tuple[models.Model, date | datetime]]) -> bool:
    """In the outbox, with what it tells of (of several dates of one thing, the last given); False when its key is."""
    told = {(ContentType.objects.get_for_model(thing), thing.pk): moment_of(when) for thing, when in mentions}
    try:
        with transaction.atomic():
            email.save(force_insert=True)
    except IntegrityError:
        return False
    Mention.objects.bulk_create(
        Mention(email=email, thing_type=kind, thing_id=pk, at=at) for (kind, pk), at in told.items()
    )
    return True


def _spare(email: Email, reader: Reader, to: User | str, *, is_urgent: bool) -> None:
    """What can be refused: its reader does without it, or gets it when it suits."""
    email.is_urgent = is_urgent
    if not kind_of(email.template).is_refusable:
        return
    if kind_of(email.template).code in unwanted_kinds(to):
        email.state, email.message = Email.State.UNWANTED, b""
    else:
        keep_pace(email, zone_of(reader))


def _written(
    template: str, reader: Reader, key: str, context: Mapping[str, Any], organisation: Organisation | None,
    reply_to: str, invite: CalendarPart | None, sender: str,
) -> Email:  # fmt: skip
    """The letter as it will leave, not yet in the outbox."""
    rendered, now = render(template, reader, context, organisation), clock.now()
    raw = build(_letter(template, key, reader, rendered, organisation, reply_to, now, invite, sender))
    return Email(
        created_at=now,
        key=key,
        template=template,
        organisation=organisation,
        to_user=reader.user,
        to_address=reader.address,
        to_name=reader.name,
        language=reader.language,
        subject=rendered.subject[:250],
        text=rendered.text,
        html=rendered.html,
        message=raw,
        message_hash=hashlib.sha256(raw).hexdigest(),
        message_id=message_id(key, sender.rpartition("@")[2]),
        uid=invite.uid if invite else "",
        method=invite.method if invite else "",
        sequence=invite.sequence if invite else None,
        calendar=invite.content if invite else b"",
    )


def _letter(
    template: str, key: str, reader: Reader, rendered: Rendered, organisation: Organisation | None, reply_to: str,
    now: datetime, invite: CalendarPart | None, sender: str,
) -> Letter:  # fmt: skip
    """What `mime.build` wants: from an address of the house, in the organisation's name."""
    return Letter(
        key=key,
        sender_name=organisation.name if organisation else parseaddr(settings.DEFAULT_FROM_EMAIL)[0],
        sender=sender,
        to_name=reader.name,
        to=reader.address,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=reader.language,
        date=now,
        reply_to=reply_to or (organisation.contact_email if organisation else ""),
        stop_url=stop_url(reader, template),
        invite=invite,
    )


def _readable(body: str, is_secret: bool) -> str:
    """What is kept to be read again: outside the demo no code and no link that opens anything."""
    if settings.DEMO:
        return body
    return "" if is_secret else masked(body)


@transaction.atomic
def supersede(stream: str, *, before: Email | None = None, only_untried: bool = False) -> int:
    """The letters of `stream` still waiting (older than `before`, if given) will not leave; how many there were.

    `only_untried` spares those that may have left already (a sending was begun).
    """
    waiting = Email.objects.of_stream(stream).filter(state__in=[Email.State.PENDING, Email.State.HELD])
    if before is not None:
        waiting = waiting.filter(pk__lt=before.pk)
    if only_untried:
        waiting = waiting.filter(attempts=0, was_tried=False)
    return waiting.update(state=Email.State.SUPERSEDED)
