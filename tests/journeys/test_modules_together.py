"""Several people act on one date at the same moment, each in her own connection."""

from datetime import timedelta

import pytest
import time_machine

from backend.accounts.models import Membership
from journeys import actions
from journeys.actions import Mark
from journeys.models import Delivery, Enrolment, Journey, ModuleDate
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import make_journey, step_of
from tests.factories.stays import enrol, make_module_date, module_of
from tests.factories.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


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
