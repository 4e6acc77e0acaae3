"""A calendar to subscribe to, as text: pure, no database, no clock. The same input gives the same bytes.

Ten thousand events must take less than a second: a single event is written straight, in the order and with the
escaping of `icalendar` (a test compares them); a series is left to `ics`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from backend.calendars import ics

WIDEST = 75  # octets of one line, without its end (RFC 5545 3.1)
REFRESH = "PT1H"


def build_feed(entries: Iterable[ics.Moment | ics.Day], name: str, zone: str, *, about: str = "") -> bytes:
    """Every moment published, nobody asked. The order given is the order of the bytes.

    Raises ValueError for a moment that calendars would misread.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{ics.PRODID}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    called, told = text(ics.single_line(name)), text(ics.single_line(about))
    # RFC 7986 gives REFRESH-INTERVAL no default type: the parameter must be written.
    lines += [f"NAME:{called}", f"X-WR-CALNAME:{called}", f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"]
    lines += [f"DESCRIPTION:{told}", f"X-WR-CALDESC:{told}"] if told else []
    lines += [f"X-PUBLISHED-TTL:{REFRESH}", f"X-WR-TIMEZONE:{text(zone)}"]
    for entry in entries:
        lines += _events(entry)
    lines.append("END:VCALENDAR")
    return "".join(map(folded, lines)).encode()


def build_object(entry: ics.Moment | ics.Day) -> bytes:
    """One date alone, as a calendar keeps it: no METHOD, nobody invited, all days of a series together (RFC 4791 4.1).

    Raises ValueError for a moment that calendars would misread.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{ics.PRODID}", "CALSCALE:GREGORIAN"]
    return "".join(map(folded, [*lines, *_events(entry), "END:VCALENDAR"])).encode()


def _events(entry: ics.Moment | ics.Day) -> list[str]:
    """Their lines, not yet folded."""
    if isinstance(entry, ics.Day):
        return _day(entry)
    if len(entry.days) > 1:
        return [line for event in ics.events(entry) for line in _unfolded(event.to_ical().decode())]
    return _single(entry)


def text(value: str) -> str:
    """A TEXT value, escaped."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def folded(line: str) -> str:
    """The line and its end, cut so that no piece is longer than 75 octets; never inside a character."""
    if len(line) <= WIDEST and line.isascii():
        return f"{line}\r\n"
    pieces, room, start = [], WIDEST, 0
    for place, letter in enumerate(line):
        size = len(letter.encode())
        if size > room:
            pieces.append(line[start:place])
            start, room = place, WIDEST - 1  # the space that begins what follows
        room -= size
    return "\r\n ".join([*pieces, line[start:]]) + "\r\n"


def _unfolded(lines: str) -> list[str]:
    return lines.replace("\r\n ", "").splitlines()


def _stamp(moment: datetime) -> str:
    at = ics.utc(moment)
    return f"{at.year:04}{at.month:02}{at.day:02}T{at.hour:02}{at.minute:02}{at.second:02}Z"


def _single(moment: ics.Moment) -> list[str]:
    ics.check(moment)
    is_off = moment.status == "CANCELLED"
    found = [
        "BEGIN:VEVENT",
        f"SUMMARY:{text(ics.single_line(moment.summary))}",
        f"DTSTART:{_stamp(moment.starts_at)}",
        f"DTEND:{_stamp(moment.ends_at)}",
        f"DTSTAMP:{_stamp(moment.dtstamp)}",
        f"UID:{text(moment.uid)}",
        f"SEQUENCE:{moment.sequence}",
        f"DESCRIPTION:{text(ics.plain(moment.description))}" if moment.description else "",
        f"LOCATION:{text(ics.single_line(moment.place))}" if moment.place else "",
        f"STATUS:{moment.status}" if moment.status else "",
        f"TRANSP:{'TRANSPARENT' if is_off else 'OPAQUE'}",
        f"URL:{ics.single_line(moment.url)}" if moment.url else "",
        "END:VEVENT",
    ]
    return [line for line in found if line]


def _day(day: ics.Day) -> list[str]:
    """Its end is the day after: an all-day event ends before it."""
    after = day.on + timedelta(days=1)
    found = [
        "BEGIN:VEVENT",
        f"SUMMARY:{text(ics.single_line(day.summary))}",
        f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"DTSTAMP:{_stamp(day.dtstamp)}",
        f"UID:{text(day.uid)}",
        f"SEQUENCE:{day.sequence}",
        f"DESCRIPTION:{text(ics.single_line(day.url))}" if day.url else "",
        f"STATUS:{'CANCELLED' if day.is_off else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        f"URL:{ics.single_line(day.url)}" if day.url else "",
        "END:VEVENT",
    ]
    return [line for line in found if line]
