"""Days in which figures can be reckoned."""

from datetime import date

from django.utils.translation import gettext as _

from backend.lib.refusal import Refused

YEARS = range(1900, 2200)
"""In any time zone."""


def require_in_reach(day: date | None, field: str) -> None:
    """Refused beside `field` for a day of another year; None is no day."""
    if day is not None and day.year not in YEARS:
        raise Refused(_("Check the year."), field=field)
