"""Sessions at a steady pace: the dates it gives, each with what speaks against it. Nothing is planned here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.workdays import public_holiday
from backend.web import reading
from mentoring.models import Absence, Mentorship
from mentoring.queries.busy import Diary, diary_of
from mentoring.queries.slots import moment
from mentoring.queries.times import of_both_clocks

MOST = 26
WEEKS = (1, 2, 3, 4)


@dataclass(frozen=True)
class CadenceDate:
    """One date: `problem` when it cannot be planned, `note` when one may well leave it out; `is_kept` as proposed."""

    day: date
    starts_at: datetime | None
    theirs: str
    problem: str
    note: str
    is_kept: bool


def cadence_dates(
    pair: Mentorship,
    *,
    first_on: date,
    at: time,
    every_weeks: int,
    count: int,
    minutes: int,
    left_out: Collection[date] | None = None,
    by: User,
) -> list[CadenceDate]:
    """The dates from `first_on`, at the same time on the reader's wall clock whatever the season.

    `left_out`: the days that somebody chose to leave out; None proposes to leave out holidays and absences.
    """
    zone = ZoneInfo(timezone.get_current_timezone_name())
    days = [first_on + timedelta(weeks=every_weeks * place) for place in range(count)]
    starts = {day: moment(day, at, zone) for day in days}
    ahead = [(one, _end_of(one, minutes)) for one in starts.values() if one and one > clock.now()]
    diary = diary_of(pair, ahead, by=by) if ahead else None
    absences = list(pair.mentor.absences.all())
    found = []
    for day, starts_at in starts.items():
        problem = _problem(diary, starts_at, minutes)
        note = _note(pair, day, absences)
        is_kept = not problem and (not note if left_out is None else day not in left_out)
        theirs = of_both_clocks(pair, by, starts_at) if starts_at else ""
        found.append(CadenceDate(day, starts_at, theirs, problem, note, is_kept))
    return found


def _end_of(starts_at: datetime, minutes: int) -> datetime:
    return starts_at.astimezone(UTC) + timedelta(minutes=minutes)


def _problem(diary: Diary | None, starts_at: datetime | None, minutes: int) -> str:
    if starts_at is None:
        return _("The clocks go forward that night: this time does not exist.")
    if diary is None or starts_at <= clock.now():
        return _("This time has passed.")
    return diary.clash(starts_at, _end_of(starts_at, minutes))


def _note(pair: Mentorship, day: date, absences: Collection[Absence]) -> str:
    """A public holiday, an absence that the mentor declared, her pause, the end of the journey."""
    if holiday := public_holiday(day):
        return _("Public holiday: %(name)s.") % {"name": holiday}
    mentor = pair.mentor
    if any(one.starts_on <= day <= one.ends_on for one in absences) or mentor.is_paused(day):
        return _("%(mentor)s is away that day.") % {"mentor": mentor}
    end = pair.journey.planned_end_on
    if end and day > end:
        return _("After the end of the journey, on %(day)s.") % {"day": reading.day(end)}
    return ""
