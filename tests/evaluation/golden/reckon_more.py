"""More figures worked out anew: what was given, how long people waited."""

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from statistics import median

from tests.evaluation.golden.facts import APART, MODULES, PAUSES, SESSIONS, STAYS, Line, table
from tests.evaluation.golden.reckon import STANDING, Cut, Golden, hours, immersed, mentoring, of, share, under_way

HOLE = 30
"""Days without anything received, beyond which it is a hole."""


def given_apart(cut: Cut) -> Golden:
    """Preparation, of all the time beside meeting."""
    found = [one for one in of(APART, cut) if cut.covers(one.on("when"))]
    every = sum(int(one.minutes) for one in found)
    return Golden(every, sum(int(one.minutes) for one in found if one.sort == "preparation"), every)


@cache
def received(journey: str) -> list[date]:
    """The days on which this person received hours."""
    found = [
        line.on(day)
        for text, day, states in (
            (MODULES, "when", STANDING), (SESSIONS, "when", STANDING), (STAYS, "ends", ("completed", "partial")),
        )
        for line in table(text)
        if line.id == journey and line.state in states
    ]  # fmt: skip
    return sorted(set(found))


def stretches(journey: Line, last: date) -> list[tuple[date, date]]:
    """From the start to the last day, without the pauses: each from a day to another."""
    found, since = [], journey.on("start")
    for pause in (line for line in table(PAUSES) if line.id == journey.id and line.on("since") <= last):
        found.append((since, pause.on("since")))
        since = pause.on("resumed")
    if since is not None and since <= last:
        found.append((since, last))
    return found


def waits(journey: Line, cut: Cut) -> tuple[int, bool]:
    """The longest wait that ran in the period, in days; and whether there was time for a hole."""
    last = min(cut.until, journey.on("ended") or cut.until)
    first = cut.since or date.min
    longest, lived, awake = 0, timedelta(), timedelta()
    for since, until in stretches(journey, last):
        days = [since, *(day for day in received(journey.id) if since <= day <= until), until]
        lived += until - since
        awake += max(until - max(since, first), timedelta())
        longest = max([longest, *((b - a).days for a, b in pairwise(days) if b > first)])
    return longest, lived.days > HOLE and awake.days > 0


def told(cut: Cut) -> list[int]:
    found = [waits(one, cut) for one in under_way(cut)]
    return [longest for longest, is_told in found if is_told]


def no_hole(cut: Cut) -> Golden:
    found = told(cut)
    return share(sum(longest <= HOLE for longest in found), len(found))


def longest_hole(cut: Cut) -> Golden:
    found = told(cut)
    return Golden(median(found) if found else None, None, len(found))


RECKONED = {
    "given_mentors": hours(mentoring),
    "given_apart": given_apart,
    "given_companies": hours(immersed),
    "no_hole": no_hole,
    "longest_hole": longest_hole,
}
"""One for each of these figures."""
