"""The due dates of milestones stand in the holder's own calendar."""

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
    assert title not in days(journey)
