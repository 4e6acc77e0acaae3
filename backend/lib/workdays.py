"""Working days: Monday to Friday, but for the public holidays of mainland France."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import holidays
from django.utils import translation

SATURDAY, SUNDAY = 5, 6


@lru_cache(maxsize=64)
def _of_year(year: int, language: str = "fr") -> dict[date, str]:
    return dict(holidays.country_holidays("FR", years=year, language=language))


def public_holiday(day: date) -> str:
    """The name of the public holiday that `day` is, in the reader's language; "" when it is none."""
    is_french = (translation.get_language() or "fr").startswith("fr")
    return _of_year(day.year, "fr" if is_french else "en_US").get(day, "")


def is_working_day(day: date) -> bool:
    """Is it neither at the weekend nor a public holiday?"""
    return day.weekday() < SATURDAY and day not in _of_year(day.year)


def working_days(first: date, last: date) -> Iterator[date]:
    """The working days from `first` to `last`, both included."""
    for shift in range((last - first).days + 1):
        day = first + timedelta(days=shift)
        if is_working_day(day):
            yield day


def working_days_before(day: date, count: int) -> date:
    """The `count`-th working day before `day`; `day` itself does not count."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day
