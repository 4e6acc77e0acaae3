"""The letter as bytes: pure, no database. The same input gives the same output, boundaries included."""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import Compat32
from email.utils import format_datetime
from functools import lru_cache

from django.utils.crypto import salted_hmac

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


class AsWritten(Compat32):
    """The older policy keeps headers as they were encoded here; the newer one folds long names wrongly on Python 3.11.

    A header that fits on its line is written at once, the same bytes without a search for where to fold it.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        line = f"{name}: {value}"
        if len(line) < (LONGEST_LINE if name in WHOLE else FULL_LINE) and line.isascii() and line.isprintable():
            return (line + self.linesep).encode("ascii")
        return super().fold_binary(name, value)


FULL_LINE, LONGEST_LINE = 78, 998
WHOLE = {"List-Unsubscribe"}  # an address that must not be folded away from its name
POLICY = AsWritten(linesep="\r\n")
UTF_8 = Charset("utf-8")
UTF_8.body_encoding = QP


@dataclass(frozen=True)
class CalendarPart:
    """An iCalendar object to send with a letter: its bytes, and what orders it in its stream."""

    uid: str
    method: str
    sequence: int
    dtstamp: datetime
    content: bytes


@dataclass(frozen=True)
class Letter:
    """Everything that goes into the bytes of one letter to one person."""

    key: str
    sender_name: str
    sender: str
    to_name: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    date: datetime
    reply_to: str = ""
    stop_url: str = ""
    invite: CalendarPart | None = None


def one_line(text: str) -> str:
    """`text` fit for a header: no control characters, no line ends, single spaces."""
    return " ".join(CONTROLS.sub(" ", text).split())


def ascii_address(address: str) -> str:
    """The address with its domain in ASCII, as every server understands it."""
    local, _at, domain = address.strip().rpartition("@")
    return f"{local}@{domain.encode('idna').decode() if not domain.isascii() else domain}"


def fingerprint(key: str) -> str:
    """32 hexadecimal characters that stand for this letter and no other."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def message_id(key: str, domain: str) -> str:
    """The Message-ID derived from the key: a letter sent twice carries the same, and nobody else can tell it."""
    return f"<{salted_hmac('mail.message_id', key, algorithm='sha256').hexdigest()[:32]}@{domain}>"


@lru_cache(maxsize=512)
def _person(name: str, address: str) -> str:
    """`name <address>`, the name encoded whatever it holds."""
    plain = ascii_address(address)
    shown = one_line(name)
    if not shown:
        return plain
    return f"{Header(shown, 'utf-8', maxlinelen=70).encode(linesep=POLICY.linesep)} <{plain}>"


def _written(subtype: str, content: str) -> Message:
    part = MIMENonMultipart("text", subtype)
    part.set_payload(content, UTF_8)
    return part


def _raw(kind: str, content: bytes, **parameters: str) -> Message:
    """A base64 part: quoted-printable calendars broke Outlook."""
    part = Message()
    part["MIME-Version"] = "1.0"
    part.add_header("Content-Type", kind, **parameters)
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(content).decode("ascii"))
    return part


def _readable(letter: Letter) -> Message:
    """Text, page and, last, the calendar object with its method."""
    parts = [_written("plain", letter.text), _written("html", letter.html)]
    if letter.invite:
        parts.append(_raw("text/calendar", letter.invite.content, method=letter.invite.method, charset="UTF-8"))
    return MIMEMultipart("alternative", f"=_a{fingerprint(letter.key)}", parts)


def build(letter: Letter) -> bytes:
    """The complete message, CRLF line ends: alternative(text, page[, calendar]), and invite.ics beside it if any."""
    message = _readable(letter)
    if letter.invite:
        attached = _raw("application/ics", letter.invite.content, name="invite.ics")
        attached.add_header("Content-Disposition", "attachment", filename="invite.ics")
        message = MIMEMultipart("mixed", f"=_m{fingerprint(letter.key)}", [message, attached])
    message["From"] = _person(letter.sender_name, letter.sender)
    message["To"] = _person(letter.to_name, letter.to)
    message["Subject"] = Header(one_line(letter.subject), "utf-8", header_name="Subject").encode(linesep=POLICY.linesep)
    message["Date"] = format_datetime(letter.date)
    message["Message-ID"] = message_id(letter.key, letter.sender.rpartition("@")[2])
    if letter.reply_to:
        message["Reply-To"] = ascii_address(letter.reply_to)
    if letter.stop_url:
        message["List-Unsubscribe"] = f"<{letter.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["Content-Language"] = letter.language
    return message.as_bytes(policy=POLICY)
