"""An event as iCalendar bytes: pure, no database, no clock. The same input gives the same bytes (RFC 5545, 5546).

Times are written in UTC: the one form every calendar reads the same way. An event of several days is one series, whole
in each message: a day whose hours differ from the usual ones in UTC (or whose clocks do) is an exception of its own, so
that no zone has to be described.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Literal

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

PRODID = "-//Jalon//Jalon 1//EN"
# icalendar escapes TEXT but lets control characters through; only TAB and line feed have a meaning.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u2028\u2029\ud800-\udfff]")
# Exchange would take a UID that starts like this for one of its own.
EXCHANGE_UID = "040000008200e00074c5b7101a82e008"
NUMBERING = re.compile(rb"^(?:SEQUENCE|DTSTAMP):[^\r]*\r\n|;PARTSTAT=[A-Z-]+", re.MULTILINE)
ASKED = re.compile(rb"^(?:DTSTART|DTEND|RRULE|EXDATE|RECURRENCE-ID|LOCATION)[:;][^\r]*", re.MULTILINE)
Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
"""What a whole event is sent as."""
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """Somebody invited, as the recipient of one letter may see her."""

    email: str
    name: str = ""
    role: str = "REQ-PARTICIPANT"
    partstat: str = "NEEDS-ACTION"


@dataclass(frozen=True)
class Moment:
    """One revision of one event for one recipient; `status` is empty only in the CANCEL of somebody taken off."""

    uid: str
    sequence: int
    dtstamp: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    organiser: str
    organiser_name: str = ""
    description: str = ""
    place: str = ""
    url: str = ""
    people: tuple[Person, ...] = ()
    method: Method = "REQUEST"
    status: Literal["CONFIRMED", "CANCELLED", ""] = "CONFIRMED"
    alarm_minutes: int = 30
    days: tuple[tuple[date, datetime, datetime], ...] = ()
    """The days of a series: local day, start, end. Two days or more, else it is a single event."""


@dataclass(frozen=True)
class Day:
    """Something due on a day, for a calendar to show above its hours; nobody is busy for it."""

    uid: str
    dtstamp: datetime
    on: date
    summary: str
    url: str = ""
    sequence: int = 0
    is_off: bool = False
    """Due no more: shown as cancelled."""


def plain(text: str) -> str:
    """`text` with every line end as LF and no other control character."""
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def shortened(text: str, most: int = 8000) -> str:
    """`text`, cut to at most `most` octets of UTF-8 and never inside a character, with … where it was cut."""
    raw = text.encode(errors="ignore")
    return text if len(raw) <= most else raw[: most - 3].decode(errors="ignore").rstrip() + "…"


def label(text: str) -> str:
    """`text` fit for a CN: one line, without the quotes that some readers show encoded."""
    return " ".join(plain(text).replace('"', "").replace("\n", " ").split())


def utc(moment: datetime) -> datetime:
    """In UTC, to the second. Raises ValueError for a moment without a time zone: it would float."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def build(moment: Moment) -> bytes:
    """The VCALENDAR of this revision.

    Raises ValueError when it would not be a valid iTIP message: end before start, a UID that calendars would misread,
    a REQUEST without anybody, a status that contradicts the method.
    """
    calendar = _calendar(moment.method)
    for event in events(moment):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def build_decline(moment: Moment, comment: str = "") -> bytes:
    """To whom wished another time: it will not be that one (DECLINECOUNTER). The date stays as it is in `moment`."""
    event = Event()
    event.add("UID", moment.uid)
    event.add("SEQUENCE", moment.sequence)
    event.add("DTSTAMP", utc(moment.dtstamp))
    event.add("ORGANIZER", _address(moment.organiser, moment.organiser_name))
    for person in moment.people:
        event.add("ATTENDEE", _attendee(person, asks=False))
    if comment.strip():
        event.add("COMMENT", plain(comment).strip())
    calendar = _calendar("DECLINECOUNTER")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: Method | Literal["DECLINECOUNTER"]) -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    return calendar


def events(moment: Moment) -> Iterator[Event]:
    """One VEVENT; for a series its master, then each day that differs from it. A CANCEL is about the whole of it."""
    check(moment)
    if len(moment.days) < 2:
        yield _event(moment)
        return
    usual = _usual(moment)
    first, last = moment.days[0][0], moment.days[-1][0]
    start, length = utc(datetime.combine(first, time(0), tzinfo=UTC) + usual[0]), usual[1]
    master = _event(replace(moment, starts_at=start, ends_at=start + length))
    master.add("RRULE", {"FREQ": "DAILY", "COUNT": (last - first).days + 1})
    known = {on: (starts_at, ends_at) for on, starts_at, ends_at in moment.days}
    slots = [(first + timedelta(days=shift), start + timedelta(days=shift)) for shift in range((last - first).days + 1)]
    off = [at for on, at in slots if on not in known]
    if off:
        master.add("EXDATE", off)
    yield master
    for on, at in slots if moment.method != "CANCEL" else ():
        if on in known and (utc(known[on][0]), utc(known[on][1])) != (at, at + length):
            event = _event(replace(moment, starts_at=known[on][0], ends_at=known[on][1]))
            event.add("RECURRENCE-ID", at)
            yield event


def _usual(moment: Moment) -> tuple[timedelta, timedelta]:
    """The commonest (time since midnight UTC of its local day, length); the first met when two are as common."""
    found = Counter(
        (utc(starts_at) - datetime.combine(on, time(0), tzinfo=UTC), ends_at - starts_at)
        for on, starts_at, ends_at in moment.days
    )
    return found.most_common(1)[0][0]


def _event(moment: Moment) -> Event:
    """A VEVENT: people and their answers only where the method has a use for them."""
    event = Event()
    event.add("UID", moment.uid)
    event.add("SEQUENCE", moment.sequence)
    event.add("DTSTAMP", utc(moment.dtstamp))
    event.add("DTSTART", utc(moment.starts_at))
    event.add("DTEND", utc(moment.ends_at))
    event.add("SUMMARY", single_line(moment.summary))
    if moment.description:
        event.add("DESCRIPTION", plain(moment.description))
    if moment.place:
        event.add("LOCATION", single_line(moment.place))
    if moment.url:
        event.add("URL", moment.url)
    if moment.status:
        event.add("STATUS", moment.status)
    event.add("TRANSP", "TRANSPARENT" if moment.method == "PUBLISH" and moment.status == "CANCELLED" else "OPAQUE")
    if moment.method != "PUBLISH":
        event.add("ORGANIZER", _address(moment.organiser, moment.organiser_name))
        for person in moment.people:
            event.add("ATTENDEE", _attendee(person, asks=moment.method == "REQUEST"))
    if moment.method == "REQUEST":
        event.add_component(_alarm(moment))
    return event


def when_and_where(raw: bytes) -> tuple[datetime, datetime, str]:
    """Start, end and place in the calendar object of a single event of ours."""
    event: Any = Calendar.from_ical(raw).events[0]
    return event["DTSTART"].dt, event["DTEND"].dt, str(event.get("LOCATION", ""))


def stamp_in(raw: bytes) -> datetime:
    """The time of the revision in a calendar object of ours."""
    event: Any = Calendar.from_ical(raw).events[0]
    stamp: datetime = event["DTSTAMP"].dt
    return stamp


def as_read(raw: bytes) -> bytes:
    """What a calendar object of ours tells its reader: without the numbering and the answers."""
    return NUMBERING.sub(b"", raw.replace(b"\r\n ", b""))


def asked_in(raw: bytes) -> list[bytes]:
    """What people answer to in a calendar object of ours: its times and its place, as lines."""
    return ASKED.findall(raw.replace(b"\r\n ", b""))


def content_hash(moment: Moment) -> str:
    """What tells two revisions apart for a reader: everything but the numbering and the answers.

    Of the values rather than of the bytes: most revisions are compared and never written.
    """
    people = tuple(replace(person, partstat="") for person in moment.people)
    starts_at, ends_at = utc(moment.starts_at), utc(moment.ends_at)
    told = replace(moment, sequence=0, dtstamp=EPOCH, people=people, starts_at=starts_at, ends_at=ends_at)
    return hashlib.sha256(repr(told).encode(errors="backslashreplace")).hexdigest()


def single_line(text: str) -> str:
    """A TEXT that readers show on one line: no control characters, no line ends."""
    return " ".join(plain(text).replace("\n", " ").split())


def check(moment: Moment) -> None:
    """Raises ValueError for what calendars would misread."""
    if utc(moment.ends_at) <= utc(moment.starts_at):
        raise ValueError("an event ends after it starts")
    if not (moment.uid.isascii() and 0 < len(moment.uid) <= 255 and moment.uid == moment.uid.lower()):
        raise ValueError("a UID is lower-case ASCII of at most 255 characters")
    if moment.uid.startswith(EXCHANGE_UID) or CONTROLS.search(moment.uid) or "\n" in moment.uid:
        raise ValueError("calendars would misread this UID")
    if moment.method in ("REQUEST", "CANCEL") and not moment.people:
        raise ValueError(f"a {moment.method} is for somebody")
    if moment.method == "REQUEST" and moment.status != "CONFIRMED":
        raise ValueError("a REQUEST is for something that will happen")
    if moment.method == "CANCEL" and moment.status == "CONFIRMED":
        raise ValueError("a CANCEL is not confirmed")
    if any(one[0] >= two[0] for one, two in pairwise(moment.days)):
        raise ValueError("the days of a series come in order, each once")
    if any(utc(ends_at) <= utc(starts_at) for _on, starts_at, ends_at in moment.days):
        raise ValueError("a day ends after it starts")
    if any(person.email.lower() == moment.organiser.lower() for person in moment.people):
        raise ValueError("calendars hide the answers from somebody invited by herself")


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email.strip().lower()}")
    if label(name):
        address.params["CN"] = vText(label(name))
    return address


def _attendee(person: Person, *, asks: bool) -> vCalAddress:
    address = _address(person.email, person.name)
    address.params["CUTYPE"] = vText("INDIVIDUAL")
    address.params["ROLE"] = vText(person.role)
    address.params["PARTSTAT"] = vText(person.partstat)
    if asks:
        address.params["RSVP"] = vText("TRUE")
    return address


def _alarm(moment: Moment) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", single_line(moment.summary))
    alarm.add("TRIGGER", timedelta(minutes=-moment.alarm_minutes))
    return alarm
