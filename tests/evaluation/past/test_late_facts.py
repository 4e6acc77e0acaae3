"""Facts told late, put right and taken back in any order: a past day says what was known, and each cause is the right
one, reckoned here from the facts alone."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backend.history.queries import as_known_on
from backend.lib import clock
from evaluation.queries.measures import MEASURES, totals
from evaluation.queries.past.why import Cause, why
from evaluation.queries.scope import Scope
from journeys import actions as journeys
from journeys.models import Delivery, Holder, Journey, Programme
from tests.evaluation.past.conftest import Days
from tests.evaluation.past.walk import LONG
from tests.factories.journeys import make_delivery, make_journey, step_of

pytestmark = pytest.mark.django_db
MID, LAST = 5, 10
"""The day from which one looks back to, and the last, counted from the first."""
Sums = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Line:
    """Minutes spent on a day, told on another; on a third they are voided, or put right to so many (0: voided)."""

    minutes: int
    happened: int
    told: int
    ends: int | None
    instead: int


@dataclass(frozen=True)
class Person:
    """Somebody whose journey began on a day and was told on another; her gender as told on some days; when a milestone
    was told as reached, on which day that was, and when that was taken back."""

    started: int
    told: int
    genders: dict[int, str]
    reached: tuple[int, int] | None
    undone: int | None


@st.composite
def lines(draw: Any) -> Line:
    told = draw(st.integers(0, LAST))
    ends = draw(st.none() | st.integers(told, LAST))
    return Line(draw(st.integers(5, 90)), draw(st.integers(-9, told)), told, ends, draw(st.sampled_from([0, 5, 100])))


@st.composite
def people(draw: Any) -> Person:
    told = draw(st.integers(0, LAST))
    genders = draw(st.dictionaries(st.integers(told, LAST), st.sampled_from(["woman", "man", ""]), max_size=3))
    day = draw(st.none() | st.integers(told, LAST))
    started = draw(st.integers(-20, told))
    reached = None if day is None else (day, draw(st.integers(started, day)))
    undone = draw(st.none() | st.integers(day + 1, LAST + 1)) if day is not None else None
    return Person(started, told, genders, reached, undone)


class Told:
    """The facts as the house is told them, day by day."""

    def __init__(self, programme: Programme, first: date) -> None:
        self.programme, self.first = programme, first
        self.anybody = make_journey(programme.organisation, programme=programme, started_on=self.on(-30))
        self.made: dict[int, Any] = {}

    def on(self, day: int) -> date:
        return self.first + timedelta(days=day)

    def tell(self, day: int, facts: Iterable[Any]) -> None:
        for number, one in enumerate(facts):
            self.line(number, one, day) if isinstance(one, Line) else self.person(number, one, day)

    def line(self, number: int, one: Line, day: int) -> None:
        if one.told == day:
            ago = day - one.happened
            self.made[number] = make_delivery(self.anybody, minutes=one.minutes, days_ago=ago)
        if one.ends == day:
            row = Delivery.objects.get(pk=self.made[number].pk)
            if one.instead:
                journeys.replace_delivery(row, minutes=one.instead, reason="Compté autrement", by=None)
            else:
                journeys.void_delivery(row, reason="Deux fois", by=None)

    def person(self, number: int, one: Person, day: int) -> None:
        if one.told == day:
            organisation = self.programme.organisation
            self.made[number] = make_journey(organisation, programme=self.programme, started_on=self.on(one.started))
        if day in one.genders:
            Holder.objects.filter(pk=self.made[number].holder_id).update(gender=one.genders[day])
        if one.reached and one.reached[0] == day:
            step = step_of(Journey.objects.get(pk=self.made[number].pk), "milestone")
            journeys.advance_step(step, "done", by=None, on=self.on(one.reached[1]))
        if one.undone == day:
            step = step_of(Journey.objects.get(pk=self.made[number].pk), "milestone")
            journeys.advance_step(step, "in_progress", by=None)


# --- Reckoned from the facts ------------------------------------------------------------------------------
def cause_of(happened: int) -> str:
    return "new" if happened > MID else "late"


def hours_expected(facts: Iterable[Any]) -> Sums:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in facts:
        if not isinstance(one, Line):
            continue
        stands_then, stands_now = (one.told <= day and (one.ends is None or one.ends > day) for day in (MID, LAST))
        if stands_then and not stands_now:
            found["correction"].append((-one.minutes, -1))
        if stands_now and not stands_then:
            found[cause_of(one.happened)].append((one.minutes, 1))
        if one.instead and one.ends is not None and one.ends > MID:
            cause = "correction" if one.told <= MID else cause_of(one.happened)
            found[cause].append((one.instead, 1))
    return added(found)


def women_expected(facts: Iterable[Any]) -> Sums:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in facts:
        if not isinstance(one, Person):
            continue
        then, now = (_woman(one, day) if one.told <= day else (0, 0) for day in (MID, LAST))
        if then != now:
            cause = "correction" if one.told <= MID else cause_of(one.started)
            found[cause].append((now[0] - then[0], now[1] - then[1]))
    return added(found)


def _woman(one: Person, day: int) -> tuple[int, int]:
    said = [gender for on, gender in sorted(one.genders.items()) if on <= day]
    gender = said[-1] if said else ""
    return int(gender == "woman"), int(gender != "")


def milestones_expected(facts: Iterable[Any]) -> Sums:
    """Of those known on both days: a journey told since brings a step with it, whose cause is its own."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in facts:
        if not isinstance(one, Person) or one.told > MID or one.reached is None:
            continue
        then, now = (one.reached[0] <= day and (one.undone is None or one.undone > day) for day in (MID, LAST))
        if then and not now:
            found["correction"].append((-1, 0))
        if now and not then:
            found[cause_of(one.reached[1])].append((1, 0))
    return added(found)


def added(found: dict[str, list[tuple[int, int]]]) -> Sums:
    return {
        str(cause): (sum(value for value, _w in found[cause]), sum(weight for _v, weight in found[cause]))
        for cause in Cause
    }


EXPECTED: dict[str, Callable[[Iterable[Any]], Sums]] = {"hours": hours_expected, "women": women_expected}


@settings(max_examples=4, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(lines(), min_size=6, max_size=9), st.lists(people(), min_size=4, max_size=6), st.booleans())
def test_late_facts_and_corrections_in_any_order(
    programme: Programme, days: Days, hours: list[Line], persons: list[Person], is_known: bool
) -> None:
    begin = clock.now()
    if is_known:  # everybody is known on the first of the two days: milestones are reckoned too
        persons = [Person(min(one.started, 0), 0, one.genders, one.reached, one.undone) for one in persons]
    facts: list[Any] = [*hours, *persons]
    scope = Scope(organisation=programme.organisation_id, until=LONG)

    def said() -> dict[str, tuple[Any, Any]]:
        return {code: (one.value, one.weight) for code, one in totals(MEASURES.values(), scope).items()}

    with transaction.atomic():
        told = Told(programme, clock.today())
        for day in range(LAST + 1):
            told.tell(day, facts)
            if day == MID:
                then, moment = said(), clock.now()
            days.after(1)
        now = said()
        with as_known_on(moment):
            assert said() == then
        with as_known_on(clock.now()):
            assert said() == now
        expected = {**EXPECTED, **({"milestones": milestones_expected} if is_known else {})}
        for code in MEASURES:
            found = why(code, scope, moment, clock.now())
            parts = {str(cause): (value, weight) for cause, value, weight, _rows in found.parts}
            assert (found.before, found.after) == (then[code], now[code]), code
            for side in (0, 1):
                assert found.before[side] + sum(part[side] for part in parts.values()) == found.after[side], code
            assert parts["definition"] == (0, 0)
            if code in expected:
                assert parts == expected[code](facts), code
        transaction.set_rollback(True)
    days.clock.move_to(begin)
