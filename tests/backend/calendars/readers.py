"""Calendar programs we did not write, reading our bytes: vobject always, libical where it is installed."""

import ctypes
import ctypes.util
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import vobject

FIELDS = ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS")


@dataclass
class Read:
    """What a reader understood of an invite."""

    method: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    organiser: str = ""
    attendees: dict[str, tuple[str, str]] = field(default_factory=dict)  # address -> (role, partstat)
    alarms: int = 0


def read_with_vobject(raw: bytes) -> Read:
    """By vobject."""
    calendar = vobject.readOne(raw.decode())
    event = calendar.vevent
    found = Read(method=calendar.method.value, organiser=event.organizer.value.removeprefix("mailto:"))
    for name in FIELDS:
        line = getattr(event, name.lower(), None)
        if line is not None:
            value = line.value
            found.fields[name] = value.astimezone(UTC) if isinstance(value, datetime) else value
    for line in event.contents.get("attendee", []):
        address = line.value.removeprefix("mailto:")
        found.attendees[address] = (line.params["ROLE"][0], line.params["PARTSTAT"][0])
    found.alarms = len(event.contents.get("valarm", []))
    return found


class Libical:
    """The C library behind Evolution, GNOME, KDE and Cyrus, through ctypes; it also knows RFC 5546's tables."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("ical")
        self.library = ctypes.CDLL(name) if name else None

    def _call(self, name: str, result: Any, *arguments: Any) -> Any:
        function = getattr(self.library, name)
        function.restype = result
        kinds = {int: ctypes.c_int, bytes: ctypes.c_char_p}
        function.argtypes = [kinds.get(type(argument), ctypes.c_void_p) for argument in arguments]
        return function(*arguments)

    def read(self, raw: bytes) -> Read:
        """What libical understood."""
        pointer = ctypes.c_void_p
        calendar = pointer(self._call("icalparser_parse_string", pointer, raw))
        kind = self._call("icalcomponent_string_to_kind", ctypes.c_int, b"VEVENT")
        event = pointer(self._call("icalcomponent_get_first_component", pointer, calendar, kind))
        found = Read(method=self._values(calendar, "METHOD")[0][0])
        for name in FIELDS:
            for value, _role, _partstat in self._values(event, name)[:1]:
                found.fields[name] = self._plain(name, value)
        found.organiser = self._values(event, "ORGANIZER")[0][0].removeprefix("mailto:")
        for value, role, partstat in self._values(event, "ATTENDEE"):
            found.attendees[value.removeprefix("mailto:")] = (role, partstat)
        alarm = self._call("icalcomponent_string_to_kind", ctypes.c_int, b"VALARM")
        found.alarms = self._call("icalcomponent_count_components", ctypes.c_int, event, alarm)
        return found

    def is_valid(self, raw: bytes) -> bool:
        """Does the message obey RFC 5546's table for its method?"""
        calendar = ctypes.c_void_p(self._call("icalparser_parse_string", ctypes.c_void_p, raw))
        return bool(self._call("icalrestriction_check", ctypes.c_int, calendar))

    def _values(self, component: Any, name: str) -> list[tuple[str, str, str]]:
        kind = self._call("icalproperty_string_to_kind", ctypes.c_int, name.encode())
        found = []
        step = "icalcomponent_get_first_property"
        while one := self._call(step, ctypes.c_void_p, component, kind):
            line = ctypes.c_void_p(one)
            value = self._call("icalproperty_get_value_as_string", ctypes.c_char_p, line)
            parameters = (
                self._call("icalproperty_get_parameter_as_string", ctypes.c_char_p, line, parameter)
                for parameter in (b"ROLE", b"PARTSTAT")
            )
            role, partstat = ((text or b"").decode() for text in parameters)
            found.append((value.decode(), role, partstat))
            step = "icalcomponent_get_next_property"
        return found

    @staticmethod
    def _plain(name: str, value: str) -> Any:
        if name.startswith("DT"):
            return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        text = value.replace("\\\\", "\0").replace("\\n", "\n").replace("\\;", ";").replace("\\,", ",")
        return text.replace("\0", "\\")
