"""Several people act on one date at the same moment, each in her own connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection

from backend.accounts.models import Membership
from backend.lib.refusal import Refused
from journeys import actions
from journeys.actions import Mark
from journeys.models import Delivery, Enrolment, Journey, ModuleDate
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import make_journey, step_of
from tests.factories.stays import enrol, make_module_date, module_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Each act in a thread of its own, all at the same moment: "done", or the sentence of the refusal."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            act()
        except Refused as refusal:
            return refusal.sentence
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def journeys() -> list[Journey]:
    organisation = make_organisation()
    make_member(organisation, Membership.Role.LEAD)
    return [make_journey(organisation) for _ in range(4)]


def test_seats_are_never_sold_twice(journeys: list[Journey]) -> None:
    date = make_module_date(module_of(journeys[0]), seats=2)
    steps = [step_of(journey, "module") for journey in journeys]
    answers = at_once(*(lambda step=step: actions.enrol_people(date, [step], by=None) for step in steps))
    assert answers.count("done") == 2
    assert Enrolment.objects.filter(state="enrolled").count() == 2


def test_attendance_marked_by_three_people_writes_one_line_each(
    journeys: list[Journey], clock: time_machine.Traveller
) -> None:
    date = make_module_date(module_of(journeys[0]))
    rows = enrol(date, *journeys)
    clock.shift(timedelta(days=2))
    marks = {row.pk: Mark("present") for row in rows}
    copies = [ModuleDate.objects.get(pk=date.pk) for _ in range(3)]
    answers = at_once(*(lambda copy=copy: actions.mark_attendance(copy, marks, by=None) for copy in copies))
    assert answers == ["done", "done", "done"]
    assert Delivery.objects.count() == 4
