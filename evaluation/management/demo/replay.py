"""A past replayed: events kept in order of time, each run under the clock of its moment."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import models

from backend.lib import clock
from backend.lib.refusal import Refused

PARIS = ZoneInfo("Europe/Paris")
Event = Callable[[], object]
Row = TypeVar("Row", bound=models.Model)


def fresh(row: Row) -> Row:
    """The row as it is now: an event was planned long before it runs. Whom and what it belongs to is kept.

    Not its step: versions and the plan change it meanwhile.
    """
    meta = row._meta
    # Written by hand: this runs some thousand times, and Django takes as long to write such a statement as to run it.
    sql = f"SELECT * FROM {meta.db_table} WHERE {meta.pk.column} = %s"  # noqa: S608 - names of our own tables
    [found] = type(row)._base_manager.raw(sql, [row.pk])
    for field in row._meta.concrete_fields:
        if field.is_relation and field.name != "step" and field.is_cached(row):
            kept = field.get_cached_value(row)
            if kept is not None and kept.pk == getattr(found, field.attname):
                field.set_cached_value(found, kept)
    return found


class Replay:
    """Events at their moment, oldest first. An event may add later ones; those after the present never run."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.refused: list[str] = []
        self._heap: list[tuple[datetime, int, Event]] = []
        self._order = count()

    def at(self, moment: datetime, event: Event) -> None:
        """Run `event` at `moment`, if it is past."""
        if moment <= self.now:
            heapq.heappush(self._heap, (moment, next(self._order), event))

    def run(self, each_day: Callable[[datetime], object]) -> int:
        """Run everything, and `each_day` before the first event of a day; how many events ran.

        What the house refuses is kept in `refused` and life goes on.
        """
        ran = 0
        day: date | None = None
        while self._heap:
            moment, _order, event = heapq.heappop(self._heap)
            if moment.date() != day:
                day = moment.date()
                each_day(moment)
            with clock.pretend(moment):
                try:
                    event()
                except Refused as refusal:
                    self.refused.append(refusal.sentence)
            ran += 1
        return ran


def on_weekday(day: date) -> date:
    """The day itself, or the Monday after a week-end."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= 5 else day


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """That hour of that working day, in Nantes."""
    return datetime.combine(on_weekday(day), time(hour, minute), PARIS)
