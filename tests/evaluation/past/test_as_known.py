"""What the figures said on a past day is what they say again, asked as known then."""

import sqlite3
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from backend.history.queries import as_known_on
from backend.lib import clock
from evaluation.queries.exports import lines_of
from evaluation.queries.figures import board, figure
from evaluation.queries.lines import row_set
from evaluation.queries.scope import Scope
from journeys import actions as journeys
from journeys.models import Delivery, Holder, Journey, Programme, Project, Step
from tests.evaluation.past.conftest import Days
from tests.factories.journeys import make_delivery, make_journey, step_of

pytestmark = pytest.mark.django_db


def test_a_line_counts_from_when_it_was_recorded_until_it_was_voided(
    programme: Programme, scope: Scope, days: Days
) -> None:
    start = clock.now()
    journey = make_journey(programme.organisation, programme=programme, started_on=date(2026, 3, 1))
    days.after(1)
    line = make_delivery(journey, minutes=90, happened_at=start - timedelta(days=30))
    recorded = clock.now()
    voided = days.after(2)
    journeys.void_delivery(line, reason="Deux fois", by=None)
    days.after(5)
    said = {}
    for moment in (start, recorded, voided - timedelta(seconds=1), voided, clock.now()):
        with as_known_on(moment):
            said[moment] = (figure("hours", scope).value, [one.value for one in lines_of(row_set("hours", scope))])
    assert list(said.values()) == [(0, []), (90, [90]), (90, [90]), (0, []), (0, [])]
    assert figure("hours", scope).value == 0


def test_what_breakdowns_read_is_as_it_was(programme: Programme, scope: Scope, days: Days) -> None:
    journey = make_journey(programme.organisation, programme=programme, started_on=date(2026, 3, 1), qpv="unknown")
    step = step_of(journey, "milestone")
    first = clock.now()
    days.after(3)
    Project.objects.filter(pk=journey.project_id).update(qpv="inside")
    Holder.objects.filter(pk=journey.holder_id).update(gender="woman")
    journeys.advance_step(step, "done", by=None)
    journeys.leave_journey(Journey.objects.get(pk=journey.pk), reason="moved", by=None)
    codes = ("women", "qpv", "left", "milestones")
    assert [figure(code, scope.narrowed(until=clock.today())).numerator for code in codes] == [1, 1, 1, 1]
    with as_known_on(first):
        assert [figure(code, scope.narrowed(until=clock.today())).numerator for code in codes] == [0, 0, 0, 0]
        assert figure("qpv", scope).denominator == 0
        assert clock.now() == first
        assert Journey.objects.select_related("holder__user", "project").get(pk=journey.pk).state == "active"


def test_a_row_taken_away_is_there_before(programme: Programme, scope: Scope, days: Days) -> None:
    journey = make_journey(programme.organisation, programme=programme, started_on=date(2026, 3, 1))
    step = step_of(journey, "milestone")
    Step.objects.filter(pk=step.pk).update(template=None)
    before = clock.now()
    days.after(1)
    journeys.remove_step(Step.objects.get(pk=step.pk), by=None)
    assert figure("milestones", scope).denominator == 0
    with as_known_on(before):
        made = board(scope)
        assert made.milestones.rows == 1
        assert [one.value for one in lines_of(row_set("milestones", scope))] == [0]


def test_an_error_within_leaves_the_present(programme: Programme, scope: Scope, days: Days) -> None:
    make_journey(programme.organisation, programme=programme, started_on=date(2026, 3, 1))
    with pytest.raises(ZeroDivisionError), as_known_on(clock.now() - timedelta(days=9)):
        assert 1 / figure("people", scope).value
    assert figure("people", scope).value == 1
    with as_known_on(clock.now() - timedelta(days=9)):
        assert figure("people", scope).value == 0
    assert figure("people", scope).value == 1


@pytest.mark.django_db(transaction=True)
def test_views_that_cannot_be_taken_away_leave_the_present_too(programme: Programme, scope: Scope) -> None:
    make_journey(programme.organisation, programme=programme, started_on=date(2026, 3, 1))

    def look_back() -> None:
        with as_known_on(clock.now() - timedelta(days=9)), connection.cursor() as cursor:
            assert figure("people", scope).value == 0
            cursor.execute("DROP VIEW journeys_journey")  # the one that stands before the table

    with pytest.raises((DatabaseError, sqlite3.Error)):
        look_back()
    assert figure("people", scope).value == 1
    assert Delivery.objects.count() == 0


@pytest.mark.skipif(connection.vendor == "sqlite", reason="only PostgreSQL puts rows aside")
def test_postgresql_holds_no_row_of_the_past_against_every_other(db: None) -> None:
    """It expects few rows of these views: put aside, thousands were held against thousands for a minute."""

    def setting() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('enable_material')")
            return cursor.fetchone()[0]

    with as_known_on(clock.now()):
        assert setting() == "off"
    assert setting() == "on"
    with pytest.raises(ZeroDivisionError), transaction.atomic(), as_known_on(clock.now()):
        assert 1 / 0
    assert setting() == "on"


def test_one_past_at_a_time(db: None) -> None:
    with as_known_on(clock.now()):
        with pytest.raises(RuntimeError, match="already looking back"), as_known_on(clock.now()):
            pass
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM journeys_journey")


def test_nothing_can_be_written_in_the_past(programme: Programme, days: Days) -> None:
    line = make_delivery(make_journey(programme.organisation, programme=programme))
    days.after(1)
    with pytest.raises(DatabaseError, match="journeys_delivery"), transaction.atomic(), as_known_on(clock.now()):
        Delivery.objects.filter(pk=line.pk).update(minutes=5)
    assert Delivery.objects.get(pk=line.pk).minutes == 90


def test_rows_of_an_anonymous_wave_are_in_no_past(programme: Programme, days: Days) -> None:
    from evaluation import actions as evaluation
    from evaluation.models import Request, Wave
    from tests.factories.evaluation import make_wave

    journey = make_journey(programme.organisation, programme=programme)
    asked = evaluation.send_request(make_wave(programme, Wave.Moment.START, mode="anonymous"), journey, by=None)
    days.after(1)
    with as_known_on(clock.now()):
        assert not Request.objects.filter(pk=asked.pk).exists()
    assert Request.objects.filter(pk=asked.pk).exists()


def test_reading_the_past_asks_as_many_queries_whatever_has_changed(
    programme: Programme, scope: Scope, days: Days, assert_num_queries_same: Any
) -> None:
    def change() -> None:
        line = make_delivery(make_journey(programme.organisation, programme=programme))
        days.after(1)
        Delivery.objects.filter(pk=line.pk).update(minutes=5)

    def look() -> None:
        with as_known_on(clock.now() - timedelta(hours=30)):
            board(scope)

    change()
    assert_num_queries_same(look, lambda: [change() for _twice in range(2)])
