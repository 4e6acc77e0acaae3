"""Module dates, enrolment and attendance: what the actions promise."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Organisation, User
from backend.calendars.models import Invite
from backend.lib.clock import today
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions
from journeys.actions import Mark
from journeys.models import Delivery, Enrolment, Journey, ModuleDate, Step
from tests.factories.journeys import make_journey, make_programme, step_of
from tests.factories.stays import enrol, make_immersion, make_module_date, module_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def journeys(organisation: Organisation, lead: User) -> list[Journey]:
    make_programme(organisation)
    return [make_journey(organisation, by=lead) for _ in range(3)]


@pytest.fixture
def date(journeys: list[Journey], lead: User) -> ModuleDate:
    return make_module_date(module_of(journeys[0]), by=lead)


def letters(journey: Journey, method: str = "REQUEST") -> int:
    return Email.objects.filter(to_user=journey.holder.user, method=method).count()


def live_lines(journey: Journey) -> list[tuple[int, str]]:
    rows = Delivery.objects.filter(journey=journey).exclude(state="void").order_by("pk")
    return [(row.minutes, row.state) for row in rows]


def test_a_date_across_the_end_of_summer_time_counts_its_real_minutes(journeys: list[Journey], lead: User) -> None:
    from zoneinfo import ZoneInfo

    paris = ZoneInfo("Europe/Paris")
    date = actions.create_module_date(
        module_of(journeys[0]),
        starts_at=datetime(2026, 10, 25, 1, 0, tzinfo=paris),
        ends_at=datetime(2026, 10, 25, 4, 0, tzinfo=paris),
        place="Nantes",
        by=lead,
    )
    assert date.minutes == 240


@pytest.mark.parametrize(
    ("hours", "seats", "field"), [(0, 12, "ends_at"), (-1, 12, "ends_at"), (13, 12, "ends_at"), (3, 0, "seats")]
)
def test_an_impossible_date_is_refused(journeys: list[Journey], hours: int, seats: int, field: str) -> None:
    starts = datetime(2026, 12, 1, 9, tzinfo=UTC)
    with pytest.raises(Refused) as refusal:
        actions.create_module_date(
            module_of(journeys[0]), starts_at=starts, ends_at=starts + timedelta(hours=hours), seats=seats, by=None
        )
    assert refusal.value.field == field


def test_enrolled_people_are_scheduled_and_get_one_invite_each(
    date: ModuleDate, journeys: list[Journey], lead: User
) -> None:
    enrol(date, *journeys[:2], by=lead)
    enrol(date, *journeys[:2], by=lead)
    assert date.enrolments.count() == 2
    assert [step_of(journey, "module").state for journey in journeys] == ["scheduled", "scheduled", "planned"]
    assert [letters(journey) for journey in journeys] == [1, 1, 0]


def test_no_more_people_than_seats(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    ModuleDate.objects.filter(pk=date.pk).update(seats=2)
    enrol(date, journeys[0], by=lead)
    with pytest.raises(Refused, match="1 ") as refusal:
        enrol(date, *journeys[1:], by=lead)
    assert refusal.value.field == "steps"
    assert date.enrolments.count() == 1


def test_somebody_without_this_module_is_named(date: ModuleDate, organisation: Organisation, lead: User) -> None:
    other = make_journey(organisation, programme=make_programme(organisation), by=lead)
    Step.objects.filter(pk=step_of(other, "module").pk).update(module=None)
    with pytest.raises(Refused, match=str(other.holder)):
        enrol(date, other)


def test_a_past_date_can_be_recorded_and_writes_no_letter(journeys: list[Journey], lead: User) -> None:
    from backend.lib import clock

    date = make_module_date(module_of(journeys[0]), starts_at=clock.now() - timedelta(days=3), by=lead)
    enrol(date, journeys[0], by=lead)
    assert letters(journeys[0]) == 0
    assert not Invite.objects.exists()


def test_withdrawn_frees_the_seat_and_tells_once(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    (enrolment,) = enrol(date, journeys[0], by=lead)
    Email.objects.update(state="sent", attempts=1, sent_at=date.created_at)
    for _ in range(2):
        actions.withdraw_enrolment(enrolment, by=lead)
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.WITHDRAWN
    assert step_of(journeys[0], "module").state == Step.State.PLANNED
    assert letters(journeys[0], "CANCEL") == 1
    (again,) = enrol(date, journeys[0], by=lead)
    assert again.pk == enrolment.pk
    assert step_of(journeys[0], "module").state == Step.State.SCHEDULED


def test_a_moved_date_tells_everyone_once(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    enrol(date, *journeys, by=lead)
    Email.objects.update(state="sent", attempts=1, sent_at=date.created_at)
    facts = {"seats": 12, "place": date.place, "by": lead}
    for _ in range(2):
        later = datetime(2026, 12, 3, 13, tzinfo=UTC)
        actions.move_module_date(date, starts_at=later, ends_at=later + timedelta(hours=3), **facts)
    assert [letters(journey) for journey in journeys] == [2, 2, 2]
    actions.move_module_date(
        date, starts_at=later, ends_at=later + timedelta(hours=3), **{**facts, "seats": 20, "trainer": "Noé"}
    )
    assert [letters(journey) for journey in journeys] == [2, 2, 2]
    with pytest.raises(Refused, match="3"):
        actions.move_module_date(date, starts_at=later, ends_at=later + timedelta(hours=3), **{**facts, "seats": 2})
    before = datetime(2020, 12, 3, 13, tzinfo=UTC)
    with pytest.raises(Refused, match="à venir") as refusal:
        actions.move_module_date(date, starts_at=before, ends_at=before + timedelta(hours=3), **facts)
    assert (refusal.value.field, [letters(journey) for journey in journeys]) == ("day", [2, 2, 2])


def test_a_cancelled_date_tells_everyone_once_with_the_reason(
    date: ModuleDate, journeys: list[Journey], lead: User
) -> None:
    enrol(date, *journeys, by=lead)
    Email.objects.update(state="sent", attempts=1, sent_at=date.created_at)
    actions.cancel_module_date(date, reason="Formatrice malade", by=lead)
    assert [letters(journey, "CANCEL") for journey in journeys] == [1, 1, 1]
    assert all(
        "Formatrice malade" in text for text in Email.objects.filter(method="CANCEL").values_list("text", flat=True)
    )
    assert {step_of(journey, "module").state for journey in journeys} == {Step.State.PLANNED}
    with pytest.raises(Refused):
        actions.cancel_module_date(date, reason="Encore", by=lead)


def test_attendance_waits_for_the_date_to_begin(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    (enrolment,) = enrol(date, journeys[0], by=lead)
    with pytest.raises(Refused):
        actions.mark_attendance(date, {enrolment.pk: Mark("present")}, by=lead)


def test_attendance_writes_hours_once(
    date: ModuleDate, journeys: list[Journey], lead: User, clock: time_machine.Traveller
) -> None:
    first, second, third = enrol(date, *journeys, by=lead)
    clock.shift(timedelta(days=2))
    marks = {first.pk: Mark("present"), second.pk: Mark("late", 20), third.pk: Mark("absent")}
    for _ in range(2):
        actions.mark_attendance(date, marks, by=lead)
    assert [live_lines(journey) for journey in journeys] == [[(180, "declared")], [(160, "declared")], []]
    assert Delivery.objects.count() == 2
    assert Delivery.objects.get(source=f"enrolment:{second.pk}").declared_by == lead
    steps = [step_of(journey, "module") for journey in journeys]
    assert [step.state for step in steps] == ["done", "done", "planned"]
    assert steps[0].done_on is not None and steps[0].done_on.isoformat() == "2026-11-24"
    date.refresh_from_db()
    assert date.state == ModuleDate.State.HELD


def test_a_correction_voids_and_replaces(
    date: ModuleDate, journeys: list[Journey], lead: User, clock: time_machine.Traveller
) -> None:
    first, second, third = enrol(date, *journeys, by=lead)
    clock.shift(timedelta(days=2))
    everyone = {one.pk: Mark("present") for one in (first, second, third)}
    actions.mark_attendance(date, everyone, by=lead)
    actions.confirm_delivery(Delivery.objects.get(source=f"enrolment:{first.pk}"), by=journeys[0].holder.user)
    actions.mark_attendance(
        date, {first.pk: Mark("late", 30), second.pk: Mark("absent"), third.pk: Mark("present")}, by=lead
    )
    assert [live_lines(journey) for journey in journeys] == [[(150, "declared")], [], [(180, "declared")]]
    replaced = Delivery.objects.get(source=f"enrolment:{first.pk}", state="declared")
    assert replaced.replaces is not None and (replaced.replaces.state, replaced.replaces.minutes) == ("void", 180)
    assert step_of(journeys[1], "module").state == Step.State.PLANNED
    assert Delivery.objects.count() == 4


def test_two_people_who_mark_at_once_double_nothing(
    date: ModuleDate, journeys: list[Journey], lead: User, clock: time_machine.Traveller
) -> None:
    (first,) = enrol(date, journeys[0], by=lead)
    clock.shift(timedelta(days=2))
    mine, hers = ModuleDate.objects.get(pk=date.pk), ModuleDate.objects.get(pk=date.pk)
    actions.mark_attendance(mine, {first.pk: Mark("present")}, by=lead)
    actions.mark_attendance(hers, {first.pk: Mark("present")}, by=lead)
    assert live_lines(journeys[0]) == [(180, "declared")]


@pytest.mark.parametrize("mark", [Mark("late", 0), Mark("late", 180), Mark("enrolled"), Mark("there")])
def test_an_impossible_mark_is_refused(
    date: ModuleDate, journeys: list[Journey], lead: User, clock: time_machine.Traveller, mark: Mark
) -> None:
    (first,) = enrol(date, journeys[0], by=lead)
    clock.shift(timedelta(days=2))
    with pytest.raises(Refused, match=str(journeys[0].holder)):
        actions.mark_attendance(date, {first.pk: mark}, by=lead)
    date.refresh_from_db()
    assert date.state == ModuleDate.State.PLANNED


def test_who_came_on_another_date_keeps_the_step_done(
    date: ModuleDate, journeys: list[Journey], lead: User, clock: time_machine.Traveller
) -> None:
    other = make_module_date(date.module, starts_at=date.starts_at + timedelta(days=1), by=lead)
    (first,) = enrol(date, journeys[0], by=lead)
    with pytest.raises(Refused, match="a une place le mardi 24 novembre"):
        enrol(other, journeys[0], by=lead)
    clock.move_to(date.starts_at)
    (second,) = enrol(other, journeys[0], by=lead)
    clock.shift(timedelta(days=4))
    actions.mark_attendance(date, {first.pk: Mark("present")}, by=lead)
    actions.mark_attendance(other, {second.pk: Mark("absent")}, by=lead)
    assert step_of(journeys[0], "module").state == Step.State.DONE


def test_seats_elsewhere_are_looked_for_once_however_many_people_are_enrolled(
    date: ModuleDate, journeys: list[Journey], lead: User
) -> None:
    other = make_module_date(date.module, starts_at=date.starts_at + timedelta(days=1), by=lead)
    enrol(date, journeys[2], by=lead)
    asked = []
    for people in (journeys[2:], journeys):
        steps = [step_of(journey, "module") for journey in people]
        with CaptureQueriesContext(connection) as queries, pytest.raises(Refused, match=str(journeys[2].holder)):
            actions.enrol_people(other, steps, by=lead)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_journey_that_ends_keeps_no_seat_and_no_paper(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    enrol(date, *journeys[:2], by=lead)
    waiting = make_immersion(journeys[0], state="to_sign")
    under_way = make_immersion(journeys[0], state="in_progress", starts_on=today())
    actions.leave_journey(journeys[0], reason="employment", by=lead)
    assert dict(date.enrolments.values_list("step__journey", "state")) == {
        journeys[0].pk: "withdrawn",
        journeys[1].pk: "enrolled",
    }
    for stay, state in ((waiting, "cancelled"), (under_way, "in_progress")):
        stay.refresh_from_db()
        assert stay.state == state
