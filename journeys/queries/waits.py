"""How long journeys waited within a period, without anything received, in one statement whatever their number.

A wait is an interval of `gaps`, pauses aside, that runs on at least one day of the period. It is taken from its
beginning, which may come before the period (within a month none would be longer than a month), to the last day of the
period at most: what a past period says never changes by the mere passing of time.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import EmptyResultSet

from backend.lib import clock
from journeys.queries.gaps import STRETCHES, WALKED, points
from journeys.queries.sets import (
    Asked,
    Part,
    a_day,
    days_between,
    ids_of,
    latest_of,
    read,
    scope,
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


def waits(journeys: Asked, since: date | None, until: date) -> dict[int, Wait]:
    """{journey: its waits} from `since` (None: the beginning) to `until`, both included; to today at most."""
    try:
        statement = _statement(journeys, since, until, COLUMNS)
    except EmptyResultSet:
        return {}
    return {journey: Wait(person, longest, int(lived), int(awake), hole_days)
            for journey, person, longest, lived, awake, hole_days in read(statement)}  # fmt: skip


def journeys_where(condition: str, journeys: Asked, since: date | None, until: date) -> Part:
    """The statement that gives the numbers of the journeys of which `condition` (`TOLD`, `HOLED`) is true.

    Raises EmptyResultSet when there can be none.
    """
    return _statement(journeys, since, until, "journey", f" WHERE {condition}")


def _statement(journeys: Asked, since: date | None, until: date, columns: str, where: str = "") -> Part:
    last = min(until, clock.today())
    day, first = stored_day(last), stored_day(since or DAWN)
    bound = f"CASE WHEN s.ended_on < {a_day()} THEN s.ended_on ELSE {a_day()} END"
    within = (
        "SELECT p.journey, p.on_day, p.kind, p.ref, p.rests, s.hole_days FROM points p"  # noqa: S608 - columns only
        " JOIN scope s ON s.journey = p.journey"
        f" WHERE s.state <> 'draft' AND p.on_day >= s.started_on AND p.on_day <= {bound}"
    )
    length, inside = days_between("w.until", "w.since"), f"w.until > {a_day()}"
    cut = days_between("w.until", latest_of("w.since", a_day()))
    added = (
        f"SELECT w.journey, s.person, MAX(CASE WHEN {inside} THEN {length} ELSE 0 END), SUM({length}),"  # noqa: S608 - columns
        f" SUM(CASE WHEN {inside} THEN {cut} ELSE 0 END), w.hole_days"
        " FROM walked w JOIN scope s ON s.journey = w.journey WHERE w.rests = 0 AND w.until IS NOT NULL"
        " GROUP BY w.journey, s.person, w.hole_days"
    )
    parts = [
        scope(journeys),
        points(ids_of(journeys), last),
        Part("within", within, (day, day)),
        Part("stretches", STRETCHES),
        Part("walked", WALKED),
        Part(f"waits({COLUMNS})", added, (first, first, first)),
    ]
    return with_parts(parts, f"SELECT {columns} FROM waits{where}")  # noqa: S608 - columns only
