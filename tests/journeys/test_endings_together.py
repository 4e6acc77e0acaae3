"""A journey that ends while somebody enrols or a seat is promoted: nobody waits for ever, and it keeps no seat.

PostgreSQL shows the real interleavings, held open by a short sleep; SQLite lets one writer in at a time.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from backend.accounts.models import Membership
from journeys import actions, receivers
from journeys.actions import modules, waiting
from journeys.actions.plan import undo
from journeys.models import Enrolment, Journey, ModuleDate, Step
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import finish, make_journey, step_of
from tests.factories.stays import enrol, make_module_date, module_of
from tests.factories.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WHILE = 0.2  # seconds: long enough for the other to arrive


def slowly(monkeypatch: pytest.MonkeyPatch, room: Any, name: str) -> Callable[[], Any]:
    """What `name` does in this module takes a while to begin; the function waits until somebody is there."""
    act: Callable[..., Any] = getattr(room, name)
    reached = Event()

    def slow(*args: Any, **kwargs: Any) -> Any:
        reached.set()
        time.sleep(WHILE)
        return act(*args, **kwargs)

    monkeypatch.setattr(room, name, slow)
    return lambda: reached.wait(60)


@pytest.fixture
def journeys() -> list[Journey]:
    organisation = make_organisation()
    make_member(organisation, Membership.Role.LEAD)
    return [make_journey(organisation) for _ in range(3)]


@pytest.fixture
def date(journeys: list[Journey]) -> ModuleDate:
    """One seat."""
    return make_module_date(module_of(journeys[0]), seats=1)


def states(date: ModuleDate, journeys: list[Journey]) -> list[str]:
    found = dict(date.enrolments.values_list("step__journey", "state"))
    return [found.get(journey.pk, "") for journey in journeys]


def nearly_over(journey: Journey) -> None:
    """Only the training, which is optional, is left."""
    journey.steps.filter(kind="module").update(is_required=False)
    finish(journey, but=lambda step: step.kind == "module")


def test_a_seat_that_comes_to_somebody_who_leaves_goes_to_the_next(
    journeys: list[Journey], date: ModuleDate, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = journeys
    enrol(date, first)
    for one in (second, third):
        actions.join_waiting(date, by=one.holder.user)
    slowly(monkeypatch, receivers, "close_what_was_planned")
    answers = at_once(
        lambda: actions.leave_journey(second, reason="moved", by=None),
        lambda: actions.give_up_seat(date, by=first.holder.user),
    )
    assert answers == ["done", "done"]
    assert states(date, journeys) == ["withdrawn", "withdrawn", "enrolled"]
    assert step_of(second, "module").state == Step.State.ABANDONED


def test_who_takes_a_seat_while_her_journey_is_completed_keeps_none(
    journeys: list[Journey], date: ModuleDate, monkeypatch: pytest.MonkeyPatch
) -> None:
    nearly_over(journeys[0])
    until_then = slowly(monkeypatch, waiting, "room")
    at_once(
        lambda: actions.take_seat(date, by=journeys[0].holder.user),
        lambda: (until_then(), actions.complete_journey(journeys[0], by=None)),
    )
    journeys[0].refresh_from_db()
    assert journeys[0].state == Journey.State.COMPLETED
    assert not Enrolment.objects.filter(state="enrolled").exists()


def test_who_is_promoted_while_her_journey_is_completed_keeps_no_seat(
    journeys: list[Journey], date: ModuleDate, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = journeys
    nearly_over(second)
    enrol(date, first)
    for one in (second, third):
        actions.join_waiting(date, by=one.holder.user)
    until_then = slowly(monkeypatch, modules, "promote")
    answers = at_once(
        lambda: actions.give_up_seat(date, by=first.holder.user),
        lambda: (until_then(), actions.complete_journey(second, by=None)),
    )
    assert (answers, states(date, journeys)) == (["done", "done"], ["withdrawn", "withdrawn", "enrolled"])


def test_a_person_enrolled_on_two_dates_at_once_has_one_seat(journeys: list[Journey], date: ModuleDate) -> None:
    other = make_module_date(date.module, starts_at=date.starts_at + timedelta(days=7))
    answers = at_once(*(lambda day=day: enrol(day, journeys[0]) for day in (date, other)))
    assert (answers.count("done"), Enrolment.objects.filter(state="enrolled").count()) == (1, 1)
    assert any("retirez d’abord" in words for words in answers)


def test_a_seat_that_comes_while_the_step_is_waived_again_goes_to_the_next(
    journeys: list[Journey], date: ModuleDate, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = journeys
    enrol(date, first)
    actions.waive_step(step_of(second, "module"), reason="Acquis", by=None)
    actions.restore_step(step_of(second, "module"), by=None)
    for one in (second, third):
        actions.join_waiting(date, by=one.holder.user)
    until_then = slowly(monkeypatch, undo, "_restore")
    answers = at_once(
        lambda: actions.undo_change(second, by=None),
        lambda: (until_then(), actions.give_up_seat(date, by=first.holder.user)),
    )
    assert (answers, states(date, journeys)) == (["done", "done"], ["withdrawn", "withdrawn", "enrolled"])
