"""Keep a few processes alive as one: start, restart what dies or wedges, stop everything, leave no orphan."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import psutil

MARK = "JALON_CHILD"
STOP_SECONDS = 10.0  # a job cut short is done again: letters are rows
LONGEST_PAUSE = 30.0
LATE_AFTER = 240.0


def nothing() -> None:
    """What is done before a start, unless somebody says otherwise."""


@dataclass
class Child:
    """One program and everything it starts, recognised by a mark in their environment even once orphaned."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    pulse: Callable[[], object] | None = None
    """What changes as long as it is well; None when that cannot be known now, which is no reason to kill it."""
    late_after: float = LATE_AFTER
    """Seconds that a pulse may stand still, by a clock that nobody turns."""
    patience: float = LATE_AFTER
    """Seconds it is given after a start, until its first beat."""
    before_start: Callable[[], None] = nothing
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    pause: float = 0.0
    starts: int = field(default=0)
    felt: object = None
    felt_at: float = 0.0
    asked_at: float = 0.0
    has_beaten: bool = False

    @property
    def mark(self) -> str:
        return f"{self.name}-{os.getpid()}"

    def start(self) -> None:
        """Start it, in our own process group."""
        self.before_start()
        felt = self.pulse() if self.pulse else None  # what it beats from here on is its own, also before the first look
        # Without SPT_NOENV the cluster's process titles are written over the mark.
        environment = {**os.environ, **self.environment, MARK: self.mark, "SPT_NOENV": "1"}
        # Ctrl-C reaches the whole group: blocked in the children, so that each hears one signal to stop, ours.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.process = subprocess.Popen(self.command, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603 - ours
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self.started = self.felt_at = time.monotonic()
        self.felt, self.has_beaten, self.asked_at = felt, False, 0.0
        self.starts += 1

    def is_well(self) -> bool:
        """Has its pulse changed lately? Asked now and then only: it costs a query."""
        now = time.monotonic()
        if self.pulse is None or now - self.asked_at < self.late_after / 16:
            return True
        self.asked_at = now
        beat = self.pulse()
        if beat is None:
            self.felt_at = now
        elif self.felt is None:
            self.felt = beat
        elif beat != self.felt:
            self.felt, self.felt_at, self.has_beaten = beat, now, True
        return now - self.felt_at < (self.late_after if self.has_beaten else self.patience)

    def relatives(self) -> list[psutil.Process]:
        """Every process that carries our mark, orphans included."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == self.mark:
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return found

    def kill(self) -> None:
        """SIGKILL to all of it, twice if one was born meanwhile: a wedged cluster does not hear SIGTERM."""
        for _ in range(3):
            family = self.relatives()
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            if self.process:
                self.process.wait()
            if not family:
                return
            until = time.monotonic() + 5
            while any(_is_running(process) for process in family) and time.monotonic() < until:
                time.sleep(0.02)

    def stop(self, until: float) -> None:
        """Wait until the moment `until` (monotonic) for it to end by itself, then kill what is left."""
        if self.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=max(0.1, until - time.monotonic()))
        self.kill()

    def watch(self) -> str:
        """Restart it when it has ended or is no longer well; what was done, "" when nothing."""
        age = time.monotonic() - self.started
        if self.process is not None and self.process.poll() is None:
            if self.is_well():
                self.pause = 0.0 if age > LONGEST_PAUSE else self.pause
                return ""
            reason = "gave no sign of life"
        else:
            if age < self.pause:
                return ""
            reason = "ended"
        self.kill()
        self.start()
        self.pause = min(LONGEST_PAUSE, max(1.0, self.pause * 2))
        return f"{self.name} {reason}: started again"


def _is_running(process: psutil.Process) -> bool:
    """Neither gone nor a zombie that nobody has buried yet."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def stop_all(children: Sequence[Child], seconds: float | None = None) -> None:
    """SIGTERM to each, then wait for them together (ten seconds), then SIGKILL; returns once nothing is left."""
    for child in children:
        if child.process and child.process.poll() is None:
            child.process.terminate()
    until = time.monotonic() + (STOP_SECONDS if seconds is None else seconds)
    for child in children:
        child.stop(until)
