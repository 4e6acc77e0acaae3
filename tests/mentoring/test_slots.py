"""Which times an opening offers: within its hours, beside nothing taken, right when the clocks change."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.queries.slots import Busy, Rule, falls_on, free_slots, hours_on, monday, slots_on

PARIS = ZoneInfo("Europe/Paris")
BACK, FORWARD = date(2026, 10, 25), date(2027, 3, 28)
SUNDAY = 6
ZONES = st.sampled_from(
    [PARIS, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")]
)
DAYS = st.dates(date(2026, 9, 1), date(2027, 5, 1)) | st.sampled_from([BACK, FORWARD, date(2026, 11, 1)])
QUARTERS = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))


@st.composite
def rules(draw: st.DrawFn, first: date | None = None) -> Rule:
    opens, closes = sorted(draw(st.lists(QUARTERS, min_size=2, max_size=2, unique=True)))
    begins = first or draw(DAYS)
    return Rule(
        every=draw(st.sampled_from([0, 1, 2])),
        weekday=draw(st.integers(0, 6)),
        first=begins,
        last=draw(st.none() | st.integers(0, 60).map(lambda days: begins + timedelta(days=days))),
        hours=(opens, closes),
        minutes=draw(st.integers(5, 180)),
        before=draw(st.sampled_from([0, 10, 30])),
        after=draw(st.sampled_from([0, 15, 60])),
        notice=timedelta(hours=draw(st.integers(0, 72))),
        weeks_ahead=draw(st.integers(1, 6)),
        most_a_week=draw(st.none() | st.integers(1, 4)),
        key=draw(st.integers(1, 9)),
    )


@st.composite
def weeks(draw: st.DrawFn) -> tuple[list[Rule], datetime, list[Busy], Counter[date]]:
    """Rules, a moment, and what is taken around it."""
    day = draw(DAYS)
    now = datetime.combine(day, draw(QUARTERS), tzinfo=UTC)
    spans = st.tuples(st.integers(0, 14 * 96), st.integers(1, 40), st.booleans())
    quarter = timedelta(minutes=15)
    busy = [
        Busy(now + start * quarter, now + (start + length) * quarter, is_mentors)
        for start, length, is_mentors in draw(st.lists(spans, max_size=8))
    ]
    booked = Counter({monday(day): draw(st.integers(0, 4)), monday(day) + timedelta(days=7): draw(st.integers(0, 4))})
    return draw(st.lists(rules(day), min_size=1, max_size=3)), now, busy, booked


@given(rules(), ZONES)
def test_every_minute_of_a_slot_lies_within_the_opening_and_none_runs_into_the_next(rule: Rule, zone: ZoneInfo) -> None:
    for count in range(15):
        day = rule.first + timedelta(days=count)
        slots = list(slots_on(rule, day, zone))
        hours = hours_on(rule, day)
        assert hours is not None or not slots
        for slot in slots:
            assert slot.ends_at - slot.starts_at == timedelta(minutes=rule.minutes)
            walls = [
                (slot.starts_at + timedelta(minutes=minute)).astimezone(zone).replace(tzinfo=None)
                for minute in range(rule.minutes + 1)
            ]
            opens, closes = (datetime.combine(day, at) for at in hours or ())
            assert all(opens <= wall <= closes for wall in walls)
        apart = timedelta(minutes=rule.before + rule.after)
        assert all(one.ends_at + apart <= other.starts_at for one, other in pairwise(slots))


@given(weeks(), ZONES)
def test_what_is_offered_is_free_with_what_is_kept_around_it_and_within_notice_horizon_and_cap(
    given_weeks: tuple[list[Rule], datetime, list[Busy], Counter[date]], zone: ZoneInfo
) -> None:
    found_rules, now, busy, booked = given_weeks
    away = [(now.date() + timedelta(days=3), now.date() + timedelta(days=5))]
    slots = free_slots(found_rules, now=now, zone=zone, busy=busy, away=away, booked=booked)
    assert [slot.starts_at for slot in slots] == sorted({slot.starts_at for slot in slots})
    of_key: dict[int, list[Rule]] = {}
    for rule in found_rules:
        of_key.setdefault(rule.key, []).append(rule)
    for slot in slots:
        day = slot.starts_at.astimezone(zone).date()
        assert not any(first <= day <= last for first, last in away)
        assert any(_allows(rule, slot.starts_at, slot.ends_at, now, zone, busy, booked) for rule in of_key[slot.key])


def _allows(
    rule: Rule,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    busy: list[Busy],
    booked: Counter[date],
) -> bool:
    """The same, said minute by minute."""
    day = starts_at.astimezone(zone).date()
    free = True
    for one in busy:
        before, after = (rule.before, rule.after) if one.is_mentors else (0, 0)
        kept_from, kept_to = starts_at - timedelta(minutes=before), ends_at + timedelta(minutes=after)
        free = free and (one.ends_at <= kept_from or one.starts_at >= kept_to)
    return (
        free
        and falls_on(rule, day)
        and ends_at - starts_at == timedelta(minutes=rule.minutes)
        and starts_at - now >= rule.notice
        and day <= now.astimezone(zone).date() + timedelta(weeks=rule.weeks_ahead)
        and (rule.most_a_week is None or booked[monday(day)] < rule.most_a_week)
    )


SUNDAYS = Rule(
    every=1, weekday=SUNDAY, first=date(2026, 10, 1), last=None, hours=(time(9), time(12)), minutes=90,
    notice=timedelta(0),
)  # fmt: skip


def rule(**changed: Any) -> Rule:
    return replace(SUNDAYS, **changed)


def walls(found: Rule, day: date) -> list[str]:
    return [f"{slot.starts_at.astimezone(PARIS):%H:%M}" for slot in slots_on(found, day, PARIS)]


@pytest.mark.parametrize("day", [BACK, FORWARD, BACK - timedelta(days=7), FORWARD + timedelta(days=7)])
def test_an_opening_keeps_its_hour_on_the_wall_when_the_clocks_change(day: date) -> None:
    assert walls(rule(), day) == ["09:00", "10:30"]


def test_a_time_that_the_clocks_skip_is_not_offered_and_one_that_comes_twice_is_offered_once() -> None:
    night = rule(hours=(time(1), time(5)), minutes=30)
    assert walls(night, FORWARD) == ["01:00", "01:30", "03:00", "03:30", "04:00", "04:30"]
    assert walls(night, BACK) == ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30", "04:00", "04:30"]
    # 01:30 on the wall, and ninety real minutes later it is 04:00: the one at 03:00 would run into it.
    long = rule(hours=(time(1, 30), time(6)), minutes=90)
    assert walls(long, FORWARD) == ["01:30", "04:30"]


def test_every_second_week_counts_from_the_first_day_it_falls_on() -> None:
    thursday = rule(every=2, weekday=1)  # from a Thursday, on Tuesdays
    fallen = [
        day for day in (date(2026, 10, 1) + timedelta(days=count) for count in range(40)) if falls_on(thursday, day)
    ]
    assert fallen == [date(2026, 10, 6), date(2026, 10, 20), date(2026, 11, 3)]
    assert [day for day in fallen if falls_on(rule(every=2, weekday=1, last=date(2026, 10, 20)), day)] == fallen[:2]


def test_what_is_kept_free_parts_the_times_and_a_day_may_be_otherwise() -> None:
    parted = rule(minutes=45, before=5, after=10)
    assert walls(parted, BACK) == ["09:00", "10:00", "11:00"]
    assert walls(rule(otherwise={BACK: None}), BACK) == []
    assert walls(rule(otherwise={BACK: (time(14), time(15, 30))}), BACK) == ["14:00"]
