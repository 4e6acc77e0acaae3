"""Real processes: what dies or wedges starts again, and nothing outlives the house."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import psutil
import pytest

from backend.lib.supervise import Child, stop_all

pytestmark = pytest.mark.real_clock
# A parent and its own child, with titles as the cluster sets them; the parent does not hear SIGTERM.
FAMILY = """
import multiprocessing, os, signal, time, setproctitle
setproctitle.setproctitle("a family member " * 40)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,)).start()
time.sleep(600)
"""


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    """Long, since the machine may be busy."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def started() -> Iterator[Callable[..., Child]]:
    children: list[Child] = []

    def start(**options: object) -> Child:
        child = Child(f"child{len(children)}", [sys.executable, "-c", FAMILY], {}, **options)  # type: ignore[arg-type]
        children.append(child)
        child.start()
        assert eventually(lambda: len(child.relatives()) == 2)
        return child

    yield start
    for child in children:
        child.kill()


def restarted_whole(child: Child, before: set[int]) -> bool:
    now = {process.pid for process in child.relatives()}
    return len(now) == 2 and not now & before


def test_a_killed_parent_is_started_again_and_leaves_no_orphan(started: Callable[..., Child]) -> None:
    child = started()
    before = {process.pid for process in child.relatives()}
    assert child.watch() == ""
    assert child.process
    os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait()
    assert child.watch() == "child0 ended: started again"
    assert eventually(lambda: restarted_whole(child, before))


def test_a_wedged_family_is_killed_and_started_again(started: Callable[..., Child]) -> None:
    child = started(pulse=lambda: "stands still", patience=0.0)
    before = {process.pid for process in child.relatives()}
    assert child.watch() == "child0 gave no sign of life: started again"
    assert eventually(lambda: restarted_whole(child, before))


def test_a_family_that_is_not_well_yet_is_given_time(started: Callable[..., Child]) -> None:
    child = started(pulse=lambda: "stands still", patience=60.0)
    assert child.watch() == ""


class Turned:
    """A clock that only the test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


def test_a_pulse_counts_by_its_changes_whatever_the_clock_on_the_wall_says(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Turned()
    beats: list[str | None] = ["2026-11-23T09:00", "2026-11-23T09:01"]
    monkeypatch.setattr("backend.lib.supervise.time", clock)
    child = Child("child", [], {}, pulse=lambda: beats[-1], late_after=240, patience=600)
    child.felt_at = clock.now

    def well_after(seconds: float) -> bool:
        clock.now += seconds
        return child.is_well()

    assert [well_after(0), well_after(584), well_after(16)] == [True, True, False]  # until its first beat
    beats.append("2026-11-23T07:02")  # two hours back
    assert [well_after(20), well_after(224), well_after(16)] == [True, True, False]
    beats.append(None)  # the database is away, however long
    assert [well_after(1000), well_after(1000)] == [True, True]
    beats.append("2026-11-23T07:02")
    assert [well_after(200), well_after(50)] == [True, False]


def test_a_beat_that_comes_before_the_first_look_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that then falls silent is not given the time of one that has not begun."""
    clock, beats = Turned(), ["of the one before"]
    monkeypatch.setattr("backend.lib.supervise.time", clock)
    child = Child("brief", [sys.executable, "-c", ""], {}, pulse=lambda: beats[-1], late_after=240, patience=600)
    child.start()
    assert child.process
    child.process.wait()
    beats.append("its own")
    clock.now += 20
    assert child.is_well()
    clock.now += 241
    assert not child.is_well()


def test_a_program_that_keeps_dying_is_started_ever_more_rarely() -> None:
    child = Child("brief", [sys.executable, "-c", ""], {})
    child.start()
    for pause in (1.0, 2.0):
        assert child.process
        child.process.wait()
        child.started -= 60  # as if the pause were over
        assert child.watch() == "brief ended: started again"
        assert child.pause == pause
    child.kill()


def test_stopping_ends_even_those_who_do_not_hear(
    started: Callable[..., Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.lib.supervise.STOP_SECONDS", 0.3)
    families = [started(), started()]
    members = [process for child in families for process in child.relatives()]
    assert len(members) == 4
    stop_all(families)
    gone: AbstractContextManager[None] = contextlib.suppress(psutil.NoSuchProcess)
    for process in members:
        with gone:
            assert process.status() == psutil.STATUS_ZOMBIE
