"""The schedule of a stay: read, reckoned, refused beyond its limits, warned about, used again. No database."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from backend.lib.refusal import Refused
from backend.lib.workdays import public_holiday, working_days_before
from journeys.actions.immersions import schedule

MONDAY = date(2026, 3, 2)
PARIS = "Europe/Paris"
NO_BREAK = "Monday 2 March: more than 6 h without a break of 20 minutes."


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def day(on: date, *slots: str) -> dict[str, Any]:
    return {"on": on.isoformat(), "slots": [slot.split("-") for slot in slots]}


def plain(sentences: Any) -> list[str]:
    return [str(one).replace("\u00a0", " ") for one in sentences]


def test_it_is_kept_in_order_without_empty_days() -> None:
    raw = [
        day(MONDAY + timedelta(1), "13:30-17:00", "9:00-12:30"),
        day(MONDAY),
        day(MONDAY + timedelta(2), "08:00-09:00"),
    ]
    assert schedule.normalise(raw) == [
        {"on": "2026-03-03", "slots": [["09:00", "12:30"], ["13:30", "17:00"]]},
        {"on": "2026-03-04", "slots": [["08:00", "09:00"]]},
    ]
    assert schedule.normalise([day(MONDAY, "09:00-12:00", "12:00-14:00")])  # one may end where the next begins


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("lundi", "A schedule is a list of days with their hours."),
        ([{"on": "soon", "slots": []}], "A day of the schedule cannot be read."),
        ([{"on": "0001-01-01", "slots": []}], "Check the year."),
        ([day(MONDAY, "9-10")], "Monday 2 March: give each slot a beginning and an end."),
        ([{"on": "2026-03-02", "slots": [["09:00"]]}], "Monday 2 March: give each slot a beginning and an end."),
        ([{"on": "2026-03-02", "slots": [9]}], "Monday 2 March: give each slot a beginning and an end."),
        ([day(MONDAY, "12:00-09:00")], "Monday 2 March: the slot 12:00–9:00 ends before it begins."),
        ([day(MONDAY, "09:00-09:00")], "Monday 2 March: the slot 9:00–9:00 ends before it begins."),
        ([day(MONDAY, "09:00-12:00", "11:59-14:00")], "Monday 2 March: the slots 9:00–12:00 and 11:59–14:00 overlap."),
        ([day(MONDAY, "09:00-10:00"), day(MONDAY, "11:00-12:00")], "Monday 2 March is in the schedule twice."),
        ([day(MONDAY, *["09:00-10:00"] * 5)], "Monday 2 March: at most four slots a day."),
    ],
)
def test_what_cannot_be_read_is_refused_and_the_day_named(raw: Any, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        schedule.normalise(raw)
    assert (plain([refusal.value.sentence]), refusal.value.field) == ([sentence], "schedule")


@pytest.mark.parametrize(
    ("days", "sentences"),
    [
        ([day(MONDAY, "08:00-13:00", "14:00-19:00")], []),
        ([day(MONDAY, "08:00-13:00", "14:00-19:01")], ["Monday 2 March: 10 h 01, more than 10 h a day."]),
        ([day(MONDAY + timedelta(n), "08:00-16:00") for n in range(6)], []),
        (
            [day(MONDAY + timedelta(n), "08:00-16:00") for n in range(5)] + [day(MONDAY + timedelta(5), "08:00-16:01")],
            ["Week of Monday 2 March: 48 h 01, more than 48 h a week."],
        ),
        ([day(MONDAY + timedelta(n), "08:00-16:00") for n in range(3, 10)], []),  # two weeks share them
        ([day(MONDAY + timedelta(29), "08:00-09:00")], []),
        (
            [day(MONDAY + timedelta(30), "08:00-09:00")],
            ["Wednesday 1 April has hours but is not within the dates of the stay."],
        ),
    ],
)
def test_each_limit_is_accepted_and_one_minute_or_day_over_is_told(days: Any, sentences: list[str]) -> None:
    assert plain(schedule.problems(days, MONDAY, MONDAY + timedelta(29))) == sentences


@pytest.mark.parametrize(
    ("days", "is_young", "sentences"),
    [
        ([day(MONDAY, "08:00-14:00")], False, []),
        ([day(MONDAY, "08:00-14:01")], False, ["Monday 2 March: more than 6 h without a break of 20 minutes."]),
        (
            [day(MONDAY, "08:00-11:00", "11:19-14:20")],
            False,
            ["Monday 2 March: more than 6 h without a break of 20 minutes."],
        ),
        ([day(MONDAY, "08:00-11:00", "11:20-14:20")], False, []),
        ([day(MONDAY, "08:00-12:30", "13:00-16:30")], True, []),
        ([day(MONDAY, "08:00-12:31")], True, ["Monday 2 March: more than 4 h 30 without a break of 30 minutes."]),
        ([day(MONDAY, "08:00-12:00", "13:00-17:01")], True, ["Monday 2 March: before 18, 8 h a day at most."]),
        ([day(MONDAY, "18:00-22:00"), day(MONDAY + timedelta(1), "09:00-10:00")], False, []),
        (
            [day(MONDAY, "18:00-22:00"), day(MONDAY + timedelta(1), "08:59-10:00")],
            False,
            ["Between Monday 2 March and Tuesday 3 March: 10 h 59 of rest, 11 h are due."],
        ),
        ([day(date(2026, 3, 8), "09:00-10:00")], False, ["Sunday 8 March is a Sunday."]),
        ([day(date(2026, 5, 14), "09:00-10:00")], False, ["Thursday 14 May is a public holiday: Ascension Day."]),
    ],
)
def test_what_deserves_a_second_look_is_told_without_being_refused(
    days: Any, is_young: bool, sentences: list[str]
) -> None:
    assert plain(schedule.warnings(days, PARIS, is_young=is_young)) == sentences


@pytest.mark.parametrize(("on", "real"), [(date(2026, 3, 29), "2 h"), (date(2026, 10, 25), "4 h")])
def test_a_night_across_the_change_of_clocks_counts_as_written_and_says_its_real_length(on: date, real: str) -> None:
    days = [day(on, "01:00-04:00", "09:00-16:00")]
    assert (schedule.total(days), list(schedule.problems(days, on, on))) == (600, [])
    told = [one for one in plain(schedule.warnings(days, PARIS)) if "clocks" in one]
    name = schedule._named(on)
    assert told == [f"{name}: clocks change. 1:00–4:00 counts 3 h as written, and really lasts {real}."]
    assert not [one for one in plain(schedule.warnings(days, "Indian/Reunion")) if "clocks" in one]


def test_totals_by_day_and_by_week() -> None:
    days = [day(date(2026, 3, 6), "09:00-12:30", "13:30-17:00"), day(date(2026, 3, 9), "09:00-10:00")]
    assert schedule.by_day(days) == {date(2026, 3, 6): 420, date(2026, 3, 9): 60}
    assert schedule.by_week(days) == {MONDAY: 420, date(2026, 3, 9): 60}


def test_regular_days_leave_out_weekends_and_holidays_unless_there_is_nothing_else() -> None:
    days = schedule.regular(date(2026, 5, 11), date(2026, 5, 17))
    assert [one["on"][-2:] for one in days] == ["11", "12", "13", "15"]
    assert [one["on"][-2:] for one in schedule.regular(date(2026, 5, 16), date(2026, 5, 17))] == ["16", "17"]


def test_a_day_is_copied_to_the_working_days_after_it_only() -> None:
    days = [
        day(date(2026, 5, 11), "10:00-11:00"),
        day(date(2026, 5, 12), "08:00-09:00"),
        day(date(2026, 5, 16), "10:00-12:00"),
    ]
    made = schedule.copied(days, date(2026, 5, 12), ends_on=date(2026, 5, 18))
    assert {one["on"][-2:]: one["slots"][0][0] for one in made} == {
        "11": "10:00", "12": "08:00", "13": "08:00", "15": "08:00", "16": "10:00", "18": "08:00",
    }  # fmt: skip


def test_a_schedule_follows_whole_weeks_and_keeps_what_is_within_otherwise() -> None:
    days, was = schedule.regular(MONDAY, MONDAY + timedelta(4)), (MONDAY, MONDAY + timedelta(4))
    moved, fallen = schedule.follow(days, was, (MONDAY + timedelta(14), MONDAY + timedelta(18)))
    assert ([one["on"][-2:] for one in moved], fallen) == (["16", "17", "18", "19", "20"], [])
    moved, fallen = schedule.follow(days, was, (MONDAY + timedelta(1), MONDAY + timedelta(3)))
    assert ([one["on"][-2:] for one in moved], fallen) == (["03", "04", "05"], [MONDAY, MONDAY + timedelta(4)])
    again = schedule.redated(days[:2], MONDAY + timedelta(15), MONDAY + timedelta(22))
    assert [one["on"][-2:] for one in again] == ["17", "23", "24"]


def test_working_days_know_french_holidays() -> None:
    assert working_days_before(date(2026, 5, 15), 2) == date(2026, 5, 12)
    with translation.override("fr"):
        assert public_holiday(date(2026, 5, 14)) == "Ascension"
    assert public_holiday(date(2026, 5, 13)) == ""
