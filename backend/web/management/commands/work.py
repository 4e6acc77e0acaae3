"""`manage.py work`: the worker of production, started again when it dies or gives no sign of life."""

import signal
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from backend.lib import heartbeat, jobs
from backend.lib.supervise import Child, stop_all


def is_well() -> bool:
    """Does the worker's pulse beat? A database that does not answer is no reason to kill it."""
    try:
        return heartbeat.is_alive()
    except Exception as error:  # whatever the driver raises while the database is away
        print(f"The worker’s pulse cannot be read: {error}", file=sys.stderr)
        return True
    finally:
        connection.close()


def ring_first_beat() -> None:
    """The first job in the queue: the pulse is known as soon as the worker runs, not at the clock's next minute."""
    with transaction.atomic():
        jobs.enqueue("backend.lib.heartbeat.beat")
    connection.close()


def worker(environment: dict[str, str] | None = None) -> Child:
    """The cluster as a supervised child."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]
    return Child("worker", command, environment or {}, is_well=is_well)


class Command(BaseCommand):
    help = "Run the jobs and the clock's duties; restart the cluster when it wedges. --check: is it alive?"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the worker gave a sign of life")

    def handle(self, *, check: bool, **options: Any) -> None:
        if check:
            if not heartbeat.is_alive():
                raise CommandError(f"no sign of life since {heartbeat.last_beat() or 'ever'}")
            return
        ring_first_beat()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have left it ignored
        child = worker()
        try:
            child.start()
            while True:
                time.sleep(1)
                if said := child.watch():
                    self.stderr.write(said)
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            stop_all([child])
