"""Why a figure has changed: new facts, late facts, corrections, another definition, which add up to the change."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Q

from backend.history.queries import as_known_on
from backend.lib import clock
from evaluation.queries.measures import MEASURES, totals
from evaluation.queries.past.former import FORMER, Former
from evaluation.queries.past.why import Cause, told, why
from evaluation.queries.scope import Scope
from journeys import actions as journeys
from journeys.models import Delivery, Holder, Journey, Programme
from tests.evaluation.past.conftest import Days
from tests.factories.journeys import make_delivery, make_journey, make_programme, step_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(programme: Programme) -> Journey:
    return make_journey(programme.organisation, programme=programme, started_on=date(2026, 3, 1))


def parts(found: Any) -> dict[str, tuple[Any, int]]:
    return {str(cause): (value, rows) for cause, value, _weight, rows in found.parts if rows}


def test_hours_new_late_corrected_and_withdrawn(journey: Journey, scope: Scope, days: Days) -> None:
    stays = make_delivery(journey, minutes=10)
    wrong = make_delivery(journey, minutes=60)
    gone = make_delivery(journey, minutes=100)
    before = clock.now()
    days.after(10)
    scope = scope.narrowed(until=clock.today())
    make_delivery(journey, minutes=30, days_ago=1)
    make_delivery(journey, minutes=40, days_ago=30)
    once = journeys.replace_delivery(wrong, minutes=45, reason="Plus court", by=None)
    journeys.replace_delivery(once, minutes=50, reason="Presque", by=None)
    journeys.void_delivery(gone, reason="Deux fois", by=None)
    journeys.confirm_delivery(stays, by=None)
    found = why("hours", scope, before, clock.now())
    assert (found.before[0], found.after[0]) == (170, 130)
    # the line in the place of another and the one it stands for, and the one withdrawn
    assert parts(found) == {"new": (30, 1), "late": (40, 1), "correction": (50 - 60 - 100, 3)}
    late = told(found, found.of("late"), before, clock.now())
    assert [(was, now.value if now else None) for _one, was, now in late] == [(None, 40)]
    corrected = told(found, found.of("correction"), before, clock.now())
    assert [(was.value if was else None, now.value if now else None) for _one, was, now in corrected] == [
        (60, None), (100, None), (None, 50),
    ]  # fmt: skip


def test_a_step_done_since_is_new_and_one_told_late_is_late(programme: Programme, scope: Scope, days: Days) -> None:
    rows = [make_journey(programme.organisation, programme=programme, started_on=date(2026, 3, 1)) for _i in range(3)]
    journeys.advance_step(step_of(rows[2], "milestone"), "done", by=None, on=date(2026, 6, 1))
    before = clock.now()
    days.after(5)
    scope = scope.narrowed(until=clock.today())
    journeys.advance_step(step_of(rows[0], "milestone"), "done", by=None, on=clock.today())
    journeys.advance_step(step_of(rows[1], "milestone"), "done", by=None, on=date(2026, 9, 1))
    journeys.advance_step(step_of(rows[2], "milestone"), "in_progress", by=None)
    found = why("milestones", scope, before, clock.now())
    assert (found.before, found.after) == ((1, 3), (2, 3))
    assert parts(found) == {"new": (1, 1), "late": (1, 1), "correction": (-1, 1)}


def test_of_a_share_both_sides_are_split(programme: Programme, scope: Scope, days: Days, journey: Journey) -> None:
    Holder.objects.filter(pk=journey.holder_id).update(gender="man")
    before = clock.now()
    days.after(5)
    scope = scope.narrowed(until=clock.today())
    Holder.objects.filter(pk=journey.holder_id).update(gender="woman")
    for started in (clock.today(), date(2026, 5, 1)):
        other = make_journey(programme.organisation, programme=programme, started_on=started)
        Holder.objects.filter(pk=other.holder_id).update(gender="woman")
    found = why("women", scope, before, clock.now())
    assert (found.before, found.after) == ((0, 1), (3, 3))
    assert [(str(cause), value, weight) for cause, value, weight, _rows in found.parts] == [
        ("new", 1, 1), ("late", 1, 1), ("correction", 1, 0), ("definition", 0, 0),
    ]  # fmt: skip


def test_another_definition_is_told_apart(
    journey: Journey, scope: Scope, days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_delivery(journey, minutes=60)
    make_delivery(journey, minutes=25, kind="module")
    before = clock.now()
    narrow = replace(MEASURES["hours"], only=Q(kind="mentoring"))
    monkeypatch.setitem(FORMER, "hours", (Former(clock.today(), narrow),))
    days.after(5)
    scope = scope.narrowed(until=clock.today())
    make_delivery(journey, minutes=7)
    found = why("hours", scope, before, clock.now())
    assert (found.before[0], found.after[0]) == (60, 92)
    assert parts(found) == {"new": (7, 1), "definition": (25, 1)}


def test_every_change_adds_up_to_what_the_figures_said(
    programme: Programme, scope: Scope, days: Days, journey: Journey
) -> None:
    line = make_delivery(journey, minutes=60)
    before = clock.now()
    days.after(3)
    scope = scope.narrowed(until=clock.today() + timedelta(days=900))
    Delivery.objects.filter(pk=line.pk).update(minutes=61)
    journeys.bridge_journey(journey, programme=make_programme(programme.organisation), kind="beside", by=None)
    for code, measure in MEASURES.items():
        found = why(code, scope, before, clock.now())
        for moment, sums in ((before, found.before), (clock.now(), found.after)):
            with as_known_on(moment):
                total = totals([measure], scope)[code]
            assert sums == (total.value, total.weight), code
        assert found.after[0] - found.before[0] == sum(value for _cause, value, _weight, _rows in found.parts)
        assert found.after[1] - found.before[1] == sum(weight for _cause, _value, weight, _rows in found.parts)
        assert {cause for cause, *_rest in found.parts} == set(Cause)
