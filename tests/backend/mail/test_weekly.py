"""The weekly letter: when it is due, what it repeats, and that it is written once or not at all."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts.models import Organisation, User
from backend.mail import actions, tasks
from backend.mail.models import Email, WeeklyLetter
from backend.mail.queries.weekly import due_weekly, sheets_of
from backend.mail.weekly import MOST, Line, Part, sheet, slot
from journeys import actions as journeys
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import make_delivery, make_journey
from tests.factories.mail import make_email
from tests.factories.mentoring import make_pair, make_session
from tests.factories.together import at_once

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, 8, tzinfo=PARIS)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
LETTER = "mail/letters/weekly"


def letters(person: User | None = None) -> list[Email]:
    rows = Email.objects.filter(template=LETTER).order_by("pk")
    return list(rows.filter(to_user=person) if person else rows)


def line(subject: str, part: Part = Part.OWED, **facts: Any) -> Line:
    return Line(1, part, subject, lambda: subject, f"/{subject}/", **facts)


# --- When ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "week"),
    [
        (MONDAY - timedelta(seconds=1), ""),
        (MONDAY, "2026-W48"),
        (MONDAY + DAY, "2026-W48"),
        (datetime(2026, 11, 26, 23, 59, tzinfo=PARIS), "2026-W48"),
        (datetime(2026, 11, 27, 0, 0, tzinfo=PARIS), ""),
        (datetime(2027, 1, 1, 10, 0, tzinfo=PARIS), ""),
        (datetime(2026, 12, 31, 10, 0, tzinfo=PARIS), "2026-W53"),
    ],
)
def test_a_weekly_letter_is_due_from_its_hour_until_the_third_night(moment: datetime, week: str) -> None:
    found = slot(moment, PARIS, 1, 8)
    assert (found.week if found else "") == week


@given(hours=st.integers(0, 3 * 365 * 24), weekday=st.integers(1, 5), hour=st.integers(0, 23),
       zone=st.sampled_from(["Europe/Paris", "America/New_York", "Pacific/Auckland", "Asia/Kolkata"]))  # fmt: skip
def test_the_hour_is_that_of_the_wall_whatever_the_clock_does(hours: int, weekday: int, hour: int, zone: str) -> None:
    moment, there = datetime(2026, 1, 1, tzinfo=UTC) + hours * HOUR, ZoneInfo(zone)
    found = slot(moment, there, weekday, hour)
    if found is None:
        return
    due = found.due.astimezone(there)
    assert (due.isoweekday(), due.hour) == (weekday, hour) or not _exists(due.date(), hour, there)
    assert found.due <= moment < found.over < found.until
    assert found.until.astimezone(there).date() - due.date() == WEEK
    assert abs(found.until - found.due - WEEK) <= HOUR


def _exists(on: date, hour: int, zone: ZoneInfo) -> bool:
    wall = datetime(on.year, on.month, on.day, hour, tzinfo=zone)
    return wall.astimezone(UTC).astimezone(zone).hour == hour


# --- What ----------------------------------------------------------------------------------------------
def test_a_thing_is_told_once_then_once_more_when_it_is_late_and_anew_once_it_came_back() -> None:
    until, known = MONDAY + WEEK, {"old": "gone"}
    told = []
    for lines in ([line("a")], [line("a")], [line("a", stage="late")], [line("a", stage="late")], [], [line("a")]):
        said = sheet(lines, known, until)
        told.append([one.subject for one in said.lines])
        known = said.told
    assert told == [["a"], [], ["a"], [], [], ["a"]]
    assert known == {"a": ""}


def test_dates_of_the_week_are_told_whatever_was_told_before_and_none_beyond_it() -> None:
    dates = [line("b", Part.WEEK, when=MONDAY + DAY), line("a", Part.WEEK, when=MONDAY + HOUR),
             line("c", Part.WEEK, when=MONDAY + WEEK)]  # fmt: skip
    said = sheet(dates, {"a": "", "b": ""}, MONDAY + WEEK)
    assert [one.subject for one in said.lines] == ["a", "b"]


def test_what_does_not_fit_comes_next_time() -> None:
    lines = [line(f"{n:02}") for n in range(MOST + 3)]
    first = sheet(lines, {}, MONDAY)
    assert (len(first.lines), first.sections[0].more) == (MOST, 3)
    assert [one.subject for one in sheet(lines, first.told, MONDAY).lines] == ["10", "11", "12"]


# --- To whom -------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_it_is_written_once_at_its_hour_or_not_at_all_when_there_is_nothing(
    organisation: Organisation, holder: User, mentor: User
) -> None:
    pair = make_pair(organisation, mentor, holder)
    idle = make_member(organisation, "holder")
    make_session(pair, MONDAY + 2 * DAY)
    with time_machine.travel(MONDAY - timedelta(seconds=1), tick=False):
        assert tasks.sweep_weekly_letters() == 0
    assert not WeeklyLetter.objects.exists()
    with time_machine.travel(MONDAY, tick=False):
        assert tasks.sweep_weekly_letters() == 2
        assert tasks.sweep_weekly_letters() == 0
    assert {one.to_user for one in letters()} == {holder, mentor}
    assert [one.email for one in idle.weekly_letters.all()] == [None]
    with time_machine.travel(MONDAY + DAY, tick=False):
        make_delivery(make_journey(organisation, idle))
        assert tasks.sweep_weekly_letters() == 0  # her week was settled; it waits for the next one
    with time_machine.travel(MONDAY + WEEK, tick=False):
        tasks.sweep_weekly_letters()
    assert len(letters(idle)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "count"), [(1, 1), (3, 1), (4, 0)])
def test_a_stopped_worker_makes_up_for_it_until_thursday(
    organisation: Organisation, holder: User, days: int, count: int
) -> None:
    make_delivery(make_journey(organisation, holder))
    with time_machine.travel(MONDAY + days * DAY, tick=False):
        assert tasks.sweep_weekly_letters() == count


@pytest.mark.django_db
def test_who_refuses_gets_none_nor_does_anybody_of_an_organisation_that_sends_none(
    organisation: Organisation, other_organisation: Organisation, holder: User
) -> None:
    make_delivery(make_journey(organisation, holder))
    make_delivery(make_journey(other_organisation, other := make_member(other_organisation, "holder")))
    actions.choose_letters(holder, {"weekly": False}, by=holder)
    actions.set_letter_rules(other_organisation, weekly_day=0, by=None)
    with time_machine.travel(MONDAY, tick=False):
        assert tasks.sweep_weekly_letters() == 0
    actions.choose_letters(holder, {"weekly": True}, by=holder)
    actions.set_letter_rules(other_organisation, weekly_day=2, weekly_hour=14, by=None)
    with time_machine.travel(MONDAY + HOUR, tick=False):
        assert tasks.sweep_weekly_letters() == 1
    with time_machine.travel(MONDAY + DAY + 6 * HOUR, tick=False):
        assert tasks.sweep_weekly_letters() == 1
    assert [one.to_user for one in letters()] == [holder, other]


@pytest.mark.django_db
def test_it_waits_for_the_hours_and_the_week_of_its_reader(organisation: Organisation, holder: User) -> None:
    make_delivery(make_journey(organisation, holder))
    Email.objects.all().delete()
    actions.choose_hours(holder, opens_at=18, closes_at=20, by=holder)
    for _n in range(3):
        make_email(holder, organisation=organisation)
    Email.objects.update(template="evaluation/letters/survey_reminder", state="sent", sent_at=MONDAY - 6 * DAY)
    for moment, written in (
        (MONDAY + HOUR, 0), (MONDAY + 10 * HOUR, 0), (MONDAY + DAY + HOUR, 0), (MONDAY + DAY + 10 * HOUR, 1),
    ):  # fmt: skip
        with time_machine.travel(moment, tick=False):
            assert (tasks.sweep_weekly_letters(), moment) == (written, moment)
    [letter] = letters(holder)
    assert (letter.state, letter.why, letter.not_before) == ("pending", "", MONDAY + DAY + 10 * HOUR)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_write_one_letter(organisation: Organisation, holder: User) -> None:
    make_delivery(make_journey(organisation, holder))
    with time_machine.travel(MONDAY, tick=False):
        at_once(tasks.sweep_weekly_letters, tasks.sweep_weekly_letters, tasks.sweep_weekly_letters)
    assert len(letters()) == WeeklyLetter.objects.count() == 1


@pytest.mark.django_db
def test_one_whose_week_cannot_be_told_does_not_silence_the_others(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (make_member(organisation, "holder") for _n in range(2))
    for one in (first, second):
        make_delivery(make_journey(organisation, one))
    write = actions.weekly.write_weekly_letter

    def fail_for_first(user: User, *args: Any) -> bool:
        if user == first:
            raise ValueError("broken")
        return bool(write(user, *args))

    monkeypatch.setattr(actions.weekly, "write_weekly_letter", fail_for_first)
    with time_machine.travel(MONDAY, tick=False):
        assert tasks.sweep_weekly_letters() == 1
    assert [one.to_user for one in letters()] == [second]


@pytest.mark.django_db
def test_one_organisation_that_cannot_be_told_does_not_silence_the_next_nor_rings_without_end(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_delivery(make_journey(organisation, make_member(organisation, "holder")))
    second = make_organisation()
    holder = make_member(second, "holder")
    make_delivery(make_journey(second, holder))
    told, rung = actions.weekly.sheets_of, list[str]()

    def fail_for_first(one: Organisation, *args: Any) -> Any:
        if one == organisation:
            raise ValueError("broken")
        return told(one, *args)

    monkeypatch.setattr(actions.weekly, "sheets_of", fail_for_first)
    monkeypatch.setattr(actions.weekly, "BATCH", 1)
    monkeypatch.setattr(actions.weekly, "enqueue", rung.append)
    with time_machine.travel(MONDAY, tick=False):
        assert (tasks.sweep_weekly_letters(), len(rung)) == (1, 1)
    assert [one.to_user for one in letters()] == [holder]
    monkeypatch.setattr(actions.weekly, "write_weekly_letter", lambda *_args: 1 / 0)
    with time_machine.travel(MONDAY + WEEK, tick=False):
        assert (tasks.sweep_weekly_letters(), len(rung)) == (0, 1)


@pytest.mark.django_db
def test_a_thousand_readers_are_read_in_as_many_queries_as_one(
    organisation: Organisation, lead: User, assert_num_queries_same: Any
) -> None:
    hours = count()

    def more() -> None:
        for _n in range(3):
            pair = make_pair(organisation, holder=make_member(organisation, "holder"))
            make_session(pair, MONDAY + DAY + HOUR * next(hours))
            make_delivery(pair.journey)
            journeys.add_commitment(
                pair.journey, text="Appeler", owner=pair.journey.holder.user, due_on=date(2026, 11, 25), by=None
            )

    def read() -> None:
        sheets_of(organisation, due_weekly(organisation, MONDAY + 2 * HOUR), MONDAY + 2 * HOUR)

    more()
    assert_num_queries_same(read, more)
