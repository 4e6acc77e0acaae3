"""A change undone after the plan has moved on: the days that come back are today’s, and no seat does."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions
from journeys.models import Journey, Step
from journeys.queries.steps import given_back
from tests.factories.journeys import make_journey, make_programme, step_of
from tests.factories.stays import enrol, make_immersion, make_module_date, module_of

pytestmark = pytest.mark.django_db
START = date(2026, 11, 23)


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    """Posture (30 days), then immersion (120) and plan (90); mentoring apart (270)."""
    return make_journey(organisation, holder, referent=lead, started_on=START)


def step(journey: Journey, code: str) -> Step:
    return journey.steps.select_related("journey__programme__organisation").get(code=code)


def due(journey: Journey, code: str) -> int:
    return (step(journey, code).due_on - START).days


def paused(journey: Journey, days: int = 30) -> None:
    actions.pause_journey(journey, reason="Maternité", review_on=START + timedelta(days=days), by=None)


def test_a_waived_step_comes_back_on_the_days_of_the_shifted_plan(
    journey: Journey, lead: User, clock: time_machine.Traveller
) -> None:
    actions.waive_step(step(journey, "plan"), reason="Non", by=lead)
    paused(journey)
    actions.undo_change(journey, by=lead)
    assert (step(journey, "plan").state, due(journey, "plan")) == ("planned", 120)
    clock.shift(timedelta(days=10))
    actions.resume_journey(journey, by=None)
    assert due(journey, "plan") == 100  # it rested ten days only, for this step as for the others
    assert due(journey, "mentorat") == 280


@pytest.mark.parametrize("act", ["restore", "undo"])
def test_a_waiver_lifted_after_a_whole_pause_too(
    journey: Journey, lead: User, act: str, clock: time_machine.Traveller
) -> None:
    actions.waive_step(step(journey, "plan"), reason="Non", by=lead)
    paused(journey)
    clock.shift(timedelta(days=12))
    actions.resume_journey(journey, by=None)
    if act == "undo":
        actions.undo_change(journey, by=lead)
    else:
        actions.restore_step(step(journey, "plan"), by=lead)
    assert (due(journey, "plan"), due(journey, "immersion")) == (102, 132)


def test_a_removed_step_comes_back_on_shifted_days(journey: Journey, lead: User) -> None:
    own = actions.add_step(journey, kind="mentoring", title_fr="Point", due_on=START + timedelta(days=10), by=lead)
    actions.remove_step(own, by=lead)
    paused(journey)
    actions.undo_change(journey, by=lead)
    assert due(journey, "own-point") == 40


def test_a_move_is_taken_back_within_the_shifted_plan(journey: Journey, lead: User) -> None:
    actions.move_step(step(journey, "posture"), due_on=START + timedelta(days=44), by=lead)
    paused(journey)
    assert (due(journey, "posture"), due(journey, "plan")) == (74, 134)
    actions.undo_change(journey, by=lead)
    assert (due(journey, "posture"), due(journey, "plan"), due(journey, "mentorat")) == (60, 120, 300)


def test_an_added_step_goes_after_a_pause_and_a_reopened_journey(
    journey: Journey, lead: User, clock: time_machine.Traveller
) -> None:
    actions.add_step(journey, kind="mentoring", title_fr="Point", max_days=10, by=lead)
    paused(journey)
    actions.leave_journey(journey, reason="employment", by=lead)
    clock.shift(timedelta(days=7))
    actions.reopen_journey(journey, reason="Reprise", planned_end_on=START + timedelta(days=300), by=lead)
    assert due(journey, "own-point") == 17
    actions.undo_change(journey, by=lead)
    assert not journey.steps.filter(code="own-point").exists()


CHANGES: dict[str, Callable[[Journey], object]] = {
    "waive": lambda one: actions.waive_step(step(one, "plan"), reason="Non", by=None),
    "move": lambda one: actions.move_step(
        step(one, "posture"), due_on=step(one, "posture").due_on + timedelta(days=9), by=None
    ),
    "add": lambda one: actions.add_step(one, kind="mentoring", title_fr="Point", max_days=10, by=None),
    "edit": lambda one: actions.edit_step(step(one, "immersion"), after=[step(one, "plan")], by=None),
    "remove": lambda one: actions.remove_step(step(one, "own-avant"), by=None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_came_in_between_undoing_is_as_if_nothing_had_been_changed(
    journey: Journey, organisation: Organisation, change: str, clock: time_machine.Traveller
) -> None:
    pair = [journey, make_journey(organisation, started_on=START)]
    for one in pair:
        actions.add_step(one, kind="mentoring", title_fr="Avant", max_days=12, by=None)
    CHANGES[change](journey)
    for one in pair:
        paused(one)
    clock.shift(timedelta(days=11))
    for one in pair:
        actions.resume_journey(one, by=None)
        actions.pause_journey(one, reason="Encore", review_on=START + timedelta(days=90), by=None)
    clock.shift(timedelta(days=25))
    for one in pair:
        actions.leave_journey(one, reason="moved", by=None)
    clock.shift(timedelta(days=3))
    for one in pair:
        actions.reopen_journey(one, reason="Reprise", planned_end_on=START + timedelta(days=400), by=None)
    actions.undo_change(journey, by=None)
    names = ("code", "state", "earliest_on", "due_on", "is_pinned", "position")
    changed, untouched = (list(one.steps.order_by("position").values_list(*names)) for one in pair)
    assert changed == untouched


def test_what_was_dated_otherwise_since_is_still_named(journey: Journey, lead: User) -> None:
    actions.move_step(step(journey, "posture"), due_on=START + timedelta(days=44), by=lead)
    paused(journey)
    Step.objects.filter(journey=journey, code="plan").update(due_on=START + timedelta(days=99))
    with pytest.raises(Refused, match="Plan d’affaires validé"):
        actions.undo_change(journey, by=lead)


def test_a_change_undone_once_is_not_shifted_any_more(journey: Journey, lead: User) -> None:
    actions.waive_step(step(journey, "plan"), reason="Non", by=lead)
    actions.undo_change(journey, by=lead)
    paused(journey)
    assert "shifted" not in journey.plan_changes.get().after


# --- Seats ----------------------------------------------------------------------------------------
def test_a_waived_step_gives_its_seat_to_the_first_who_waits_and_takes_none_back(
    journey: Journey, organisation: Organisation, lead: User
) -> None:
    second, third = make_journey(organisation), make_journey(organisation)
    date_ = make_module_date(module_of(journey), seats=1, by=lead)
    enrol(date_, journey, by=lead)
    for one in (second, third):
        actions.join_waiting(date_, by=one.holder.user)
    Email.objects.update(state="sent", attempts=1, sent_at=date_.starts_at)
    assert given_back(step(journey, "posture")).startswith("Sa place du mardi 24 novembre revient")
    assert given_back(step(third, "posture")).startswith("Sa place sur la liste d’attente du mardi 24")
    assert given_back(step(journey, "plan")) == ""
    actions.waive_step(step(journey, "posture"), reason="Acquis", by=lead)

    def states() -> list[str]:
        found = dict(date_.enrolments.values_list("step__journey", "state"))
        return [found[one.pk] for one in (journey, second, third)]

    told = Email.objects.exclude(state="sent")
    assert (step(journey, "posture").state, states()) == ("waived", ["withdrawn", "enrolled", "waiting"])
    assert list(told.filter(method="CANCEL").values_list("to_user", flat=True)) == [journey.holder.user_id]
    assert list(told.exclude(method="CANCEL").values_list("to_user", flat=True)) == [second.holder.user_id]
    actions.undo_change(journey, by=lead)
    assert (step(journey, "posture").state, states()) == ("planned", ["withdrawn", "enrolled", "waiting"])
    assert told.count() == 2


def test_a_training_step_said_to_be_done_elsewhere_gives_its_seat_back(
    journey: Journey, organisation: Organisation, lead: User
) -> None:
    second = make_journey(organisation)
    date_ = make_module_date(module_of(journey), seats=1, by=lead)
    enrol(date_, journey, by=lead)
    actions.join_waiting(date_, by=second.holder.user)
    actions.advance_step(step(journey, "posture"), "done", by=lead)
    found = dict(date_.enrolments.values_list("step__journey", "state"))
    assert (step(journey, "posture").state, found) == ("done", {journey.pk: "withdrawn", second.pk: "enrolled"})


def test_a_place_in_line_goes_with_the_waiver_and_with_a_restoration_undone(
    journey: Journey, organisation: Organisation, lead: User
) -> None:
    date_ = make_module_date(module_of(journey), seats=1, by=lead)
    enrol(date_, make_journey(organisation), by=lead)
    for undo in (False, True):
        actions.join_waiting(date_, by=journey.holder.user)
        if undo:
            actions.undo_change(journey, by=lead)
        else:
            actions.waive_step(step(journey, "posture"), reason="Acquis", by=lead)
        assert date_.enrolments.get(step__journey=journey).state == "withdrawn"
        if not undo:
            actions.restore_step(step(journey, "posture"), by=lead)


def test_a_step_with_a_stay_is_waived_once_the_stay_is_cancelled(journey: Journey, lead: User) -> None:
    stay = make_immersion(journey, state="validated")
    with pytest.raises(Refused, match="annulez"):
        actions.waive_step(step(journey, "immersion"), reason="Non", by=lead)
    assert step(journey, "immersion").state == "scheduled"
    actions.cancel_immersion(stay, reason="Plus d’activité", by=lead)
    actions.waive_step(step(journey, "immersion"), reason="Non", by=lead)
    assert step(journey, "immersion").state == "waived"


# --- Teams ----------------------------------------------------------------------------------------
@pytest.fixture
def pair(organisation: Organisation, holder: User, lead: User) -> list[Journey]:
    """Two team-mates whose plan is done once for both."""
    programme = make_programme(organisation)
    programme.versions.get().steps.filter(code="plan").update(is_shared=True)
    journey = make_journey(organisation, holder, programme=programme, started_on=START)
    noa = actions.Newcomer("noa@example.org", "Noa", "Petit")
    actions.join_project(journey.project, noa, part="partner", joined_on=START, programme=programme, by=None)
    return list(Journey.objects.order_by("pk"))


@pytest.mark.parametrize("act", ["restore", "undo"])
def test_what_the_team_has_done_meanwhile_is_done_for_her_too(pair: list[Journey], lead: User, act: str) -> None:
    actions.waive_step(step(pair[1], "plan"), reason="Non", by=lead)
    actions.reach_milestone(step(pair[0], "plan"), reached_on=START, evidence="Plan signé", by=lead)
    assert step(pair[1], "plan").state == "waived"
    if act == "undo":
        actions.undo_change(pair[1], by=lead)
    else:
        actions.restore_step(step(pair[1], "plan"), by=lead)
    row = step(pair[1], "plan")
    assert (row.state, row.done_on, row.shared_from) == ("done", START, step(pair[0], "plan"))


def test_a_milestone_that_stands_is_undone_with_its_reason_only(pair: list[Journey], lead: User) -> None:
    milestone = actions.reach_milestone(step(pair[0], "plan"), reached_on=START, evidence="Plan signé", by=lead)
    for journey in pair:
        with pytest.raises(Refused, match=str(pair[0].holder)):
            actions.advance_step(step(journey, "plan"), "in_progress", by=lead)
    assert [step(one, "plan").state for one in pair] == ["done", "done"]
    actions.undo_milestone(milestone, reason="Signature contestée", by=lead)
    assert [step(one, "plan").state for one in pair] == ["planned", "planned"]


def test_the_milestones_of_an_ended_journey_stand(journey: Journey, lead: User) -> None:
    milestone = actions.reach_milestone(step(journey, "plan"), reached_on=START, evidence="Signé", by=lead)
    actions.leave_journey(journey, reason="employment", by=lead)
    with pytest.raises(Refused, match="restent acquis"):
        actions.undo_milestone(milestone, reason="Erreur", by=lead)
    milestone.refresh_from_db()
    assert step_of(journey, "milestone").state == "done"
