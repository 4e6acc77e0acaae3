"""Reminders of dates that are near: which letters leave when, each once, and none of what holds no longer."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.calendars import actions, tasks
from backend.calendars.actions import Attendee
from backend.calendars.coming import due_now
from backend.calendars.models import Invite, InviteAttendee, Reminder
from backend.calendars.near import Clock, Coming, moment_due
from backend.mail import actions as mail
from backend.mail import tasks as mail_tasks
from backend.mail.models import Email
from backend.mail.near import BY_ABOUT, DAY, NEAR, WEEK
from tests.factories.accounts import make_organisation, make_user
from tests.factories.calendars import make_invite
from tests.factories.mail import make_email
from tests.factories.together import at_once

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
BOTH = frozenset({WEEK, DAY})
KINDS = {kind.code: kind for kind in NEAR}
LONG_BEFORE = datetime(2026, 11, 9, 10, tzinfo=PARIS)
START = datetime(2026, 11, 23, 0, 6, tzinfo=PARIS)
_numbers = count(1)


@pytest.fixture(autouse=True)
def things(monkeypatch: pytest.MonkeyPatch) -> None:
    """An organisation stands for what is reminded of twice, a person for what is on the eve."""
    monkeypatch.setitem(BY_ABOUT, "accounts.organisation", KINDS["modules"])
    monkeypatch.setitem(BY_ABOUT, "accounts.user", KINDS["sessions"])


def plan(
    organisation: Organisation, title: str, starts_at: datetime, *people: Any, at: datetime = LONG_BEFORE,
    is_rare: bool = True,
) -> Invite:  # fmt: skip
    """An event, planned long before, with its letters already sent."""
    about = make_organisation(title) if is_rare else make_user(f"thing{next(_numbers)}@example.org")
    with time_machine.travel(at, tick=False):
        invite = make_invite(
            organisation, organisation, organisation, about=about, starts_at=starts_at, by=None,
            titles={"fr": title, "en": title},
            attendees=[
                Attendee(one) if isinstance(one, User) else Attendee(email=one, name="Tuteur") for one in people
            ],
        )  # fmt: skip
        Email.objects.filter(state="pending").update(state="sent", sent_at=at)
    return invite


def answer(invite: Invite, user: User, partstat: str) -> None:
    with time_machine.travel(LONG_BEFORE, tick=False):
        actions.answer_invite(InviteAttendee.objects.get(invite=invite, user=user), partstat, by=user)
        Email.objects.filter(state="pending").update(state="sent", sent_at=LONG_BEFORE)


def sweep_from(start: datetime, days: float, hours: int = 4) -> None:
    """The duty on the clock, as if it came by only every `hours`."""
    for number in range(int(days * 24 / hours)):
        with time_machine.travel(start + timedelta(hours=hours * number), tick=False):
            tasks.sweep_reminders()


def told() -> list[tuple[str, str, list[str]]]:
    """The reminders in the outbox: (whose, when it leaves on her clock, the titles in it)."""
    found = []
    for letter in Email.objects.filter(template="calendars/letters/reminder").order_by("not_before", "to_address"):
        zone = letter.to_user.zone if letter.to_user else PARIS
        titles = Invite.objects.filter(
            about_id__in=letter.mentions.values("thing_id"), about_type__in=letter.mentions.values("thing_type")
        )
        names = list(titles.order_by("starts_at").values_list("title_fr", flat=True))
        who = letter.to_address.partition("@")[0]
        found.append((who, f"{letter.not_before.astimezone(zone):%a %d %H:%M}", names))
    return found


def test_two_weeks_of_reminders(organisation: Organisation, holder: User, mentor: User) -> None:
    far = make_user("martinique@example.org", time_zone="America/Martinique")
    east = make_user("reunion@example.org", time_zone="Indian/Reunion")
    late = make_user("late@example.org")
    mail.choose_hours(late, opens_at=10, closes_at=18, by=late)
    keen, calm, none = (make_user(f"{name}@example.org") for name in ("keen", "calm", "none"))
    mail.choose_near(keen, "both", by=keen)
    mail.choose_near(calm, "week", by=calm)
    mail.choose_letters(none, {"near": False}, by=none)
    mail.choose_letters("quiet@example.org", {"near": False}, by=None)

    def at(day: int, hour: int, zone: ZoneInfo = PARIS) -> datetime:
        return datetime(2026, 12, day, hour, tzinfo=zone)

    everybody = (holder, mentor, far, east, late, keen, calm, none, "tutor@example.org", "quiet@example.org")
    rare = plan(organisation, "stage", at(3, 9), *everybody)
    answer(rare, mentor, "DECLINED")
    answer(rare, holder, "ACCEPTED")
    plan(organisation, "séance", at(4, 1), far, keen, calm, holder, mentor, is_rare=False)
    plan(organisation, "soir", at(3, 18), holder, is_rare=False)
    off = plan(organisation, "annulée", at(5, 9), holder)
    sweep_from(START, 2)
    with time_machine.travel(START + timedelta(days=2), tick=False):
        actions.cancel_invite(off.about, by=None)
    sweep_from(START + timedelta(days=2), 12)
    assert told() == [
        # A week before: from eight on each one’s clock, from ten for who chose so; whoever has no account on the eve.
        ("calm", "Thu 26 08:06", ["stage"]),
        ("holder", "Thu 26 08:06", ["stage"]),
        ("keen", "Thu 26 08:06", ["stage"]),
        ("reunion", "Thu 26 11:06", ["stage"]),
        ("late", "Thu 26 12:06", ["stage"]),
        ("martinique", "Thu 26 11:06", ["stage"]),
        ("calm", "Fri 27 08:06", ["séance"]),
        ("keen", "Fri 27 08:06", ["séance"]),
        ("holder", "Wed 02 08:06", ["stage", "soir"]),
        ("keen", "Wed 02 08:06", ["stage"]),
        ("reunion", "Wed 02 11:06", ["stage"]),
        ("tutor", "Wed 02 08:06", ["stage"]),
        ("late", "Wed 02 12:06", ["stage"]),
        # One in the night in Nantes is the evening before across the ocean: the same eve as the other.
        ("martinique", "Wed 02 11:06", ["stage", "séance"]),
        ("holder", "Thu 03 08:06", ["séance"]),
        ("keen", "Thu 03 08:06", ["séance"]),
        ("mentor", "Thu 03 08:06", ["séance"]),
    ]


def test_a_stopped_worker_tells_late_what_still_helps_once_and_nothing_of_what_has_passed(
    organisation: Organisation, holder: User, mentor: User
) -> None:
    plan(organisation, "passé", datetime(2026, 11, 24, 9, tzinfo=PARIS), holder)
    plan(organisation, "tout près", datetime(2026, 11, 25, 11, tzinfo=PARIS), mentor)
    plan(organisation, "dans la journée", datetime(2026, 11, 25, 17, tzinfo=PARIS), holder)
    plan(organisation, "dans cinq jours", datetime(2026, 11, 30, 9, tzinfo=PARIS), holder)
    plan(organisation, "trop tard", datetime(2026, 11, 28, 9, tzinfo=PARIS), mentor)
    sweep_from(datetime(2026, 11, 25, 9, 36, tzinfo=PARIS), 0.2)
    assert told() == [("holder", "Wed 25 09:36", ["dans la journée", "dans cinq jours"])]


def test_at_a_bad_hour_only_when_no_good_one_is_left(organisation: Organisation, holder: User, mentor: User) -> None:
    plan(organisation, "tôt", datetime(2026, 11, 25, 8, 30, tzinfo=PARIS), holder)
    plan(organisation, "midi", datetime(2026, 11, 25, 12, tzinfo=PARIS), mentor)
    sweep_from(datetime(2026, 11, 24, 21, 6, tzinfo=PARIS), 0.5, hours=1)
    assert told() == [("holder", "Tue 24 21:06", ["tôt"]), ("mentor", "Wed 25 08:06", ["midi"])]


def test_what_another_letter_told_lately_is_not_told_again(
    organisation: Organisation, holder: User, mentor: User
) -> None:
    """A date planned or moved within three days (a day, on the eve) is known; a letter that names it beside
    something else counts on the same day."""
    at = datetime(2026, 12, 3, 9, tzinfo=PARIS)
    planned = plan(organisation, "planifié", at, holder, at=datetime(2026, 11, 24, 9, tzinfo=PARIS))
    plan(organisation, "longtemps avant", at, mentor, at=datetime(2026, 11, 22, 9, tzinfo=PARIS))
    sweep_from(START, 4)
    assert told() == [("mentor", "Thu 26 08:06", ["longtemps avant"])]
    for day, hour in ((1, 9), (2, 7)):
        with time_machine.travel(datetime(2026, 12, day, hour, tzinfo=PARIS), tick=False):
            make_email(holder if day == 2 else mentor, mentions=[(planned.about, at)])
    sweep_from(START + timedelta(days=8), 3)
    assert told()[1:] == [("mentor", "Wed 02 08:06", ["longtemps avant"])]


def test_what_moved_was_cancelled_or_declined_between_sweep_and_sending_stays_and_the_rest_is_told_anew(
    organisation: Organisation, holder: User, mentor: User, mailoutbox: list[Any]
) -> None:
    at, eve = datetime(2026, 11, 26, 9, tzinfo=PARIS), datetime(2026, 11, 25, 9, tzinfo=PARIS)
    moved, _stays, off, no = (plan(organisation, title, at, holder) for title in ("moved", "stays", "off", "no"))
    plan(organisation, "mentor’s", at, mentor)
    with time_machine.travel(eve, tick=False) as clock:
        tasks.sweep_reminders()
        assert told() == [
            ("holder", "Wed 25 09:00", ["moved", "stays", "off", "no"]),
            ("mentor", "Wed 25 09:00", ["mentor’s"]),
        ]
        actions.move_invite(moved.about, starts_at=at + timedelta(days=7), by=None)
        actions.cancel_invite(off.about, by=None)
        actions.answer_invite(no.attendees.get(), "DECLINED", by=holder)
        Email.objects.exclude(template="calendars/letters/reminder").filter(state="pending").update(
            state="sent", sent_at=eve
        )
        mail_tasks.sweep_outbox()
        assert [one.to for one in mailoutbox] == [["mentor@example.org"]]
        clock.shift(timedelta(minutes=10))
        tasks.sweep_reminders()
        mail_tasks.sweep_outbox()
        assert [one.to for one in mailoutbox] == [["mentor@example.org"], ["holder@example.org"]]
        clock.shift(timedelta(hours=1))
        assert tasks.sweep_reminders() == 0
    assert told()[-1][2] == ["stays"]
    assert Reminder.objects.count() == 2
    # There and back again: the letter that moved it back is the telling, the next eve is the reminder.
    for to in (at + timedelta(days=14), at + timedelta(days=7)):
        with time_machine.travel(eve + timedelta(days=1), tick=False):
            actions.move_invite(moved.about, starts_at=to, by=None)
    sweep_from(eve + timedelta(days=1, minutes=6), 8)
    assert told()[2:] == [("holder", "Wed 25 09:10", ["stays"]), ("holder", "Wed 02 09:06", ["moved"])]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once(organisation: Organisation, holder: User, mentor: User) -> None:
    at, eve = datetime(2026, 11, 26, 9, tzinfo=PARIS), datetime(2026, 11, 25, 9, tzinfo=PARIS)
    for title in ("one", "two"):
        plan(organisation, title, at, holder, mentor, "tutor@example.org")
    with time_machine.travel(eve, tick=False):
        assert at_once(tasks.sweep_reminders, tasks.sweep_reminders) == ["done", "done"]
    assert told() == [(who, "Wed 25 09:00", ["one", "two"]) for who in ("holder", "mentor", "tutor")]
    assert Reminder.objects.count() == 6


@pytest.mark.parametrize(
    ("starts_at", "on_the_eve", "a_week_before"),
    [
        (datetime(2027, 3, 28, 9, tzinfo=PARIS), "27 08:00+0100", "21 08:00+0100"),
        (datetime(2027, 3, 29, 9, tzinfo=PARIS), "28 08:00+0200", "22 08:00+0100"),
        (datetime(2026, 10, 25, 9, tzinfo=PARIS), "24 08:00+0200", "18 08:00+0200"),
        (datetime(2026, 10, 26, 9, tzinfo=PARIS), "25 08:00+0100", "19 08:00+0200"),
        (date(2027, 3, 29), "28 08:00+0200", "22 08:00+0100"),
    ],
)
def test_the_hours_are_those_of_her_wall_also_when_clocks_change(
    starts_at: Any, on_the_eve: str, a_week_before: str, organisation: Organisation
) -> None:
    clock = Clock(PARIS, 8, 20)
    coming = Coming("modules", organisation, starts_at, organisation, "someone@example.org")
    for moment, expected in ((DAY, on_the_eve), (WEEK, a_week_before)):
        begins = clock.begins(starts_at, moment)
        assert f"{begins:%d %H:%M%z}" == expected
        instant = begins.astimezone(UTC)
        assert moment_due(coming, BOTH, clock, instant) == moment
        assert moment_due(coming, BOTH, clock, instant - timedelta(minutes=1)) == ""
        assert moment_due(coming, BOTH - {moment}, clock, instant) == ""


def test_a_sweep_asks_as_many_questions_for_three_people_as_for_one(
    organisation: Organisation, holder: User, mentor: User, assert_num_queries_same: Any
) -> None:
    plan(organisation, "one", datetime(2026, 11, 26, 9, tzinfo=PARIS), holder)

    def more() -> None:
        for title in ("two", "three"):
            plan(organisation, title, datetime(2026, 11, 26, 9, tzinfo=PARIS), mentor, holder, "tutor@example.org")

    def read() -> None:
        with time_machine.travel(datetime(2026, 11, 25, 9, tzinfo=PARIS), tick=False):
            due_now(datetime(2026, 11, 25, 9, tzinfo=PARIS))

    assert_num_queries_same(read, more)
