"""The race for a seat: many people at the same moment, each in her own connection.

PostgreSQL decides with row locks and shows the real race. SQLite lets one writer in at a time: the same promises, with
fewer people, so that it does not only wait.
"""

import pytest
from django.db import connection

from backend.accounts.models import Membership
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions
from journeys.models import Enrolment, Journey, ModuleDate
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import make_journey
from tests.factories.stays import make_module_date, module_of
from tests.factories.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PROMOTED = "journeys/letters/module_promoted"


def tries(on_postgresql: int) -> int:
    return on_postgresql if connection.vendor == "postgresql" else min(on_postgresql, 8)


def cohort(count: int) -> list[Journey]:
    organisation = make_organisation()
    make_member(organisation, Membership.Role.LEAD)
    return [make_journey(organisation) for _ in range(count)]


def take_or_wait(date: ModuleDate, journey: Journey) -> None:
    """What a person does on the page: the seat, else a place in line."""
    try:
        actions.take_seat(date, by=journey.holder.user)
    except Refused:
        actions.join_waiting(date, by=journey.holder.user)


def line(date: ModuleDate) -> list[int]:
    """Who waits, by journey, in order."""
    rows = date.enrolments.filter(state="waiting").order_by("queued_at", "pk")
    return list(rows.values_list("step__journey", flat=True))


def test_two_people_fifty_tries_one_seat() -> None:
    journeys = cohort(2)
    date = make_module_date(module_of(journeys[0]), seats=1)
    count = tries(50)
    answers = at_once(*(lambda one=journeys[i % 2]: take_or_wait(date, one) for i in range(count)))
    assert answers == ["done"] * count
    assert sorted(date.enrolments.values_list("state", flat=True)) == ["enrolled", "waiting"]
    assert Email.objects.filter(method="REQUEST").count() == 1


def test_fifty_people_three_seats_and_a_line_without_ties() -> None:
    count = tries(50)
    journeys = cohort(count)
    date = make_module_date(module_of(journeys[0]), seats=3)
    assert at_once(*(lambda one=one: take_or_wait(date, one) for one in journeys)) == ["done"] * count
    assert date.enrolments.filter(state="enrolled").count() == 3
    moments = list(date.enrolments.filter(state="waiting").values_list("queued_at", flat=True))
    assert (len(moments), len(set(moments))) == (count - 3, count - 3)


def test_fifty_withdrawals_at_once_promote_each_place_once_and_in_order() -> None:
    seats, waiting = (10, 12) if connection.vendor == "postgresql" else (2, 3)
    journeys = cohort(seats + waiting)
    date = make_module_date(module_of(journeys[0]), seats=seats)
    for journey in journeys:
        take_or_wait(date, journey)
    before = line(date)
    leaving = journeys[:seats] * (5 if connection.vendor == "postgresql" else 4)
    answers = at_once(*(lambda one=one: actions.give_up_seat(date, by=one.holder.user) for one in leaving))
    assert answers == ["done"] * len(leaving)
    seated = set(date.enrolments.filter(state="enrolled").values_list("step__journey", flat=True))
    assert seated == set(before[:seats])
    assert line(date) == before[seats:]
    assert Email.objects.filter(template=PROMOTED).count() == seats


def test_leaving_the_line_and_being_promoted_at_once_is_one_or_the_other() -> None:
    journeys = cohort(3)
    date = make_module_date(module_of(journeys[0]), seats=1)
    for journey in journeys:
        take_or_wait(date, journey)
    first, second, third = (journey.holder.user for journey in journeys)
    answers = at_once(lambda: actions.give_up_seat(date, by=first), lambda: actions.leave_waiting(date, by=second))
    found = dict(date.enrolments.values_list("step__journey__holder__user", "state"))
    assert answers[0] == "done"
    if answers[1] == "done":  # she had left before her turn came
        assert (found[second.pk], found[third.pk]) == ("withdrawn", "enrolled")
    else:
        assert (found[second.pk], found[third.pk]) == ("enrolled", "waiting")
    assert Enrolment.objects.filter(state="enrolled").count() == 1


def test_two_people_change_places_between_two_dates_without_waiting_for_one_another() -> None:
    journeys = cohort(2)
    module = module_of(journeys[0])
    one, other = (make_module_date(module, seats=2) for _ in range(2))
    actions.take_seat(one, by=journeys[0].holder.user)
    actions.take_seat(other, by=journeys[1].holder.user)
    answers = at_once(
        lambda: actions.switch_seat(other, by=journeys[0].holder.user),
        lambda: actions.switch_seat(one, by=journeys[1].holder.user),
    )
    assert answers == ["done", "done"]
    assert [date.enrolments.get(state="enrolled").step.journey_id for date in (one, other)] == [
        journeys[1].pk, journeys[0].pk,
    ]  # fmt: skip
