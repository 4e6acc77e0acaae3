"""A duty goes from row to row: one that breaks stops none of the others, and whoever watches hears of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from backend.accounts.models import Organisation
from backend.lib import heartbeat, sweeps
from backend.lib.models import Stumble
from backend.lib.refusal import Refused
from backend.lib.sweeps import duty, each
from tests.factories.accounts import make_organisation

pytestmark = pytest.mark.django_db


def ask_nonsense() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing_of_the_kind")


def divide() -> None:
    _ = 1 / 0


def refuse() -> None:
    raise Refused("Trop tard.")


@pytest.fixture
def three() -> list[Organisation]:
    return [make_organisation(f"Maison {n}") for n in range(3)]


def names() -> list[str]:
    return list(Organisation.objects.order_by("pk").values_list("name", flat=True))


def renames(three: list[Organisation], breaks: Callable[[], None]) -> Callable[[], int]:
    """A duty that renames each of them; the first breaks, after it was written."""

    def act(row: Organisation) -> None:
        Organisation.objects.filter(pk=row.pk).update(name="Autre")
        if row == three[0]:
            breaks()

    return duty(lambda: each(three, act))


@pytest.mark.parametrize(("breaks", "stumbles"), [(ask_nonsense, 1), (divide, 1), (refuse, 0)])
def test_a_row_that_breaks_is_undone_whole_named_and_stops_no_other(
    three: list[Organisation], breaks: Callable[[], None], stumbles: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    assert renames(three, breaks)() == 2
    assert names() == ["Maison 0", "Autre", "Autre"]
    assert f"accounts.Organisation {three[0].pk}" in caplog.text and "Maison" not in caplog.text
    assert [one.rows for one in sweeps.stumbles()] == [1] * stumbles


def test_readyz_tells_which_duty_fails_and_since_when_until_it_rings_without(
    three: list[Organisation], client: Client, clock: time_machine.Traveller
) -> None:
    breaking, healed = renames(three, divide), renames(three, refuse)
    for _ in range(2):
        breaking()
        clock.shift(timedelta(minutes=10))
    heartbeat.beat()
    answer = client.get("/readyz")
    said = answer.json()["checks"]["duties"]
    assert (answer.status_code, said) == (503, "<lambda>: 1 failed, since 2026-11-23T08:00:00Z")
    healed()
    assert client.get("/readyz").status_code == 200
    breaking()
    clock.shift(timedelta(days=3))
    heartbeat.beat()
    assert client.get("/readyz").status_code == 200  # a duty that rings no more is none


def test_a_duty_that_breaks_as_a_whole_fails_and_is_told() -> None:
    with pytest.raises(ZeroDivisionError):
        duty(divide)()
    assert [(one.name.rpartition(".")[2], one.rows) for one in Stumble.objects.all()] == [("divide", 1)]


def test_without_a_database_nothing_is_done_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def act(row: int) -> None:
        done.append(row)
        raise OperationalError("the server closed the connection")

    assert (each([1, 2], act), done) == (0, [1, 2])  # a lock, say: the next may have more luck
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    with pytest.raises(DatabaseError):
        each([3, 4], act)
    assert done == [1, 2, 3]


def test_what_acts_say_is_counted_as_number_or_yes_else_as_one() -> None:
    said: dict[int, Any] = {1: 3, 2: True, 3: False, 4: None, 5: "a row"}
    assert each(said, said.__getitem__) == 6
