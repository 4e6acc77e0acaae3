"""One `manage.py work` a database: the second says so and ends, and takes over from one that was killed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError

from backend.lib import charge
from backend.lib import clock as house_clock
from backend.lib.models import Pulse
from backend.web.management.commands import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def other() -> Pulse:
    """One that runs on another machine."""
    return Pulse.objects.create(name=charge.NAME, owner="elsewhere:12")


def owner() -> str:
    return Pulse.objects.get(name=charge.NAME).owner


def test_the_first_is_in_charge_and_lets_go(clock: time_machine.Traveller) -> None:
    assert (charge.wait_for(5, lambda: None), owner()) == ("", charge.me())
    assert (charge.hold(), charge.wait_for(5, lambda: None)) == (None, "")  # started again, it is the same
    clock.shift(timedelta(minutes=1))
    charge.hold()
    assert Pulse.objects.get(name=charge.NAME).beat_at == house_clock.now()
    charge.let_go()
    assert owner() == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.real_clock
def test_a_second_one_ends_with_a_sentence_while_the_first_lives(other: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    hold = charge.hold

    def while_she_lives() -> Pulse | None:
        Pulse.objects.update(beat_at=house_clock.now())
        return hold()

    monkeypatch.setattr(charge, "hold", while_she_lives)
    with pytest.raises(CommandError, match="runs already: elsewhere:12"):
        call_command("work", "--late-after", "4")
    assert owner() == "elsewhere:12"


@pytest.mark.real_clock
def test_from_one_that_was_killed_the_next_takes_over_and_two_do_not(other: Pulse) -> None:
    rung = list[int]()
    assert (charge.wait_for(0.2, lambda: rung.append(1)), owner()) == ("", charge.me())
    assert rung
    assert not charge._taken_from(other)  # somebody else was as fast


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_started_before_its_database_takes_over_from_one_that_was_killed(
    other: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for, calls = charge.wait_for, list[float]()

    def once_it_is_there(seconds: float, meanwhile: Callable[[], object]) -> str:
        calls.append(seconds)
        if len(calls) == 1:
            raise OperationalError("the database is starting up")
        return wait_for(0.1, meanwhile)

    class Idle:
        pulses = 0

        def start(self) -> None: ...

        def watch(self) -> str:
            self.pulses += 1
            if self.pulses == 2:
                raise KeyboardInterrupt
            return ""

    monkeypatch.setattr(charge, "wait_for", once_it_is_there)
    monkeypatch.setattr(work, "worker", lambda **_settings: Idle())
    monkeypatch.setattr(work, "stop_all", lambda _children, _seconds: held.append(owner()))
    monkeypatch.setattr(work.signal, "signal", lambda *_how: None)
    held = list[str]()
    call_command("work", "--late-after", "0.01")
    assert (held, owner()) == ([charge.me()], "")
