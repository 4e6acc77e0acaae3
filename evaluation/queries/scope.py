"""What a figure is about: whose, when, where. One object, so that a figure and the rows behind it never differ."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from evaluation.queries.mentored import mentored
from evaluation.statistics.disclosure import SMALLEST_GROUP

NOT_KNOWN = "none"
"""In an address: rows whose commune (or neighbourhood, or gender) is not known."""


@dataclass(frozen=True)
class Scope:
    """The filters of a page of figures.

    `organisation` None stands for every organisation. `since` None is the beginning; both days are included.
    `is_published`: read by an observer or a steward, so groups of fewer than `smallest_group` people are hidden and
    rows stay closed.
    """

    organisation: int | None
    until: date
    since: date | None = None
    programme: int | None = None
    cohort: str = ""
    commune: str = ""
    qpv: str = ""
    neighbourhood: str = ""
    gender: str = ""
    mentor: str = ""
    """A kind of mentor (see `evaluation.queries.mentored`), by pairs that began by `until`."""
    kind: str = ""
    state: str = ""
    milestone: str = ""
    started_by: date | None = None
    ended_by: date | None = None
    """Only journeys that had started, or ended, by this day: for what needs time to show."""
    is_published: bool = False
    smallest_group: int = SMALLEST_GROUP

    def narrowed(self, **more: Any) -> "Scope":
        return replace(self, **more)

    def journeys(self, path: str = "") -> Q:
        """The journeys meant, for rows that reach theirs through `path` ("journey__"); the period is not in it."""
        where: dict[str, Any] = {}
        if self.organisation is not None:
            where["programme__organisation"] = self.organisation
        if self.programme is not None:
            where["programme"] = self.programme
        if self.cohort:
            first, last = started_in(self.cohort)
            where["started_on__range"] = (first, last)
        if self.commune:
            where["project__commune"] = None if self.commune == NOT_KNOWN else self.commune
        if self.qpv:
            where["project__qpv"] = self.qpv
        if self.neighbourhood:
            where["project__neighbourhood"] = None if self.neighbourhood == NOT_KNOWN else self.neighbourhood
        if self.gender:
            where["holder__gender"] = "" if self.gender == NOT_KNOWN else self.gender
        if self.started_by is not None:
            where["started_on__lte"] = self.started_by
        if self.ended_by is not None:
            where["ended_on__lte"] = self.ended_by
        found = Q(**{f"{path}{name}": value for name, value in where.items()}) & ~Q(**{f"{path}state": "draft"})
        return found & mentored(self.mentor, self.until, path) if self.mentor else found

    def days(self, field: str) -> Q:
        """Rows whose day (a date field) is in the period."""
        return Q(**{f"{field}__lte": self.until}) & (Q(**{f"{field}__gte": self.since}) if self.since else Q())

    def moments(self, field: str) -> Q:
        """Rows whose moment (a datetime field) is in the period, days being those of the reader's clock."""
        end = Q(**{f"{field}__lt": midnight(self.until + timedelta(days=1))})
        return end & (Q(**{f"{field}__gte": midnight(self.since)}) if self.since else Q())


def midnight(day: date) -> datetime:
    """The moment a day begins, in the active time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def quarter(cohort: str) -> tuple[date, date]:
    """ "2026-2" → (1 April, 30 June 2026). ValueError for anything else."""
    year, _dash, number = cohort.partition("-")
    if number not in {"1", "2", "3", "4"}:
        raise ValueError(f"{cohort!r} is not a quarter")
    first = date(int(year), 3 * int(number) - 2, 1)
    after = date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)
    return first, after - timedelta(days=1)


def started_in(cohort: str) -> tuple[date, date]:
    """First and last day in which the journeys of a cohort started: "2026" is a year, "2026-h2" a half, "2026-4" a
    quarter. ValueError for anything else.
    """
    year, _dash, part = cohort.partition("-")
    if part not in ("", "h1", "h2"):
        return quarter(cohort)
    first = 7 if part == "h2" else 1
    return date(int(year), first, 1), date(int(year), 6, 30) if part == "h1" else date(int(year), 12, 31)
