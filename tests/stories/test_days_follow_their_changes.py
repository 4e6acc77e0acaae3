"""A due date in a calendar: whatever changes what it says makes SEQUENCE and DTSTAMP grow, both."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.calendars.queries import feed_of
from backend.lib import clock as house_clock
from evaluation import actions as evaluation
from evaluation.models import Request
from journeys import actions
from journeys.models import Journey, Step
from tests.factories.evaluation import answer, make_request, wave_of
from tests.factories.journeys import make_journey, step_of

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
Seen = dict[str, tuple[str, int, datetime]]
"""{UID: (what it says, SEQUENCE, DTSTAMP)}"""


def seen_by(user: User) -> Seen:
    found: Seen = {}
    for event in icalendar.Calendar.from_ical(feed_of(user)).events:
        number, stamp = int(event.pop("SEQUENCE")), event.pop("DTSTAMP").dt
        found[str(event["UID"])] = (event.to_ical().decode(), number, stamp)
    return found


def follow(user: User, changes: Iterator[str], clock: time_machine.Traveller) -> set[str]:
    """The names of the changes after which a date said something else; both numbers grew then, and never shrank."""
    before, told = seen_by(user), set()
    for name in changes:
        after = seen_by(user)
        for uid in before.keys() & after.keys():
            (was, number, stamp), (now, next_number, next_stamp) = before[uid], after[uid]
            assert next_number >= number and next_stamp >= stamp, name
            assert (next_number > number) == (next_stamp > stamp), name
            if now != was:
                told.add(name)
                assert next_number > number, name
        before = {**before, **after}  # also those that leave and come back
        clock.shift(timedelta(minutes=1))
    return told


def plan_of(organisation: Organisation, clock: time_machine.Traveller) -> tuple[Journey, Callable[[], Iterator[str]]]:
    """A journey, and every kind of change of its milestones."""
    journey = make_journey(organisation)
    step, by = step_of(journey, "milestone"), None

    def due(days: int) -> date:
        step.refresh_from_db()
        assert step.due_on is not None
        return step.due_on + timedelta(days=days)

    def changes() -> Iterator[str]:
        clock.shift(timedelta(minutes=1))
        before = actions.add_step(journey, kind="milestone", title_fr="Avant", due_on=due(-9), by=by)
        yield "another is added"
        actions.edit_step(step, after=[before], by=by)
        yield "it waits for another"
        actions.move_step(step, due_on=due(7), holds=False, by=by)
        yield "it is moved"
        actions.move_step(before, due_on=due(9), by=by)
        yield "what it waits for is moved"
        actions.undo_change(journey, by=by)
        yield "that is undone"
        actions.edit_step(step, title_fr="Autre titre", by=by)
        yield "its title"
        actions.waive_step(step, reason="Déjà fait", by=by)
        yield "waived"
        actions.restore_step(step, by=by)
        yield "restored"
        for word in ("", " again"):
            made = actions.reach_milestone(step, reached_on=house_clock.today(), evidence="Lu", by=by)
            yield "reached" + word
            actions.undo_milestone(made, reason="Pas encore", by=by)
            step.refresh_from_db()
            yield "not reached" + word
        actions.pause_journey(journey, reason="Santé", review_on=house_clock.today() + WEEK, by=by)
        clock.shift(WEEK)
        yield "paused"
        actions.resume_journey(journey, by=by)
        yield "taken up again"
        actions.leave_journey(journey, reason="moved", by=by)
        yield "left"

    return journey, changes


def test_every_change_of_a_milestone_makes_both_its_numbers_grow(
    organisation: Organisation, clock: time_machine.Traveller
) -> None:
    journey, changes = plan_of(organisation, clock)
    told = follow(journey.holder.user, changes(), clock)
    assert told >= {
        "it is moved", "what it waits for is moved", "that is undone", "its title", "waived", "restored", "reached",
        "not reached", "reached again", "not reached again", "paused", "taken up again", "left",
    }  # fmt: skip


def test_every_change_of_a_questionnaire_makes_both_its_numbers_grow(
    organisation: Organisation, lead: User, clock: time_machine.Traveller
) -> None:
    journey = make_journey(organisation)
    user = journey.holder.user

    def changes() -> Iterator[str]:
        request = make_request(journey)
        yield "asked"
        evaluation.remind_request(request, by=lead)
        yield "reminded"
        for word in ("", " again"):
            evaluation.refuse_request(request, by=user)
            yield "refused" + word
            evaluation.begin_request(request, by=user)
            yield "opened" + word
        clock.move_to(request.expires_at + timedelta(hours=1))
        evaluation.expire_requests()
        yield "expired"
        request = evaluation.send_request(wave_of(journey.programme), journey, by=lead)
        yield "asked again"
        evaluation.bounce_request(request, by=None)
        yield "returned"
        request = evaluation.send_request(wave_of(journey.programme), journey, by=lead)
        clock.shift(timedelta(days=1))
        yield "asked once more"
        answer(request, 4)
        yield "begun"
        evaluation.complete_request(request, by=user)
        yield "answered"

    told = follow(user, changes(), clock)
    assert told == {"refused", "opened", "refused again", "opened again", "asked again", "answered"}
    assert Request.objects.get().state == "complete"


def test_nothing_happens_to_the_numbers_while_nothing_happens(
    organisation: Organisation, clock: time_machine.Traveller
) -> None:
    journey = make_journey(organisation)
    make_request(journey)
    before = seen_by(journey.holder.user)
    clock.shift(timedelta(hours=5))
    assert seen_by(journey.holder.user) == before and len(before) >= 2
    assert {stamp for _said, _number, stamp in before.values()} == {datetime(2026, 11, 23, 8, 0, tzinfo=UTC)}
    assert Step.objects.filter(kind="milestone").exists()
