"""The due dates of milestones stand in the holder's own calendar."""

from collections.abc import Callable
from datetime import timedelta

import icalendar
import pytest
import time_machine

from backend.accounts.models import Organisation
from backend.calendars.queries import feed_of
from backend.lib import clock as house_clock
from journeys import actions
from journeys.models import Journey
from tests.factories.journeys import make_journey, step_of

pytestmark = pytest.mark.django_db


def days(journey: Journey, *left_out: str) -> dict[str, icalendar.Event]:
    events = icalendar.Calendar.from_ical(feed_of(journey.holder.user, left_out)).events
    return {str(event["SUMMARY"]): event for event in events}


def test_a_milestone_stands_on_its_day_until_it_is_done(
    organisation: Organisation, clock: time_machine.Traveller
) -> None:
    journey = make_journey(organisation)
    step = step_of(journey, "milestone")
    title = f"Échéance : {step.title_fr}"
    before = days(journey)[title]
    assert (before.start, before.end) == (step.due_on, step.due_on + timedelta(days=1))
    clock.shift(timedelta(hours=2))
    assert days(journey)[title].to_ical() == before.to_ical()
    actions.move_step(step, due_on=step.due_on + timedelta(days=1), by=None)
    moved = days(journey)[title]
    assert (moved["UID"], moved.start) == (before["UID"], before.start + timedelta(days=1))
    assert moved["DTSTAMP"].dt == house_clock.now().replace(microsecond=0) > before["DTSTAMP"].dt
    assert title not in days(journey, "milestones")
    actions.waive_step(step, reason="Déjà fait ailleurs", by=None)
    off = days(journey)[f"[Annulé] {title}"]
    assert (off["UID"], off["STATUS"], off["TRANSP"]) == (before["UID"], "CANCELLED", "TRANSPARENT")
    numbers = [int(one["SEQUENCE"]) for one in (before, moved, off)]
    assert numbers == sorted(set(numbers))
    clock.move_to(house_clock.now() + timedelta(days=93))  # a month after it was waived, and past its day
    assert days(journey) == {}


def test_a_milestone_reached_stays_on_its_day_ticked(organisation: Organisation) -> None:
    journey = make_journey(organisation)
    step = step_of(journey, "milestone")
    before = days(journey)[f"Échéance : {step.title_fr}"]
    made = actions.reach_milestone(step, reached_on=house_clock.today(), evidence="Plan relu", by=None)
    found = days(journey)
    done = found[f"✓ {step.title_fr}"]
    assert (done["UID"], done.start, done["STATUS"]) == (before["UID"], made.reached_on, "CONFIRMED")
    assert int(done["SEQUENCE"]) > int(before["SEQUENCE"]) and len(found) == 1


def test_the_due_dates_of_a_journey_that_ended_are_off(organisation: Organisation) -> None:
    journey = make_journey(organisation)
    actions.leave_journey(journey, reason="moved", by=None)
    assert [name.startswith("[Annulé] Échéance") for name in days(journey)] == [True]


def test_many_milestones_take_as_many_queries_as_one(
    organisation: Organisation, assert_num_queries_same: Callable[..., int]
) -> None:
    journey = make_journey(organisation)

    def add() -> None:
        for number in range(2):
            due_on = house_clock.today() + timedelta(days=10 + number)
            actions.add_step(journey, kind="milestone", title_fr=f"Jalon {number}", due_on=due_on, by=None)

    assert_num_queries_same(lambda: days(journey), add)
