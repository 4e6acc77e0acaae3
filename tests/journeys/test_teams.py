"""A project carried by several: joining, leaving, and the steps that the team does once for all."""

from datetime import date, timedelta
from typing import Any

import pytest

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions
from journeys.models import Carrier, Holder, Journey, Milestone, Programme, Project, Step
from journeys.queries.teams import project_page, running, team_of, together
from tests.factories.accounts import make_user
from tests.factories.journeys import STEPS, make_holder, make_journey, make_programme
from tests.factories.stays import enrol, make_module_date, module_of

TODAY = date(2026, 11, 23)


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    """The plan is done once for the team; the rest by each."""
    steps = [{**step, "code": step["code"]} for step in STEPS]
    made = make_programme(organisation, steps=steps)
    made.versions.get().steps.filter(code="plan").update(is_shared=True)
    return made


@pytest.fixture
def first(organisation: Organisation, holder: User, programme: Programme) -> Journey:
    return make_journey(organisation, holder, programme=programme)


def join(journey: Journey, name: str, **fields: Any) -> Journey:
    """Somebody new joins the team of this journey's project; her journey."""
    person = fields.pop("person", actions.Newcomer(f"{name.lower()}@example.org", name, "Petit"))
    asked = {"part": "partner", "joined_on": TODAY, "programme": journey.programme, "by": None, **fields}
    carrier = actions.join_project(journey.project, person, **asked)
    return Journey.objects.get(project=journey.project, holder=carrier.holder)


def step(journey: Journey, code: str) -> Step:
    return journey.steps.select_related("journey__programme__organisation").get(code=code)


def stands(journey: Journey, code: str) -> tuple[str, date | None, int | None]:
    found = step(journey, code)
    return found.state, found.done_on, found.shared_from_id


def test_a_newcomer_gets_an_account_the_role_a_part_a_journey_and_one_letter(first: Journey) -> None:
    journey = join(first, "Noa")
    user = journey.holder.user
    assert (str(user), user.has_usable_password(), user.organisation_ids("holder")) == (
        "Noa Petit", False, {first.programme.organisation_id}
    )  # fmt: skip
    carrier = Carrier.objects.get(holder=journey.holder)
    assert (carrier.part, carrier.joined_on, carrier.left_on) == ("partner", TODAY, None)
    assert (journey.state, journey.started_on, journey.steps.count()) == ("active", TODAY, 4)
    letter = Email.objects.get(to_address="noa@example.org")
    assert letter.subject == f"Vous rejoignez l’équipe de «\u00a0{first.project}\u00a0»"


def test_what_the_team_shares_and_has_done_is_done_for_who_joins_and_says_by_whom(first: Journey) -> None:
    done = actions.advance_step(step(first, "plan"), "done", on=date(2026, 11, 2), by=None)
    actions.advance_step(step(first, "posture"), "done", by=None)
    noa = join(first, "Noa")
    assert stands(noa, "plan") == ("done", date(2026, 11, 2), done.pk)
    assert stands(noa, "posture") == ("planned", None, None)
    line = Entry.objects.get(verb="follow_step", about_id=step(noa, "plan").pk)
    assert (line.details["now"], line.details["step"]) == ("done", done.pk)


def test_nobody_joins_twice_nor_before_she_left_but_may_come_back_with_history_kept(first: Journey) -> None:
    noa = join(first, "Noa", joined_on=date(2026, 9, 1))
    with pytest.raises(Refused, match="porte déjà ce projet"):
        join(first, "Noa")
    carrier = Carrier.objects.get(holder=noa.holder)
    actions.leave_project(carrier, left_on=date(2026, 10, 1), reason="Congé", by=None)
    with pytest.raises(Refused) as refusal:
        join(first, "Noa", joined_on=date(2026, 9, 30))
    assert refusal.value.field == "joined_on"
    actions.join_project(first.project, noa.holder, part="member", joined_on=TODAY, programme=first.programme, by=None)
    rows = Carrier.objects.filter(holder=noa.holder).order_by("joined_on").values_list("joined_on", "left_on", "part")
    assert list(rows) == [(date(2026, 9, 1), date(2026, 10, 1), "partner"), (TODAY, None, "member")]
    assert Journey.objects.filter(holder=noa.holder).count() == 1  # the one that ran goes on


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"part": "boss"}, "part"),
        ({"person": actions.Newcomer("x@example.org", "", "Petit")}, "last_name"),
    ],
)
def test_joining_is_refused_beside_the_field_that_is_wrong(first: Journey, asked: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        join(first, "Noa", **asked)
    assert (refusal.value.field, Carrier.objects.count()) == (field, 1)


def test_people_and_programmes_of_elsewhere_do_not_join(first: Journey, other_organisation: Organisation) -> None:
    with pytest.raises(Refused) as refusal:
        join(first, "Noa", person=make_holder(other_organisation))
    assert refusal.value.field == "holder"
    with pytest.raises(Refused) as refusal:
        join(first, "Noa", programme=make_programme(other_organisation))
    assert refusal.value.field == "programme"


def test_a_shared_step_done_by_one_is_done_for_the_team_the_same_day(first: Journey, lead: User) -> None:
    noa, lou = join(first, "Noa"), join(first, "Lou")
    done = actions.advance_step(step(noa, "plan"), "done", on=date(2026, 11, 20), by=lead)
    assert [stands(one, "plan") for one in (first, noa, lou)] == [
        ("done", date(2026, 11, 20), done.pk), ("done", date(2026, 11, 20), None), ("done", date(2026, 11, 20), done.pk)
    ]  # fmt: skip
    told = Entry.objects.filter(verb="follow_step").order_by("about_id")
    assert [(line.by, line.details["person"]) for line in told] == [(lead, "Noa Petit"), (lead, "Noa Petit")]


def test_a_step_of_ones_own_stays_ones_own(first: Journey) -> None:
    noa = join(first, "Noa")
    actions.advance_step(step(noa, "posture"), "done", by=None)
    assert stands(first, "posture") == ("planned", None, None)


def test_undone_by_one_it_is_undone_for_all(first: Journey) -> None:
    noa = join(first, "Noa")
    actions.advance_step(step(first, "plan"), "done", by=None)
    actions.advance_step(step(noa, "plan"), "in_progress", by=None)
    assert [stands(one, "plan")[:2] for one in (first, noa)] == [("in_progress", None), ("in_progress", None)]


def test_a_shared_milestone_is_reached_once_and_undone_for_all(first: Journey) -> None:
    noa = join(first, "Noa")
    day = date(2026, 11, 19)
    milestone = actions.reach_milestone(step(first, "plan"), reached_on=day, evidence="Plan signé", by=None)
    assert stands(noa, "plan") == ("done", day, step(first, "plan").pk)
    with pytest.raises(Refused, match="déjà"):
        actions.reach_milestone(step(noa, "plan"), reached_on=day, evidence="Encore", by=None)
    assert Milestone.objects.count() == 1
    actions.undo_milestone(milestone, reason="Erreur", by=None)
    assert [stands(one, "plan") for one in (first, noa)] == [("planned", None, None), ("planned", None, None)]


def test_waived_stays_waived_and_those_who_left_follow_no_more(first: Journey) -> None:
    noa, lou = join(first, "Noa"), join(first, "Lou")
    actions.waive_step(step(noa, "plan"), reason="Fait ailleurs", by=None)
    actions.leave_project(Carrier.objects.get(holder=lou.holder), left_on=TODAY, reason="Emploi", by=None)
    actions.advance_step(step(first, "plan"), "done", by=None)
    assert (stands(noa, "plan")[0], stands(lou, "plan")[0]) == ("waived", "planned")
    actions.advance_step(step(lou, "plan"), "in_progress", by=None)
    actions.advance_step(step(lou, "plan"), "done", by=None)
    assert stands(first, "plan")[2] is None


def test_a_step_becomes_shared_on_running_journeys_and_each_ones_own_again(first: Journey) -> None:
    noa = join(first, "Noa")
    actions.advance_step(step(noa, "posture"), "done", on=date(2026, 11, 3), by=None)
    actions.share_step(step(first, "posture"), shared=True, by=None)
    assert stands(first, "posture") == ("done", date(2026, 11, 3), step(noa, "posture").pk)
    actions.share_step(step(noa, "posture"), shared=False, by=None)
    assert [step(one, "posture").is_shared for one in (first, noa)] == [False, False]
    assert stands(first, "posture")[0] == "done"


def test_alone_there_is_nobody_to_share_with(first: Journey) -> None:
    with pytest.raises(Refused, match="personne avec qui la partager"):
        actions.share_step(step(first, "posture"), shared=True, by=None)


def test_leaving_keeps_the_journey_unless_it_is_ended_with_it(first: Journey) -> None:
    noa, lou = join(first, "Noa"), join(first, "Lou")
    actions.leave_project(Carrier.objects.get(holder=noa.holder), left_on=TODAY, reason="Autre projet", by=None)
    actions.leave_project(
        Carrier.objects.get(holder=lou.holder), left_on=TODAY, reason="Emploi", end_journeys="employment", by=None
    )
    noa.refresh_from_db()
    lou.refresh_from_db()
    assert (noa.state, lou.state, lou.leave_reason, lou.ended_on) == ("active", "left", "employment", TODAY)
    assert [str(one.holder) for one in Carrier.objects.current()] == ["Hawa Diallo"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"left_on": TODAY + timedelta(days=1)}, "left_on"),
        ({"left_on": TODAY - timedelta(days=1)}, "left_on"),
    ],
)
def test_leaving_is_refused_beside_the_field_that_is_wrong(first: Journey, asked: dict[str, Any], field: str) -> None:
    join(first, "Noa")
    carrier = Carrier.objects.get(holder=first.holder)
    with pytest.raises(Refused) as refusal:
        actions.leave_project(carrier, **{"left_on": TODAY, "reason": "Emploi", "by": None, **asked})
    assert (refusal.value.field, Carrier.objects.current().count()) == (field, 2)


def test_the_last_one_leaves_only_when_it_is_said_or_nothing_runs(first: Journey) -> None:
    carrier = Carrier.objects.get(holder=first.holder)
    with pytest.raises(Refused) as refusal:
        actions.leave_project(carrier, left_on=TODAY, reason="Emploi", by=None)
    assert refusal.value.field == "without_anybody"
    assert Carrier.objects.current().count() == 1
    actions.leave_project(carrier, left_on=TODAY, reason="Emploi", without_anybody=True, by=None)
    assert Carrier.objects.current().count() == 0
    with pytest.raises(Refused, match="déjà"):
        actions.leave_project(carrier, left_on=TODAY, reason="Emploi", without_anybody=True, by=None)


def test_the_last_one_may_leave_with_her_journey(first: Journey) -> None:
    carrier = Carrier.objects.get(holder=first.holder)
    actions.leave_project(carrier, left_on=TODAY, reason="Emploi", end_journeys="employment", by=None)
    first.refresh_from_db()
    assert (first.state, Carrier.objects.current().count()) == ("left", 0)


def test_a_part_changes_and_history_says_so(first: Journey) -> None:
    carrier = actions.change_part(Carrier.objects.get(), part="member", by=None)
    actions.change_part(carrier, part="member", by=None)
    line = Entry.objects.get(verb="change_part")
    assert (carrier.part, line.details) == ("member", {"was": "main", "now": "member"})


def test_together_a_shared_step_counts_once_and_the_others_for_each(first: Journey, lead: User) -> None:
    """Weights 1 + 4 + 3 own, 2 shared: two members make 8 + 8 + 2; the plan and one posture are done: 3 of 18."""
    noa = join(first, "Noa")
    actions.advance_step(step(first, "plan"), "done", by=None)
    actions.advance_step(step(noa, "posture"), "done", by=None)
    now, past = team_of(first.project, lead)
    found = together(running(now))
    assert (found.done_weight, found.total_weight, found.percent, past) == (3, 18, 17, [])
    each = {member.name: member.journeys[0].progress.percent for member in now}
    assert each == {"Hawa Diallo": 20, "Noa Petit": 30}


def test_alone_together_is_her_own_progress(first: Journey, lead: User) -> None:
    actions.advance_step(step(first, "plan"), "done", by=None)
    now, _past = team_of(first.project, lead)
    assert together(running(now)) == now[0].journeys[0].progress


def test_a_team_mate_reads_names_and_progress_no_status_no_reason(
    first: Journey, holder: User, lead: User, organisation: Organisation
) -> None:
    noa, lou = join(first, "Noa"), join(first, "Lou")
    Holder.objects.filter(pk=noa.holder_id).update(status="job_seeker")
    actions.leave_project(Carrier.objects.get(holder=lou.holder), left_on=TODAY, reason="Burn-out", by=None)
    hers, theirs = project_page(first.project, holder), project_page(first.project, lead)
    assert (hers["history"][0].text, theirs["history"][0].text) == ("", "Burn-out")
    assert [[bool(one.url) for one in member.journeys] for member in hers["team"]] == [[True], [False]]
    assert (hers["leads"], hers["join_url"], hers["shareable"]) == (False, "", [])


def test_an_import_of_a_team_gives_each_her_line_from_her_own_day_and_none_twice(
    organisation: Organisation, lead: User, programme: Programme
) -> None:
    data = (
        "Nom;Prenom;Mail;Projet;Commune;Date de début\n"
        "Diallo;Awa;awa@example.org;Cuisine;Nantes;01/09/2026\n"
        "Noel;Zoe;zoe@example.org;Cuisine;Nantes;15/10/2026\n"
    ).encode()
    from tests.factories.journeys import make_commune

    make_commune()
    for again in (data, data + b"Roy;Ana;ana@example.org;Cuisine;Nantes;02/11/2026\n"):
        batch = actions.import_holders(programme, again, "cohorte.csv", by=lead)
        actions.run_import(actions.confirm_import(batch, by=lead))
    project = Project.objects.get(name="Cuisine")
    rows = project.carriers.order_by("joined_on").values_list("holder__user__first_name", "joined_on", "left_on")
    assert list(rows) == [
        ("Awa", date(2026, 9, 1), None), ("Zoe", date(2026, 10, 15), None), ("Ana", date(2026, 11, 2), None)
    ]  # fmt: skip


def test_a_person_already_known_keeps_her_account(first: Journey) -> None:
    known = make_user("noa@example.org", first_name="Noalie", last_name="Legrand")
    assert join(first, "Noa").holder.user == known
    assert str(known) == "Noalie Legrand"
    assert clock.today() == TODAY


def test_a_shared_module_stays_done_while_a_team_mate_came(first: Journey, lead: User) -> None:
    mate = join(first, "Noa")
    actions.share_step(step(first, "posture"), shared=True, by=lead)
    past = make_module_date(module_of(first), starts_at=clock.now() - timedelta(hours=5), by=lead)
    hers, his = enrol(past, first, mate, by=lead)
    came = actions.Mark("present")
    actions.mark_attendance(past, {hers.pk: came, his.pk: came}, by=lead)
    actions.mark_attendance(past, {hers.pk: actions.Mark("absent")}, by=lead)
    assert [step(one, "posture").state for one in (first, mate)] == ["done", "done"]
    actions.mark_attendance(past, {his.pk: actions.Mark("absent")}, by=lead)
    assert {step(one, "posture").state for one in (first, mate)} == {"planned"}


# --- Programmes that welcome nobody new -----------------------------------------------------------
def test_a_closed_programme_opens_for_no_new_project_and_for_a_team_that_is_in_it(
    organisation: Organisation, lead: User
) -> None:
    programme = make_programme(organisation)
    journey = make_journey(organisation, programme=programme)
    type(programme).objects.filter(pk=programme.pk).update(is_open=False)
    noa = {"part": "partner", "joined_on": clock.today(), "programme": programme, "by": lead}
    actions.join_project(journey.project, actions.Newcomer("noa@example.org", "Noa", "Petit"), **noa)
    assert Journey.objects.filter(programme=programme).count() == 2
    with pytest.raises(Refused, match="n’accueille pas"):
        make_journey(organisation, programme=programme)
    assert Journey.objects.filter(programme=programme).count() == 2


def test_a_journey_opened_again_finds_what_the_team_did_meanwhile(first: Journey, lead: User) -> None:
    noa = join(first, "Noa")
    actions.leave_journey(noa, reason="employment", by=lead)
    plan = first.steps.get(code="plan")
    actions.reach_milestone(plan, reached_on=TODAY, evidence="Signé", by=lead)
    actions.reopen_journey(noa, reason="De retour", planned_end_on=TODAY + timedelta(days=90), by=lead)
    row = noa.steps.get(code="plan")
    assert (row.state, row.done_on, row.shared_from) == ("done", TODAY, plan)
