"""Servers in trouble, slow, odd or hostile: nothing is lost, nothing is hammered, nobody is led elsewhere."""

import socket
import time
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
import time_machine
from django.db import transaction

from backend.accounts.models import Organisation, User
from backend.calendars import actions, tasks
from backend.calendars.actions import own_calendars
from backend.calendars.caldav import Found
from backend.calendars.models import OwnCalendar, OwnDate
from backend.calendars.own_dates import kept_of, same_as
from backend.history.actions import record
from backend.lib import clock as house_clock
from backend.lib import outward, vault
from backend.lib.refusal import Refused
from backend.mail.models import Email
from tests.backend.calendars.fake_caldav import FOUND, Fake
from tests.backend.calendars.radicale import PASSWORD, USER
from tests.factories.calendars import make_invite
from tests.factories.own_calendars import make_own_calendar, visit
from tests.factories.together import at_once


@pytest.fixture
def calendar(fake: Fake, organisation: Organisation, mentor: User, holder: User) -> OwnCalendar:
    make_invite(organisation, mentor, holder)
    made = actions.connect_calendar(holder, server=fake.address, username=USER, password=PASSWORD, by=holder)
    fake.asked.clear()
    return made


# --- Trouble that passes --------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "after", "reason", "minutes"),
    [
        (429, "1800", "busy", 30),
        (503, "Mon, 23 Nov 2026 09:00:00 GMT", "busy", 60),
        (503, "31536000", "busy", 24 * 60),
        (507, "", "full", 2),
        (500, "soon", "server", 2),
    ],
)
def test_a_server_that_asks_for_time_gets_it(
    calendar: OwnCalendar, fake: Fake, clock: time_machine.Traveller, status: int, after: str, reason: str, minutes: int
) -> None:
    fake.says["PUT"] = lambda: (status, {"Retry-After": after} if after else {}, b"")
    assert (visit(calendar), calendar.state, calendar.reason) == (0, "kept", reason)
    assert calendar.not_before == house_clock.now() + timedelta(minutes=minutes)
    asked = len(fake.asked)
    actions.move_invite(Organisation.objects.get(), place="Ailleurs", by=None)  # a bell does not shorten the wait
    assert (visit(calendar), tasks.sweep_calendars(), len(fake.asked)) == (0, 0, asked)
    fake.says["PUT"] = lambda: (201, {"ETag": '"1"'}, b"")
    clock.shift(timedelta(minutes=minutes, seconds=1))
    tasks.sweep_calendars()
    assert (visit(calendar), calendar.reason, calendar.failures, calendar.not_before) == (1, "", 0, None)


@pytest.mark.django_db
def test_trouble_that_lasts_is_told_once_and_tried_less_and_less(
    calendar: OwnCalendar, fake: Fake, clock: time_machine.Traveller
) -> None:
    fake.says["PUT"] = lambda: (500, {}, b"")
    waits = []
    for _time in range(10):
        visit(calendar)
        assert calendar.not_before is not None
        waits.append((calendar.not_before - house_clock.now()).total_seconds() / 60)
        clock.move_to(calendar.not_before)
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert not Email.objects.filter(template="calendars/letters/own_calendar").exists()
    for _time in range(2):
        clock.shift(timedelta(days=3))
        visit(calendar)
    assert Email.objects.filter(template="calendars/letters/own_calendar").count() == 1
    assert calendar.state == "kept"


@pytest.mark.django_db
def test_a_server_that_is_gone_or_hangs_is_left_alone(
    calendar: OwnCalendar, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outward, "SECONDS", 0.3)
    fake.says["PROPFIND"] = lambda: time.sleep(1) or (207, {}, FOUND)
    beside = make_own_calendar(calendar.user, url=f"http://127.0.0.1:{fake.port}/two/")
    assert (visit(calendar), calendar.state, calendar.reason) == (0, "kept", "slow")
    asked = len(fake.asked)
    assert (visit(beside), beside.not_before, len(fake.asked)) == (0, calendar.not_before, asked)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{free.getsockname()[1]}/one/"
    monkeypatch.setattr(outward, "is_own", lambda host, port: True)
    OwnCalendar.objects.filter(pk=calendar.pk).update(url=gone, not_before=None, due_at=house_clock.now())
    assert (visit(calendar), calendar.reason, calendar.failures) == (0, "unreachable", 2)


@pytest.mark.django_db
def test_one_calendar_that_a_server_cannot_serve_holds_up_the_others_for_a_quarter_of_an_hour_at_most(
    calendar: OwnCalendar, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outward, "SECONDS", 0.3)
    fake.says["PROPFIND"] = lambda: time.sleep(1) or (207, {}, FOUND)
    beside = make_own_calendar(calendar.user, url=f"http://127.0.0.1:{fake.port}/two/")
    OwnCalendar.objects.filter(pk=calendar.pk).update(failures=10)
    assert (visit(calendar), calendar.not_before) == (0, house_clock.now() + timedelta(hours=6))
    assert (visit(beside), beside.not_before) == (0, house_clock.now() + timedelta(minutes=15))


@pytest.mark.django_db
def test_a_server_that_hangs_is_not_tried_by_hand_without_end(calendar: OwnCalendar) -> None:
    for _time in range(own_calendars.MOST_TRIES - 1):  # connecting it was one
        actions.retry_calendar(calendar, by=calendar.user)
    with pytest.raises(Refused):
        actions.retry_calendar(calendar, by=calendar.user)


@pytest.mark.django_db
def test_nobody_connects_more_calendars_than_are_allowed_by_asking_for_several_at_once(
    calendar: OwnCalendar, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def others_are_faster(*_facts: Any) -> list[Found]:
        for number in (2, 3):
            make_own_calendar(calendar.user, number=number)
        return [Found(fake.address, "Agenda")]

    monkeypatch.setattr(own_calendars, "_calendars_at", others_are_faster)
    with pytest.raises(Refused):
        actions.connect_calendar(calendar.user, server=fake.address, username=USER, password=PASSWORD, by=calendar.user)


@pytest.mark.django_db(transaction=True)
def test_choosing_and_renewing_a_calendar_at_once_never_wait_for_each_other(holder: User) -> None:
    url, held = "http://127.0.0.1:1/one/", Event()
    calendar = make_own_calendar(holder, state="choosing", url="", offered=[[url, "Agenda"]])

    def renew() -> None:
        """As renewing does: her calendar is held, then a line that names her is written."""
        with transaction.atomic():
            OwnCalendar.objects.select_for_update().get(pk=calendar.pk)
            held.set()
            time.sleep(0.3)
            record("renew_calendar_password", calendar, by=holder)

    def choose() -> None:
        held.wait(5)
        actions.choose_calendar(calendar, by=holder, url=url)

    assert at_once(renew, choose) == ["done", "done"]


@pytest.mark.django_db
def test_a_mark_that_no_database_keeps_is_not_kept(calendar: OwnCalendar, fake: Fake) -> None:
    fake.says["PUT"] = lambda: (201, {"ETag": '"a\x00b"'}, b"")
    assert (visit(calendar), calendar.reason, OwnDate.objects.get().etag) == (1, "", "")


@pytest.mark.django_db
def test_one_date_that_is_refused_does_not_stop_the_others(
    calendar: OwnCalendar, fake: Fake, mentor: User, holder: User, clock: time_machine.Traveller
) -> None:
    make_invite(Organisation.objects.create(name="B", slug="b"), mentor, holder)
    said = iter([(400, {}, b"too odd"), (201, {"ETag": '"1"'}, b"")])
    fake.says["PUT"] = lambda: next(said)
    assert (visit(calendar), calendar.reason, OwnDate.objects.filter(refused_digest="").count()) == (2, "", 1)
    clock.shift(timedelta(hours=20))
    assert visit(calendar) == 0
    fake.says["PUT"] = lambda: (201, {"ETag": '"2"'}, b"")
    clock.shift(timedelta(hours=5))
    assert (visit(calendar), OwnDate.objects.exclude(digest="").count()) == (1, 2)


@pytest.mark.django_db
def test_one_date_that_stays_against_our_will_does_not_stop_the_others(
    calendar: OwnCalendar, fake: Fake, mentor: User, holder: User, clock: time_machine.Traveller
) -> None:
    fake.says |= {"PUT": lambda: (201, {"ETag": '"1"'}, b""), "DELETE": lambda: (400, {}, b"")}
    visit(calendar)
    actions.cancel_invite(Organisation.objects.get(), by=None)
    make_invite(Organisation.objects.create(name="B", slug="b"), mentor, holder)
    assert (visit(calendar), calendar.reason, visit(calendar), OwnDate.objects.count()) == (2, "", 0, 2)
    fake.says["DELETE"] = lambda: (410, {}, b"")
    clock.shift(timedelta(days=1, hours=1))
    assert (visit(calendar), OwnDate.objects.count()) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "body", "state", "reason"),
    [
        (401, b"", "stopped", "password"),
        (403, b"", "stopped", "read_only"),
        (403, b'<error xmlns="DAV:"><need-privileges/></error>', "stopped", "read_only"),
        (403, b'<error xmlns="DAV:"><quota-not-exceeded/></error>', "kept", "full"),
        (
            403,
            b'<error xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><c:valid-calendar-data/></error>',
            "kept",
            "",
        ),
    ],
)
def test_what_a_refusal_means(
    calendar: OwnCalendar, fake: Fake, status: int, body: bytes, state: str, reason: str
) -> None:
    fake.says["PUT"] = lambda: (status, {}, body)
    visit(calendar)
    assert (calendar.state, calendar.reason, fake.methods().count("PUT")) == (state, reason, 1)


@pytest.mark.django_db
def test_an_etag_that_a_put_does_not_tell_is_asked_for(calendar: OwnCalendar, fake: Fake) -> None:
    fake.says |= {"PUT": lambda: (204, {}, b""), "GET": lambda: (200, {"ETag": 'W/"7"'}, b"")}
    assert visit(calendar) == 1
    assert (fake.methods(), OwnDate.objects.get().etag) == (["PROPFIND", "PUT", "GET"], '"7"')
    put = next(headers for method, _path, headers in fake.asked if method == "PUT")
    assert (put["If-None-Match"], put["Content-Type"]) == ("*", "text/calendar; charset=utf-8")
    fake.asked.clear()
    fake.says["PUT"] = lambda: (204, {"ETag": '"8"'}, b"")
    actions.move_invite(Organisation.objects.get(), place="Ailleurs", by=None)
    visit(calendar)
    put = next(headers for method, _path, headers in fake.asked if method == "PUT")
    assert (put["If-Match"], OwnDate.objects.get().etag) == ('"7"', '"8"')


# --- Pure parts -----------------------------------------------------------------------------------
def test_what_is_hers_is_kept_without_anybody_to_write_to() -> None:
    text = (
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nORGANIZER:mailto:x@y.org\r\nATTENDEE:mailto:z@y.org\r\n"
        b"COLOR:red\r\n"
        b"BEGIN:VALARM\r\nACTION:EMAIL\r\nATTENDEE;CN=Somebody with a name so long that the line is fol\r\n"
        b" ded:mailto:z@y.org\r\nSUMMARY:S\r\nDESCRIPTION:D\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    kept = kept_of(text)
    assert "COLOR:red" in kept and "TRIGGER:-PT5M" in kept and "y.org" not in kept
    for broken in (b"", b"BEGIN:VCALENDAR", b"\xff\x00", b"x" * 300_000):
        assert (kept_of(broken), same_as(broken, broken)) == ("", False)


def test_a_secret_opens_for_its_purpose_and_its_keys_only(settings: Any) -> None:
    sealed = vault.seal("é secret", "one")
    assert sealed != vault.seal("é secret", "one") and "secret" not in sealed
    assert (vault.unseal(sealed, "one"), vault.unseal(sealed, "two")) == ("é secret", None)
    assert [vault.unseal(bad, "one") for bad in ("", "x", sealed[:-3], "é")] == [None] * 4
