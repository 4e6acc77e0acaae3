"""An anonymous wave: whoever holds the whole database and the letters can't tell whose answers are whose.

The same two months are lived in two worlds where two persons give one another's answers. With the same lots drawn,
every table must be the same in both: its rows, their order by key and as they stand on the disk, and which transaction
wrote what. Nothing that is left depends, then, on who gave which answers.
"""

import re
import secrets
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models.expressions import RawSQL

from backend.accounts.models import Organisation
from backend.mail.models import Email
from evaluation import actions, tasks
from evaluation.actions import anonymity
from evaluation.models import AnonymousSheet, Answer, Request, Response, Wave
from journeys.models import Journey
from tests.conftest import NOON
from tests.factories.accounts import make_member
from tests.factories.journeys import make_journey, make_programme
from tests.factories.surveys import ask, make_wave

pytestmark = pytest.mark.django_db

Given = dict[str, Any]
SHORT: Given = {"S1": 1, "R1": "no_say", "Y1": 0, "L1": "Trop de papiers."}
LONG: Given = {"S1": 5, "R1": 9, "Y1": 1, "M1": "1200", "D1": "2026-01-15", "B1": 4, "B2": 2, "B3": "na",
               "C1": "firms", "C2": ["shop", "web"], "T1": "Confiance", "L1": "Rien, merci.", "O1": 1}  # fmt: skip
OTHERS: list[Given] = [{"S1": 3, "R1": 7, "L1": "Bien."}, {"S1": 4, "Y1": 0}, {"S1": 2, "R1": 10, "T1": "Élan"}]
HALF: Given = {"S1": 3}
# Drawn anew in each world, and leading nowhere: secrets of links, names of letters, of jobs and of files; and what is
# sealed, never twice alike (how long it is is compared below).
DRAWN = re.compile(
    r"\b\d{12,}\b|![A-Za-z0-9]{40}|[\w-]{32}(?![\w-])|[0-9a-f]{24,}|[0-9a-f]{8}-[0-9a-f-]{27}|rdv-[\w-]+"
    r"|<[^<>\s]+@[^<>\s]+>|(?<=')gAAAA[\w=-]+(?=')|^gAAAA[\w=-]+$"
)
LEFT_OUT = {"django_q_ormq", "django_q_task", "cache"}
"""Jobs are signed pickles with a name of their own; the cache holds names of pages sent, for hours."""


@pytest.fixture(autouse=True)
def same_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shuffle and the keys are drawn by lot; here both worlds draw the same, from what the sheets say."""

    class Dice:
        def shuffle(self, sheets: list[AnonymousSheet]) -> None:
            sheets.sort(key=lambda sheet: str(sheet.answers))
            for place, sheet in enumerate(sheets, start=1):
                sheet.pk = place

    monkeypatch.setattr(secrets, "SystemRandom", Dice)


@pytest.fixture
def journeys(organisation: Organisation) -> list[Journey]:
    programme = make_programme(organisation)
    people = [make_member(organisation, "holder", f"p{n}@example.org", first_name=f"P{n}") for n in range(7)]
    return [make_journey(organisation, person, programme=programme) for person in people]


@pytest.fixture
def wave(journeys: list[Journey]) -> Wave:
    return make_wave(journeys[0].programme, mode="anonymous", open_days=200)


def live(wave: Wave, journeys: list[Journey], given: list[Given], clock: time_machine.Traveller) -> None:
    """Seven are asked on one day. Over two months, with reminders in between, five answer item by item and send, at
    different days; one stops half-way and never sends; one begins last and is still at it.
    """
    clock.move_to(NOON)
    asked = [ask(wave, journey) for journey in journeys]
    for number, answers in enumerate([*given, HALF]):
        request = asked[number]
        clock.shift(timedelta(days=1))
        actions.begin_request(request, by=request.respondent)
        for code, one in answers.items():
            clock.shift(timedelta(minutes=1))
            actions.save_answers(request, {code: one}, by=request.respondent)
        clock.move_to(NOON + timedelta(days=9 * (number + 1)))  # both sit there as long, whatever they say
        for late in asked[number:]:
            if late.reminders < 2 and number in (1, 3):
                actions.remind_request(late, by=None)
        if number < len(given):
            actions.complete_request(request, by=request.respondent)
    clock.move_to(NOON + timedelta(days=70))
    actions.save_answers(asked[6], {"S1": 5}, by=asked[6].respondent)


def tables() -> list[str]:
    named = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    return sorted(named & set(connection.introspection.table_names()) - LEFT_OUT)


def rows(table: str, order: str, columns: str = "*") -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY {order}")  # noqa: S608 - tables of ours
        return [tuple(plain(one) for one in row) for row in cursor.fetchall()]


def plain(one: Any) -> str:
    """Without what is drawn. A letter ready to leave is its own text and HTML, which stand beside it, cut in lines."""
    return "…" if isinstance(one, bytes | memoryview) and one else DRAWN.sub("…", str(one))


def everything() -> dict[str, Any]:
    """Every row of every table as it stands, in the order of its key and of the disk; and who wrote with whom.

    Where PostgreSQL puts a row hangs on what earlier transactions have left in its pages: two worlds one after the
    other are not comparable there. That sheets stand in no order is tried below.
    """
    found: dict[str, Any] = {}
    written: list[tuple[int, str]] = []
    for table in tables():
        key = connection.introspection.get_primary_key_column(connection.cursor(), table)
        by_key = rows(table, key or "1")
        found[f"{table} by key"] = sorted(by_key) if table == Answer._meta.db_table else by_key  # drawn by lot
        if table != Answer._meta.db_table and connection.vendor == "sqlite":
            found[f"{table} on the disk"] = rows(table, "rowid")
        if connection.vendor == "postgresql":
            written += [(int(number), table) for (number,) in rows(table, key or "ctid", "xmin::text")]
    ranks = {number: rank for rank, number in enumerate(sorted({number for number, _table in written}))}
    found["which transaction"] = sorted((ranks[number], table) for number, table in written)
    found["sequences"] = sequences()
    return found


def sequences() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
        else:
            cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY 1")
        return list(cursor.fetchall())


def reset() -> None:
    """Numbers begin again where they began, for a rollback does not take them back."""
    models = apps.get_models(include_auto_created=True)
    with connection.cursor() as cursor:
        for line in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(line)


def world(wave: Wave, journeys: list[Journey], given: list[Given], clock: time_machine.Traveller) -> dict[str, Any]:
    reset()
    with transaction.atomic():
        live(wave, journeys, given, clock)
        found = everything()
        transaction.set_rollback(True)
    return found


def test_two_worlds_where_two_people_gave_one_anothers_answers_leave_the_same_database(
    wave: Wave, journeys: list[Journey], clock: time_machine.Traveller
) -> None:
    one = world(wave, journeys, [SHORT, OTHERS[0], LONG, OTHERS[1], OTHERS[2]], clock)
    other = world(wave, journeys, [LONG, OTHERS[0], SHORT, OTHERS[1], OTHERS[2]], clock)
    assert len(one["evaluation_anonymoussheet by key"]) == 5
    assert len(one["mail_email by key"]) > 7
    traces = [
        (name, first, second)
        for name, found in one.items()
        for first, second in zip(found, other[name], strict=True)
        if first != second
    ]
    assert not traces


def test_two_worlds_are_the_same_too_while_the_latest_answers_wait(
    wave: Wave, journeys: list[Journey], clock: time_machine.Traveller
) -> None:
    """Three sheets wait for two more: nobody reads them, nor tells them apart by their length."""
    one = world(wave, journeys, [SHORT, OTHERS[0], LONG], clock)
    other = world(wave, journeys, [LONG, OTHERS[0], SHORT], clock)
    assert [name for name, found in one.items() if found != other[name]] == []
    journey = journeys[0]
    lengths = set()
    for given in (SHORT, LONG):
        with transaction.atomic():
            request = ask(wave, journey)
            actions.save_answers(request, given, by=request.respondent)
            actions.complete_request(request, by=request.respondent)
            sealed = AnonymousSheet.objects.get().sealed
            lengths.add(len(sealed))
            assert urlsafe_b64decode(sealed)[1:9] == bytes(8)  # where a seal tells, in clear, the second it was made
            transaction.set_rollback(True)
    assert len(lengths) == 1


def test_sheets_that_no_key_opens_any_more_stay_and_hold_nothing_up(
    wave: Wave, journeys: list[Journey], settings: Any
) -> None:
    for number, journey in enumerate(journeys):
        if number == 1:
            settings.SECRET_KEY = "another-one-" * 5
        request = ask(wave, journey)
        actions.save_answers(request, {"S1": 3}, by=request.respondent)
        actions.complete_request(request, by=request.respondent)
    counted = AnonymousSheet.objects.counted().count()
    assert (counted, AnonymousSheet.objects.count()) == (5, 7)


def test_sheets_that_wait_follow_the_key_of_the_house(wave: Wave, journeys: list[Journey], settings: Any) -> None:
    def send(journey: Journey) -> None:
        request = ask(wave, journey)
        actions.save_answers(request, {"S1": 3}, by=request.respondent)
        actions.complete_request(request, by=request.respondent)

    for journey in journeys[:4]:
        send(journey)
    former, sealed = settings.SECRET_KEY, set(AnonymousSheet.objects.values_list("sealed", flat=True))
    assert tasks.sweep_sealed_sheets() == 0
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-one-" * 5, [former]
    assert (tasks.sweep_sealed_sheets(), tasks.sweep_sealed_sheets()) == (1, 0)
    anew = set(AnonymousSheet.objects.values_list("sealed", flat=True))
    assert (len(anew), anew & sealed, {len(one) for one in anew}) == (4, set(), {len(one) for one in sealed})
    settings.SECRET_KEY_FALLBACKS = []
    assert tasks.sweep_sealed_sheets() == 0
    send(journeys[4])
    assert AnonymousSheet.objects.counted().count() == 5


def test_the_same_worlds_by_name_do_differ(wave: Wave, journeys: list[Journey], clock: time_machine.Traveller) -> None:
    """The comparison sees a trace where there is one."""
    Wave.objects.update(mode=Wave.Mode.CONFIDENTIAL)
    wave.refresh_from_db()
    assert world(wave, journeys, [SHORT, LONG], clock) != world(wave, journeys, [LONG, SHORT], clock)


def test_sheets_are_mixed_by_lot(wave: Wave, journeys: list[Journey], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the last sheet goes is drawn: over thirty waves of three it is not always last, by key or on the disk."""
    monkeypatch.undo()
    monkeypatch.setattr(anonymity, "SMALLEST_GROUP", 3)
    disk = RawSQL("ctid" if connection.vendor == "postgresql" else "rowid", ())  # noqa: S611 - words of ours
    places, on_disk = set(), set()
    for _time in range(30):
        for number, journey in enumerate(journeys[:3]):
            request = ask(wave, journey)
            actions.save_answers(request, {"S1": number + 1}, by=request.respondent)
            actions.complete_request(request, by=request.respondent)
        for found, order in ((places, "pk"), (on_disk, disk)):
            said = AnonymousSheet.objects.filter(wave=wave).order_by(order).values_list("answers__S1__value", flat=True)
            found.add(tuple(said).index(3))
        AnonymousSheet.objects.all().delete()
        Email.objects.all().delete()
        Request.objects.all().delete()
    assert places == on_disk == {0, 1, 2}


def test_what_was_never_sent_is_forgotten_when_time_is_up_or_she_says_no(
    wave: Wave, journeys: list[Journey], clock: time_machine.Traveller
) -> None:
    late, unwilling = (ask(wave, journey) for journey in journeys[:2])
    for request in (late, unwilling):
        actions.save_answers(request, LONG, by=request.respondent)
    actions.refuse_request(unwilling, by=unwilling.respondent)
    assert list(Response.objects.values_list("request", flat=True)) == [late.pk]
    clock.shift(timedelta(days=201))
    actions.expire_requests()
    assert (Response.objects.count(), Answer.objects.count(), AnonymousSheet.objects.count()) == (0, 0, 0)
