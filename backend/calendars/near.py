"""When somebody is reminded of a date: 7 days before and the day before, on her clock. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from backend.mail.near import DAY, WEEK, moment_of
from backend.mail.pace import opened

if TYPE_CHECKING:
    from django.db.models import Model

    from backend.accounts.models import Organisation, User
    from backend.calendars.models import InviteAttendee

AHEAD = timedelta(days=9)
"""No reminder is due of what is further away, wherever its reader lives."""
BEFORE = {WEEK: 7, DAY: 1}
LEAST = timedelta(hours=2)
"""Nearer than that no letter leaves any more: it would not be read in time."""
LATEST_WEEK = 4
"""Days before the date until which the reminder of 7 days before still leaves, after a stop: then the other is near."""
TOLD_WITHIN = {WEEK: timedelta(days=3), DAY: timedelta(days=1)}
"""How long before the moment of a reminder a letter about the date replaces it."""


@dataclass(frozen=True)
class Coming:
    """One date of one person: an invite she has a `person` of, or a day (`title`, `url`) until which she has to act."""

    kind: str
    thing: "Model"
    at: date | datetime
    organisation: "Organisation"
    to: "User | str"
    person: "InviteAttendee | None" = None
    title: str = ""
    url: str = ""

    @property
    def sort_key(self) -> tuple[datetime, str, int]:
        return moment_of(self.at), self.thing._meta.label_lower, self.thing.pk

    def is_past(self, now: datetime, zone: ZoneInfo) -> bool:
        """It has begun; of a day, it is over."""
        if isinstance(self.at, datetime):
            return self.at <= now
        return now.astimezone(zone).date() > self.at


@dataclass(frozen=True)
class Clock:
    """A reader's: her zone, and between which hours of the day letters that can wait reach her."""

    zone: ZoneInfo
    opens_at: int
    closes_at: int

    def day_of(self, at: date | datetime) -> date:
        return at.astimezone(self.zone).date() if isinstance(at, datetime) else at

    def hour(self, on: date, hour: int = 0) -> datetime:
        """That hour of that day, as the clock on her wall says it, also when it changes that night."""
        return datetime.combine(on, time(hour), self.zone)

    def begins(self, at: date | datetime, moment: str) -> datetime:
        """From when the reminder of this date leaves: the first hour of the day that suits her."""
        return self.hour(self.day_of(at) - timedelta(days=BEFORE[moment]), self.opens_at)

    def ends(self, at: date | datetime, moment: str) -> datetime:
        """Until when it leaves late, after a stop."""
        if moment == WEEK:
            return self.hour(self.day_of(at) - timedelta(days=LATEST_WEEK - 1))
        return at - LEAST if isinstance(at, datetime) else self.hour(at, 12)


def moment_due(coming: Coming, moments: frozenset[str], clock: Clock, now: datetime) -> str:
    """Which of `moments` of this date it is now in the hours of its reader; "" for none.

    At a bad hour only when there is no good one left.
    """
    for moment in (DAY, WEEK):
        ends = clock.ends(coming.at, moment)
        if moment in moments and clock.begins(coming.at, moment) <= now < ends:
            good = opened(now, clock.zone, clock.opens_at, clock.closes_at)
            return moment if good <= now or good >= ends else ""
    return ""


def told_since(coming: Coming, moment: str, clock: Clock, kind: str) -> datetime:
    """A letter of this kind that told her of the date after this replaces the reminder.

    One that is about the date itself (planned, moved) for longer than one that names it beside something else: on the
    eve, only what left that same day.
    """
    begins = clock.begins(coming.at, moment)
    if moment == WEEK or kind == "dates":
        return begins - TOLD_WITHIN[moment]
    return clock.hour(begins.astimezone(clock.zone).date())
