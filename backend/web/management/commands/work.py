"""`manage.py work`: the worker of production, started again when it dies or gives no sign of life."""

import signal
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection, transaction

from backend.lib import charge, heartbeat, jobs, systemd
from backend.lib.supervise import Child, stop_all

LATE_AFTER = heartbeat.LATE_AFTER.total_seconds()
DRAIN_SECONDS = 75.0  # the job at work may take its whole minute: a letter cut short might come twice


def pulse() -> object | None:
    """The worker's last beat, None while the database does not say."""
    try:
        return heartbeat.last_beat() or "never"
    except Exception as error:  # whatever the driver raises while the database is away
        print(f"The worker’s pulse cannot be read: {error}", file=sys.stderr)
        return None
    finally:
        connection.close()


def ring_first_beat() -> None:
    """The first job in the queue: the pulse is known as soon as the worker runs, not at the clock's next minute. Before
    it, what a clock that was turned back holds up is let go."""
    try:
        jobs.mend_clock()
        with transaction.atomic():
            jobs.enqueue("backend.lib.heartbeat.beat")
    except Error as error:  # the cluster waits for the database by itself
        print(f"The queue cannot be written: {error}", file=sys.stderr)
    finally:
        connection.close()


def worker(environment: dict[str, str] | None = None, late_after: float = LATE_AFTER) -> Child:
    """The cluster as a supervised child, killed and started again once its pulse stands still for `late_after` s."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster", "--skip-checks"]  # ours are done
    return Child("worker", command, environment or {}, pulse=pulse, late_after=late_after, before_start=ring_first_beat)


def in_charge(late_after: float) -> str:
    """ "" when this is the one worker of its database, or when the database does not say; else who is, and lives:
    whoever starts before the database does may find in it the row of one that was killed."""
    try:
        return charge.wait_for(max(3.0, late_after / 8), lambda: systemd.tell("WATCHDOG=1"))
    except Error as error:
        print(f"Whether another worker runs cannot be read: {error}", file=sys.stderr)
        return ""
    finally:
        connection.close()


class Command(BaseCommand):
    help = "Run the jobs and the clock's duties; restart the cluster when it wedges. --check: is it alive?"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the worker gave a sign of life")
        parser.add_argument("--late-after", type=float, default=LATE_AFTER, help="seconds until silence is a wedge")

    def handle(self, *, check: bool, late_after: float, **options: Any) -> None:
        if check:
            if wrong := heartbeat.what_is_wrong():
                raise CommandError(f"no sign of life: {wrong}")
            return
        if other := in_charge(late_after):
            raise CommandError(f"Another worker of this database runs already: {other}. One is enough.")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have left it ignored
        child = worker(late_after=late_after)
        try:
            child.start()
            systemd.tell("READY=1")
            said_at = time.monotonic()
            while True:
                time.sleep(1)
                if time.monotonic() - said_at > late_after / 24:
                    said_at = time.monotonic()
                    if other := in_charge(late_after):
                        raise CommandError(f"Another worker took over while this one stood still: {other}.")
                if said := child.watch():
                    self.stderr.write(said)
                systemd.tell("WATCHDOG=1")  # we ourselves hang, say on a database that takes a call and is silent
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            systemd.tell("STOPPING=1")
            stop_all([child], DRAIN_SECONDS)
            with suppress(Error):
                charge.let_go()
