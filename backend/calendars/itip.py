"""The answers that calendars send by mail (RFC 5546, 6047), read from raw bytes: pure, no database, no clock.

Only the few lines that an answer may say are kept, before anything is parsed: zones, alarms, rules, places and titles
of a stranger's making never reach a parser, and can change nothing.
"""

import hashlib
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from icalendar import vDDDTypes
from icalendar.parser import Contentline, Parameters

from backend.calendars.ics import plain

LARGEST, LARGEST_CALENDAR = 1_000_000, 200_000  # bytes
MOST_PARTS, MOST_LINES, MOST_SAID = 100, 5_000, 20
LONGEST_COMMENT = 1_000
METHODS = ("REPLY", "COUNTER", "REFRESH")
KEPT = {
    "UID", "SEQUENCE", "DTSTAMP", "RECURRENCE-ID", "ORGANIZER", "ATTENDEE", "COMMENT", "DTSTART", "DTEND", "DURATION",
}  # fmt: skip
CHARSETS = {"iso-8859-1", "iso-8859-15", "latin-1", "windows-1252", "cp1252"}
EXCHANGE = "040000008200e00074c5b7101a82e008"
WRAPPED = b"vCal-Uid\x01\x00\x00\x00"
LINE = re.compile(r"([A-Za-z0-9-]+)[;:]")
HIGHEST_SEQUENCE = 2**31 - 1

# The library's own, which says nothing of its types.
content_line: Any = Contentline
date_or_length: Any = vDDDTypes.from_ical

Lines = dict[str, list[tuple[Parameters, str]]]


class Unreadable(Exception):
    """No answer can be read from this letter; `reason` is one of `InviteAnswer.Reason`."""

    def __init__(self, reason: str, key: str = "") -> None:
        super().__init__(reason)
        self.reason, self.key = reason, key


@dataclass(frozen=True)
class Said:
    """What one person says of one event in one letter."""

    method: str
    uid: str
    address: str
    partstat: str = ""
    """As written, in capitals; "" when nothing is said."""
    sequence: int | None = None
    """None when it is missing or makes no sense."""
    dtstamp: datetime | None = None
    occurrence: datetime | None = None
    has_occurrence: bool = False
    organiser: str = ""
    comment: str = ""
    delegated_to: tuple[str, ...] = ()
    delegated_from: tuple[str, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    as_written: str = ""
    """The start as the letter writes it, zone included."""


@dataclass(frozen=True)
class Received:
    """One letter: who says she sent it, what tells it from any other, and what is said in it."""

    key: str
    message_id: str
    sender: str
    date: datetime | None
    said: tuple[Said, ...]


def read(raw: bytes) -> Received:
    """The answers in this letter. Raises Unreadable, and nothing else, whatever the bytes."""
    if len(raw) > LARGEST:
        raise Unreadable("too_large", _key("", raw))
    key = _key("", raw)
    try:
        message = message_from_bytes(raw)
        message_id = str(message.get("Message-ID") or "").strip()[:400]
        key = _key(message_id, b"") if message_id else key
        leaves = list(_leaves(message))
        if len(leaves) > MOST_PARTS:
            raise Unreadable("too_many_parts")
        part, content = _calendar(leaves)
        key = _key(message_id, content)
        said = tuple(_said(part, _text(content, part)))
        return Received(key, message_id, _sender(message), _date(message), said)
    except Unreadable as problem:
        raise Unreadable(problem.reason, key) from None
    except Exception as error:  # whatever a parser makes of a stranger's bytes
        raise Unreadable("broken", key) from error


def is_automatic(raw: bytes) -> bool:
    """Written by a machine of its own accord: an absence, a failed delivery."""
    head = raw[:20_000].lower()
    return b"\nauto-submitted: auto-" in head or b"\nreturn-path: <>" in head or b"multipart/report" in head


def unwrap_uid(uid: str) -> str:
    """The UID that Exchange hides in one of its own, else `uid` itself; trimmed."""
    uid = uid.strip()
    if not uid.lower().startswith(EXCHANGE):
        return uid
    try:
        _head, found, tail = bytes.fromhex(uid).partition(WRAPPED)
    except ValueError:
        return uid
    return tail.rstrip(b"\x00").decode("utf-8", "replace") if found else uid


def address_of(value: str) -> str:
    """`MAILTO: Hawa@Example.org` as `hawa@example.org`; "" for what is no address."""
    text = value.strip().strip("<>").strip()
    if text[:7].lower() == "mailto:":
        text = text[7:].strip().strip("<>")
    address = text.partition("?")[0].strip().lower()
    return address if "@" in address and len(address) <= 254 and address.isprintable() and " " not in address else ""


def _key(message_id: str, content: bytes) -> str:
    """The same letter delivered twice has the same; another letter under the same Message-ID has not."""
    return hashlib.sha256(message_id.encode("utf-8", "replace") + b"\0" + content).hexdigest()


def _sender(message: Message) -> str:
    """The one address it is from; "" for none or several."""
    found = [address_of(address) for _name, address in getaddresses([str(one) for one in message.get_all("From", [])])]
    return found[0] if len(found) == 1 else ""


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(message.get("Date", "")))
    except ValueError:
        return None
    return _in_utc(found)


# --- Parts of the letter --------------------------------------------------------------------------
def _leaves(message: Message) -> Iterator[Message]:
    """Every part that holds something itself; what is forwarded or returned in a letter is not said by its sender."""
    if message.get_content_maintype() == "message":
        return
    inner = message.get_payload()
    if not isinstance(inner, list):
        yield message
        return
    for part in inner:
        if isinstance(part, Message):
            yield from _leaves(part)


def _calendar(leaves: list[Message]) -> tuple[Message, bytes]:
    """The part that is a calendar, by what it says it is; only without one, by the name of a file."""
    found = [part for part in leaves if part.get_content_type() == "text/calendar"]
    found = found or [part for part in leaves if part.get_content_type() == "application/ics"]
    found = found or [part for part in leaves if str(part.get_filename() or "").lower().endswith(".ics")]
    for part in found:
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content.strip():
            if len(content) > LARGEST_CALENDAR:
                raise Unreadable("too_large")
            return part, content
    is_tnef = any(part.get_content_type() in ("application/ms-tnef", "application/vnd.ms-tnef") for part in leaves)
    raise Unreadable("tnef" if is_tnef else "no_calendar")


def _text(content: bytes, part: Message) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace").removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        charset = str(part.get_content_charset() or "").lower()
        return content.decode(charset if charset in CHARSETS else "windows-1252", "replace")


# --- The calendar in it ---------------------------------------------------------------------------
def _said(part: Message, text: str) -> Iterator[Said]:
    """One for each person of each event, as far as the letter is an answer."""
    method, events = _events(text)
    if method not in METHODS:
        raise Unreadable("method")
    named = part.get_param("method") if part.get_content_type() == "text/calendar" else None
    if isinstance(named, str) and named.strip().upper() != method:
        raise Unreadable("method_differs")
    if not events:
        raise Unreadable("broken")
    found = [one for event in events for one in _of_event(method, event)]
    if not found:
        raise Unreadable("no_attendee")
    if len({one.uid for one in found}) > 1:
        raise Unreadable("several_uids")
    if len(found) > MOST_SAID:
        raise Unreadable("too_many_parts")
    yield from found


def _events(text: str) -> tuple[str, list[Lines]]:
    """The METHOD of the first calendar, and the lines kept of each VEVENT in it."""
    unfolded = re.sub(r"\n[ \t]", "", plain(text))
    lines = [line for line in unfolded.split("\n") if line.strip()]
    if len(lines) > MOST_LINES:
        raise Unreadable("too_large")
    methods: list[str] = []
    events: list[Lines] = []
    inside: list[str] = []
    for line in lines:
        name, value = _head(line)
        if name == "BEGIN":
            inside.append(value)
            if inside == ["VCALENDAR", "VEVENT"]:
                events.append({})
        elif name == "END":
            if not inside or inside.pop() != value:
                raise Unreadable("broken")
            if not inside:
                break  # one calendar a letter
        elif inside == ["VCALENDAR"] and name == "METHOD":
            methods.append(value)
        elif inside == ["VCALENDAR", "VEVENT"] and name in KEPT:
            _keep(events[-1], line)
    if inside:
        raise Unreadable("broken")
    if len(set(methods)) > 1:
        raise Unreadable("method")
    return (methods[0] if methods else "", events)


def _head(line: str) -> tuple[str, str]:
    """The name of a line, and its value where there is nothing but a name and a word."""
    found = LINE.match(line)
    if found is None:
        return "", ""
    return found[1].upper(), line.partition(":")[2].strip().upper()


def _keep(event: Lines, line: str) -> None:
    """A line that cannot be read says nothing."""
    try:
        name, parameters, value = content_line(line).parts()
    except ValueError:
        return
    event.setdefault(str(name).upper(), []).append((parameters, str(value)))


def _of_event(method: str, event: Lines) -> Iterator[Said]:
    uids = [value.strip() for _parameters, value in event.get("UID", [])]
    if not uids or not uids[0]:
        raise Unreadable("no_uid")
    if len(uids) > 1:
        raise Unreadable("several_uids")
    starts_at = _moment(event, "DTSTART")
    written = event.get("DTSTART", [(Parameters(), "")])[0]
    zone = str(written[0].get("TZID", ""))
    for parameters, value in event.get("ATTENDEE", []):
        if address := address_of(value):
            yield Said(
                method=method,
                uid=unwrap_uid(uids[0])[:255],
                address=address,
                partstat=str(parameters.get("PARTSTAT", "")).strip().upper()[:40],
                sequence=_sequence(event),
                dtstamp=_moment(event, "DTSTAMP"),
                occurrence=_moment(event, "RECURRENCE-ID"),
                has_occurrence="RECURRENCE-ID" in event,
                organiser=address_of(event["ORGANIZER"][0][1]) if "ORGANIZER" in event else "",
                comment=_comment(event),
                delegated_to=_addresses(parameters, "DELEGATED-TO"),
                delegated_from=_addresses(parameters, "DELEGATED-FROM"),
                starts_at=starts_at,
                ends_at=_end(event, starts_at),
                as_written=plain(f"{written[1]} ({zone})" if zone else written[1]).replace("\n", " ").strip()[:120],
            )


def _sequence(event: Lines) -> int | None:
    """None for what is no number of a revision."""
    values = [value.strip() for _parameters, value in event.get("SEQUENCE", [])]
    if len(values) != 1 or not re.fullmatch(r"[0-9]{1,10}", values[0]):
        return None
    return int(values[0]) if int(values[0]) <= HIGHEST_SEQUENCE else None


def _moment(event: Lines, name: str) -> datetime | None:
    """In UTC, to the second; None when it is missing, given twice, a day without an hour, or in a zone nobody knows."""
    values = event.get(name, [])
    if len(values) != 1:
        return None
    parameters, value = values[0]
    value = value.strip().upper()
    zone = None if value.endswith("Z") else str(parameters.get("TZID", "")) or None
    try:
        with warnings.catch_warnings():  # a zone with its maker's name before it is guessed, and said to be
            warnings.simplefilter("ignore")
            found = date_or_length(value, zone)
    except Exception:
        return None
    return _in_utc(found) if isinstance(found, datetime) else None


def _in_utc(moment: datetime) -> datetime | None:
    try:
        found = None if moment.tzinfo is None else moment.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, ValueError):
        return None
    return found if found and 1990 <= found.year <= 2200 else None


def _end(event: Lines, starts_at: datetime | None) -> datetime | None:
    """DTEND, else what DURATION makes of the start."""
    if "DTEND" in event or starts_at is None or len(event.get("DURATION", [])) != 1:
        return _moment(event, "DTEND")
    try:
        length = date_or_length(event["DURATION"][0][1].strip().upper())
    except Exception:
        return None
    if not isinstance(length, timedelta) or not timedelta(0) < length <= timedelta(days=366):
        return None
    return starts_at + length


def _comment(event: Lines) -> str:
    """What she wrote beside her answer, as plain text."""
    texts = [plain(str(value)).strip() for _parameters, value in event.get("COMMENT", [])]
    return "\n".join(text for text in texts if text)[:LONGEST_COMMENT]


def _addresses(parameters: Parameters, name: str) -> tuple[str, ...]:
    found = parameters.get(name, ())
    values = [found] if isinstance(found, str) else list(found)
    return tuple(address for address in (address_of(str(value)) for value in values) if address)
