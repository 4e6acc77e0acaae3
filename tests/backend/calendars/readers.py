"""Calendar programs we did not write, reading our bytes: vobject always, libical and ical.js where they are found."""

import base64
import ctypes
import ctypes.util
import json
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import vobject
from dateutil.rrule import rruleset, rrulestr

FIELDS = ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS")
Span = tuple[datetime, datetime]


@dataclass
class Read:
    """What a reader understood of an invite; of a series, its master and when each day of it begins and ends."""

    method: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    organiser: str = ""
    attendees: dict[str, tuple[str, str]] = field(default_factory=dict)  # address -> (role, partstat)
    names: dict[str, str] = field(default_factory=dict)  # address -> CN
    alarms: int = 0
    instants: list[Span] = field(default_factory=list)


Reader = Callable[[Sequence[bytes]], list[Read]]


def _put(instants: dict[datetime, Span], moved: dict[datetime, Span]) -> list[Span]:
    """The days of a series, those that were moved in their place."""
    return sorted({**instants, **moved}.values())


# --- vobject --------------------------------------------------------------------------------------
def feed_with_vobject(raw: bytes) -> list[Read]:
    """By vobject, each event by itself."""
    calendar = vobject.readOne(raw.decode())
    groups = _by_uid(calendar.contents["vevent"], lambda one: one.uid.value)
    return [_vobject_event(calendar.method.value, events) for events in groups]


def read_with_vobject(raw: bytes) -> Read:
    """By vobject, of one event."""
    return _only(feed_with_vobject(raw))


def _vobject_event(method: str, events: Sequence[Any]) -> Read:
    event, others = _master(events, lambda one: "recurrence-id" in one.contents)
    found = Read(method=method)
    if "organizer" in event.contents:
        found.organiser = event.organizer.value.removeprefix("mailto:")
    for name in FIELDS:
        line = getattr(event, name.lower(), None)
        if line is not None:
            value = line.value
            found.fields[name] = value.astimezone(UTC) if isinstance(value, datetime) else value
    for line in event.contents.get("attendee", []):
        address = line.value.removeprefix("mailto:")
        found.attendees[address] = (line.params["ROLE"][0], line.params["PARTSTAT"][0])
        found.names[address] = line.params.get("CN", [""])[0]
    found.alarms = len(event.contents.get("valarm", []))
    start, length = moment(event.dtstart.value), moment(event.dtend.value) - moment(event.dtstart.value)
    days = list(event.getrruleset()) if "rrule" in event.contents else [start]
    moved = {one.recurrence_id.value: (one.dtstart.value, one.dtend.value) for one in others}
    found.instants = _put({day: (day, day + length) for day in days}, moved)
    return found


def moment(value: date | datetime) -> datetime:
    """A day by its midnight, in UTC."""
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)


def _by_uid(events: Iterable[Any], uid: Callable[[Any], str]) -> list[list[Any]]:
    """The events of each UID, in the order of the calendar."""
    found: dict[str, list[Any]] = {}
    for one in events:
        found.setdefault(uid(one), []).append(one)
    return list(found.values())


def _only(found: Sequence[Read]) -> Read:
    (one,) = found
    return one


def _master(events: Sequence[Any], is_moved: Callable[[Any], bool]) -> tuple[Any, list[Any]]:
    (master,) = (one for one in events if not is_moved(one))
    return master, [one for one in events if is_moved(one)]


# --- icalendar, which writes them -----------------------------------------------------------------
def feed_with_icalendar(raw: bytes) -> list[Read]:
    """By the library that writes them, as if it had not; its series by dateutil."""
    calendar = icalendar.Calendar.from_ical(raw)
    assert not calendar.errors and not [one.errors for one in calendar.walk() if one.errors]
    groups = _by_uid(calendar.events, lambda one: str(one["UID"]))
    return [_icalendar_event(str(calendar["METHOD"]), events) for events in groups]


def read_with_icalendar(raw: bytes) -> Read:
    """Of one event."""
    return _only(feed_with_icalendar(raw))


def _icalendar_event(method: str, events: Sequence[icalendar.Event]) -> Read:
    event, others = _master(events, lambda one: "RECURRENCE-ID" in one)
    found = Read(method=method, organiser=_address(event.get("ORGANIZER", "")))
    for name in FIELDS:
        if name in event:
            value = event[name]
            found.fields[name] = value.dt if name.startswith("DT") else str(value)
    for one in event.attendees:
        found.attendees[_address(one)] = (one.params["ROLE"], one.params["PARTSTAT"])
        found.names[_address(one)] = one.params.get("CN", "")
    found.alarms = len(event.walk("VALARM"))
    length = event.end - event.start
    moved = {one["RECURRENCE-ID"].dt: (one.start, one.end) for one in others}
    days = [moment(day) for day in _days(event)]
    found.instants = _put({day: (day, day + length) for day in days}, moved)
    return found


def _address(value: Any) -> str:
    return str(value).removeprefix("mailto:")


def _days(event: icalendar.Event) -> Iterator[datetime]:
    if "RRULE" not in event:
        return iter([event.start])
    series = rruleset()
    series.rrule(rrulestr(event["RRULE"].to_ical().decode(), dtstart=event.start))
    off = event.get("EXDATE", [])
    for one in off if isinstance(off, list) else [off]:
        for day in one.dts:
            series.exdate(day.dt)
    return iter(series)


# --- libical --------------------------------------------------------------------------------------
class Time(ctypes.Structure):
    """`struct icaltimetype`."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_dst")),
        ("zone", ctypes.c_void_p),
    ]


class Found(ctypes.Structure):
    """`struct icaltime_span`."""

    _fields_ = [("start", ctypes.c_int64), ("end", ctypes.c_int64), ("is_busy", ctypes.c_int)]


EACH = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Found), ctypes.c_void_p)


class Libical:
    """The C library behind Evolution, GNOME, KDE and Cyrus, through ctypes; it also knows RFC 5546's tables."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("ical")
        self.library = ctypes.CDLL(name) if name else None

    def _call(self, name: str, result: Any, *arguments: Any) -> Any:
        function = getattr(self.library, name)
        function.restype = result
        kinds = {int: ctypes.c_int, bytes: ctypes.c_char_p, Time: Time, EACH: EACH}
        function.argtypes = [kinds.get(type(argument), ctypes.c_void_p) for argument in arguments]
        return function(*arguments)

    def _parsed(self, raw: bytes) -> Any:
        return ctypes.c_void_p(self._call("icalparser_parse_string", ctypes.c_void_p, raw))

    def _kind(self, name: bytes) -> int:
        return int(self._call("icalcomponent_string_to_kind", ctypes.c_int, name))

    def feed(self, raw: bytes) -> list[Read]:
        """What libical understood, of each event."""
        calendar = self._parsed(raw)
        method = self._values(calendar, "METHOD")[0][0]
        groups = _by_uid(self._parts(calendar, b"VEVENT"), lambda one: self._values(one, "UID")[0][0])
        return [self._event(method, events) for events in groups]

    def read(self, raw: bytes) -> Read:
        """Of one event."""
        return _only(self.feed(raw))

    def _event(self, method: str, events: Sequence[Any]) -> Read:
        event, others = _master(events, lambda one: bool(self._values(one, "RECURRENCE-ID")))
        found = Read(method=method)
        for name in FIELDS:
            for value, *_parameters in self._values(event, name)[:1]:
                found.fields[name] = self._plain(name, value)
        for value, *_parameters in self._values(event, "ORGANIZER")[:1]:
            found.organiser = value.removeprefix("mailto:")
        for value, role, partstat, name in self._values(event, "ATTENDEE"):
            address = value.removeprefix("mailto:")
            found.attendees[address], found.names[address] = (role, partstat), name.strip('"')
        found.alarms = len(list(self._parts(event, b"VALARM")))
        moved = {self._moment(one, "RECURRENCE-ID"): self._span(one) for one in others}
        found.instants = _put({start: (start, end) for start, end in self._days(event)}, moved)
        return found

    def verdicts(self, raw: bytes) -> list[str]:
        """What it finds against the grammar, or against RFC 5546's table for the method; empty when all is well."""
        calendar = self._parsed(raw)
        is_right = bool(self._call("icalrestriction_check", ctypes.c_int, calendar))
        found = [
            self._values(one, "X-LIC-ERROR")
            for one in (calendar, *self._parts(calendar, b"VEVENT"))
            for _each in (one, *self._parts(one, b"VALARM"))
        ]
        said = sorted({value for values in found for value, *_parameters in values})
        return said or ([] if is_right else ["something, not said"])

    def _parts(self, component: Any, name: bytes) -> Iterator[Any]:
        step, kind = "icalcomponent_get_first_component", self._kind(name)
        while one := self._call(step, ctypes.c_void_p, component, kind):
            yield ctypes.c_void_p(one)
            step = "icalcomponent_get_next_component"

    def _days(self, event: Any) -> list[Span]:
        if not self._values(event, "RRULE"):  # of a day, libical gives the last second of the one after
            return [self._span(event)]
        spans: list[Span] = []

        def take(_event: Any, span: Any, _data: Any) -> None:
            start, end = (datetime.fromtimestamp(at, UTC) for at in (span.contents.start, span.contents.end))
            spans.append((start, end))

        zone = self._call("icaltimezone_get_utc_timezone", ctypes.c_void_p)
        start = self._moment(event, "DTSTART")
        first, last = (Time(at.year, at.month, at.day, zone=zone) for at in (start, start + timedelta(days=400)))
        self._call("icalcomponent_foreach_recurrence", None, event, first, last, EACH(take), None)
        return spans

    def _moment(self, event: Any, name: str) -> datetime:
        return moment(self._plain("DT", self._values(event, name)[0][0]))

    def _span(self, event: Any) -> Span:
        return self._moment(event, "DTSTART"), self._moment(event, "DTEND")

    def _values(self, component: Any, name: str) -> list[tuple[str, str, str, str]]:
        kind = self._call("icalproperty_string_to_kind", ctypes.c_int, name.encode())
        found = []
        step = "icalcomponent_get_first_property"
        while one := self._call(step, ctypes.c_void_p, component, kind):
            line = ctypes.c_void_p(one)
            value = self._call("icalproperty_get_value_as_string", ctypes.c_char_p, line)
            parameters = (
                self._call("icalproperty_get_parameter_as_string", ctypes.c_char_p, line, parameter)
                for parameter in (b"ROLE", b"PARTSTAT", b"CN")
            )
            role, partstat, called = ((text or b"").decode() for text in parameters)
            found.append((value.decode(), role, partstat, called))
            step = "icalcomponent_get_next_property"
        return found

    @staticmethod
    def _plain(name: str, value: str) -> Any:
        if name.startswith("DT") and len(value) == 8:
            return date.fromisoformat(value)
        if name.startswith("DT"):
            return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        text = value.replace("\\\\", "\0").replace("\\n", "\n").replace("\\;", ";").replace("\\,", ",")
        return text.replace("\0", "\\")


# --- ical.js --------------------------------------------------------------------------------------
ROOT = Path(__file__).resolve().parents[3]
ICAL_JS = ROOT / "var/programs/node_modules/ical.js"


def feeds_with_ical_js(raws: Sequence[bytes]) -> list[list[Read]]:
    """By ical.js (Thunderbird, Nextcloud), all in one process; each event by itself."""
    node = shutil.which("node")
    assert node
    told = json.dumps([base64.b64encode(raw).decode() for raw in raws])
    script = ROOT / "tests/programs/ical_js.mjs"
    done = subprocess.run([node, script, ICAL_JS], input=told, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return [[_from_ical_js(one) for one in events] for events in json.loads(done.stdout)]


def read_with_ical_js(raws: Sequence[bytes]) -> list[Read]:
    """Of one event each."""
    return [_only(events) for events in feeds_with_ical_js(raws)]


def _from_ical_js(told: dict[str, Any]) -> Read:
    moments, fields = ("DTSTAMP", "DTSTART", "DTEND"), dict(told["fields"])
    fields |= {name: _told_at(fields[name]) for name in moments if name in fields}
    people = {_address(address): (role, partstat, name) for address, role, partstat, name in told["people"]}
    spans = sorted((moment(_told_at(start)), moment(_told_at(end))) for start, end in told["instants"])
    return Read(
        told["method"], fields, _address(told["organiser"]), {who: one[:2] for who, one in people.items()},
        {who: one[2] for who, one in people.items()}, told["alarms"], spans,
    )  # fmt: skip


def _told_at(text: str) -> date | datetime:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def _one_by_one(read: Callable[[bytes], Read]) -> Reader:
    return lambda raws: [read(raw) for raw in raws]


def readers() -> dict[str, Reader | None]:
    """{the program, and where it comes from: what reads with it}; None where this machine has none."""
    libical, has_ical_js = Libical(), ICAL_JS.exists() and shutil.which("node")
    return {
        "vobject": _one_by_one(read_with_vobject),
        "icalendar": _one_by_one(read_with_icalendar),
        "libical (Debian package libical3)": _one_by_one(libical.read) if libical.library else None,
        "ical.js (make programs)": read_with_ical_js if has_ical_js else None,
    }


def feed_readers() -> dict[str, Callable[[bytes], list[Read]] | None]:
    """The same, of a calendar of several events."""
    found, libical = readers(), Libical()
    ways: dict[str, Callable[[bytes], list[Read]]] = {
        "vobject": feed_with_vobject, "icalendar": feed_with_icalendar, "libical": libical.feed,
        "ical.js": lambda raw: feeds_with_ical_js([raw])[0],
    }  # fmt: skip
    return {name: ways[name.split(" (")[0]] if there else None for name, there in found.items()}
