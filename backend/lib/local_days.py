"""The day of a moment where the reader is, worked out by the database itself.

SQLite knows no time zones: Django has it call Python for each line, which takes longer than all the rest. Here how far
a zone is ahead is written into the statement, from one change of the clock to the next.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models.functions import TruncDate

YEARS_BACK, YEARS_AHEAD = 6, 2
"""So many before and after the present one; moments of other years are left to Django’s way."""
Sql = tuple[str, tuple[Any, ...]]


class LocalDay(TruncDate):
    """`TruncDate`, faster on SQLite, where it takes moments as Django stores them: in UTC."""

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Sql:
        sql, params = compiler.compile(self.lhs)
        zone = self.get_tzname()
        slow, slow_params = connection.ops.datetime_cast_date_sql(sql, tuple(params), zone)
        if connection.timezone_name != "UTC" or zone is None:
            return slow, slow_params
        steps = _steps(zone, datetime.now(UTC).year)
        whens = [f"WHEN {sql} >= '{steps[0][0]}' THEN {slow}"]
        values = [*params, *slow_params]
        for since, seconds in steps[1:]:
            # cut to whole seconds: SQLite would round 59.9999 up, into the next day
            whens.append(f"WHEN {sql} >= '{since}' THEN date(substr({sql}, 1, 19), '{seconds} seconds')")
            values += [*params, *params]
        return f"CASE {' '.join(whens)} ELSE {slow} END", (*values, *slow_params)


@lru_cache(maxsize=16)
def _steps(zone: str, year: int) -> list[tuple[str, int]]:
    """(since when, in UTC; seconds ahead of UTC), the latest first; the first begins where the years end."""
    here, step = ZoneInfo(zone), timedelta(days=1)
    at, end = datetime(year - YEARS_BACK, 1, 1, tzinfo=UTC), datetime(year + YEARS_AHEAD + 1, 1, 1, tzinfo=UTC)
    found = [(at, _ahead(at, here))]
    while at < end:
        after = at + step
        if _ahead(after, here) != found[-1][1]:
            changed = _change(at, after, here)
            found.append((changed, _ahead(changed, here)))
        at = after
    return [(f"{moment:%Y-%m-%d %H:%M:%S}", seconds) for moment, seconds in [(end, 0), *reversed(found)]]


def _ahead(at: datetime, zone: ZoneInfo) -> int:
    away = at.astimezone(zone).utcoffset()
    return int(away.total_seconds()) if away is not None else 0


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second at which the clock of the zone is as it is `after`."""
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _ahead(middle, zone) == _ahead(before, zone):
            before = middle
        else:
            after = middle
    return after
