"""One clock for the whole house, so that tests can stop it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Within this block the house believes it is `moment`: for replaying a past, as the demo does."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)


def now() -> datetime:
    """This moment, aware."""
    return _pretended.get() or timezone.now()


def pretended() -> datetime | None:
    """What the house believes it is; None while it believes the clock of the machine."""
    return _pretended.get()


def today(zone: str | None = None) -> date:
    """The day it is in `zone` (a tz name), else in the active time zone."""
    return timezone.localdate(now(), timezone=ZoneInfo(zone) if zone else None)


def days(count: int) -> timedelta:
    """`count` days, readable where a deadline is computed."""
    return timedelta(days=count)
