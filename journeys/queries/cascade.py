"""What moves when a step moves: reckoned on plain data. Nothing is read, nothing is written.

Each open step that nobody pinned goes with what it waits for: it moves by as many days as its anchor, the latest day
of its prerequisites (due, or done), else the start of the journey. So a plan keeps the room somebody gave it (a pause,
a step done early), the same move twice moves nothing more, and moving back returns. A step whose prerequisites change
is placed anew: `min_days` to `max_days` after its anchor.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter

OPEN = frozenset({"planned", "scheduled", "in_progress"})


@dataclass(frozen=True)
class Line:
    """One step as the reckoning sees it; `after` holds the codes of what it waits for."""

    code: str
    title: str
    state: str
    min_days: int
    max_days: int
    earliest_on: date
    due_on: date
    done_on: date | None = None
    is_pinned: bool = False
    after: frozenset[str] = frozenset()
    pk: int = 0
    kind: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_free(self) -> bool:
        """May a cascade move it?"""
        return self.is_open and not self.is_pinned


@dataclass(frozen=True)
class Plan:
    """The steps of a journey by code, in their order, between its start and its planned end."""

    starts_on: date
    ends_on: date
    lines: Mapping[str, Line] = field(default_factory=dict)

    @property
    def after(self) -> dict[str, frozenset[str]]:
        return {code: line.after for code, line in self.lines.items()}

    def anchor(self, code: str) -> date:
        """The day from which the days of this step count."""
        before = (self.lines[one] for one in self.lines[code].after if one in self.lines)
        return max((line.done_on or line.due_on for line in before), default=self.starts_on)

    def put(self, *lines: Line) -> "Plan":
        """The same plan with these lines, new or in the place of those of the same code."""
        return replace(self, lines={**self.lines, **{line.code: line for line in lines}})

    def without(self, code: str) -> "Plan":
        """The same plan without this line, for which nothing waits any more."""
        rest = {one: replace(line, after=line.after - {code}) for one, line in self.lines.items() if one != code}
        return replace(self, lines=rest)


@dataclass(frozen=True)
class Shift:
    """One step, from when to when."""

    code: str
    title: str
    was_earliest: date
    was_due: date
    earliest: date
    due: date

    @property
    def days(self) -> int:
        """How far its due day moves."""
        return (self.due - self.was_due).days


@dataclass(frozen=True)
class Breach:
    """An open step outside its days: `days` after its latest date ("late") or the planned end of the journey ("end"),
    or before it may begin ("early")."""

    code: str
    title: str
    limit: str
    days: int


@dataclass(frozen=True)
class Stay:
    """A step that waits for one that moves, and stays all the same: pinned, or in a state that is over."""

    code: str
    title: str
    why: str


@dataclass(frozen=True)
class Cascade:
    """What differs between two plans: what moves, which limits are passed more than before, what stays."""

    shifts: tuple[Shift, ...] = ()
    breaches: tuple[Breach, ...] = ()
    stays: tuple[Stay, ...] = ()


def cycle_of(after: Mapping[str, Collection[str]]) -> list[str]:
    """The codes of one ring of steps that wait for one another, the first again at the end; empty without a ring."""
    try:
        TopologicalSorter({code: sorted(before) for code, before in after.items()}).prepare()
    except CycleError as error:
        return list(error.args[1])[::-1]
    return []


def reaches(after: Mapping[str, Collection[str]], code: str, goal: str) -> bool:
    """Does `code` wait for `goal`, through whatever stands between?"""
    seen: set[str] = set()
    ahead = [code]
    while ahead:
        here = ahead.pop()
        if here == goal:
            return True
        if here not in seen:
            seen.add(here)
            ahead += after.get(here, ())
    return False


def window(anchor: date, min_days: int, max_days: int) -> tuple[date, date]:
    """(not before, due)."""
    return anchor + timedelta(days=min_days), anchor + timedelta(days=max_days)


def settle(old: Plan, new: Plan) -> Plan:
    """`new` with every free step placed with regard to what it waits for; `old` says how it stood before."""
    settled = replace(new, lines=dict(new.lines))
    assert isinstance(settled.lines, dict)
    for code in TopologicalSorter(new.after).static_order():
        line = new.lines.get(code)
        if line is not None and line.is_free:
            settled.lines[code] = _placed(old, settled, line)
    return settled


def _placed(old: Plan, new: Plan, line: Line) -> Line:
    was, anchor = old.lines.get(line.code), new.anchor(line.code)
    if was is None or was.after != line.after:
        earliest, due = window(anchor, line.min_days, line.max_days)
    else:
        moved = anchor - old.anchor(line.code)
        earliest = line.earliest_on + moved + timedelta(days=line.min_days - was.min_days)
        due = line.due_on + moved + timedelta(days=line.max_days - was.max_days)
    return replace(line, earliest_on=min(earliest, due), due_on=due)


def move(plan: Plan, code: str, earliest: date, due: date, *, holds: bool = True) -> Plan:
    """The plan once this step lies between those days, its followers with it; `holds`: it is pinned from now on."""
    line = replace(plan.lines[code], earliest_on=earliest, due_on=due, is_pinned=holds)
    return settle(plan, plan.put(line))


def breaches(plan: Plan) -> list[Breach]:
    """Every limit that an open step passes, in the order of the plan."""
    found = []
    for code, line in plan.lines.items():
        if not line.is_open:
            continue
        first, last = window(plan.anchor(code), line.min_days, line.max_days)
        over = {
            "late": (line.due_on - last).days,
            "early": (first - line.earliest_on).days,
            "end": (line.due_on - plan.ends_on).days,
        }
        found += [Breach(code, line.title, limit, days) for limit, days in over.items() if days > 0]
    return found


def compare(old: Plan, new: Plan) -> Cascade:
    """From `old` to `new`. A new step is no shift; a limit counts once it is passed more than before."""
    shifts = [
        Shift(code, line.title, was.earliest_on, was.due_on, line.earliest_on, line.due_on)
        for code, line in new.lines.items()
        if (was := old.lines.get(code)) and (was.earliest_on, was.due_on) != (line.earliest_on, line.due_on)
    ]
    before = {(one.code, one.limit): one.days for one in breaches(old)}
    worse = [one for one in breaches(new) if one.days > before.get((one.code, one.limit), 0)]
    moving = {one.code for one in shifts}
    stays = [
        Stay(code, line.title, "pinned" if line.is_open else line.state)
        for code, line in new.lines.items()
        if line.after & moving and code not in moving and not line.is_free
    ]
    return Cascade(tuple(shifts), tuple(worse), tuple(stays))
