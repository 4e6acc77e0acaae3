"""A real worker in its own process group, started and killed as on a bad night."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def database_url() -> str:
    """The address of the test database, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    host = values["HOST"] or "localhost"
    user = f"{values['USER']}:{values['PASSWORD']}@" if values["USER"] else ""
    return f"postgres://{user}{host}:{values['PORT'] or 5432}/{values['NAME']}"


class Worker:
    """`manage.py qcluster` on the test database, sending to the SMTP server on `port`."""

    def __init__(self, port: int, log: Path, **environment: str) -> None:
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            **environment,
        }

    def start(self) -> "Worker":
        """A new cluster, in a session of its own so that one signal reaches every process of it."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "qcluster", "--skip-checks"],  # the pages are not its business: up sooner
                cwd=ROOT, env=self.environment, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        return self

    def kill(self) -> None:
        """SIGKILL to the whole group, also when its first process is gone: nobody says goodbye."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def members(self) -> list[psutil.Process]:
        """Every process of it, orphans included."""
        assert self.process is not None
        group = self.process.pid
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(ProcessLookupError):
                if os.getpgid(process.pid) == group:
                    found.append(process)
        return found

    def kill_parent(self) -> None:
        """SIGKILL to the first process alone: those it started go on without it."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_sentinel(self) -> None:
        """SIGKILL to the one that guards the others."""
        assert self.process is not None
        (sentinel,) = psutil.Process(self.process.pid).children()
        sentinel.kill()

    def kill_who_talks(self, port: int) -> int:
        """SIGKILL to the one process that sends from this local port; how many were killed."""
        killed = 0
        for process in self.members():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if any(link.laddr and link.laddr.port == port for link in process.net_connections("tcp")):
                    process.kill()
                    killed += 1
        return killed


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 180) -> Any:
    """Until `condition()` is true; fails by name after `seconds` (long, since the machine may be busy)."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain for {what}")
