"""Whom a line is about, what it changes, and what it never touches."""

# ruff: noqa: E501 - a line of data is read better whole

from collections.abc import Sequence
from datetime import date

import pytest

from backend.accounts.models import Membership, Organisation, User
from journeys import actions
from journeys.models import Holder, Import, Journey, Programme, Project
from journeys.queries.import_pages import Preview
from journeys.queries.imports import Outcome
from tests.factories.accounts import make_member, make_user
from tests.factories.imports import make_csv, make_import, simple
from tests.factories.journeys import make_holder, make_journey, make_programme, make_project
from tests.factories.territory import load_territory


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    load_territory()
    return make_programme(organisation, "incubation-ess")


@pytest.fixture
def here(programme: Programme, organisation: Organisation) -> Journey:
    """Awa is already under way with her kitchen."""
    person = make_member(organisation, Membership.Role.HOLDER, "awa@example.org", first_name="Awa", last_name="Diallo")
    make_holder(organisation, person, phone="0612345678", gender="woman", birth_year=1990)
    project = make_project(
        organisation,
        Holder.objects.get(user=person),
        name="Cuisine partagée",
        commune_id="44109",
        pitch="Cuisiner ensemble",
    )
    return make_journey(organisation, person, programme=programme, project=project, started_on=date(2026, 9, 1))


def outcomes(programme: Programme, data: bytes, by: User | None = None) -> list[Outcome]:
    return Preview(make_import(programme, data, by=by)).outcomes


def only(programme: Programme, *people: str, header: str = "Prénom;Nom;Courriel;Projet") -> Outcome:
    [outcome] = outcomes(programme, simple(*people, header=header))
    return outcome


def changed(outcome: Outcome) -> dict[str, tuple[object, object]]:
    return {change.field: (change.old, change.new) for change in outcome.changes}


def codes(outcome: Outcome) -> list[str]:
    return [note.code for note in outcome.notes]


def run(programme: Programme, data: bytes) -> Import:
    batch = actions.confirm_import(make_import(programme, data, by=None), by=None)
    batch.refresh_from_db()
    assert batch.state == "done"
    return batch


# --- Who ------------------------------------------------------------------------------------------
def test_she_is_recognised_by_her_email_first(programme: Programme, here: Journey) -> None:
    outcome = only(programme, "Awa;Diallo;AWA@example.org;Cuisine partagée")
    assert (outcome.kind, outcome.journey, outcome.changes) == ("unchanged", here, [])


@pytest.mark.parametrize("name", ["Awa;Diallo", "AWA;DIALLO", "Diallo;Awa"])
@pytest.mark.parametrize("email", ["", "autre@example.org"])
def test_else_by_name_and_project_however_written(programme: Programme, here: Journey, name: str, email: str) -> None:
    outcome = only(programme, f"{name};{email};CUISINE  PARTAGEE")
    assert (outcome.kind, outcome.journey) == ("unchanged", here)
    assert codes(outcome) == (["email_kept"] if email else [])


def test_her_login_is_never_changed_by_a_file(programme: Programme, here: Journey) -> None:
    run(programme, simple("Awa;Diallo;voleur@example.org;Cuisine partagée"))
    here.holder.user.refresh_from_db()
    assert here.holder.user.email == "awa@example.org"
    assert not User.objects.filter(email="voleur@example.org").exists()


def test_somebody_new_needs_an_email(programme: Programme) -> None:
    outcome = only(programme, "Zoé;Neuve;;Vélo")
    assert (outcome.kind, codes(outcome)) == ("error", ["email_missing"])


def test_an_account_of_another_organisation_becomes_a_holder_here_and_keeps_her_facts_there(
    programme: Programme, other_organisation: Organisation
) -> None:
    person = make_user("ines@example.org", first_name="Inès", last_name="Caro", phone="+33611111111")
    there = make_holder(other_organisation, person, phone="+33600000000", gender="woman")
    outcome = only(programme, "Inès;Caro;ines@example.org;Ruches;0622222222", header="Prénom;Nom;Mail;Projet;Tél")
    assert (outcome.kind, codes(outcome)) == ("create", ["known_account"])
    run(programme, simple("Inès;Caro;ines@example.org;Ruches;0622222222", header="Prénom;Nom;Mail;Projet;Tél"))
    person.refresh_from_db()
    there.refresh_from_db()
    assert (person.phone, there.phone, there.projects.count()) == ("+33611111111", "+33600000000", 0)
    assert Holder.objects.get(organisation=programme.organisation, user=person).phone == "+33622222222"
    assert person.memberships.filter(organisation=programme.organisation, role="holder", ended_at=None).count() == 1


def test_the_name_on_the_account_stays_and_an_empty_one_is_filled(programme: Programme, here: Journey) -> None:
    assert codes(only(programme, "Awa;Diallo-Martin;awa@example.org;Cuisine partagée")) == ["name_kept"]
    User.objects.filter(pk=here.holder.user_id).update(last_name="")
    outcome = only(programme, "Awa;Diallo;awa@example.org;Cuisine partagée")
    assert changed(outcome) == {"last_name": ("", "Diallo")}


def test_people_of_another_organisation_are_not_recognised_by_name(
    programme: Programme, here: Journey, other_organisation: Organisation
) -> None:
    elsewhere = make_programme(other_organisation, "ailleurs")
    assert only(elsewhere, "Awa;Diallo;;Cuisine partagée").kind == "error"


# --- What changes ---------------------------------------------------------------------------------
HEADER = "Prénom;Nom;Courriel;Projet;Tél;Genre;Présentation;Phase;Commune;QPV;Intérêt général;Fin prévue;Date d’entrée;Référent"


def test_each_fact_that_differs_is_shown_old_and_new(programme: Programme, here: Journey, lead: User) -> None:
    line = "Awa;Diallo;awa@example.org;Cuisine partagée;07 00 00 00 01;F;Cuisiner;création;Rezé;Château;oui;30/06/2027;02/10/2026;lead@example.org"
    outcome = only(programme, line, header=HEADER)
    assert changed(outcome) == {
        "phone": ("0612345678", "+33700000001"),
        "pitch": ("Cuisiner ensemble", "Cuisiner"),
        "phase": ("emergence", "creation"),
        "commune": ("44109", "44143"),
        "qpv": (("unknown", ""), ("inside", "QN04418M")),
        "general_interest": (False, True),
        "planned_end_on": (here.planned_end_on, date(2027, 6, 30)),
        "referent": (None, lead.pk),
    }
    assert (outcome.kind, codes(outcome)) == ("update", ["start_kept"])
    run(programme, simple(line, header=HEADER))
    here.refresh_from_db()
    project = Project.objects.get(pk=here.project_id)
    assert (project.commune_id, project.qpv, project.neighbourhood_id, project.phase) == (
        "44143",
        "inside",
        "QN04418M",
        "creation",
    )
    assert (here.planned_end_on, here.referent, here.started_on) == (date(2027, 6, 30), lead, date(2026, 9, 1))
    assert only(programme, line, header=HEADER).kind == "unchanged"


def test_an_empty_cell_never_erases(programme: Programme, here: Journey) -> None:
    outcome = only(programme, "Awa;Diallo;awa@example.org;Cuisine partagée;;;-;;;nsp;;;;", header=HEADER)
    assert (outcome.kind, outcome.changes) == ("unchanged", [])


def test_the_same_phone_typed_otherwise_is_the_same_phone(programme: Programme, here: Journey) -> None:
    line = "Awa;Diallo;awa@example.org;Cuisine partagée;+33 6 12 34 56 78"
    assert only(programme, line, header="Prénom;Nom;Courriel;Projet;Tél").kind == "unchanged"


def test_in_a_qpv_without_its_name_keeps_the_name_we_know(programme: Programme, here: Journey) -> None:
    Project.objects.filter(pk=here.project_id).update(qpv="inside", neighbourhood_id="QN04413M")
    header = "Prénom;Nom;Courriel;Projet;QPV"
    assert only(programme, "Awa;Diallo;awa@example.org;Cuisine partagée;oui", header=header).kind == "unchanged"
    outcome = only(programme, "Awa;Diallo;awa@example.org;Cuisine partagée;non", header=header)
    assert changed(outcome) == {"qpv": (("inside", "QN04413M"), ("outside", ""))}


def test_her_only_project_here_may_be_renamed(programme: Programme, here: Journey) -> None:
    outcome = only(programme, "Awa;Diallo;awa@example.org;La grande cuisine")
    assert (outcome.kind, changed(outcome)) == ("update", {"project": ("Cuisine partagée", "La grande cuisine")})


def test_a_journey_that_is_over_is_not_opened_again(programme: Programme, here: Journey) -> None:
    actions.leave_journey(here, reason="employment", by=None)
    outcome = only(programme, "Awa;Diallo;awa@example.org;Cuisine partagée")
    assert (outcome.kind, codes(outcome)) == ("unchanged", ["ended"])


def test_somebody_known_gets_a_journey_in_another_programme(
    programme: Programme, here: Journey, organisation: Organisation
) -> None:
    second = make_programme(organisation, "consolidation")
    outcome = only(second, "Awa;Diallo;awa@example.org;Cuisine partagée")
    assert (outcome.kind, outcome.project, codes(outcome)) == ("create", here.project, ["known_person"])
    run(second, simple("Awa;Diallo;awa@example.org;Cuisine partagée"))
    assert (Holder.objects.count(), Project.objects.count(), Journey.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize(
    ("said", "kind"), [("lead@example.org", "create"), ("Léa Riou", "create"), ("RIOU Léa", "create"), ("Bob", "error")]
)
def test_a_referent_is_a_lead_by_email_or_name(programme: Programme, lead: User, said: str, kind: str) -> None:
    outcome = only(programme, f"Zoé;Neuve;zoe@example.org;Vélo;{said}", header="Prénom;Nom;Courriel;Projet;Référent")
    assert (outcome.kind, outcome.referent) == (kind, lead if kind == "create" else None)
    if kind == "error":
        assert outcome.errors[0].choices == ("lead@example.org",)


# --- Lines that meet ------------------------------------------------------------------------------
def test_the_second_of_two_lines_about_one_person_is_flagged(programme: Programme) -> None:
    found = outcomes(
        programme,
        simple("A;Un;a@example.org;X", "B;Deux;A@example.org;Y", "a;un;c@example.org;x", "D;Un;d@example.org;X"),
    )
    assert [codes(one) for one in found] == [[], ["email_twice"], ["person_twice"], ["shared_project"]]
    assert str(found[1].errors[0].sentence) == "La même adresse e-mail est déjà à la ligne 2."


def test_two_lines_that_meet_one_holder_are_not_both_written(programme: Programme, here: Journey) -> None:
    found = outcomes(
        programme, simple("Awa;D;awa@example.org;Cuisine partagée", "Awa;Diallo;b@example.org;Cuisine partagée")
    )
    assert [one.kind for one in found] == ["unchanged", "error"]


def test_people_with_one_project_in_one_commune_carry_it_together(programme: Programme) -> None:
    header = "Prénom;Nom;Courriel;Projet;Commune;Présentation;Thèmes"
    data = simple(
        "A;Un;a@example.org;La Cantine;Rezé;Manger;",
        "B;Deux;b@example.org;la cantine;Rezé;Boire;goût",
        "C;Trois;c@example.org;La Cantine;Nantes;;",
        header=header,
    )
    run(programme, data)
    shared, alone = Project.objects.order_by("pk")
    assert ([str(one) for one in shared.holders.order_by("pk")], shared.pitch, shared.themes) == (
        ["A Un", "B Deux"],
        "Manger",
        ["goût"],
    )
    assert [str(one) for one in alone.holders.all()] == ["C Trois"]
    again = outcomes(programme, data)
    assert [one.kind for one in again] == ["unchanged"] * 3
    assert codes(again[1]) == ["project_kept"]


def test_somebody_new_joins_a_project_that_is_here_and_is_told(programme: Programme, here: Journey) -> None:
    outcome = only(
        programme, "Bob;Neuf;bob@example.org;Cuisine partagée;Nantes", header="Prénom;Nom;Courriel;Projet;Ville"
    )
    assert (outcome.kind, outcome.project, codes(outcome)) == ("create", here.project, ["joined_project"])
    elsewhere = only(
        programme, "Bob;Neuf;bob@example.org;Cuisine partagée;Rezé", header="Prénom;Nom;Courriel;Projet;Ville"
    )
    assert (elsewhere.project, codes(elsewhere)) == (None, [])


def test_a_second_column_fills_the_gaps_of_the_first(programme: Programme) -> None:
    found = outcomes(programme, simple("A;Un;a@example.org;X;;0240123456", "B;Deux;b@example.org;Y;0612345678;0240123456",
                                       header="Prénom;Nom;Courriel;Projet;Portable;Téléphone fixe"))  # fmt: skip
    assert [one.line.values["phone"] for one in found] == ["+33240123456", "+33612345678"]


def test_a_repeated_header_and_empty_lines_are_no_people(programme: Programme) -> None:
    data = make_csv(["Nom", "Prénom", "Mail", "Projet"], ["A", "a", "a@example.org", "X"], ["", "", "", ""],
                    ["Nom", "Prénom", "Mail", "Projet"], ["B", "b", "b@example.org", "Y"])  # fmt: skip
    assert [one.line.line for one in outcomes(programme, data)] == [2, 5]


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        (["Zoé", "", "z@example.org", "X"], "last_name", "missing"),
        (["Zoé", "N", "z@example.org", ""], "project", "missing"),
    ],
)
def test_what_is_needed_is_asked_for(programme: Programme, cells: Sequence[str], field: str, code: str) -> None:
    outcome = only(programme, ";".join(cells))
    assert [(note.field, note.code) for note in outcome.errors] == [(field, code)]
