"""The worker's pulse: a task on the clock stamps the shared cache; whoever looks knows whether jobs are still run."""

from datetime import datetime, timedelta

from django.core.cache import cache

from backend.lib import clock

KEY = "heartbeat:worker"
LATE_AFTER = timedelta(minutes=4)


def beat() -> None:
    """A task: the worker is alive now."""
    cache.set(KEY, clock.now(), timeout=None)


def last_beat() -> datetime | None:
    """When the worker last said so; None when it never did."""
    return cache.get(KEY)


def is_alive() -> bool:
    """Did the worker say so within the last four minutes?"""
    last = last_beat()
    return last is not None and clock.now() - last < LATE_AFTER
