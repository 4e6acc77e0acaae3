"""A letter that came in, read from raw bytes: pure, no database, no clock. A stranger wrote them."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from backend.mail.bounces import Failure, read_failures
from backend.mail.mime import one_line
from backend.mail.said import as_text

LARGEST = 1_000_000  # bytes
MOST_PARTS = 100
OURS = re.compile(r"^(rdv|re)-([0-9a-f]{16,64})@", re.IGNORECASE)
TO_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
MESSAGE_ID = re.compile(r"<[^<>\s]{3,390}>")
BULK = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
SIGNED_BY = re.compile(r"^\s*([^\s;]+)")


class Unreadable(Exception):
    """Nothing can be made of these bytes; `reason` is one of `Incoming.Reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Envelope:
    """What its head says of a letter."""

    key: str
    """The same letter delivered twice has the same, whatever way it came."""
    message_id: str
    sender: str
    """The one address it is from, in small letters; "" for none or several."""
    subject: str


@dataclass(frozen=True)
class Read:
    """All that is wanted of a letter."""

    answer_token: str
    reply_token: str
    is_automatic: bool
    has_calendar: bool
    is_report: bool
    failures: tuple[Failure, ...]
    returned_tokens: tuple[str, ...]
    returned_ids: tuple[str, ...]
    text: str
    files: int


def envelope_of(raw: bytes) -> Envelope:
    """Its head, as far as it has one. Never raises."""
    head, _blank, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    message_id = sender = subject = ""
    try:
        message = message_from_bytes(head)
        message_id = one_line(str(message.get("Message-ID") or ""))[:390]
        sender = _sender(message)
        subject = _decoded(message.get("Subject"))[:250]
    except Exception:  # whatever a parser makes of a stranger's bytes
        message_id = message_id or ""
    whole = body if message_id else head + body
    key = hashlib.sha256(message_id.encode("utf-8", "replace") + b"\0" + whole.rstrip()).hexdigest()
    return Envelope(key, message_id, sender, subject)


def read(raw: bytes, *, recipient: str = "") -> Read:
    """What is in it. `recipient`: the address it was handed in for, if known. Raises Unreadable, and nothing else."""
    if len(raw) > LARGEST:
        raise Unreadable("too_large")
    try:
        return _read(message_from_bytes(raw), recipient)
    except Unreadable:
        raise
    except Exception as error:  # as above
        raise Unreadable("broken") from error


def _read(message: Message, recipient: str) -> Read:
    if sum(1 for _part in message.walk()) > MOST_PARTS:
        raise Unreadable("too_many_parts")
    tokens = _tokens([recipient, *(one for name in TO_HEADERS for one in message.get_all(name, []))])
    leaves = list(_leaves(message))
    is_report = message.get_content_type() == "multipart/report" and any(
        part.get_content_type() == "message/delivery-status" for part in message.walk()
    )
    returned = list(_returned(message)) if is_report else []
    return Read(
        answer_token=tokens.get("rdv", ""),
        reply_token=tokens.get("re", ""),
        is_automatic=is_report or _is_automatic(message),
        has_calendar=any(_is_calendar(part) for part in leaves),
        is_report=is_report,
        failures=read_failures(message) if is_report else (),
        returned_tokens=tuple(found for one in returned if (found := _tokens([one.get("Reply-To", "")]).get("re"))),
        returned_ids=tuple(_ids([one.get("Message-ID", "") for one in returned])),
        text=as_text(leaves),
        files=sum(1 for part in leaves if _is_file(part)),
    )


def is_proved(raw: bytes, server: str) -> bool:
    """Did our own receiving server (by the name it signs `Authentication-Results` with) find that the domain of From is
    aligned (DMARC)? Only the topmost such header is read: those below may be anybody's."""
    try:
        message = message_from_bytes(raw)
        said = one_line(str(message.get("Authentication-Results") or "")).lower()
        domain = _sender(message).rpartition("@")[2]
    except Exception:  # as above
        return False
    name = SIGNED_BY.match(said)
    if not server or not domain or name is None or name[1] != server.lower():
        return False
    verdict = re.search(r";\s*dmarc=pass\b([^;]*)", said)
    return verdict is not None and re.search(rf"header\.from={re.escape(domain)}(\s|$)", verdict[1]) is not None


def _decoded(value: object) -> str:
    try:
        return one_line(str(make_header(decode_header(str(value or "")))))
    except (LookupError, ValueError, MessageError):  # an unknown charset, or no code of one
        return one_line(str(value or ""))


def _sender(message: Message) -> str:
    found = [address.strip().lower() for _name, address in getaddresses([str(x) for x in message.get_all("From", [])])]
    one = one_line(found[0]) if len(found) == 1 else ""
    return one if "@" in one and " " not in one and len(one) <= 254 else ""


def _tokens(values: list[object]) -> dict[str, str]:
    """{"rdv" or "re": token} of the first address of ours of each kind."""
    tokens: dict[str, str] = {}
    for _name, address in getaddresses([str(value) for value in values]):
        if ours := OURS.match(address.strip()):
            tokens.setdefault(ours[1].lower(), ours[2].lower())
    return tokens


def _ids(values: list[object]) -> list[str]:
    return [one for value in values for one in MESSAGE_ID.findall(str(value))]


def _is_automatic(message: Message) -> bool:
    """Written by a machine of its own accord, or to many (RFC 3834): it is never answered."""
    submitted = str(message.get("Auto-Submitted") or "no").strip().lower()
    return (
        not submitted.startswith("no")
        or str(message.get("Return-Path") or "").strip() == "<>"
        or str(message.get("Precedence") or "").strip().lower() in BULK
        or any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "List-Id"))
        or message.get_content_type() in ("multipart/report", "message/disposition-notification")
    )


def _leaves(message: Message) -> Iterator[Message]:
    """Every part that holds something itself; a letter forwarded or returned within is one file."""
    inner = message.get_payload()
    if message.get_content_maintype() == "message" or not isinstance(inner, list):
        yield message
        return
    for part in inner:
        if isinstance(part, Message):
            yield from _leaves(part)


def _returned(message: Message) -> Iterator[Message]:
    """The letter, or its head, that a report gives back."""
    for part in message.walk():
        inner = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(inner, list) and inner:
            if isinstance(inner[0], Message):
                yield inner[0]
        elif part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            content = part.get_payload(decode=True)
            yield message_from_bytes(content if isinstance(content, bytes) else str(inner).encode())


def _is_calendar(part: Message) -> bool:
    kind = part.get_content_type()
    is_named = str(part.get_filename() or "").lower().endswith(".ics")
    return kind in ("text/calendar", "application/ics", "application/ms-tnef", "application/vnd.ms-tnef") or is_named


def _is_file(part: Message) -> bool:
    """Something attached; not a picture that a signature shows, nor the signature of a program."""
    kind = part.get_content_type()
    if _is_calendar(part) or kind in ("application/pgp-signature", "application/pkcs7-signature"):
        return False
    is_shown = part.get_content_maintype() == "image" and bool(part.get("Content-ID"))
    is_attached = part.get_content_disposition() == "attachment"
    return not is_shown and (is_attached or (kind not in ("text/plain", "text/html") and bool(part.get_payload())))
