"""How long journeys waited within a period, without anything received, in one statement whatever their number.

A wait is an interval of `gaps`, pauses aside, that runs on at least one day of the period. It is taken from its
beginning, which may come before the period (within a month none would be longer than a month), to the last day of the
period at most: what a past period says never changes by the mere passing of time.
"""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from statistics import median
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, DateField, F, IntegerField, Value, When
from django.db.models.expressions import RawSQL

from backend.lib import clock
from journeys.models import Journey
from journeys.queries.gaps import STRETCHES, WALKED
from journeys.queries.sets import (
    RESTS,
    WAKES,
    Asked,
    Part,
    a_day,
    apart,
    contacts,
    day_of,
    day_of_each,
    days_between,
    either,
    entries,
    ids_of,
    latest_of,
    leaf,
    once,
    read,
    stored_day,
    with_parts,
)

DAWN = date(1, 1, 1)
COLUMNS = "journey, person, longest, lived, awake, hole_days"


@dataclass(frozen=True)
class Wait:
    """The waits of one journey, in days: the longest, and how long it had been under way, from its start (`lived`) and
    within the period (`awake`)."""

    person: int
    longest: int
    lived: int
    awake: int
    hole_days: int

    @property
    def is_told(self) -> bool:
        """Under way for long enough that there could be a hole, and in the period."""
        return self.lived > self.hole_days and self.awake > 0

    @property
    def has_hole(self) -> bool:
        return self.longest > self.hole_days


TOLD = "lived > hole_days AND awake > 0"
HOLED = "longest > hole_days"
"""`is_told` and `has_hole` as the database reads them."""


@dataclass(frozen=True)
class Side:
    """Journeys alike, and their people: {the longest wait, in days: how many journeys}."""

    journeys: Counter[int]
    people: int

    @cached_property
    def n(self) -> int:
        return self.journeys.total()


@dataclass(frozen=True)
class Summary:
    """Many journeys at once: those without a hole, those with one, both, and those of which nothing is told."""

    without: Side
    holed: Side
    told: Side
    untold: Side

    @cached_property
    def middle(self) -> float:
        """The median of the longest waits; StatisticsError without any."""
        return median(sorted(self.told.journeys.elements()))


def waits(journeys: Asked, since: date | None, until: date) -> dict[int, Wait]:
    """{journey: its waits} from `since` (None: the beginning) to `until`, both included; to today at most."""
    try:
        statement = _statement(journeys, since, until, f"SELECT {COLUMNS} FROM waits")  # noqa: S608 - columns only
    except EmptyResultSet:
        return {}
    return {journey: Wait(person, longest, int(lived), int(awake), hole_days)
            for journey, person, longest, lived, awake, hole_days in read(statement)}  # fmt: skip


SIDED = f"SELECT person, CASE WHEN NOT ({TOLD}) THEN 0 WHEN {HOLED} THEN 2 ELSE 1 END AS side, longest FROM waits"  # noqa: S608 - columns
PERSONS = (
    "SELECT person, MAX(CASE WHEN side = 0 THEN 1 ELSE 0 END) AS untold,"  # noqa: S608 - columns only
    " MAX(CASE WHEN side = 1 THEN 1 ELSE 0 END) AS"
    f" without, MAX(CASE WHEN side = 2 THEN 1 ELSE 0 END) AS holed FROM ({SIDED}) sided GROUP BY person"
)
SUMMED = (
    f"SELECT side, longest, COUNT(*) FROM ({SIDED}) sided GROUP BY side, longest UNION ALL SELECT 3 + untold + 2 *"  # noqa: S608 - columns only
    f" without + 4 * holed, 0, COUNT(*) FROM ({PERSONS}) persons GROUP BY untold, without, holed"
)
"""(side, days, journeys); then people: 3 and one, two and four more by which sides they have journeys on."""


def summary(key: Hashable, journeys: Callable[[], Asked], since: date | None, until: date) -> Summary:
    """What `waits` says of each of them, summed up by the database; `key`: what the journeys are, to remember the
    statement by."""

    try:
        rows = read(once(("waits", key, since, until), lambda: _statement(journeys(), since, until, SUMMED)))
    except EmptyResultSet:
        rows = []
    sides, people = [Counter[int](), Counter[int](), Counter[int]()], Counter[int]()
    for side, days, number in rows:
        if side < len(sides):
            sides[side][days] = number
        else:
            people[side - len(sides)] = number

    def persons(which: int) -> int:
        return sum(number for mark, number in people.items() if mark & which)

    untold, without, holed = (Side(found, persons(1 << place)) for place, found in enumerate(sides))
    return Summary(without, holed, Side(without.journeys + holed.journeys, persons(6)), untold)


def longest(journeys: Asked, since: date | None, until: date, count: int) -> list[int]:
    """The journeys that waited longest, of those of which something is told: so many at most, in order."""
    order = f"WHERE {TOLD} ORDER BY longest DESC, journey LIMIT {int(count)}"
    try:
        rows = read(_statement(journeys, since, until, f"SELECT journey FROM waits {order}"))  # noqa: S608 - columns
    except EmptyResultSet:
        return []
    return [journey for (journey,) in rows]


def sides(journeys: Asked, since: date | None, until: date) -> tuple[list[int], list[int]]:
    """The journeys of which something is told: those without a hole, those with one. One query."""
    question = f"SELECT journey, CASE WHEN {HOLED} THEN 1 ELSE 0 END FROM waits WHERE {TOLD}"  # noqa: S608 - columns
    found: tuple[list[int], list[int]] = ([], [])
    try:
        for journey, has_hole in read(_statement(journeys, since, until, question)):
            found[has_hole].append(journey)
    except EmptyResultSet:
        pass
    return found


# --- The statement --------------------------------------------------------------------------------------
def _statement(journeys: Asked, since: date | None, until: date, question: str) -> Part:
    """Most journeys never rest: their waits lie between the days on which hours were received. Those that do are walked
    through from one point to the next, as in `gaps`; of their points there are few.
    """
    last, first = min(until, clock.today()), stored_day(since or DAWN)
    ids = ids_of(journeys)
    parts = [
        _scope(ids, last),
        _acts(ids),
        Part("turns(journey, on_day, ref, rests)", TURNS),
        Part("turned", TURNED),
        leaf("hours(journey, on_day)", _hours(RawSQL("SELECT journey FROM turned", ()))),
        Part("within(journey, on_day, kind, ref, rests, hole_days)", WITHIN),
        Part("stretches", STRETCHES),
        Part("walked", WALKED),
        _waits(_received(ids, last, first), first),
    ]
    return with_parts(parts, question)


def _bound(last: date, path: str = "") -> Case:
    """The day a journey ended, the last of the period at most."""
    ended = f"{path}ended_on"
    return Case(When(**{f"{ended}__lt": last}, then=F(ended)), default=Value(last), output_field=DateField())


def _scope(ids: Any, last: date) -> Part:
    """One row a journey that had begun by the last day."""
    rows = Journey.objects.filter(pk__in=ids, started_on__lte=last).exclude(state=Journey.State.DRAFT)
    paused = Case(When(state=Journey.State.PAUSED, then=F("paused_on")), output_field=DateField())
    names = ("pk", "holder__user_id", "programme__hole_days", "started_on")
    head = "scope(journey, person, hole_days, started_on, bound, paused_on)"
    return leaf(head, rows.values_list(*names, _bound(last), paused))


def _hours(ids: Any, *more: Any) -> Any:
    """(journey, day, more …) of each line of hours received."""
    return contacts().filter(journey__in=ids).values_list("journey", day_of_each("happened_at"), *more)


def _acts(ids: Any) -> Part:
    """The days on which journeys were laid to rest and taken up again."""
    flag = Case(When(verb__in=RESTS, then=Value(1)), default=Value(0), output_field=IntegerField())
    said = entries(ids, *RESTS, *WAKES).values_list("about_id", day_of("at"), "pk", flag)
    now = "SELECT journey, paused_on, 0, 1 FROM scope WHERE paused_on IS NOT NULL"
    return either("acts(journey, on_day, ref, rests)", [leaf("", said), Part("", now)])


TURNS = (
    "SELECT a.journey, a.on_day, a.ref, a.rests FROM acts a JOIN scope s ON s.journey = a.journey"
    " WHERE a.on_day >= s.started_on AND a.on_day < s.bound"
)
"""Those that come before the last day: nothing waits after it."""
TURNED = "SELECT s.* FROM scope s WHERE s.journey IN (SELECT journey FROM turns)"
WITHIN = (
    "SELECT journey, started_on, 0, 0, 0, hole_days FROM turned"
    " UNION ALL SELECT h.journey, h.on_day, 1, 0, 0, s.hole_days FROM hours h JOIN turned s ON s.journey = h.journey"
    " WHERE h.on_day >= s.started_on AND h.on_day <= s.bound"
    " UNION ALL SELECT t.journey, t.on_day, 2, t.ref, t.rests, s.hole_days FROM turns t"
    " JOIN turned s ON s.journey = t.journey"
    " UNION ALL SELECT journey, bound, 3, 0, 0, hole_days FROM turned"
)
"""The points of journeys that turn, `kind` as in `gaps.points`."""


def _received(ids: Any, last: date, first: Any) -> Part:
    """Of each journey that received hours until its last day: the day of the last of them, and the longest wait before
    one of the period.
    """
    lines = _hours(ids, "journey__started_on", _bound(last, "journey__"))
    hours = leaf("lines(journey, on_day, started_on, bound)", lines)
    before = "LAG(on_day, 1, started_on) OVER (PARTITION BY journey ORDER BY on_day)"
    waited = (
        f"SELECT journey, on_day, {days_between('on_day', before)} AS days FROM lines"  # noqa: S608 - columns only
        " WHERE on_day >= started_on AND on_day <= bound"
    )
    text = (
        f"WITH {hours.head} AS ({hours.text}{apart()}) SELECT journey, MAX(on_day) AS latest,"  # noqa: S608 - columns
        f" MAX(CASE WHEN on_day > {a_day()} THEN days ELSE 0 END) AS days FROM ({waited}) waited GROUP BY journey"
    )
    return Part("", text, (*hours.params, first))


def _waits(received: Part, first: Any) -> Part:
    """One row a journey: those that never turned, then those that did."""
    inside, tail = f"s.bound > {a_day()}", days_between("s.bound", "COALESCE(r.latest, s.started_on)")
    awake = days_between("s.bound", latest_of("s.started_on", a_day()))
    most = latest_of(f"CASE WHEN {inside} THEN {tail} ELSE 0 END", "COALESCE(r.days, 0)")
    steady = (
        f"SELECT s.journey, s.person, {most}, {days_between('s.bound', 's.started_on')},"  # noqa: S608 - columns only
        f" CASE WHEN {inside} THEN {awake} ELSE 0 END, s.hole_days"
        f" FROM scope s LEFT JOIN ({received.text}) r ON r.journey = s.journey"
        " WHERE NOT EXISTS (SELECT 1 FROM turns t WHERE t.journey = s.journey)"
    )
    length, within = days_between("w.until", "w.since"), f"w.until > {a_day()}"
    cut = days_between("w.until", latest_of("w.since", a_day()))
    turned = (
        f"SELECT w.journey, s.person, MAX(CASE WHEN {within} THEN {length} ELSE 0 END), SUM({length}),"  # noqa: S608 - columns
        f" SUM(CASE WHEN {within} THEN {cut} ELSE 0 END), w.hole_days"
        " FROM walked w JOIN turned s ON s.journey = w.journey WHERE w.rests = 0 AND w.until IS NOT NULL"
        " GROUP BY w.journey, s.person, w.hole_days"
    )
    params = (first, first, first, *received.params, first, first, first)
    return Part(f"waits({COLUMNS})", f"{steady} UNION ALL {turned}", params)
