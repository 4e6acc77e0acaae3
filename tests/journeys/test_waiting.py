"""A holder's own seat, and the waiting list: what the actions promise."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.lib import clock as house_clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions
from journeys.actions import Mark, module_letters
from journeys.models import Delivery, Enrolment, Journey, ModuleDate, Step
from tests.factories.journeys import finish, make_journey, make_programme, step_of
from tests.factories.stays import enrol, make_module_date, module_of

pytestmark = pytest.mark.django_db
WAITING = "journeys/letters/module_waiting"
PROMOTED = "journeys/letters/module_promoted"


@pytest.fixture
def journeys(organisation: Organisation, lead: User) -> list[Journey]:
    make_programme(organisation)
    return [make_journey(organisation, by=lead) for _ in range(4)]


@pytest.fixture
def date(journeys: list[Journey], lead: User) -> ModuleDate:
    """One seat."""
    return make_module_date(module_of(journeys[0]), seats=1, by=lead)


def who(journey: Journey) -> User:
    return journey.holder.user


def states(date: ModuleDate, journeys: list[Journey]) -> list[str]:
    found = dict(date.enrolments.values_list("step__journey", "state"))
    return [found.get(journey.pk, "") for journey in journeys]


def letters(journey: Journey, template: str) -> int:
    return Email.objects.filter(to_user=who(journey), template=template).count()


def as_given(date: ModuleDate, **changes: Any) -> dict[str, Any]:
    names = ("starts_at", "ends_at", "seats", "place", "url", "trainer", "trainer_email")
    return {name: getattr(date, name) for name in names} | changes


def fill(date: ModuleDate, journeys: list[Journey]) -> None:
    """The first has the seat, the others wait in the order given."""
    actions.take_seat(date, by=who(journeys[0]))
    for journey in journeys[1:]:
        actions.join_waiting(date, by=who(journey))


def sent() -> None:
    """Every letter has left, so that what follows is a second letter and not a replacement."""
    Email.objects.update(state="sent", attempts=1, sent_at=house_clock.now())


# --- Her own seat ---------------------------------------------------------------------------------
def test_a_holder_takes_a_seat_once_and_her_step_is_scheduled(date: ModuleDate, journeys: list[Journey]) -> None:
    first = actions.take_seat(date, by=who(journeys[0]))
    assert actions.take_seat(date, by=who(journeys[0])).pk == first.pk
    assert states(date, journeys) == ["enrolled", "", "", ""]
    assert step_of(journeys[0], "module").state == Step.State.SCHEDULED
    assert Email.objects.filter(to_user=who(journeys[0]), method="REQUEST").count() == 1


def test_only_what_the_journey_needs(date: ModuleDate, holder: User, journeys: list[Journey], lead: User) -> None:
    with pytest.raises(Refused, match="ne demande pas ce module"):
        actions.take_seat(date, by=holder)
    finish(journeys[0])
    with pytest.raises(Refused, match="plus rien à faire"):
        actions.take_seat(date, by=who(journeys[0]))
    actions.leave_journey(journeys[1], reason="employment", by=lead)
    for act in (actions.take_seat, actions.join_waiting, actions.switch_seat):
        with pytest.raises(Refused, match="plus rien à faire"):
            act(date, by=who(journeys[1]))
    assert not Enrolment.objects.exists()


def test_a_full_date_is_told_and_a_date_that_has_begun_too(
    date: ModuleDate, journeys: list[Journey], clock: time_machine.Traveller
) -> None:
    actions.take_seat(date, by=who(journeys[0]))
    with pytest.raises(Refused, match="liste d’attente"):
        actions.take_seat(date, by=who(journeys[1]))
    clock.move_to(date.starts_at)
    acts = (actions.take_seat, actions.switch_seat, actions.join_waiting, actions.give_up_seat)
    for act in acts:
        with pytest.raises(Refused, match="a commencé"):
            act(date, by=who(journeys[0]))
    assert states(date, journeys) == ["enrolled", "", "", ""]


def test_no_second_seat_but_a_change_of_dates_in_one_act(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    other = make_module_date(date.module, starts_at=date.starts_at + timedelta(days=7), seats=1, by=lead)
    fill(date, journeys[:2])
    sent()
    with pytest.raises(Refused, match="changez de date"):
        actions.take_seat(other, by=who(journeys[0]))
    with pytest.raises(Refused, match="rendez-la d’abord"):
        actions.join_waiting(other, by=who(journeys[0]))
    for _ in range(2):
        actions.switch_seat(other, by=who(journeys[0]))
    assert states(other, journeys) == ["enrolled", "", "", ""]
    assert states(date, journeys) == ["withdrawn", "enrolled", "", ""]
    assert [step_of(journey, "module").state for journey in journeys[:2]] == ["scheduled", "scheduled"]
    assert Email.objects.filter(to_user=who(journeys[0])).exclude(state="sent").count() == 2
    assert letters(journeys[1], PROMOTED) == 1


def test_who_cannot_change_dates_keeps_her_seat(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    other = make_module_date(date.module, starts_at=date.starts_at + timedelta(days=7), seats=1, by=lead)
    actions.take_seat(date, by=who(journeys[0]))
    actions.take_seat(other, by=who(journeys[1]))
    with pytest.raises(Refused, match="vous gardez"):
        actions.switch_seat(other, by=who(journeys[0]))
    assert states(date, journeys)[0] == "enrolled"


# --- The line -------------------------------------------------------------------------------------
def test_a_place_in_line_is_kept_and_not_given_while_a_seat_is_left(date: ModuleDate, journeys: list[Journey]) -> None:
    with pytest.raises(Refused, match="prenez-la"):
        actions.join_waiting(date, by=who(journeys[0]))
    fill(date, journeys)
    before = list(date.enrolments.filter(state="waiting").order_by("queued_at").values_list("pk", "queued_at"))
    actions.join_waiting(date, by=who(journeys[1]))
    after = list(date.enrolments.filter(state="waiting").order_by("queued_at").values_list("pk", "queued_at"))
    assert before == after
    assert len({moment for _pk, moment in after}) == 3
    assert step_of(journeys[1], "module").state == Step.State.PLANNED
    assert not Email.objects.filter(to_user=who(journeys[1])).exists()


def test_a_freed_seat_goes_to_the_first_in_line_who_gets_one_letter(date: ModuleDate, journeys: list[Journey]) -> None:
    fill(date, journeys)
    for _ in range(2):
        actions.give_up_seat(date, by=who(journeys[0]))
    assert states(date, journeys) == ["withdrawn", "enrolled", "waiting", "waiting"]
    assert step_of(journeys[1], "module").state == Step.State.SCHEDULED
    assert [letters(journey, PROMOTED) for journey in journeys] == [0, 1, 0, 0]
    letter = Email.objects.get(template=PROMOTED)
    assert (letter.method, letter.subject.split(":")[0].strip()) == ("REQUEST", "Vous avez une place")
    assert "liste d’attente" in letter.text


def test_a_seat_and_its_letter_are_written_together_or_not_at_all(
    date: ModuleDate, journeys: list[Journey], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(date, journeys)
    seen: list[list[str]] = []

    def killed(template: str, /, *args: Any, **kwargs: Any) -> None:
        keep(template, *args, **kwargs)
        if template == PROMOTED:  # the seat is given and the letter written: the process dies before the commit
            seen.append(states(date, journeys))
            raise SystemExit

    keep = module_letters.mail.post
    monkeypatch.setattr(module_letters.mail, "post", killed)
    with pytest.raises(SystemExit):
        actions.give_up_seat(date, by=who(journeys[0]))
    monkeypatch.undo()
    assert seen == [["withdrawn", "enrolled", "waiting", "waiting"]]
    assert states(date, journeys) == ["enrolled", "waiting", "waiting", "waiting"]
    assert letters(journeys[1], PROMOTED) == 0
    actions.give_up_seat(date, by=who(journeys[0]))  # tried again: nothing was lost, nothing comes twice
    assert states(date, journeys) == ["withdrawn", "enrolled", "waiting", "waiting"]
    assert letters(journeys[1], PROMOTED) == 1


def test_a_lead_who_withdraws_somebody_promotes_too(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    fill(date, journeys)
    for _ in range(2):
        actions.withdraw_enrolment(date.enrolments.get(step__journey=journeys[0]), by=lead)
    assert states(date, journeys) == ["withdrawn", "enrolled", "waiting", "waiting"]


def test_more_seats_serve_the_line_in_order(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    fill(date, journeys)
    for _ in range(2):
        actions.move_module_date(date, **as_given(date, seats=3), by=lead)
    assert states(date, journeys) == ["enrolled", "enrolled", "enrolled", "waiting"]
    assert [letters(journey, PROMOTED) for journey in journeys] == [0, 1, 1, 0]
    assert not Email.objects.filter(template=WAITING).exists()


def test_who_needs_it_no_longer_is_passed_over(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    fill(date, journeys)
    actions.waive_step(step_of(journeys[1], "module"), reason="Déjà suivi ailleurs", by=lead)
    actions.leave_journey(journeys[2], reason="employment", by=lead)
    assert states(date, journeys) == ["enrolled", "withdrawn", "withdrawn", "waiting"]
    actions.give_up_seat(date, by=who(journeys[0]))
    assert states(date, journeys) == ["withdrawn", "withdrawn", "withdrawn", "enrolled"]
    assert [letters(journey, PROMOTED) for journey in journeys] == [0, 0, 0, 1]


def test_a_seat_found_elsewhere_ends_the_wait(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    fill(date, journeys)
    other = make_module_date(date.module, starts_at=date.starts_at + timedelta(days=7), by=lead)
    actions.take_seat(other, by=who(journeys[1]))
    enrol(other, journeys[2], by=lead)
    assert states(date, journeys) == ["enrolled", "withdrawn", "withdrawn", "waiting"]


def test_a_lead_seats_somebody_who_waits(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    fill(date, journeys[:3])
    with pytest.raises(Refused, match="0 place"):
        enrol(date, journeys[2], by=lead)
    ModuleDate.objects.filter(pk=date.pk).update(seats=2)
    enrol(date, journeys[2], by=lead)
    assert states(date, journeys) == ["enrolled", "waiting", "enrolled", ""]


def test_nobody_is_promoted_once_the_date_has_begun(
    date: ModuleDate, journeys: list[Journey], lead: User, clock: time_machine.Traveller
) -> None:
    fill(date, journeys)
    clock.move_to(date.starts_at)
    actions.withdraw_enrolment(date.enrolments.get(step__journey=journeys[0]), by=lead)
    assert states(date, journeys) == ["withdrawn", "waiting", "waiting", "waiting"]
    later = date.starts_at + timedelta(days=7)
    changes = as_given(date, starts_at=later, ends_at=later + timedelta(hours=3))
    actions.move_module_date(date, **changes, by=lead)
    assert states(date, journeys) == ["withdrawn", "enrolled", "waiting", "waiting"]


def test_attendance_closes_the_line_and_counts_nobody_who_waited(
    date: ModuleDate, journeys: list[Journey], lead: User, clock: time_machine.Traveller
) -> None:
    fill(date, journeys[:2])
    seat, wait = date.enrolments.order_by("pk")
    clock.shift(timedelta(days=2))
    with pytest.raises(Refused, match="n’est plus inscrit"):
        actions.mark_attendance(date, {wait.pk: Mark("present")}, by=lead)
    actions.mark_attendance(date, {seat.pk: Mark("present")}, by=lead)
    assert states(date, journeys)[:2] == ["present", "withdrawn"]
    assert Delivery.objects.count() == 1


def test_leaving_the_line_is_silent_for_oneself_and_told_by_a_lead(
    date: ModuleDate, journeys: list[Journey], lead: User
) -> None:
    fill(date, journeys)
    for _ in range(2):
        actions.leave_waiting(date, by=who(journeys[1]))
    assert not Email.objects.filter(template=WAITING).exists()
    for _ in range(2):
        actions.withdraw_enrolment(date.enrolments.get(step__journey=journeys[2]), by=lead)
    assert states(date, journeys) == ["enrolled", "withdrawn", "withdrawn", "waiting"]
    assert [letters(journey, WAITING) for journey in journeys] == [0, 0, 1, 0]
    with pytest.raises(Refused, match="rendez-la"):
        actions.leave_waiting(date, by=who(journeys[0]))
    with pytest.raises(Refused, match="pas de place"):
        actions.give_up_seat(date, by=who(journeys[3]))


def test_who_comes_back_stands_last(date: ModuleDate, journeys: list[Journey]) -> None:
    fill(date, journeys[:3])
    actions.leave_waiting(date, by=who(journeys[1]))
    actions.join_waiting(date, by=who(journeys[1]))
    line = date.enrolments.filter(state="waiting").order_by("queued_at", "pk")
    assert [one.step.journey_id for one in line] == [journeys[2].pk, journeys[1].pk]


# --- Moved and cancelled --------------------------------------------------------------------------
def test_a_moved_date_tells_everybody_once(date: ModuleDate, journeys: list[Journey], lead: User) -> None:
    fill(date, journeys)
    sent()
    later = date.starts_at + timedelta(days=3)
    for _ in range(2):
        moved = as_given(date, starts_at=later, ends_at=later + timedelta(hours=3))
        actions.move_module_date(date, **moved, by=lead)
    fresh = Email.objects.exclude(state="sent")
    assert sorted(fresh.values_list("to_user", "method")) == sorted(
        [(who(journeys[0]).pk, "REQUEST"), *((who(journey).pk, "") for journey in journeys[1:])]
    )
    back = as_given(date)
    actions.move_module_date(date, **back, by=lead)
    assert [letters(journey, WAITING) for journey in journeys] == [0, 2, 2, 2]


def test_a_cancelled_date_tells_everybody_once_and_only_calendars_that_have_it(
    date: ModuleDate, journeys: list[Journey], lead: User
) -> None:
    fill(date, journeys)
    sent()
    actions.cancel_module_date(date, reason="Formatrice malade", by=lead)
    fresh = Email.objects.exclude(state="sent")
    assert sorted(fresh.values_list("to_user", "method")) == sorted(
        [(who(journeys[0]).pk, "CANCEL"), *((who(journey).pk, "") for journey in journeys[1:])]
    )
    assert all("Formatrice malade" in text for text in fresh.values_list("text", flat=True))
    assert states(date, journeys) == ["withdrawn"] * 4
    assert not Email.objects.filter(template=PROMOTED).exists()
