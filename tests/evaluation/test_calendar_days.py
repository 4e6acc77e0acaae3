"""The last day to answer a questionnaire stands in the calendar of whoever is asked."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.calendars.queries import feed_of
from evaluation.models import Request
from tests.factories.evaluation import make_answered, make_request
from tests.factories.journeys import make_journey

pytestmark = pytest.mark.django_db


def last_days(user: User) -> list[icalendar.Event]:
    events = icalendar.Calendar.from_ical(feed_of(user, ["milestones"])).events
    return [event for event in events if str(event["SUMMARY"]).startswith("Dernier jour pour répondre")]


def test_the_last_day_is_hers_in_her_own_clock_until_she_has_answered(
    organisation: Organisation, clock: time_machine.Traveller
) -> None:
    request = make_request(make_journey(organisation))
    day = (request.expires_at + timedelta(days=1)).date()
    for hour, on in ((22, day), (23, day), (12, day)):
        # In Paris in winter, 23:00 UTC is midnight: the day that ends then is the last one.
        Request.objects.filter(pk=request.pk).update(
            expires_at=datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        )
        (event,) = last_days(request.respondent)
        assert (event.start, event["URL"]) == (on, f"http://testserver/questionnaires/{request.pk}/")
    assert event["DTSTAMP"].dt == request.sent_at.replace(microsecond=0)
    answered = make_answered(make_journey(organisation))
    assert last_days(answered.respondent) == []
    assert b"\xe2\x9c\x93 " in feed_of(answered.respondent, ["milestones"])  # ticked, on its last day
    clock.shift(timedelta(days=200))
    assert last_days(request.respondent) == []
