"""Journeys without a hole, and the longest wait: by hand, and beside a patient reader of journeys at random."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from backend.accounts.models import Organisation
from evaluation.queries.continuity import TOP, followed_journeys, longest_first
from evaluation.queries.drawn_base import Figure
from evaluation.queries.exports import lines_of
from evaluation.queries.figures import board, figure
from evaluation.queries.lines import row_set
from evaluation.queries.measures import MEASURES, grouped, totals
from evaluation.queries.scope import Scope
from journeys import actions as journeys
from journeys.models import Journey, Programme
from journeys.queries.waits import sides, waits
from tests.factories.journeys import make_delivery, make_journey, make_programme
from tests.journeys.reference_holes import Reader
from tests.journeys.test_holes_reference import Chance

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def lived(programme: Programme, *days: date, started_on: date = date(2026, 1, 1), **fields: Any) -> Journey:
    """A journey with an hour received on each of these days."""
    made = make_journey(programme.organisation, programme=programme, started_on=started_on, **fields)
    for day in days:
        make_delivery(made, happened_at=datetime(day.year, day.month, day.day, 10, tzinfo=UTC))
    return made


def spring(scope: Scope, **more: Any) -> Scope:
    return scope.narrowed(since=date(2026, 1, 1), until=date(2026, 3, 31), **more)


def shown(code: str, scope: Scope) -> Figure:
    return next(one for one in board(scope).figures if one.code == code)


def held_to_the_end(programme: Programme) -> Journey:
    return lived(programme, date(2026, 1, 20), date(2026, 2, 15), date(2026, 3, 10))


def test_a_past_period_says_the_same_for_ever(programme: Programme, scope: Scope) -> None:
    held_to_the_end(programme)  # waits of 19, 26, 23 days, then 21 to the last day of the period
    found = figure("no_hole", spring(scope))
    assert (found.numerator, found.denominator, found.shown) == (1, 1, "100")
    with time_machine.travel(datetime(2027, 11, 23, 9, tzinfo=UTC), tick=False):
        assert figure("no_hole", spring(scope)).numerator == 1
        assert figure("longest_hole", spring(scope)).value == 26
    assert figure("no_hole", scope).numerator == 0  # to November it has waited since 10 March


def test_a_hole_counts_where_it_runs_beyond_its_days_from_its_very_beginning(
    programme: Programme, scope: Scope
) -> None:
    lived(programme, date(2026, 1, 10), date(2026, 2, 14), date(2026, 3, 1))  # 35 days, from 10 January

    def month(number: int) -> Figure:
        first = date(2026, number, 1)
        return figure("no_hole", scope.narrowed(since=first, until=date(2026, number + 1, 1) - timedelta(days=1)))

    assert (month(1).numerator, month(1).denominator) == (0, 0)  # by 31 January no more than 30 days had passed
    assert (month(2).numerator, month(2).denominator) == (0, 1)  # although only 14 days of it are in February
    assert (month(3).numerator, month(3).denominator) == (1, 1)
    assert figure("longest_hole", scope.narrowed(since=date(2026, 2, 1), until=date(2026, 2, 28))).value == 35


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_wait_begun_before_the_period_is_whole_in_it_unless_it_was_over_by_its_first_day(
    programme: Programme, is_paused: bool
) -> None:
    journey = lived(programme, date(2026, 1, 10), date(2026, 2, 14), date(2026, 3, 1))  # 35 days, then 15
    for day in (4, 6) if is_paused else ():
        with time_machine.travel(datetime(2026, 1, day, 9, tzinfo=UTC), tick=False):
            if day == 4:
                journeys.pause_journey(journey, reason="santé", review_on=date(2026, 2, 1), by=None)
            else:
                journeys.resume_journey(journey, by=None)
    found = {
        day: waits([journey.pk], date(2026, 2, day), date(2026, 2, 28))[journey.pk].longest for day in (1, 13, 14, 15)
    }
    # on the 14th hours were received: from that day on only the wait that began with them, from the 14th to the 28th
    assert found == {1: 35, 13: 35, 14: 14, 15: 14}


def test_more_than_the_days_of_the_programme_are_a_hole_and_as_many_are_none(
    organisation: Organisation, scope: Scope
) -> None:
    strict = make_programme(organisation, hole_days=20)
    lived(strict, date(2026, 1, 21), date(2026, 2, 10), date(2026, 3, 2), date(2026, 3, 20))  # 20, 20, 20, 18, 11
    assert figure("no_hole", spring(scope)).numerator == 1
    lived(strict, date(2026, 1, 22), date(2026, 2, 10), date(2026, 3, 2), date(2026, 3, 20))  # 21 …
    assert (figure("no_hole", spring(scope)).numerator, figure("no_hole", spring(scope)).denominator) == (1, 2)


def test_days_of_a_pause_are_no_wait(programme: Programme, scope: Scope) -> None:
    with time_machine.travel(datetime(2026, 1, 1, 9, tzinfo=UTC), tick=False):
        journey = make_journey(programme.organisation, programme=programme, started_on=date(2026, 1, 1))
    with time_machine.travel(datetime(2026, 1, 20, 9, tzinfo=UTC), tick=False):
        journeys.pause_journey(journey, reason="santé", review_on=date(2026, 4, 1), by=None)
    with time_machine.travel(datetime(2026, 3, 15, 9, tzinfo=UTC), tick=False):
        journeys.resume_journey(journey, by=None)
    assert (figure("no_hole", spring(scope)).numerator, figure("longest_hole", spring(scope)).value) == (1, 19)
    february = figure("no_hole", scope.narrowed(since=date(2026, 2, 1), until=date(2026, 2, 28)))
    assert (february.denominator, february.groups) == (0, [1])  # paused all along: neither way


def test_a_journey_too_young_for_a_hole_counts_neither_way(programme: Programme, scope: Scope) -> None:
    held_to_the_end(programme)
    lived(programme, started_on=date(2026, 3, 1))  # 30 days by the last day
    lived(programme, started_on=date(2026, 2, 28))  # 31 days without anything
    found = figure("no_hole", spring(scope))
    assert (found.numerator, found.denominator) == (1, 2)
    assert found.note == "1 parcours sur 2, 1 trop récent ou en pause"
    assert found.precision == "trop peu pour conclure"


def test_what_ends_or_is_received_later_does_not_close_a_hole_of_the_period(programme: Programme, scope: Scope) -> None:
    ended = lived(programme, date(2026, 1, 20), date(2026, 4, 2))
    Journey.objects.filter(pk=ended.pk).update(state="completed", ended_on=date(2026, 6, 1))
    assert figure("longest_hole", spring(scope)).value == 70  # 20 January to 31 March
    early = lived(programme, date(2026, 1, 20))
    Journey.objects.filter(pk=early.pk).update(state="completed", ended_on=date(2026, 2, 10))
    assert waits([early.pk], None, date(2026, 3, 31))[early.pk].longest == 21  # until it ended


def test_the_longest_of_all_stands_first_with_its_journey(programme: Programme, scope: Scope) -> None:
    held_to_the_end(programme)
    longest = lived(programme, date(2026, 1, 5))  # 85 days
    middle = lived(programme, date(2026, 2, 10))  # 49
    found = figure("longest_hole", spring(scope))
    assert (found.value, found.shown, found.unit) == (49, "49", "jours")
    assert found.note == "sur 3 parcours, la plus longue de toutes\u00a0: 85 jours"
    lines = list(lines_of(row_set("longest_hole", spring(scope))))
    assert [(line.journey, line.value) for line in lines][:2] == [(longest.pk, 85), (middle.pk, 49)]
    assert lines[0].what == f"{longest.project.name} · 85 jours au plus"
    behind = {line.journey: line.value for line in lines_of(row_set("no_hole", spring(scope)))}
    assert (behind[longest.pk], behind[middle.pk], sum(value or 0 for value in behind.values())) == (0, 0, 1)


def test_published_no_side_is_of_few_people_and_nobodys_longest_wait_is_told(
    programme: Programme, scope: Scope
) -> None:
    published = spring(scope, is_published=True)
    for _each in range(5):
        held_to_the_end(programme)
    for _each in range(4):
        lived(programme, date(2026, 1, 5))
    assert shown("no_hole", published).is_hidden  # four had a hole
    assert (shown("longest_hole", published).value, shown("longest_hole", published).note) == (26, "sur 9 parcours")
    lived(programme, date(2026, 1, 5))
    assert (shown("no_hole", published).numerator, shown("no_hole", published).denominator) == (5, 10)
    lived(programme, started_on=date(2026, 3, 30))
    assert shown("no_hole", published).is_hidden  # one too young, found by subtraction from the people


def test_groups_add_up_to_the_whole_in_the_database_too(organisation: Organisation, scope: Scope) -> None:
    programmes = [make_programme(organisation), make_programme(organisation)]
    for programme in programmes:
        held_to_the_end(programme)
    lived(programmes[0], date(2026, 1, 5))
    measure = MEASURES["no_hole"]
    whole = totals([measure], spring(scope))["no_hole"]
    groups = grouped([measure], spring(scope), "programme")["no_hole"]
    assert (whole.value, whole.weight) == (2, 3)
    assert {key: (one.value, one.weight) for key, one in groups.items()} == {
        programmes[0].pk: (1, 2), programmes[1].pk: (1, 1),
    }  # fmt: skip
    nobody = spring(scope, programme=0)
    assert (totals([measure], nobody)["no_hole"].rows, figure("no_hole", nobody).shown) == (0, "–")


def test_many_journeys_are_asked_for_as_few_are(
    programme: Programme, scope: Scope, django_assert_num_queries: Any
) -> None:
    for _each in range(3):
        held_to_the_end(programme)
    for code in ("no_hole", "longest_hole"):
        with django_assert_num_queries(1):
            figure(code, spring(scope))
    with django_assert_num_queries(3):
        assert len(list(lines_of(row_set("longest_hole", spring(scope))))) == 3 < TOP


# --- Beside a patient reader ----------------------------------------------------------------------------
def patient(journey: Journey, since: date, until: date) -> tuple[int, int, int]:
    """(longest wait, days under way, those of the period), day by day."""
    reader = Reader(journey)
    end = min(day for day in (journey.ended_on, until, TODAY) if day)
    turns = [turn for turn in reader.turns if journey.started_on <= turn[0] <= end]
    rests, begun, day = False, journey.started_on, journey.started_on
    longest = under_way = inside = 0
    while day <= end:
        here = [turn for turn in turns if turn[0] == day]
        if day > journey.started_on and not rests:
            under_way += 1
            inside += day > since
        if day in reader.received or here or day == end:
            if not rests and day > since:
                longest = max(longest, (day - begun).days)
            begun = day
        for _day, _number, falls_asleep in here:
            rests = falls_asleep
        day += timedelta(days=1)
    return longest, under_way, inside


@pytest.mark.parametrize(
    ("since", "until"),
    [(date(2026, 6, 1), date(2026, 8, 31)), (date(2026, 10, 1), date(2026, 12, 31)), (date(2020, 1, 1), TODAY)],
)
def test_the_database_waits_as_a_patient_reader_does(organisation: Organisation, since: date, until: date) -> None:
    Chance(organisation, 20261128).journeys(150)
    rows = Journey.objects.exclude(state="draft").filter(started_on__lte=min(until, TODAY))
    found = waits(rows, since, until)
    slow = {one.pk: patient(one, since, until) for one in rows.select_related("programme").order_by("pk")}
    assert {pk: (one.longest, one.lived, one.awake) for pk, one in found.items()} == slow
    without, holed = sides(rows, since, until)
    assert set(holed) == {pk for pk, one in found.items() if one.is_told and one.has_hole}
    assert set(without) == {pk for pk, one in found.items() if one.is_told and not one.has_hole}
    assert without
    assert holed
    assert len(without) + len(holed) < len(found)


def test_rows_work_no_wait_out_anew_for_each_journey(programme: Programme, scope: Scope) -> None:
    """What is asked within the statement, the database may ask once a row: hours for a hundred thousand of them."""
    held_to_the_end(programme)
    for base in (followed_journeys, longest_first):
        assert "lag(" not in str(base(scope).query).lower()
