"""One date as a calendar of somebody's own keeps it, as bytes: pure. The same input gives the same bytes.

No METHOD, nobody invited and nobody inviting: a server that finds ORGANIZER or ATTENDEE writes to people (RFC 6638).
"""

import hashlib
import re

import icalendar

from backend.calendars import ics
from backend.calendars.published import build_object

LARGEST, LONGEST_KEPT = 256 * 1024, 8_000
# What a person does to a date in her own calendar that says nothing about the date itself.
HERS = ("CATEGORIES", "COLOR", "CLASS", "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR")
END = b"END:VEVENT\r\n"


def file_name(uid: str) -> str:
    """The last part of a date's address: always the same for a UID, whatever letters it has."""
    return f"jalon-{hashlib.sha256(uid.encode()).hexdigest()[:32]}.ics"


def digest_of(body: bytes) -> str:
    """What tells whether a date was written as it is now."""
    return hashlib.sha256(body).hexdigest()


def object_of(entry: ics.Moment | ics.Day, kept: str = "") -> bytes:
    """The VCALENDAR of this date alone, all its days in it; with what she added to it there. Raises ValueError."""
    head, end, rest = build_object(entry).partition(END)
    return head + kept.encode() + end + rest


def is_of(body: bytes, uid: str) -> bool:
    """Are these the bytes of the date with this UID?"""
    return any(str(event.get("UID", "")).strip() == uid for event in _events(body))


def same_as(body: bytes, ours: bytes) -> bool:
    """Do both say the same, in whatever order and folding a server keeps them? False for what can't be read."""
    there, here = _facts(body), _facts(ours)
    return bool(there) and there == here


def _facts(body: bytes) -> list[list[str]]:
    try:
        return sorted(sorted(bytes(event.to_ical()).decode().splitlines()) for event in _events(body))
    except Exception:  # whatever a stranger's bytes make the library raise
        return []


def kept_of(body: bytes) -> str:
    """What she added to a date of ours (alarms, categories, a colour), as lines; "" for what can't be read."""
    main = next((event for event in _events(body) if "RECURRENCE-ID" not in event), None)
    if main is None:
        return ""
    try:
        lines = [_lines(main, name) for name in HERS if name in main]
        lines += [part.to_ical().decode() for part in main.subcomponents if part.name == "VALARM"]
    except Exception:  # whatever a stranger's bytes make the library raise
        return ""
    said = re.sub(r"^ATTENDEE.*\r\n(?:[ \t].*\r\n)*", "", "".join(lines), flags=re.MULTILINE | re.IGNORECASE)
    return said if len(said) <= LONGEST_KEPT else ""


def _lines(event: icalendar.Event, name: str) -> str:
    only = icalendar.Event()
    value = event[name]
    for one in value if isinstance(value, list) else [value]:
        only.add(name, one)
    return bytes(only.to_ical()).decode().removeprefix("BEGIN:VEVENT\r\n").removesuffix("END:VEVENT\r\n")


def _events(body: bytes) -> list[icalendar.Event]:
    """Its events; none for what is too large or can't be read."""
    if len(body) > LARGEST:
        return []
    try:
        return list(icalendar.Calendar.from_ical(body).events)
    except Exception:  # whatever a stranger's bytes make the library raise
        return []
