"""Every figure of the catalogue worked out anew from the tables: plain Python and scipy, nothing of the house.

It knows the definitions as they are told to readers, and none of the queries.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from scipy import stats

from tests.evaluation.golden.facts import (
    ANONYMOUS,
    ASKED,
    BRIDGES,
    COMMUNES,
    INHABITANTS,
    JOURNEYS,
    MILESTONES,
    MODULES,
    OPEN_DAYS,
    ORGANISATIONS,
    SESSIONS,
    STAYS,
    STEPS,
    TODAY,
    Line,
    due,
    table,
)  # fmt: skip
from tests.evaluation.golden.facts_heard import HEARD, WAVES

PARIS = ZoneInfo("Europe/Paris")
EVENING = time(20)
FEWEST = 5
"""Under five people who answered twice no change is told."""
QPV = {"out": "outside", "?": "unknown"}


@dataclass(frozen=True)
class Cut:
    """Which part of the programme: None, or empty, is all of it."""

    organisation: str = ""
    programme: str = ""
    commune: str = ""
    qpv: str = ""
    neighbourhood: str = ""
    first: date | None = None
    """Started from this day …"""
    last: date | None = None
    """… to this one: a cohort."""
    since: date | None = None
    until: date = TODAY

    def has(self, journey: Line) -> bool:
        start = journey.on("start") or TODAY
        return (
            self.organisation in ("", ORGANISATIONS[journey.programme or ""])
            and self.programme in ("", journey.programme)
            and self.commune in ("", journey.commune or "none")
            and self.qpv in ("", qpv_of(journey))
            and self.neighbourhood in ("", journey.qpv)
            and (self.first or start) <= start <= (self.last or start)
        )

    @property
    def is_whole(self) -> bool:
        """Are all the people of its programmes in it?"""
        return not (self.commune or self.qpv or self.neighbourhood or self.first or self.last)

    @property
    def now(self) -> datetime:
        """When it is looked at: on the evening of the last day, never before that of the last day of the programme."""
        return datetime.combine(max(self.until, TODAY), EVENING, PARIS)

    def covers(self, day: date) -> bool:
        return (self.since or day) <= day <= self.until


@dataclass(frozen=True)
class Golden:
    """What a figure has to be. `value` None: nothing to conclude."""

    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    missing: int | None = None
    low: float | None = None
    high: float | None = None


def qpv_of(journey: Line) -> str:
    return QPV.get(journey.qpv or "", "inside")


@cache
def journeys() -> dict[str, Line]:
    return {line.id or "": line for line in table(JOURNEYS)}


@cache
def lines(text: str) -> list[Line]:
    return table(text)


def of(text: str, cut: Cut, *, by: str = "id") -> list[Line]:
    """The lines of a table about journeys of this cut."""
    return [line for line in lines(text) if cut.has(journeys()[getattr(line, by)])]


def under_way(cut: Cut) -> list[Line]:
    """Journeys that had begun by the last day, and had not ended before the first."""
    return [
        one
        for one in journeys().values()
        if cut.has(one)
        and (one.on("start") or date.max) <= cut.until
        and (cut.since is None or (one.on("ended") or date.max) >= cut.since)
    ]


# --- Intervals: from scipy, not from the house ------------------------------------------------------------
def share(part: int, whole: int, missing: int | None = None) -> Golden:
    """A percentage with Wilson's interval."""
    if not whole:
        return Golden(None, 0, 0, missing)
    bounds = stats.binomtest(part, whole).proportion_ci(0.95, method="wilson")
    return Golden(100 * part / whole, part, whole, missing, 100 * bounds.low, 100 * bounds.high)


def rate(count: int, missing: int) -> Golden:
    """Per 10,000 inhabitants, with the exact interval of a Poisson count (quantiles of the gamma law)."""
    low = stats.gamma.ppf(0.025, count) if count else 0.0
    per = 10_000 / INHABITANTS
    return Golden(per * count, count, INHABITANTS, missing, per * low, per * stats.gamma.ppf(0.975, count + 1))


# --- People -----------------------------------------------------------------------------------------------
def people(cut: Cut) -> Golden:
    count = len({one.person for one in under_way(cut)})
    return Golden(count, count, None, 0)


def women(cut: Cut) -> Golden:
    told: dict[str | None, set[str]] = {}
    for one in under_way(cut):
        told.setdefault(one.person, set()).update({one.gender} - {None})
    known = [genders for genders in told.values() if genders]
    return share(sum("woman" in genders for genders in known), len(known), len(told) - len(known))


def qpv(cut: Cut) -> Golden:
    told: dict[str | None, set[str]] = {}
    for one in under_way(cut):
        told.setdefault(one.person, set()).update({qpv_of(one)} - {"unknown"})
    known = [places for places in told.values() if places]
    return share(sum("inside" in places for places in known), len(known), len(told) - len(known))


def communes(cut: Cut) -> Golden:
    reached = {one.commune for one in under_way(cut) if one.commune}
    return Golden(len(reached), len(reached), 24)


def per_inhabitants(cut: Cut) -> Golden:
    everybody = {one.person for one in under_way(cut)}
    known = {one.person for one in under_way(cut) if one.commune}
    return rate(len(known), len(everybody) - len(known))


def left(cut: Cut) -> Golden:
    found = under_way(cut)
    gone = [
        one for one in found if one.ended and one.how not in ("completed", "bridged") and cut.covers(one.on("ended"))
    ]  # fmt: skip
    return Golden(len(gone) if found else None, len(gone), len(found))


# --- Hours ------------------------------------------------------------------------------------------------
SURE = ("confirmed", "signed")
STANDING = (*SURE, "declared", "disputed")


def minutes(kept: Iterable[Line], day: str, cut: Cut, states: Iterable[str] = STANDING) -> int:
    return sum(int(one.minutes or 0) for one in kept if one.state in states and cut.covers(one.on(day)))


def training(cut: Cut) -> tuple[int, int]:
    """(all, of which sure)"""
    found = of(MODULES, cut)
    return minutes(found, "when", cut), minutes(found, "when", cut, SURE)


def mentoring(cut: Cut) -> tuple[int, int]:
    found = of(SESSIONS, cut)
    return minutes(found, "when", cut), minutes(found, "when", cut, SURE)


def immersed(cut: Cut) -> tuple[int, int]:
    """Nobody has confirmed them yet."""
    return minutes(of(STAYS, cut), "ends", cut, ("completed", "partial")), 0


def hours(*kinds: Callable[[Cut], tuple[int, int]]) -> Callable[[Cut], Golden]:
    def reckoned(cut: Cut) -> Golden:
        every, sure = (sum(one) for one in zip(*(kind(cut) for kind in kinds), strict=True))
        return Golden(every, sure, every)

    return reckoned


# --- Steps ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Fallen:
    """A step that counts: on which journey, on which day, done or not."""

    journey: Line
    day: date
    is_done: bool


def was_due(journey: Line, days: int) -> Fallen | None:
    """Not done: on the day it was due, unless the journey had ended before."""
    day = due(journey, days)
    ended = journey.on("ended")
    return None if ended and ended < day else Fallen(journey, day, is_done=False)


@cache
def immersion_steps() -> list[Fallen]:
    done = {line.id: line.on("ends") for line in lines(STAYS) if line.state in ("completed", "partial")}
    found = []
    for one in journeys().values():
        days = next(days for _code, kind, days, _shared in STEPS[one.programme or ""] if kind == "immersion")
        day = done.get(one.id)
        found.append(Fallen(one, day, is_done=True) if day else was_due(one, days))
    return [one for one in found if one]


@cache
def milestone_steps() -> list[Fallen]:
    reached = {(line.id, line.code): line for line in lines(MILESTONES)}
    carried = {(line.to, code) for line in lines(BRIDGES) for code in (line.carried or "").split(",")}
    found: list[Fallen | None] = []
    teams: dict[tuple[str | None, ...], list[Fallen]] = {}
    for one in journeys().values():
        for code, kind, days, is_shared in STEPS[one.programme or ""]:
            if kind != "milestone" or (one.id, code) in carried:
                continue
            told = reached.get((one.id, code))
            if told and told.state == "waived":
                continue
            fallen = Fallen(one, told.on("day") or TODAY, is_done=True) if told else was_due(one, days)
            if fallen and is_shared:
                teams.setdefault((one.programme, one.project, code), []).append(fallen)
            else:
                found.append(fallen)
    # once for a whole team: where it was reached, else on the journey of the one who came first
    found += [next((one for one in team if one.is_done), team[0]) for team in teams.values()]
    return [one for one in found if one]


def steps(all_of: Callable[[], list[Fallen]]) -> Callable[[Cut], Golden]:
    def reckoned(cut: Cut) -> Golden:
        fallen = [one for one in all_of() if cut.has(one.journey) and cut.covers(one.day)]
        done = sum(one.is_done for one in fallen)
        return Golden(done if fallen else None, done, len(fallen))

    return reckoned


def bridges(cut: Cut) -> Golden:
    crossed = [one for one in of(BRIDGES, cut, by="to") if cut.covers(one.on("day"))]
    return Golden(len(crossed), len(crossed))


# --- Answers ----------------------------------------------------------------------------------------------
@cache
def asks() -> list[Line]:
    """What was asked about the posture at both ends; of an ask made again the second line."""
    return list({(line.id, line.moment): line for line in lines(ASKED)}.values())


def is_anonymous(line: Line) -> bool:
    return (journeys()[line.id or ""].programme, line.moment) in ANONYMOUS


def asked(cut: Cut, *moments: str) -> list[Line]:
    return [
        one
        for one in asks()
        if cut.has(journeys()[one.id or ""])
        and one.moment in moments
        and not is_anonymous(one)
        and cut.covers(one.on("when"))
    ]


def moment(word: str | None) -> datetime:
    """By a clock in Nantes."""
    return datetime.fromisoformat(word or "").replace(tzinfo=PARIS)


def closes(line: Line, days: int) -> datetime:
    """So many times twenty-four hours after it was asked."""
    return (moment(line.when).astimezone(UTC) + timedelta(days)).astimezone(PARIS)


@cache
def wave_of(journey: str, name: str) -> Line:
    """The wave of that name in the programme of this journey."""
    programme = journeys()[journey].programme
    return next(one for one in lines(WAVES) if (one.programme, one.wave) == (programme, name))


def closed(cut: Cut) -> list[Line]:
    """What holders were asked at the start and at exit, whatever the questionnaire, by the day their time was over."""
    found = [(one, OPEN_DAYS) for one in asks() if not is_anonymous(one)]
    for one in lines(HEARD):
        wave = wave_of(one.id or "", one.wave or "")
        if (wave.moment, wave.months) == ("exit", "0"):
            found.append((one, int(wave.open or 0)))
    over = [(one, closes(one, days)) for one, days in found if cut.has(journeys()[one.id or ""])]
    return [one for one, at in over if cut.covers(at.date()) and at <= cut.now]


def response(cut: Cut) -> Golden:
    found = closed(cut)
    return share(sum(one.state == "complete" for one in found), len(found))


def scores(answers: str | None) -> list[float | None]:
    """Of each area: the mean of what was answered, from three answers of five up."""
    areas = [[int(mark) for mark in area if mark != "."] for area in (answers or "").split()]
    return [sum(area) / len(area) if len(area) >= 3 else None for area in areas]


def overall(answers: str | None) -> float | None:
    areas = scores(answers)
    known = [one for one in areas if one is not None]
    return sum(known) / 3 if len(known) == 3 else None


def twice(cut: Cut) -> list[tuple[Line, Line]]:
    """What was asked of the same person at exit in the period, and at the start before."""
    starts = {one.id: one for one in asks() if one.moment == "start" and not is_anonymous(one)}
    return [(starts[one.id], one) for one in asked(cut, "exit") if one.id in starts]


def changes(both: Iterable[tuple[Line, Line]]) -> list[tuple[float, float]]:
    """Before and after, of those of whom both are known."""
    known = [(overall(one.answers), overall(two.answers)) for one, two in both if one.state == two.state == "complete"]
    return [(before, after) for before, after in known if before is not None and after is not None]


def posture(cut: Cut) -> Golden:
    both = twice(cut)
    answered = [one for one, two in both if one.state == two.state == "complete"]
    pairs = changes(both)
    if len(pairs) < FEWEST:
        return Golden(None, len(answered), len(both))
    tested = stats.ttest_rel([after for _before, after in pairs], [before for before, _after in pairs])
    bounds = tested.confidence_interval(0.95)
    mean = sum(after - before for before, after in pairs) / len(pairs)
    return Golden(mean, len(answered), len(both), None, bounds.low, bounds.high)


RECKONED: dict[str, Callable[[Cut], Golden]] = {
    "people": people,
    "women": women,
    "qpv": qpv,
    "communes": communes,
    "rate": per_inhabitants,
    "left": left,
    "hours": hours(training, mentoring, immersed),
    "hours_training": hours(training),
    "hours_mentoring": hours(mentoring),
    "hours_immersion": hours(immersed),
    "immersions": steps(immersion_steps),
    "milestones": steps(milestone_steps),
    "posture": posture,
    "response": response,
    "bridges": bridges,
}
"""One for each figure of the catalogue."""
assert set(COMMUNES) >= {one.commune for one in journeys().values() if one.commune}
