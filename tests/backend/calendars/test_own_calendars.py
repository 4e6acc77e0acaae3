"""A calendar on a real server is kept in step: each date once, moved, taken away, whatever happens there meanwhile."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import icalendar
import pytest
import time_machine
from vdirsyncer.storage.dav import CalDAVStorage

from backend.accounts.models import Organisation, User
from backend.calendars import actions, ics, queries, tasks
from backend.calendars.actions import publishing, ringing
from backend.calendars.caldav import Server
from backend.calendars.models import Invite, OwnCalendar, OwnDate
from backend.calendars.own_dates import file_name
from backend.lib import clock as house_clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from tests.backend.calendars.radicale import PASSWORD, USER, Radicale
from tests.factories.accounts import make_organisation
from tests.factories.calendars import make_invite
from tests.factories.own_calendars import connect, visit

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def event_of(text: str) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(text.encode()).events
    return event


def only(server: Radicale, name: str = "agenda") -> icalendar.Event:
    """The one date that stands there."""
    (text,) = server.items(name).values()
    return event_of(text)


@pytest.fixture
def invite(organisation: Organisation, mentor: User, holder: User) -> Invite:
    return make_invite(organisation, mentor, holder)


@pytest.fixture
def calendar(server: Radicale, invite: Invite, holder: User) -> OwnCalendar:
    """The holder's, with her one date in it."""
    made = connect(server, holder)
    assert (made.state, visit(made), made.reason) == ("kept", 1, "")
    return made


async def read_with_vdirsyncer(server: Radicale) -> list[icalendar.Event]:
    """The calendar as a program reads it that others wrote."""
    async with aiohttp.TCPConnector() as connector:
        known = {"username": USER, "password": server.password, "connector": connector}
        (found,) = [one async for one in CalDAVStorage.discover(url=f"{server.address}/", **known)]
        storage = CalDAVStorage(**{**found, **known}, read_only=True)
        items = [(await storage.get(href))[0].raw async for href, _etag in storage.list()]
    return [event for raw in items for event in icalendar.Calendar.from_ical(raw.encode()).events]


def test_another_program_reads_the_same_instants_across_a_change_of_clocks(
    server: Radicale, holder: User, mentor: User
) -> None:
    planned = [datetime(2027, 3, 27, 9, tzinfo=PARIS), datetime(2027, 3, 28, 9, tzinfo=PARIS)]
    for start in planned:
        make_invite(make_organisation(), mentor, holder, starts_at=start)
    days = [date(2027, 3, day) for day in (26, 29, 30)]
    hours = [(on, datetime(on.year, on.month, on.day, 8, tzinfo=PARIS)) for on in days]
    make_invite(
        make_organisation(), mentor, holder, starts_at=hours[0][1], ends_at=hours[-1][1] + timedelta(hours=4),
        days=[(on, start, start + timedelta(hours=4)) for on, start in hours],
    )  # fmt: skip
    calendar = connect(server, holder)
    assert visit(calendar) == 3
    with ThreadPoolExecutor(1) as apart:  # a browser's loop may run in this thread, from a test before
        found = apart.submit(asyncio.run, read_with_vdirsyncer(server)).result()
    single = [event for event in found if "RRULE" not in event and "RECURRENCE-ID" not in event]
    assert sorted(event.start for event in single) == planned
    assert [start.astimezone(UTC).hour for start in planned] == [8, 7]
    series = [event for event in found if "RRULE" in event or "RECURRENCE-ID" in event]
    read = {series[0].start + timedelta(days=shift) for shift in range(5)} - {one.dt for one in series[0]["EXDATE"].dts}
    for event in series[1:]:
        read = read - {event["RECURRENCE-ID"].dt} | {event.start}
    assert read == {start for _on, start in hours}


def test_what_is_written_invites_nobody_and_names_no_method(calendar: OwnCalendar, server: Radicale) -> None:
    (text,) = server.items().values()
    assert not [word for word in ("METHOD", "ATTENDEE", "ORGANIZER", "mailto:", "VALARM", "Tessier") if word in text]
    assert Email.objects.filter(to_user=calendar.user).exclude(template="calendars/letters/invite").count() == 0


def test_a_date_is_created_moved_and_taken_away_and_what_is_hers_stays(
    calendar: OwnCalendar, server: Radicale, organisation: Organisation, invite: Invite, mentor: User
) -> None:
    mine = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//me\r\nBEGIN:VEVENT\r\nUID:dentist\r\nDTSTAMP:20261101T000000Z\r\n"
    )
    mine += "DTSTART:20261201T090000Z\r\nSUMMARY:Dentiste\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    assert server.ask("PUT", f"/{USER}/agenda/dentist.ics", mine)[0] == 201
    name = file_name(invite.uid)
    assert event_of(server.items()[name]).start == invite.starts_at
    later = invite.starts_at + timedelta(days=1, hours=2)
    actions.move_invite(organisation, starts_at=later, by=mentor)
    assert visit(calendar) == 1
    moved = event_of(server.items()[name])
    assert (moved.start, moved["SEQUENCE"], str(moved["UID"])) == (later, 1, invite.uid)
    assert visit(calendar) == 0
    actions.cancel_invite(organisation, by=mentor)
    assert visit(calendar) == 1
    assert list(server.items()) == ["dentist.ics"] and not OwnDate.objects.exists()


def test_a_change_rings_at_once_and_the_clock_finds_what_nobody_heard(
    calendar: OwnCalendar, organisation: Organisation, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[str, int]] = []
    for module in (ringing, publishing):
        monkeypatch.setattr(module, "enqueue", lambda path, pk: rung.append((path.rpartition(".")[2], pk)))
    actions.move_invite(organisation, place="Ailleurs", by=None)
    assert (rung, tasks.sweep_calendars()) == ([("follow_change", calendar.pk)], 0)
    assert (visit(calendar), tasks.sweep_calendars()) == (1, 0)
    actions.move_invite(organisation, place="Encore ailleurs", by=None)  # and nobody hears
    rung.clear()
    clock.shift(timedelta(minutes=16))
    assert (tasks.sweep_calendars(), tasks.sweep_calendars(), rung) == (1, 0, [("publish_calendar", calendar.pk)])
    clock.shift(timedelta(minutes=6))
    assert (tasks.sweep_calendars(), tasks.publish_calendar(calendar.pk), tasks.sweep_calendars()) == (1, 1, 0)


def test_what_she_edited_there_gives_way_and_what_she_added_stays(
    calendar: OwnCalendar, server: Radicale, organisation: Organisation, invite: Invite
) -> None:
    path = f"/{USER}/agenda/{file_name(invite.uid)}"
    text = server.ask("GET", path)[2]
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Bientôt\r\nTRIGGER:-PT2H\r\nEND:VALARM\r\n"
    edited = text.replace("SUMMARY:Séance de mentorat", "SUMMARY:Mon rendez-vous\r\nCATEGORIES:Projet")
    edited = edited.replace("END:VEVENT", f"{alarm}END:VEVENT")
    assert server.ask("PUT", path, edited)[0] in (201, 204)
    for hours in (1, 2):  # the second time nobody else has been there: what is hers must be remembered
        start = invite.starts_at + timedelta(hours=hours)
        actions.move_invite(organisation, starts_at=start, by=None)
        assert visit(calendar) == 1
        event = only(server)
        assert (event.start, str(event["SUMMARY"])) == (start, "Séance de mentorat")
        assert (event["CATEGORIES"].to_ical(), [str(one["DESCRIPTION"]) for one in event.walk("VALARM")]) == (
            b"Projet", ["Bientôt"],
        )  # fmt: skip


def test_what_she_deleted_stays_away_until_it_is_another_date(
    calendar: OwnCalendar, server: Radicale, organisation: Organisation, invite: Invite, clock: time_machine.Traveller
) -> None:
    server.ask("DELETE", f"/{USER}/agenda/{file_name(invite.uid)}")
    clock.shift(timedelta(days=2))
    assert (visit(calendar), server.items()) == (0, {})
    actions.move_invite(organisation, starts_at=invite.starts_at + timedelta(days=9), by=None)
    assert visit(calendar) == 1 and only(server).start == invite.starts_at + timedelta(days=9)
    server.ask("DELETE", f"/{USER}/agenda/{file_name(invite.uid)}")
    actions.cancel_invite(organisation, by=None)
    assert (visit(calendar), calendar.reason, OwnDate.objects.count()) == (1, "", 0)


@pytest.mark.parametrize("first", [True, False], ids=["first written", "then moved"])
def test_a_worker_killed_between_writing_and_noting_changes_nothing_twice(
    first: bool, server: Radicale, organisation: Organisation, invite: Invite, holder: User,
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    class Killed(BaseException):
        """As a process that is gone: nothing catches it."""

    def die(*_args: Any, **_kwargs: Any) -> None:
        raise Killed

    calendar = connect(server, holder)
    if not first:
        visit(calendar)
        actions.move_invite(organisation, place="Ailleurs", by=None)
    with monkeypatch.context() as patch:
        patch.setattr(OwnDate, "save", die)
        with pytest.raises(Killed):
            tasks.follow_change(calendar.pk)
    etag = server.ask("GET", f"/{USER}/agenda/{file_name(invite.uid)}")[1]["etag"]
    assert visit(calendar) == 0  # its lease still stands
    clock.shift(timedelta(minutes=3))
    tried: list[str] = []
    put = Server.put
    monkeypatch.setattr(Server, "put", lambda *args, **how: tried.append(args[1]) or put(*args, **how))
    assert (tasks.sweep_calendars(), visit(calendar), len(server.items())) == (1, 1, 1)
    assert len(tried) == 1  # refused, read, found to be ours
    row = OwnDate.objects.get()
    assert row.etag == etag == server.ask("GET", f"/{USER}/agenda/{file_name(invite.uid)}")[1]["etag"]
    assert visit(calendar) == 0


def test_two_workers_are_never_at_one_calendar(calendar: OwnCalendar, holder: User) -> None:
    actions.retry_calendar(calendar, by=holder)
    first = publishing._claimed(calendar.pk)
    assert first is not None and publishing._claimed(calendar.pk) is None
    assert (visit(calendar), publishing._claimed(calendar.pk)) == (0, None)  # rung while somebody is there
    publishing._finish(first, waiting=0, has_written=True)
    assert publishing._claimed(calendar.pk) is not None


def test_a_lost_calendar_stops_with_one_letter_and_another_takes_its_place(
    calendar: OwnCalendar, server: Radicale, organisation: Organisation, holder: User
) -> None:
    server.ask("DELETE", f"/{USER}/agenda/")
    for place in ("Ailleurs", "Encore ailleurs"):
        actions.move_invite(organisation, place=place, by=None)
        assert (visit(calendar), calendar.state, calendar.reason) == (0, "stopped", "lost")
    assert Email.objects.filter(template="calendars/letters/own_calendar", to_user=holder).count() == 1
    server.make("projet")
    server.make("famille")
    calendar = actions.search_calendars(calendar, by=holder)
    assert [name for _url, name in calendar.offered] == ["Famille", "Projet"] and calendar.state == "choosing"
    with pytest.raises(Refused):
        actions.choose_calendar(calendar, url=f"{server.address}/other/", by=holder)
    calendar = actions.choose_calendar(calendar, url=calendar.offered[1][0], by=holder)
    assert (visit(calendar), str(only(server, "projet")["LOCATION"])) == (1, "Encore ailleurs")


def test_a_changed_password_stops_at_once_and_a_new_one_goes_on(
    calendar: OwnCalendar, server: Radicale, organisation: Organisation, holder: User, clock: time_machine.Traveller
) -> None:
    server.set_password("another one")
    actions.move_invite(organisation, place="Ailleurs", by=None)
    assert (visit(calendar), calendar.state, calendar.reason) == (0, "stopped", "password")
    clock.shift(timedelta(days=5))
    assert (tasks.sweep_calendars(), visit(calendar)) == (0, 0)  # nobody tries it again for her
    letter = Email.objects.get(template="calendars/letters/own_calendar", to_user=holder)
    assert "refuse cet identifiant" in letter.text and PASSWORD not in letter.text
    with pytest.raises(Refused) as refused:
        actions.renew_calendar_password(calendar, password="wrong", by=holder)
    assert refused.value.field == "password"
    actions.renew_calendar_password(calendar, password="another one", by=holder)
    assert (visit(calendar), calendar.state, str(only(server)["LOCATION"])) == (1, "kept", "Ailleurs")


def test_a_date_that_an_invite_brought_there_already_is_left_alone(
    server: Radicale, organisation: Organisation, invite: Invite, mentor: User, holder: User
) -> None:
    text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//me\r\nBEGIN:VEVENT\r\nUID:" + invite.uid
    text += "\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:20261201T090000Z\r\nSUMMARY:X\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    assert server.ask("PUT", f"/{USER}/agenda/by-mail.ics", text)[0] == 201
    make_invite(make_organisation(), mentor, holder)
    calendar = connect(server, holder)
    assert (visit(calendar), calendar.state, len(server.items())) == (2, "kept", 2)
    assert server.items()["by-mail.ics"].count("SUMMARY:X") == 1
    assert OwnDate.objects.get(is_taken=True).uid == invite.uid
    actions.cancel_invite(organisation, by=mentor)
    assert (visit(calendar), "by-mail.ics" in server.items()) == (1, True)


def test_whoever_disconnects_gets_her_calendar_back_and_the_password_is_gone(
    calendar: OwnCalendar, server: Radicale, organisation: Organisation, holder: User
) -> None:
    actions.disconnect_calendar(calendar, remove=True, by=holder)
    calendar.refresh_from_db()
    assert calendar.state == "leaving" and not OwnCalendar.objects.visible_to(holder).exists()
    assert visit(calendar) == 1
    assert (calendar.state, calendar.secret, calendar.username, server.items()) == ("closed", "", "", {})
    again = connect(server, holder)
    visit(again)
    actions.disconnect_calendar(again, remove=False, by=holder)
    again.refresh_from_db()
    assert (again.state, again.secret, len(server.items()), OwnDate.objects.count()) == ("closed", "", 1, 0)


def test_who_may_no_longer_sign_in_is_followed_no_more(
    calendar: OwnCalendar, server: Radicale, organisation: Organisation, holder: User
) -> None:
    User.objects.filter(pk=holder.pk).update(is_active=False)
    before = server.items()
    actions.move_invite(organisation, place="Ailleurs", by=None)
    assert (visit(calendar), tasks.sweep_calendars(), server.items()) == (0, 0, before)


def test_a_key_that_changed_is_followed_and_one_that_is_gone_asks_for_the_password(
    calendar: OwnCalendar, organisation: Organisation, holder: User, settings: Any
) -> None:
    former, sealed = settings.SECRET_KEY, calendar.secret
    assert PASSWORD not in sealed
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a second key", [former]
    actions.move_invite(organisation, place="Ailleurs", by=None)
    assert (visit(calendar), calendar.secret == sealed) == (1, False)
    settings.SECRET_KEY_FALLBACKS = []
    actions.move_invite(organisation, place="Encore", by=None)
    assert visit(calendar) == 1
    settings.SECRET_KEY = "a third key"
    actions.move_invite(organisation, place="Toujours", by=None)
    assert (visit(calendar), calendar.state, calendar.reason) == (0, "stopped", "secret")
    actions.renew_calendar_password(calendar, password=PASSWORD, by=holder)
    assert visit(calendar) == 1


def test_only_the_kinds_chosen_are_written_and_what_is_long_past_stays_there(
    calendar: OwnCalendar,
    server: Radicale,
    holder: User,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    day = ics.Day("a@jalon", house_clock.now(), house_clock.today() + timedelta(days=3), "Échéance")
    found = [
        queries.Kind("meetings", "Réunions", about=("accounts.organisation",)),
        queries.Kind("days", "Jours", days=lambda user, start, end: [day] if start < day.on else []),
    ]
    monkeypatch.setattr(queries, "kinds", lambda: found)
    monkeypatch.setattr("backend.calendars.actions.feeds.kinds", lambda: found)
    actions.retry_calendar(calendar, by=holder)
    assert (visit(calendar), len(server.items())) == (1, 2)
    actions.update_calendar(calendar, left_out=["meetings"], by=holder)
    assert visit(calendar) == 1 and (only(server).start, only(server).end) == (day.on, day.on + timedelta(days=1))
    clock.shift(timedelta(days=120))
    assert (visit(calendar), len(server.items())) == (0, 1)
