"""The only door to the job queue. A job is a bell: rung twice, it changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.utils.module_loading import import_string
from django_q.models import OrmQ, Schedule
from django_q.tasks import async_task

from backend.lib import clock

LATE = timedelta(minutes=15)

_silenced: ContextVar[bool] = ContextVar("silenced", default=False)


@contextmanager
def silenced() -> Iterator[None]:
    """Within this block no bell rings: rows are written, and what is still due is found by the sweeps."""
    token = _silenced.set(True)
    try:
        yield
    finally:
        _silenced.reset(token)


def enqueue(path: str, *ids: int | str) -> None:
    """Ring `path` (dotted name of a task) with plain ids once the current transaction commits.

    Raises AssertionError outside a transaction, for an unknown path, or for anything but ids.
    """
    assert connection.in_atomic_block, "enqueue inside the transaction that writes the row"
    assert all(isinstance(one, int | str) for one in ids), "a job takes ids, never rows"
    assert callable(import_string(path)), f"{path} is not a task"
    if not _silenced.get():
        async_task(path, *ids)


def put_schedule(name: str, path: str, cron: str) -> bool:
    """Make the clock ring `path` at `cron`; True when something was created or changed. Checked first."""
    from croniter import croniter

    assert callable(import_string(path)) and croniter.is_valid(cron), f"bad schedule {name}"
    found = Schedule.objects.filter(name=name).first()
    if found and (found.func, found.cron, found.schedule_type) == (path, cron, Schedule.CRON):
        return False
    values = {"func": path, "cron": cron, "schedule_type": Schedule.CRON, "repeats": -1, "args": None, "kwargs": None}
    Schedule.objects.update_or_create(name=name, defaults={**values, "next_run": clock.now()})
    return True


def drop_schedules_except(names: set[str]) -> int:
    """Forget clock duties that the house no longer has."""
    return Schedule.objects.exclude(name__in=names).delete()[0]


def late_schedules(minutes: int = 5) -> list[str]:
    """Names of the duties that should have rung more than `minutes` ago: the worker is stopped or wedged."""
    return list(
        Schedule.objects.filter(next_run__lt=clock.now() - timedelta(minutes=minutes))
        .order_by("name")
        .values_list("name", flat=True)
    )


def mend_clock() -> int:
    """What waits for an hour too far away, since the clock was turned back, rings in its time again; how many rows.

    A duty's next hour is never later than its cron says, and no job is held longer than `retry`.
    """
    now = clock.now()
    latest = now + timedelta(seconds=int(settings.Q_CLUSTER["retry"]) + 60)
    mended = OrmQ.objects.filter(lock__gt=latest).update(lock=now)
    for duty in Schedule.objects.filter(schedule_type=Schedule.CRON, next_run__gt=now).order_by("pk"):
        due = duty.calculate_next_run()
        if due < duty.next_run:
            mended += Schedule.objects.filter(pk=duty.pk, next_run=duty.next_run).update(next_run=due)
    return mended


def oldest_waiting() -> timedelta:
    """How long the job has waited that waits longest for a worker to take it up; nothing when none does."""
    now = clock.now()
    since = OrmQ.objects.filter(lock__lte=now).order_by("lock").values_list("lock", flat=True).first()
    return now - since if since else timedelta()


def keep_the_clock_to_ourselves() -> None:
    """The duties are written by `manage.py setup`, never by hand: one that cannot be read would stop them all."""
    if admin.site.is_registered(Schedule):
        admin.site.unregister(Schedule)
