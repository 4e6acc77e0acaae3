"""One clock for the whole house, so that tests can stop it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """This moment, aware."""
    return timezone.now()


def today(zone: str | None = None) -> date:
    """The day it is in `zone` (a tz name), else in the active time zone."""
    return timezone.localdate(timezone=ZoneInfo(zone) if zone else None)


def days(count: int) -> timedelta:
    """`count` days, readable where a deadline is computed."""
    return timedelta(days=count)
