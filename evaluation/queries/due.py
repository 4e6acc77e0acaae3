"""Who is due to be asked: one reading for every moment of a journey and for everybody who may be asked.

What happened on a day is asked about `months` and `days` later (`shifted`), from then on for WINDOW_DAYS. A journey is
asked once per wave and occasion, whoever is asked; nobody is asked while it is paused, after it was left (unless the
wave says so), about what happened before the wave's `since`, nor without an active account where one is needed.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from backend.accounts.models import User
from backend.lib import clock
from evaluation.models import QuestionnaireVersion, Wave
from evaluation.queries.happened import Happened, happened, mentors_of, stays_of
from journeys.models import Journey

WINDOW_DAYS = 180
"""A cohort that is imported late is asked too, but not about what it is half a year late to ask."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asking:
    """One ask that is due: `person` is a user's number, None for somebody known by e-mail and name."""

    wave: Wave
    journey: int
    occasion: str
    on: date
    person: int | None
    email: str = ""
    name: str = ""

    @property
    def due_on(self) -> date:
        return due_day(self.wave, self.on)


@dataclass(frozen=True)
class Due:
    """The same with the rows that asking needs."""

    asking: Asking
    journey: Journey
    respondent: User | None


def shifted(day: date, months: int, days: int) -> date:
    """So many months, then days, later; the 31st becomes the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) + timedelta(days=days)


def latest(day: date, months: int, days: int) -> date:
    """The last day from which shifting reaches no further than `day`."""
    found = shifted(day - timedelta(days=days), -months, 0)
    while shifted(found + DAY, months, days) <= day:
        found += DAY
    while shifted(found, months, days) > day:
        found -= DAY
    return found


def due_day(wave: Wave, on: date) -> date:
    """From which day on the wave asks about what happened on `on`."""
    return on if wave.moment == Wave.Moment.CAMPAIGN else shifted(on, wave.months, wave.days)


def grouped(waves: Iterable[Wave]) -> list[list[Wave]]:
    """Waves that ask the same at the same moment, at most one a programme: each list is read at once."""
    groups: dict[tuple[Any, ...], list[list[Wave]]] = defaultdict(list)
    for wave in waves:
        key = (
            *(wave.questionnaire_id, wave.moment, wave.months, wave.days, wave.step_code, wave.nth, wave.audience),
            *(wave.asks_leavers, wave.since, wave.opens_on, wave.closes_on, wave.programme.organisation.time_zone),
        )
        room = next((one for one in groups[key] if all(wave.programme_id != two.programme_id for two in one)), None)
        if room is None:
            groups[key].append([wave])
        else:
            room.append(wave)
    return [group for lists in groups.values() for group in lists]


def running_waves(**where: Any) -> list[Wave]:
    """Those that the clock asks: not stopped, their questionnaire published and in use."""
    published = QuestionnaireVersion.objects.published().order_by().values("questionnaire")
    rows = Wave.objects.running().filter(questionnaire__in=published, questionnaire__retired_at=None, **where)
    return list(rows.select_related("questionnaire", "programme__organisation").order_by("pk"))


def askings(waves: list[Wave], *, ahead: int = 0) -> list[Asking]:
    """All that these waves have to ask now, or will have within `ahead` days of what is known today; in the order in
    which it became due. Two queries at most for each group of waves."""
    found = [asking for group in grouped(waves) for asking in _of_group(group, ahead)]
    return sorted(found, key=lambda one: (one.due_on, one.wave.pk or 0, one.journey, one.occasion))


def _of_group(group: list[Wave], ahead: int) -> list[Asking]:
    wave = group[0]
    today = clock.today(wave.programme.organisation.time_zone)
    last = today + timedelta(days=ahead)
    if wave.moment == Wave.Moment.CAMPAIGN:
        if not (wave.opens_on and wave.closes_on and wave.opens_on <= last and today <= wave.closes_on):
            return []
        first, until = wave.opens_on, last
    else:
        first = latest(today - timedelta(days=WINDOW_DAYS + 1), wave.months, wave.days) + DAY
        until = latest(last, wave.months, wave.days)
        first = max(first, wave.since or first)
    rows = happened(group, first, until)
    if not rows:
        return []
    by_programme = {one.programme_id: one for one in group}
    return [
        Asking(by_programme[row.programme], row.journey, row.occasion, row.on, *person)
        for row, person in AUDIENCES[wave.audience](wave, rows, today)
    ]


Person = tuple[int | None, str, str]
"""(a user's number, "", "") or (None, e-mail, name)."""
Found = Iterable[tuple[Happened, Person]]


def _holders(wave: Wave, rows: list[Happened], today: date) -> Found:
    return [(row, (row.holder, "", "")) for row in rows]


def _mentors(wave: Wave, rows: list[Happened], today: date) -> Found:
    """The mentor of the session; else the primary one of the day it happened (of a campaign: of today)."""
    if wave.moment == Wave.Moment.SESSION:
        return [(row, (row.mentor, "", "")) for row in rows if row.mentor]
    pairs = mentors_of({row.journey for row in rows})
    found = []
    for row in rows:
        day = today if wave.moment == Wave.Moment.CAMPAIGN else row.on
        own = [one for one in pairs[row.journey] if one.since <= day and (one.until is None or day <= one.until)]
        if own:
            found.append((row, (own[-1].mentor, "", "")))
    return found


def _hosts(side: str) -> Callable[[Wave, list[Happened], date], Found]:
    """Tutor or company: of the stay; else of the latest stay that was over on that day (of a campaign: by today)."""

    def read(wave: Wave, rows: list[Happened], today: date) -> Found:
        stays = stays_of({row.journey for row in rows})
        found = []
        for row in rows:
            day = today if wave.moment == Wave.Moment.CAMPAIGN else row.on
            of_this = wave.moment == Wave.Moment.IMMERSION
            own = [one for one in stays[row.journey] if (one.occasion == row.occasion if of_this else one.until <= day)]
            email, name = (own[-1].tutor if side == "tutor" else own[-1].company) if own else ("", "")
            if email:
                found.append((row, (None, email.strip().lower(), name)))
        return found

    return read


AUDIENCES: dict[str, Callable[[Wave, list[Happened], date], Found]] = {
    Wave.Audience.HOLDER: _holders,
    Wave.Audience.MENTOR: _mentors,
    Wave.Audience.TUTOR: _hosts("tutor"),
    Wave.Audience.COMPANY: _hosts("company"),
}


def with_rows(found: list[Asking]) -> list[Due]:
    """What asking each of them needs. Two queries."""
    journeys = Journey.objects.select_related("holder__user", "project", "programme__organisation").in_bulk(
        {one.journey for one in found}
    )
    people = User.objects.in_bulk({one.person for one in found if one.person})
    return [Due(one, journeys[one.journey], people[one.person] if one.person else None) for one in found]


def due_now(limit: int) -> list[Due]:
    """At most `limit` asks to send now, the longest due first."""
    return with_rows(askings(running_waves())[:limit])


def next_moment(asking: Asking, now: datetime) -> datetime:
    """When the clock will ask: now, or as its day begins."""
    zone = ZoneInfo(asking.wave.programme.organisation.time_zone)
    return max(now, datetime.combine(asking.due_on, datetime.min.time(), zone))
