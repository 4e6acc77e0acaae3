"""The schedule of a stay as its grid shows it: every day of the stay, by week, with totals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from backend.lib.workdays import public_holiday

LEAST_SLOTS = 2


@dataclass(frozen=True)
class GridDay:
    """One day of the stay; `slots` as (from, to), empty texts where nothing is typed."""

    on: date
    slots: list[tuple[str, str]]
    note: str
    minutes: int
    is_off: bool
    is_last: bool
    wrong: str = ""
    has_room: bool = False
    """May one more slot be added?"""
    is_new: bool = False
    """Was the last slot just added?"""


@dataclass
class GridWeek:
    monday: date
    days: list[GridDay] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.days)


def days_between(starts_on: date, ends_on: date) -> Iterator[date]:
    """Each day, first and last included."""
    for shift in range((ends_on - starts_on).days + 1):
        yield starts_on + timedelta(days=shift)


def weeks(
    starts_on: date, ends_on: date, typed: Mapping[date, list[tuple[str, str]]], wrong: Mapping[date, str],
    *, most: int, grown: date | None = None,
) -> list[GridWeek]:  # fmt: skip
    """The grid of a stay: `typed` gives the slots of a day as they were typed, `wrong` what cannot be read in them.

    `most`: how many slots a day may have. `grown`: the day that was just given one more.
    """
    found: dict[date, GridWeek] = {}
    for on in days_between(starts_on, ends_on):
        monday = on - timedelta(days=on.weekday())
        slots = list(typed.get(on, []))
        slots += [("", "")] * (LEAST_SLOTS - len(slots))
        holiday = public_holiday(on)
        off = bool(holiday) or on.weekday() > 4
        has_room = len(slots) < most
        day = GridDay(on, slots, holiday, _minutes(slots), off, on == ends_on, wrong.get(on, ""), has_room, on == grown)
        found.setdefault(monday, GridWeek(monday)).days.append(day)
    return list(found.values())


def _minutes(slots: list[tuple[str, str]]) -> int:
    """Minutes of what can be read; a slot that is half typed or ends before it begins counts for nothing yet."""
    return sum(max(0, _minute(end) - _minute(start)) for start, end in slots if start and end)


def _minute(text: str) -> int:
    hour, _colon, minute = text.partition(":")
    return int(hour) * 60 + int(minute) if hour.isdigit() and minute[:2].isdigit() else 0


def typed_of(schedule: list[dict[str, Any]]) -> dict[date, list[tuple[str, str]]]:
    """The slots of each day of a stored schedule."""
    return {date.fromisoformat(one["on"]): [(start, end) for start, end in one["slots"]] for one in schedule}
