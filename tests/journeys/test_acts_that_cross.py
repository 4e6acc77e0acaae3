"""Two people do different things to one journey at the same moment: one comes first, nothing contradicts itself."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.urls import reverse

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused, refusal_of
from journeys import actions
from journeys.models import Journey, Milestone, MilestoneProposal, Step
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import finish, make_journey, make_programme, step_of
from tests.factories.stays import make_milestone, make_module_date, module_of
from tests.factories.together import at_once
from tests.factories.versions import publish_next

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead() -> User:
    return make_member(make_organisation(), "lead")


@pytest.fixture
def journey(lead: User) -> Journey:
    return make_journey(lead.memberships.get().organisation)


def again(row: Any) -> Any:
    """The same row as another person's request reads it."""
    return type(row).objects.get(pk=row.pk)


def reach(step: Step, by: User) -> Milestone:
    return actions.reach_milestone(step, reached_on=clock.today(), evidence="Vu", by=by)


def test_a_milestone_reached_while_a_version_drops_it_stays_reached(lead: User) -> None:
    organisation = lead.memberships.get().organisation
    programme = make_programme(organisation)
    journey = make_journey(organisation, programme=programme)
    version, step = publish_next(programme, drop=["plan"]), step_of(journey, "milestone")
    answers = at_once(
        lambda: actions.apply_version(again(journey), version, by=lead), lambda: reach(again(step), by=lead)
    )
    step.refresh_from_db()
    assert (answers[0], again(journey).version_id) == ("done", version.pk)
    assert (answers[1], step.state) in [("done", "done"), (answers[1], "waived")]
    assert Milestone.objects.filter(step=step).exists() == (step.state == "done")


def test_a_milestone_is_reached_or_proposed_never_both(lead: User, journey: Journey) -> None:
    step, holder = step_of(journey, "milestone"), journey.holder.user
    answers = at_once(
        lambda: reach(again(step), by=lead),
        lambda: actions.propose_milestone(again(step), reached_on=clock.today(), evidence="Signé", by=holder),
    )
    assert answers.count("done") == 1
    assert Milestone.objects.count() + MilestoneProposal.objects.count() == 1


def test_a_step_just_added_is_taken_back_or_reached(lead: User, journey: Journey) -> None:
    step = actions.add_step(journey, kind="milestone", title_fr="Local", max_days=30, by=lead)
    mine = again(step)  # read before: a page that is opened after the step is gone answers 404
    answers = at_once(lambda: actions.undo_change(again(journey), by=lead), lambda: reach(mine, by=lead))
    assert answers.count("done") == 1
    assert Step.objects.filter(pk=step.pk).exists() == Milestone.objects.exists()


def test_no_journey_is_completed_while_its_milestone_is_undone(lead: User, journey: Journey) -> None:
    milestone = make_milestone(journey)
    finish(journey, but=lambda step: step.kind == "milestone")
    answers = at_once(
        lambda: actions.complete_journey(again(journey), by=lead),
        lambda: actions.undo_milestone(again(milestone), reason="Erreur", by=lead),
    )
    assert answers.count("done") == 1
    assert (again(journey).state == "completed") == Milestone.objects.exists()


def test_a_journey_that_is_left_keeps_no_seat_taken_at_that_moment(lead: User, journey: Journey) -> None:
    date, holder = make_module_date(module_of(journey), seats=2), journey.holder.user
    at_once(
        lambda: actions.take_seat(again(date), by=holder),
        lambda: actions.leave_journey(again(journey), reason="moved", by=lead),
        lambda: actions.enrol_people(again(date), [step_of(again(journey), "module")], by=lead),
        lambda: actions.cancel_module_date(again(date), reason="Malade", by=lead),
    )
    assert again(journey).state == "left"
    assert not date.enrolments.filter(state="enrolled").exists()


def test_an_import_is_undone_before_or_after_what_is_built_on_it(lead: User) -> None:
    programme = make_programme(lead.memberships.get().organisation)
    batch = actions.import_holders(programme, b"Nom;Prenom;Mail;Projet\nD;A;a@example.org;Pain\n", "c.csv", by=lead)
    actions.confirm_import(batch, by=lead)
    journey = Journey.objects.get(programme=programme)
    answers = at_once(
        lambda: actions.undo_import(again(batch), by=lead),
        lambda: actions.add_step(journey, kind="milestone", title_fr="Local", max_days=30, by=lead),
    )
    assert answers.count("done") == 1
    assert Step.objects.filter(title_fr="Local").exists() == (answers[1] == "done")


def test_what_happens_to_a_journey_that_is_gone_is_refused(lead: User, journey: Journey) -> None:
    gone = again(journey)
    Step.objects.filter(journey=journey).delete()
    journey.companions.all().delete()
    Journey.objects.filter(pk=journey.pk).delete()
    for act in (
        lambda: actions.pause_journey(gone, reason="x", review_on=clock.today() + timedelta(days=9), by=lead),
        lambda: actions.add_step(gone, kind="milestone", title_fr="Local", max_days=30, by=lead),
    ):
        with pytest.raises(Refused, match="n’existe plus"):
            act()


def test_who_acts_on_what_goes_at_that_moment_is_told_so_at_every_door(
    lead: User, journey: Journey, monkeypatch: pytest.MonkeyPatch, client_of: Any
) -> None:
    add, other = actions.add_commitment, make_journey(lead.memberships.get().organisation)

    def late(gone: Journey, **promise: Any) -> Any:
        Step.objects.filter(journey=gone).delete()
        gone.companions.all().delete()
        Journey.objects.filter(pk=gone.pk).delete()
        return add(gone, **promise)

    monkeypatch.setattr(actions, "add_commitment", late)
    said = "Quelqu’un l’a retiré entre-temps\xa0: ce n’est plus possible."
    promise = {"text": "Appeler la banque", "owner": journey.holder.user.pk}
    page = client_of(lead).post(reverse("journeys:commitment_add", args=[journey.pk]), promise)
    assert (page.context["form"].non_field_errors(), page.context["form"]["text"].value()) == ([said], promise["text"])
    promise |= {"journey": other.pk, "owner": other.holder.user.pk, "due_on": None}
    answer = client_of(lead).post(reverse("api:commitments-list"), promise, content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (409, said)
    with pytest.raises(Journey.DoesNotExist) as missing:
        actions.assign_referent(journey, lead, by=lead)
    assert refusal_of(missing.value).sentence == said


def test_a_completed_journey_keeps_its_milestones_until_it_is_open_again(lead: User, journey: Journey) -> None:
    milestone = make_milestone(journey)
    finish(journey, but=lambda step: step.kind == "milestone")
    actions.complete_journey(again(journey), by=lead)
    with pytest.raises(Refused, match="Rouvrez-le"):
        actions.undo_milestone(again(milestone), reason="Erreur", by=lead)


def test_who_is_let_go_by_the_database_reads_it_on_the_page(
    lead: User, journey: Journey, monkeypatch: pytest.MonkeyPatch, client_of: Any
) -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    def crossed(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("deadlock detected") from Deadlock()

    monkeypatch.setattr(actions, "decline_version", crossed)
    url = reverse("journeys:journey_version_decline", args=[journey.pk])
    answer = client_of(lead).post(url, {"version": journey.version_id}, follow=True)
    assert "modifié entre-temps" in answer.content.decode()


def test_no_journey_begins_in_a_year_nobody_can_count_from(journey: Journey) -> None:
    for day in (date(1, 1, 1), date(9999, 12, 1)):
        with pytest.raises(Refused) as refusal:
            actions.open_journey(journey.programme, journey.project, journey.holder, started_on=day, by=None)
        assert refusal.value.field == "started_on"


def test_of_two_acts_that_waited_for_one_another_one_is_told_so() -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    error = OperationalError("deadlock detected")
    error.__cause__ = Deadlock()
    assert refusal_of(error).sentence.startswith("Quelqu’un l’a modifié entre-temps")
    with pytest.raises(OperationalError):
        refusal_of(OperationalError("the server went away"))
