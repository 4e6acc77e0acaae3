"""Months, quarters, half-years and years, as dates."""

from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class Period:
    """Both days included."""

    first: date
    last: date


def containing(every: str, day: date) -> Period:
    """The period of this length that a day is in; years begin in January. KeyError for an unknown length."""
    length = MONTHS[every]
    first = date(day.year, length * ((day.month - 1) // length) + 1, 1)
    after = (first + timedelta(days=31 * length)).replace(day=1)
    return Period(first, after - timedelta(days=1))


def last_ended(every: str, today: date) -> Period:
    """The latest that is over: its last day is before today."""
    return containing(every, containing(every, today).first - timedelta(days=1))


def ended_since(every: str, starts_on: date, today: date, most: int) -> list[Period]:
    """Those whose last day is on `starts_on` or after, and over; the `most` latest, the oldest first."""
    found: list[Period] = []
    one = last_ended(every, today)
    while one.last >= starts_on and len(found) < most:
        found.insert(0, one)
        one = containing(every, one.first - timedelta(days=1))
    return found
