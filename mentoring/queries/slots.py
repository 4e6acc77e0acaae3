"""Which times an opening offers: plain reckoning on days, hours and what is taken; no row is read here.

A wall-clock hour stays that hour across a change of the clocks; minutes are real minutes, counted in UTC.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Hours = tuple[time, time]
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Rule:
    """What an opening says. `every` is 1 or 2 weeks, 0 for a single day (`first`); `last` None: open-ended.

    `otherwise`: {day: its own hours, or None when nothing is offered}. `minutes`, `before`, `after`: of one session.
    """

    every: int
    weekday: int
    first: date
    last: date | None
    hours: Hours
    minutes: int
    before: int = 0
    after: int = 0
    notice: timedelta = timedelta(hours=24)
    weeks_ahead: int = 6
    most_a_week: int | None = None
    otherwise: Mapping[date, Hours | None] = field(default_factory=dict)
    key: int = 0


@dataclass(frozen=True)
class Slot:
    """A time that may be booked, from one moment to another (UTC), under the rule `key`."""

    starts_at: datetime
    ends_at: datetime
    key: int = 0


@dataclass(frozen=True)
class Busy:
    """A time that is taken, `before` and `after` it included; the mentor's, or else only the other person's."""

    starts_at: datetime
    ends_at: datetime
    is_mentors: bool = True


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def falls_on(rule: Rule, day: date) -> bool:
    """Is the opening offered on this day, exceptions apart? Every second week counts from its first day."""
    if day < rule.first or (rule.last is not None and day > rule.last):
        return False
    if rule.every == 0:
        return day == rule.first
    begins = rule.first + timedelta(days=(rule.weekday - rule.first.weekday()) % 7)
    return day >= begins and (day - begins).days % (7 * rule.every) == 0


def hours_on(rule: Rule, day: date) -> Hours | None:
    """From when to when it is open on this day; None when it is not."""
    if not falls_on(rule, day):
        return None
    return rule.otherwise.get(day, rule.hours)


def moment(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """That time on the wall, in UTC: the first one when it comes twice, None when the clocks skip it."""
    wall = datetime.combine(day, at)
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    return found if found.astimezone(zone).replace(tzinfo=None) == wall else None


def slots_on(rule: Rule, day: date, zone: ZoneInfo) -> Iterator[Slot]:
    """The times of this day: one after the other on the wall, with what is kept free before and after each.

    Each lies wholly within the opening; one that would run into the one before (the clocks go forward) is left out.
    """
    hours = hours_on(rule, day)
    if hours is None:
        return
    wall, closes = (datetime.combine(day, at) for at in hours)
    last = closes.replace(tzinfo=zone).astimezone(UTC)
    length, apart = timedelta(minutes=rule.minutes), timedelta(minutes=rule.before + rule.after)
    free_from = datetime.min.replace(tzinfo=UTC)
    while wall < closes:
        starts_at = moment(day, wall.time(), zone)
        wall += length + apart
        if starts_at is None or starts_at < free_from:
            continue
        ends_at = starts_at + length
        if ends_at <= last and ends_at.astimezone(zone).replace(tzinfo=None) <= closes:
            free_from = ends_at + apart
            yield Slot(starts_at, ends_at, rule.key)


def offered(rule: Rule, *, now: datetime, zone: ZoneInfo, weeks: int | None = None) -> Iterator[Slot]:
    """What the rule offers from its notice to its horizon (or `weeks`, if sooner), whatever is taken."""
    today = now.astimezone(zone).date()
    ahead = min(rule.weeks_ahead, weeks or rule.weeks_ahead) * WEEK
    for count in range(ahead.days + 1):
        for slot in slots_on(rule, today + timedelta(days=count), zone):
            if slot.starts_at >= now + rule.notice:
                yield slot


def is_free(slot: Slot, rule: Rule, busy: Iterable[Busy]) -> bool:
    """Does nothing that is taken touch it? What she keeps free around it counts for the mentor's own time only."""
    before, after = timedelta(minutes=rule.before), timedelta(minutes=rule.after)
    return not any(
        one.starts_at < slot.ends_at + (after if one.is_mentors else timedelta())
        and one.ends_at > slot.starts_at - (before if one.is_mentors else timedelta())
        for one in busy
    )


def free_slots(
    rules: Iterable[Rule],
    *,
    now: datetime,
    zone: ZoneInfo,
    busy: Collection[Busy] = (),
    away: Collection[tuple[date, date]] = (),
    booked: Mapping[date, int] | None = None,
    weeks: int | None = None,
) -> list[Slot]:
    """What can be booked, the soonest first; a time that two rules offer, once.

    `away`: first and last days on which nothing can be; `booked`: {Monday: sessions booked in that week}.
    """
    counts = Counter(booked or {})
    found: dict[datetime, Slot] = {}
    for rule in rules:
        for slot in offered(rule, now=now, zone=zone, weeks=weeks):
            day = slot.starts_at.astimezone(zone).date()
            is_full = rule.most_a_week is not None and counts[monday(day)] >= rule.most_a_week
            is_away = any(first <= day <= last for first, last in away)
            if not is_full and not is_away and is_free(slot, rule, busy):
                found.setdefault(slot.starts_at, slot)
    return [found[starts_at] for starts_at in sorted(found)]
