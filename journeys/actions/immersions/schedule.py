"""The schedule of a stay, day by day: a pure reading of `[{"on": "2026-03-02", "slots": [["09:00", "12:30"], …]}, …]`.

Times are those of the clock on the wall where the stay takes place, and hours are counted as they read on the paper:
a slot across the change of clocks counts its written length, with a warning that says how long it really lasts. A
slot ends on the day it begins; a night is two slots on two days. Minutes everywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from backend.lib.refusal import Refused
from backend.lib.workdays import public_holiday, working_days
from backend.web.reading import day as read_day
from backend.web.reading import hours

Day = dict[str, Any]
Slot = list[str]
Schedule = list[Day]

FIELD = "schedule"
DAY_MINUTES, WEEK_MINUTES = 10 * 60, 48 * 60
YOUNG_DAY_MINUTES, YOUNG_WEEK_MINUTES = 8 * 60, 35 * 60
# The labour code: a break of 20 minutes as soon as 6 hours are worked (L3121-16), of 30 after 4 h 30 before 18
# (L3162-3), and 11 hours of rest between two days (L3131-1).
STRETCH, BREAK = 6 * 60, 20
YOUNG_STRETCH, YOUNG_BREAK = 4 * 60 + 30, 30
REST = 11 * 60
MOST_SLOTS, MOST_DAYS = 4, 62
SUNDAY = 6
REGULAR: list[Slot] = [["09:00", "12:30"], ["13:30", "17:00"]]


# --- Reading --------------------------------------------------------------------------------------
def minute_of(text: str) -> int:
    """ "09:30" → 570, minutes since midnight; ValueError for what is no time of day."""
    moment = time.fromisoformat(text.strip().zfill(5))
    if moment.tzinfo or moment.second or moment.microsecond:
        raise ValueError(text)
    return moment.hour * 60 + moment.minute


def written(minute: int) -> str:
    """570 → "09:30"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def read(slot: Sequence[str]) -> str:
    """How a slot reads: "9:00–12:30"."""
    return "–".join(part.removeprefix("0") for part in slot)


def day_of(entry: Mapping[str, Any]) -> date:
    """The day of one entry."""
    return date.fromisoformat(entry["on"])


def normalise(raw: Any) -> Schedule:
    """The schedule in the order of days and slots, days without hours left out.

    Refused, naming the day, for what is no day or time, a slot that ends before it begins, slots that overlap, a day
    given twice, or more than four slots on one day.
    """
    if not isinstance(raw, list) or len(raw) > MOST_DAYS or not all(isinstance(one, Mapping) for one in raw):
        raise Refused(_("A schedule is a list of days with their hours."), field=FIELD)
    found: dict[date, Day] = {}
    for entry in raw:
        on = _read_day(entry.get("on"))
        if on in found:
            raise Refused(_("%(day)s is in the schedule twice.") % {"day": _named(on)}, field=FIELD)
        slots = normalise_slots(on, entry.get("slots"))
        if slots:
            found[on] = {"on": on.isoformat(), "slots": slots}
    return [found[on] for on in sorted(found)]


def _read_day(text: Any) -> date:
    try:
        on = date.fromisoformat(text)
    except (TypeError, ValueError):
        raise Refused(_("A day of the schedule cannot be read."), field=FIELD) from None
    if not 1900 <= on.year < 2200:
        raise Refused(_("Check the year."), field=FIELD)
    return on


def normalise_slots(on: date, raw: Any) -> list[Slot]:
    """The slots of one day in order. Refused as `normalise` says."""
    if not isinstance(raw, list) or len(raw) > MOST_SLOTS:
        raise Refused(_("%(day)s: at most four slots a day.") % {"day": _named(on)}, field=FIELD)
    slots = []
    for one in raw:
        try:
            start, end = (minute_of(part) for part in one)
        except (TypeError, ValueError, AttributeError):
            raise Refused(
                _("%(day)s: give each slot a beginning and an end.") % {"day": _named(on)}, field=FIELD
            ) from None
        if end <= start:
            sentence = _("%(day)s: the slot %(slot)s ends before it begins.")
            raise Refused(sentence % {"day": _named(on), "slot": read((written(start), written(end)))}, field=FIELD)
        slots.append((start, end))
    slots.sort()
    made = [[written(start), written(end)] for start, end in slots]
    for (one, (_start, end)), (two, (start, _end)) in pairwise(zip(made, slots, strict=True)):
        if start < end:
            words = {"day": _named(on), "one": read(one), "two": read(two)}
            raise Refused(_("%(day)s: the slots %(one)s and %(two)s overlap.") % words, field=FIELD)
    return made


def _named(on: date) -> str:
    name = read_day(on)
    return name[:1].upper() + name[1:]


# --- Totals ---------------------------------------------------------------------------------------
def length(slot: Sequence[str]) -> int:
    """Minutes of one slot, as they read."""
    return minute_of(slot[1]) - minute_of(slot[0])


def minutes_of(slots: Sequence[Sequence[str]]) -> int:
    """Minutes of these slots."""
    return sum(length(slot) for slot in slots)


def total(schedule: Schedule) -> int:
    """Minutes of the whole schedule."""
    return sum(minutes_of(entry["slots"]) for entry in schedule)


def by_day(schedule: Schedule) -> dict[date, int]:
    """Minutes of each day that has hours."""
    return {day_of(entry): minutes_of(entry["slots"]) for entry in schedule}


def monday_of(on: date) -> date:
    """The Monday of the week of this day."""
    return on - timedelta(days=on.weekday())


def by_week(schedule: Schedule) -> dict[date, int]:
    """Minutes of each ISO week, known by its Monday."""
    found: dict[date, int] = {}
    for on, minutes in by_day(schedule).items():
        found[monday_of(on)] = found.get(monday_of(on), 0) + minutes
    return found


# --- Rules ----------------------------------------------------------------------------------------
def problems(schedule: Schedule, starts_on: date, ends_on: date) -> Iterator[str]:
    """Every rule that a normalised schedule breaks: a day outside the stay, over 10 h a day, over 48 h a week."""
    for on, minutes in by_day(schedule).items():
        if not starts_on <= on <= ends_on:
            yield _("%(day)s has hours but is not within the dates of the stay.") % {"day": _named(on)}
        if minutes > DAY_MINUTES:
            yield _("%(day)s: %(hours)s, more than 10 h a day.") % {"day": _named(on), "hours": hours(minutes)}
    for monday, minutes in by_week(schedule).items():
        if minutes > WEEK_MINUTES:
            words = {"day": read_day(monday), "hours": hours(minutes)}
            yield _("Week of %(day)s: %(hours)s, more than 48 h a week.") % words


def warnings(schedule: Schedule, zone: str, *, is_young: bool = False) -> Iterator[str]:
    """What deserves a second look: breaks, rest, Sundays and public holidays, clocks that change, under 18."""
    for entry in schedule:
        on = day_of(entry)
        yield from _about_day(on, entry["slots"], is_young)
        yield from _about_clocks(on, entry["slots"], ZoneInfo(zone))
    for one, two in pairwise(schedule):
        gap = (
            (day_of(two) - day_of(one)).days * 24 * 60 + minute_of(two["slots"][0][0]) - minute_of(one["slots"][-1][1])
        )
        if gap < REST:
            words = {"one": read_day(day_of(one)), "two": read_day(day_of(two)), "hours": hours(gap)}
            yield _("Between %(one)s and %(two)s: %(hours)s of rest, 11 h are due.") % words
    if is_young:
        for monday, minutes in by_week(schedule).items():
            if minutes > YOUNG_WEEK_MINUTES:
                words = {"day": read_day(monday), "hours": hours(minutes)}
                yield _("Week of %(day)s: %(hours)s; before 18, 35 h a week at most.") % words


def _about_day(on: date, slots: list[Slot], is_young: bool) -> Iterator[str]:
    longest, pause = (YOUNG_STRETCH, YOUNG_BREAK) if is_young else (STRETCH, BREAK)
    if longest_stretch(slots, pause) > longest:
        words = {"day": _named(on), "hours": hours(longest), "break": pause}
        yield _("%(day)s: more than %(hours)s without a break of %(break)d minutes.") % words
    if is_young and minutes_of(slots) > YOUNG_DAY_MINUTES:
        yield _("%(day)s: before 18, 8 h a day at most.") % {"day": _named(on)}
    holiday = public_holiday(on)
    if holiday:
        yield _("%(day)s is a public holiday: %(name)s.") % {"day": _named(on), "name": holiday}
    elif on.weekday() == SUNDAY:
        yield _("%(day)s is a Sunday.") % {"day": _named(on)}


def longest_stretch(slots: Sequence[Sequence[str]], pause: int) -> int:
    """The longest work in a row: slots less than `pause` minutes apart count as one, without what lies between."""
    longest = worked = 0
    for index, slot in enumerate(slots):
        if index and minute_of(slot[0]) - minute_of(slots[index - 1][1]) >= pause:
            worked = 0
        worked += length(slot)
        longest = max(longest, worked)
    return longest


def _about_clocks(on: date, slots: list[Slot], zone: ZoneInfo) -> Iterator[str]:
    midnight = datetime.combine(on, datetime.min.time(), tzinfo=zone)
    if midnight.utcoffset() == (midnight + timedelta(days=1)).utcoffset():
        return
    for slot in slots:
        start, end = (midnight + timedelta(minutes=minute_of(part)) for part in slot)
        real = round((end.timestamp() - start.timestamp()) / 60)
        if real != length(slot):
            words = {"day": _named(on), "slot": read(slot), "hours": hours(length(slot)), "real": hours(real)}
            yield _("%(day)s: clocks change. %(slot)s counts %(hours)s as written, and really lasts %(real)s.") % words


# --- Making one -----------------------------------------------------------------------------------
def regular(starts_on: date, ends_on: date, slots: list[Slot] = REGULAR) -> Schedule:
    """These slots on each working day; on every day when none of them is a working day."""
    days = list(working_days(starts_on, ends_on))
    if not days:
        days = [starts_on + timedelta(days=shift) for shift in range((ends_on - starts_on).days + 1)]
    return [{"on": on.isoformat(), "slots": [list(slot) for slot in slots]} for on in days]


def copied(schedule: Schedule, on: date, *, ends_on: date) -> Schedule:
    """The hours of `on` on each working day after it too; other days stay as they are."""
    slots: list[Slot] = next((entry["slots"] for entry in schedule if day_of(entry) == on), [])
    targets = set(working_days(on + timedelta(days=1), ends_on))
    kept = [entry for entry in schedule if day_of(entry) not in targets]
    made = [{"on": one.isoformat(), "slots": [list(slot) for slot in slots]} for one in targets]
    return normalise(kept + made)


def follow(schedule: Schedule, was: tuple[date, date], now: tuple[date, date]) -> tuple[Schedule, list[date]]:
    """The schedule once the dates of the stay have moved, and the days with hours that fell out of it.

    When the first day moves by whole weeks every day moves with it; otherwise the days that stay within are kept.
    """
    shift = (now[0] - was[0]).days
    moved = schedule if shift % 7 else [
        {**entry, "on": (day_of(entry) + timedelta(days=shift)).isoformat()} for entry in schedule
    ]  # fmt: skip
    inside = [entry for entry in moved if now[0] <= day_of(entry) <= now[1]]
    return inside, [day_of(entry) for entry in moved if entry not in inside]


def redated(schedule: Schedule, starts_on: date, ends_on: date) -> Schedule:
    """The same hours on the same days of the week, from `starts_on` to `ends_on`: how a former stay is used again."""
    pattern: dict[int, list[Slot]] = {}
    for entry in schedule:
        pattern.setdefault(day_of(entry).weekday(), entry["slots"])
    days = (starts_on + timedelta(days=shift) for shift in range(min((ends_on - starts_on).days + 1, MOST_DAYS)))
    return [
        {"on": on.isoformat(), "slots": [list(slot) for slot in pattern[on.weekday()]]}
        for on in days
        if on.weekday() in pattern
    ]
