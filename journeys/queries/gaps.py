"""Holes in journeys, measured behind and predicted ahead, in one statement each whatever the number of journeys.

A hole is an interval of more than `programme.hole_days` without anything received: between the start, the days on which
hours were received, and the end (today, or the day it ended). The days of a pause do not count: the interval stops
there, and another begins when the journey is taken up again (both are lines of the history).

Ahead, the interval runs from the last hours over everything dated (sessions, module dates, stays) to the planned end;
past the planned end nothing closes it. What is predicted is what will be measured if nothing more is planned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, IntegerField, QuerySet, Value, When

from backend.lib import clock
from journeys.models import Journey
from journeys.queries.sets import (
    RESTS,
    WAKES,
    Asked,
    Part,
    a_day,
    as_day,
    contacts,
    day_of,
    days_between,
    either,
    entries,
    ids_of,
    leaf,
    lives,
    once,
    read,
    read_day,
    scope,
    stored_day,
    with_parts,
)

FAR = date(9999, 12, 31)
START, CONTACT, PAUSE, RESUMED, END = "start", "contact", "pause", "resumed", "end"
ENROLMENT, STAY, INVITE = "enrolment", "stay", "invite"
SORTS = {"e": ENROLMENT, "i": STAY, "v": INVITE, "z": END, "b": CONTACT}


@dataclass(frozen=True)
class Spot:
    """One side of a hole: what it is, and the row that says it (a delivery, an enrolment…; 0 for a day alone)."""

    kind: str
    ref: int = 0


@dataclass(frozen=True)
class Gap:
    """One hole: from a day to another (None: it still runs, or nothing closes it), and between what and what."""

    journey: int
    since: date
    until: date | None
    days: int
    """Its length; up to today where `until` is None."""
    before: Spot
    after: Spot
    cause: str = ""
    """The hand-over at which it opened, in words (see `causes`)."""

    def saying(self, cause: str) -> "Gap":
        return replace(self, cause=cause)


@dataclass(frozen=True)
class Total:
    """The holes of one journey, summed up: how many, how many days in all, the longest."""

    count: int
    days: int
    longest: int


# --- Behind ---------------------------------------------------------------------------------------------
def points(ids: Any, until: date) -> Part:
    """Every day that bounds an interval: `kind` 0 the start, 1 hours received, 2 a pause or its end, 3 the end (that of
    the journey, else the day `until`).
    """
    flag = Case(When(verb__in=RESTS, then=Value(1)), default=Value(0), output_field=IntegerField())
    hours = contacts().filter(journey__in=ids)
    day = stored_day(until)
    end = f"CASE WHEN ended_on < {a_day()} THEN ended_on ELSE {a_day()} END"
    return either(
        "points(journey, on_day, kind, ref, rests)",
        [
            Part("", "SELECT journey, started_on, 0, 0, 0 FROM scope"),
            leaf("", hours.values_list("journey", day_of("happened_at"), Value(1), "pk", Value(0))),
            leaf("", entries(ids, *RESTS, *WAKES).values_list("about_id", day_of("at"), Value(2), "pk", flag)),
            Part("", "SELECT journey, paused_on, 2, 0, 1 FROM scope WHERE state = 'paused' AND paused_on IS NOT NULL"),
            Part("", f"SELECT journey, {end}, 3, 0, 0 FROM scope", (day, day)),  # noqa: S608 - columns
        ],
    )


WITHIN = (
    "SELECT p.journey, p.on_day, p.kind, p.ref, p.rests, s.hole_days"
    " FROM points p JOIN scope s ON s.journey = p.journey"
    " WHERE s.state <> 'draft' AND p.on_day >= s.started_on AND p.on_day <= COALESCE(s.ended_on, {day})"
)
STRETCHES = (
    "SELECT journey, on_day, kind, ref, rests, hole_days, SUM(CASE WHEN kind = 2 THEN 1 ELSE 0 END)"
    " OVER (PARTITION BY journey ORDER BY on_day, kind, ref ROWS UNBOUNDED PRECEDING) AS stretch FROM within"
)
"""A stretch runs from one pause or resumption to the next; it is at rest if it began with a pause."""
WALKED = (
    "SELECT journey, on_day AS since, LEAD(on_day) OVER w AS until, kind, ref, LEAD(kind) OVER w AS next_kind,"
    " LEAD(ref) OVER w AS next_ref, MAX(rests) OVER (PARTITION BY journey, stretch) AS rests, hole_days FROM stretches"
    " WINDOW w AS (PARTITION BY journey ORDER BY on_day, kind, ref)"
)


def _measured(journeys: Asked) -> list[Part]:
    """The expressions down to `gaps`, one row a hole behind. Raises EmptyResultSet when there can be no journey."""
    today = stored_day(clock.today())
    length = days_between("until", "since")
    text = (
        f"SELECT journey, since, until, {length}, kind, ref, next_kind, next_ref FROM walked"  # noqa: S608 - columns only
        f" WHERE rests = 0 AND until IS NOT NULL AND {length} > hole_days"
    )
    return [
        scope(journeys),
        points(ids_of(journeys), clock.today()),
        Part("within", WITHIN.format(day=a_day()), (today,)),
        Part("stretches", STRETCHES),
        Part("walked", WALKED),
        Part("gaps(journey, since, until, days, kind, ref, next_kind, next_ref)", text),
    ]


def measured(journeys: Asked) -> dict[int, list[Gap]]:
    """{journey: its holes behind, the oldest first}, the one that runs today included; only journeys that have some."""
    columns = "g.journey, g.since, g.until, g.days, g.kind, g.ref, g.next_kind, g.next_ref, s.ended_on"
    text = f"SELECT {columns} FROM gaps g JOIN scope s ON s.journey = g.journey ORDER BY g.journey, g.since"  # noqa: S608 - columns

    def statement() -> Part:
        return with_parts(_measured(journeys), text)

    try:
        rows = read(once(("measured", *journeys), statement) if isinstance(journeys, list) else statement())
    except EmptyResultSet:
        return {}
    found: dict[int, list[Gap]] = {}
    names = {0: START, 1: CONTACT, 2: PAUSE, 3: END}
    for journey, since, until, days, kind, ref, next_kind, next_ref, ended_on in rows:
        before = Spot(RESUMED if kind == 2 else names[kind], ref if kind == 1 else 0)
        after = Spot(names[next_kind], next_ref if next_kind == 1 else 0)
        closes = None if next_kind == 3 and ended_on is None else _sure(until)
        found.setdefault(journey, []).append(Gap(journey, _sure(since), closes, days, before, after))
    return found


def totals(journeys: QuerySet[Journey]) -> dict[int, Total]:
    """{journey: its holes behind summed up}, summed in the database; only journeys that have some."""
    text = "SELECT journey, COUNT(*), SUM(days), MAX(days) FROM gaps GROUP BY journey"
    try:
        rows = read(with_parts(_measured(journeys), text))
    except EmptyResultSet:
        return {}
    return {journey: Total(count, int(days), longest) for journey, count, days, longest in rows}


# --- Ahead ----------------------------------------------------------------------------------------------
REACHED = (
    "SELECT journey, from_on, rank, MAX(CAST(to_on AS text) || sort || CAST(ref AS text)) OVER (PARTITION BY journey"
    " ORDER BY rank, from_on, sort, ref ROWS UNBOUNDED PRECEDING) AS reach,"
    " LEAD(from_on) OVER w AS until, LEAD(sort) OVER w AS next_sort, LEAD(ref) OVER w AS next_ref"
    " FROM marks WINDOW w AS (PARTITION BY journey ORDER BY rank, from_on, sort, ref)"
)
"""`reach`: the latest day covered so far, with what covers it, in one text: day (10), sort (1), ref."""


def _marks() -> Part:
    """What the road ahead is made of: `rank` 0 the last hours, 1 what is dated, 2 the planned end."""
    today, far = stored_day(clock.today()), stored_day(FAR)
    end = f"CASE WHEN planned_end_on <= {a_day()} THEN {a_day()} ELSE planned_end_on END"
    ends = f"SELECT journey, {end}, {end}, 2, 'z', 0 FROM scope WHERE state = 'active'"  # noqa: S608 - columns only
    dated = "SELECT a.journey, from_on, to_on, 1, sort, ref FROM ahead a JOIN lives l ON l.journey = a.journey"
    return either(
        "marks(journey, from_on, to_on, rank, sort, ref)",
        [
            Part("", "SELECT journey, since, since, 0, 'b', 0 FROM lives"),
            Part("", dated),
            Part("", ends, (today, far, today, far)),
        ],
    )


def predicted(journeys: Asked) -> dict[int, Gap]:
    """{active journey: the first hole that is not over}, as things are dated now; only journeys that have one.

    Its `days` run to the planned end or the next thing dated; to today where nothing closes it.
    """
    length = days_between("r.until", as_day("substr(r.reach, 1, 10)"))
    order = "PARTITION BY r.journey ORDER BY r.rank, r.from_on, r.reach"
    columns = f"r.journey, r.reach, r.until, r.next_sort, r.next_ref, ROW_NUMBER() OVER ({order}), {length}"
    fits = f"r.until > {a_day()} AND {length} > s.hole_days"
    holes = f"SELECT {columns} FROM reached r JOIN scope s ON s.journey = r.journey WHERE {fits}"  # noqa: S608 - columns
    head = "holes(journey, reach, until, next_sort, next_ref, place, days)"
    text = "SELECT journey, reach, until, next_sort, next_ref, days FROM holes WHERE place = 1 ORDER BY journey"

    def statement() -> Part:
        parts = [*lives(journeys), _marks(), Part("reached", REACHED)]
        return with_parts([*parts, Part(head, holes, (stored_day(clock.today()),))], text)

    try:
        few = isinstance(journeys, list)
        rows = read(once(("predicted", *journeys), statement) if few else statement())
    except EmptyResultSet:
        return {}
    return {row[0]: _foreseen(row) for row in rows}


def _foreseen(row: Sequence[Any]) -> Gap:
    journey, reach, until, next_sort, next_ref, days = row
    since, closes = date.fromisoformat(reach[:10]), _sure(until)
    is_open = closes == FAR
    length = max(0, (clock.today() - since).days) if is_open else days
    before, after = Spot(SORTS[reach[10]], int(reach[11:])), Spot(SORTS[next_sort], next_ref)
    return Gap(journey, since, None if is_open else closes, length, before, after)


def _sure(value: Any) -> date:
    day = read_day(value)
    assert day is not None
    return day
