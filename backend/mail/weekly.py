"""The weekly letter: what it is made of, and when it is due to whom. No tables are read here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation

WEEK = timedelta(days=7)
"""Between two letters; what another letter told within this time is not told again, whatever has become of it."""
LATEST_DAYS = 4
"""A letter due on a Monday leaves until Thursday night; what is later would stand too near the next one."""
MOST = 10
MOST_NEEDS = 6
NEVER = 0
WEEKDAYS = {
    NEVER: pgettext_lazy("weekly letter", "never"),
    1: _("Monday"), 2: _("Tuesday"), 3: _("Wednesday"), 4: _("Thursday"), 5: _("Friday"),
}  # fmt: skip


class Part(Enum):
    """What a line is to its reader, in the order of the letter."""

    WEEK = _("Your week")
    OWED = _("What waits for you")
    BESIDE = _("The people you accompany")
    NEWS = _("What is new")
    NEEDS = _("Who needs you")
    DECIDE = _("What awaits your decision")
    COMING = _("Modules and stays of the week")
    LETTERS = _("Letters")

    @property
    def title(self) -> Promise | str:
        return self.value


def nothing() -> str:
    """No more to say."""
    return ""


@dataclass(frozen=True)
class Line:
    """One thing told to one reader (her number), with the address of its page.

    `words` and `note` are said in her language and on her clock. `subject` names it; it is told once, and once more for
    another `stage` (late, about to close). `when`: what it is sorted by; a date of the coming week is told though
    another letter told it. `thing`: the row and its date, by which other letters know it (`queries.told_lately`).
    """

    reader: int
    part: Part
    subject: str
    words: Callable[[], str]
    url: str
    note: Callable[[], str] = nothing
    stage: str = ""
    when: date | datetime | None = None
    thing: tuple[Model, date | datetime] | None = None
    is_only_so: bool = False
    """Not told now; yet still so, and therefore no news when it is told again."""

    @property
    def is_date(self) -> bool:
        return self.part == Part.WEEK

    @property
    def order(self) -> tuple[bool, date]:
        """The soonest first, then what has no day, as it was given."""
        on = self.when.date() if isinstance(self.when, datetime) else self.when
        return (on is None, on or date.max)


@dataclass(frozen=True)
class Week:
    """Whose week is asked about: these readers (numbers), in one organisation, from now until the next letter."""

    organisation: Organisation
    people: frozenset[int]
    now: datetime
    until: datetime
    zone: tzinfo

    @property
    def first_on(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def last_on(self) -> date:
        """The last whole day before the next letter."""
        return self.until.astimezone(self.zone).date() - timedelta(days=1)


@dataclass(frozen=True)
class Slot:
    """One weekly letter of one reader: which week, due when, and from when on it would be too late."""

    week: str
    due: datetime
    over: datetime
    until: datetime
    """When the next one is due."""


def slot(now: datetime, zone: tzinfo, weekday: int, hour: int) -> Slot | None:
    """The weekly letter to send now to a reader with this clock, if it is time: from the weekday (1 = Monday) and hour
    on, until the night of the third day after. The hour is that of the wall, before and after clocks change.
    """
    if weekday == NEVER:
        return None
    today = now.astimezone(zone).date()
    for back in range(LATEST_DAYS):
        on = today - timedelta(days=back)
        if on.isoweekday() == weekday:
            due = _at(on, hour, zone)
            over = _at(on + timedelta(days=LATEST_DAYS), 0, zone)
            year, number, _weekday = on.isocalendar()
            until = _at(on + timedelta(days=7), hour, zone)
            return Slot(f"{year}-W{number:02}", due, over, until) if due <= now < over else None
    return None


def _at(on: date, hour: int, zone: tzinfo) -> datetime:
    return datetime.combine(on, time(hour), zone).astimezone(UTC)


@dataclass(frozen=True)
class Section:
    """One part of a letter: its lines, and how many more there are."""

    title: Promise | str
    lines: list[Line]
    more: int = 0


@dataclass(frozen=True)
class Sheet:
    """What one reader's letter says; `told` is what she will have been told after it: {subject: stage}."""

    sections: list[Section] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[Line]:
        return [line for section in self.sections for line in section.lines]


def sheet(lines: Iterable[Line], known: Mapping[str, str], until: datetime) -> Sheet:
    """Of these `lines`, what she does not know yet (`known`: {subject: stage}), and the dates before `until`.

    What does not fit is not told, and comes next time. What is no longer so is forgotten: should it be so again, it is
    told again.
    """
    said = [line for line in lines if not (isinstance(line.when, datetime) and line.is_date and line.when >= until)]
    sayable = (line for line in said if not line.is_only_so)
    fresh = [line for line in sayable if line.is_date or known.get(line.subject) != line.stage]
    sections = []
    for part in Part:
        own = sorted((line for line in fresh if line.part == part), key=lambda line: line.order)
        most = MOST_NEEDS if part == Part.NEEDS else MOST
        if own:
            sections.append(Section(part.title, own[:most], max(0, len(own) - most)))
    still = {line.subject: known[line.subject] for line in said if line.subject in known}
    return Sheet(sections, still | {line.subject: line.stage for one in sections for line in one.lines})
