"""Three files as people send them, with exact counts, read, corrected, imported, and imported again."""

from collections.abc import Callable
from datetime import date

import pytest

from backend.accounts.models import Membership, Organisation, User
from journeys import actions
from journeys.models import Holder, Import, Journey, Programme, Project
from journeys.queries.import_pages import Preview
from tests.factories import imports as files
from tests.factories.journeys import make_programme
from tests.factories.territory import load_territory

FILES = [files.ugly_french, files.ugly_english, files.ugly_workbook]


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    load_territory()
    return make_programme(organisation, "incubation-ess")


def counts(batch: Import) -> tuple[int, ...]:
    """(create, update, unchanged, error, skipped)."""
    return tuple(Preview(batch).counts.values())


def errors(batch: Import) -> dict[int, list[str]]:
    return {
        one.line.line: [f"{note.field}: {note.code}" for note in one.errors]
        for one in Preview(batch).outcomes
        if one.errors
    }


def remarks(batch: Import) -> dict[int, list[str]]:
    return {one.line.line: [note.code for note in one.remarks] for one in Preview(batch).outcomes if one.remarks}


def test_the_french_export_has_five_people_and_five_wrong_lines(programme: Programme, lead: User) -> None:
    batch = files.make_import(programme, files.ugly_french(), by=lead)
    assert counts(batch) == (5, 0, 0, 5, 0)
    assert errors(batch) == {
        3: ["postcode: commune_shared"],
        5: ["phone: phone_rounded"],
        6: ["email: email_bad"],
        10: ["email: email_twice"],
        11: ["started_on: date_bad"],
    }
    assert [column["title"] for column in batch.header if not column["field"]] == ["Observations"]
    assert "à rappeler" not in str(batch.rows)


def test_the_english_form_has_five_people_and_three_wrong_lines(programme: Programme, lead: User) -> None:
    batch = files.make_import(programme, files.ugly_english(), by=lead)
    assert counts(batch) == (5, 0, 0, 3, 0)
    assert errors(batch) == {
        5: ["email: email_twice"],
        6: ["last_name: person_twice"],
        10: ["phone: phone_bad", "commune: commune_close"],
    }
    assert remarks(batch) == {8: ["name_split"], 9: ["shared_project"]}


def test_the_workbook_has_four_people_and_two_wrong_lines(programme: Programme, lead: User) -> None:
    batch = files.make_import(programme, files.ugly_workbook(), by=lead)
    assert counts(batch) == (4, 0, 0, 2, 0)
    assert errors(batch) == {7: ["phone: phone_several"], 9: ["postcode: commune_shared"]}
    assert remarks(batch) == {10: ["commune_elsewhere"]}


@pytest.mark.parametrize("make", FILES)
def test_nothing_is_written_before_confirmation(programme: Programme, lead: User, make: Callable[[], bytes]) -> None:
    people = User.objects.count()
    Preview(files.make_import(programme, make(), by=lead))
    assert (User.objects.count(), Holder.objects.count(), Project.objects.count(), Journey.objects.count()) == (
        people,
        0,
        0,
        0,
    )


@pytest.mark.parametrize(("make", "created", "wrong"), list(zip(FILES, (5, 5, 4), (5, 3, 2), strict=True)))
def test_the_same_file_again_changes_nothing(
    programme: Programme, lead: User, make: Callable[[], bytes], created: int, wrong: int
) -> None:
    first = actions.confirm_import(files.make_import(programme, make(), by=lead), by=lead)
    assert {kind: first.result[kind] for kind in ("create", "error")} == {"create": created, "error": wrong}
    facts = list(Project.objects.order_by("pk").values()), list(Holder.objects.order_by("pk").values())

    again = files.make_import(programme, make(), by=lead)
    assert again.pk != first.pk
    assert counts(again) == (0, 0, created, wrong, 0)
    actions.confirm_import(again, by=lead)
    again.refresh_from_db()
    assert (again.state, again.result["create"], again.result["update"]) == ("done", 0, 0)
    assert (list(Project.objects.order_by("pk").values()), list(Holder.objects.order_by("pk").values())) == facts
    assert Journey.objects.count() == created


def test_what_the_french_export_becomes(programme: Programme, lead: User) -> None:
    actions.confirm_import(files.make_import(programme, files.ugly_french(), by=lead), by=lead)
    journey = Journey.objects.select_related("holder__user", "project").get(
        holder__user__email="zoe.loeuvre@example.org"
    )
    holder, project = journey.holder, journey.project
    assert (str(holder), holder.phone, holder.gender, holder.birth_year, holder.status) == (
        "Zoé Lœuvre", "+33612345678", "woman", 1988, "job_seeker",
    )  # fmt: skip
    assert (project.name, project.themes, project.commune_id, project.qpv, project.neighbourhood_id) == (
        "L’épicerie à 5 €", ["alimentation", "lien social"], "44109", "inside", "QN04413M",
    )  # fmt: skip
    assert (project.is_general_interest, journey.state, journey.started_on) == (True, "active", date(2026, 9, 1))
    assert journey.steps.count() == 4
    assert Membership.objects.get(user=holder.user, ended_at=None).role == "holder"
    assert not holder.user.has_usable_password()


def test_cells_that_look_like_formulas_stay_text(programme: Programme, lead: User) -> None:
    actions.confirm_import(files.make_import(programme, files.ugly_french(), by=lead), by=lead)
    journey = Journey.objects.get(holder__user__email="formule@example.org")
    assert (journey.holder.user.first_name, journey.project.name) == ("=1+1", "@SOMME(A1)")


def test_a_siret_gives_its_siren_and_a_postcode_its_commune(programme: Programme, lead: User) -> None:
    actions.confirm_import(files.make_import(programme, files.ugly_french(), by=lead), by=lead)
    project = Project.objects.get(name="Réparer; réemployer")
    assert (project.siren, project.commune_id, project.qpv) == ("732829320", "44215", "outside")


def test_everything_corrected_in_place_is_imported(programme: Programme, lead: User) -> None:
    batch = files.make_import(programme, files.ugly_french(), by=lead)
    for line, cells in {
        3: {"postcode": "Carquefou"},
        5: {"phone": "06 12 34 56 90"},
        6: {"email": "elodie.delatour@example.org"},
        11: {"started_on": "13/09/2026"},
    }.items():
        actions.correct_import(batch, line=line, cells=cells, by=lead)
    actions.skip_lines(batch, lines=[10], skip=True, by=lead)
    assert counts(batch) == (9, 0, 0, 0, 1)
    actions.confirm_import(batch, by=lead)
    assert Journey.objects.count() == 9
    assert Project.objects.get(name="Forêt où ça pousse").commune_id == "44026"
    assert Journey.objects.get(holder__user__last_name="Durand").started_on == date(2026, 9, 13)
