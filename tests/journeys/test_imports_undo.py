"""What became of each line, and an import taken back whole: what goes, what returns, what stands in the way."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from backend.accounts.models import Membership, Organisation, User
from backend.history.models import Entry
from backend.lib.clock import today
from backend.lib.refusal import Refused
from journeys import actions
from journeys.models import Carrier, Companion, Holder, Import, Journey, Programme, Project, Step
from tests.factories.accounts import make_member
from tests.factories.imports import make_import, simple
from tests.factories.journeys import make_companion, make_delivery, make_holder, make_programme, make_project, step_of
from tests.factories.territory import load_territory

Browser = Callable[[User], Client]
FILE = simple(
    "Awa;Diallo;awa@example.org;Cuisine",
    "Bob;Martin;bob@example.org;Vélos",
    "Cid;Petit;cid@example.org;Cuisine",
    "Zed;Sans;;=Rien",
)


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    load_territory()
    return make_programme(organisation)


def done(programme: Programme, data: bytes, by: User) -> Import:
    batch = actions.confirm_import(make_import(programme, data, by=by), by=by)
    batch.refresh_from_db()
    return batch


def facts() -> dict[str, Any]:
    """Everything that an import may touch, without numbers."""
    return {
        "users": sorted(User.objects.values_list("email", "first_name", "last_name")),
        "holders": sorted(Holder.objects.values_list("user__email", "phone", "gender")),
        "projects": sorted(Project.objects.values_list("name", "phase", "carriers__holder__user__email")),
        "journeys": sorted(Journey.objects.values_list("holder__user__email", "project__name", "state", "started_on")),
        "steps": sorted(Step.objects.values_list("journey__holder__user__email", "code", "state", "due_on")),
        "order": Step.after.through.objects.count(),
        "carriers": Carrier.objects.count(),
        "roles": sorted(Membership.objects.values_list("user__email", "role")),
        "companions": Companion.objects.count(),
    }


# --- What became of each line -----------------------------------------------------------------------
def test_the_outcome_file_says_what_became_of_each_line(
    programme: Programme, organisation: Organisation, lead: User, client_of: Browser
) -> None:
    known = make_holder(organisation, make_member(organisation, "holder", "bob@example.org", first_name="Bob"))
    make_project(organisation, known, name="Vélos")
    batch = done(programme, FILE, lead)
    answer = client_of(lead).get(f"/imports/{batch.pk}/outcome.csv")
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert head[:6] == ["Ligne", "Nom", "Adresse e-mail", "Projet", "Résultat", "Reconnu·e par"]
    assert [row[:6] for row in rows] == [
        ["2", "Awa Diallo", "awa@example.org", "Cuisine", "parcours ouvert", ""],
        ["3", "Bob Martin", "bob@example.org", "Vélos", "parcours ouvert", "adresse e-mail"],
        ["4", "Cid Petit", "cid@example.org", "Cuisine", "parcours ouvert", ""],
        ["5", "Zed Sans", "", "'=Rien", "laissée de côté, en erreur", ""],
    ]
    first = Journey.objects.get(holder__user__email="awa@example.org")
    assert (rows[0][9].endswith(f"/journeys/{first.pk}/"), rows[3][9]) == (True, "")
    assert rows[3][8] == "Prénom: Zed; Nom: Sans; Nom du projet: =Rien"
    assert rows[3][7] != ""


def test_the_workbook_of_outcomes_holds_no_formula(programme: Programme, lead: User, client_of: Browser) -> None:
    batch = done(programme, FILE, lead)
    answer = client_of(lead).get(f"/imports/{batch.pk}/outcome.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert (rows[4][0], rows[4][3]) == (5, "=Rien")


# --- Undone -----------------------------------------------------------------------------------------
def test_import_undo_and_import_again_give_the_same(
    programme: Programme, organisation: Organisation, lead: User
) -> None:
    make_member(organisation, "mentor", "bob@example.org", first_name="Bob", last_name="Martin")
    before = facts()
    first = done(programme, FILE, lead)
    after = facts()
    assert len(after["journeys"]) == 3
    assert actions.undo_import(first, by=lead) == []
    assert (first.state, first.undone_by, facts()) == ("undone", lead, before)
    done(programme, FILE, lead)
    assert facts() == after
    assert Entry.objects.filter(verb="undo_import", about_id=first.pk).count() == 1


def test_changed_facts_return_unless_they_were_changed_since(
    programme: Programme, organisation: Organisation, lead: User
) -> None:
    people = [
        make_member(organisation, "holder", f"p{n}@example.org", first_name="P", last_name=f"N{n}") for n in (1, 2)
    ]
    for person in people:
        make_project(organisation, make_holder(organisation, person, phone="0600000000"), name=f"De {person.last_name}")
    rows = ("P;N1;p1@example.org;De N1;06 11 11 11 11", "P;N2;p2@example.org;De N2;06 22 22 22 22")
    batch = done(programme, simple(*rows, header="Prénom;Nom;Courriel;Projet;Téléphone"), lead)
    assert sorted(Holder.objects.values_list("phone", flat=True)) == ["+33611111111", "+33622222222"]
    Holder.objects.filter(user=people[1]).update(phone="+33699999999")
    assert actions.undo_import(batch, by=lead) == ["P N2 (téléphone)"]
    assert sorted(Holder.objects.values_list("phone", flat=True)) == ["+33699999999", "0600000000"]
    assert Journey.objects.count() == 0
    assert User.objects.filter(email__startswith="p").count() == 2


def test_an_account_used_since_stays(programme: Programme, lead: User, clock: time_machine.Traveller) -> None:
    batch = done(programme, FILE, lead)
    User.objects.filter(email="awa@example.org").update(last_login=batch.finished_at)
    actions.undo_import(batch, by=lead)
    assert list(
        User.objects.filter(email__contains="@example.org").exclude(pk=lead.pk).values_list("email", flat=True)
    ) == ["awa@example.org"]
    assert Holder.objects.count() == 0


def build_hours(journey: Journey, lead: User) -> None:
    make_delivery(journey)


def build_mentor(journey: Journey, lead: User) -> None:
    make_companion(journey, lead)


def build_promise(journey: Journey, lead: User) -> None:
    actions.add_commitment(journey, text="Appeler", owner=lead, due_on=None, by=lead)


def build_step(journey: Journey, lead: User) -> None:
    actions.advance_step(step_of(journey, "module"), "in_progress", by=lead)


def build_pause(journey: Journey, lead: User) -> None:
    actions.pause_journey(journey, reason="Naissance", review_on=today() + timedelta(days=30), by=lead)


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (build_hours, "Registre des heures\xa0: 1"),
        (build_mentor, "Accompagnant·es\xa0: 1"),
        (build_promise, "Engagements\xa0: 1"),
        (build_step, "1 parcours dont les étapes ont commencé"),
        (build_pause, "Modifiés depuis\xa0: Awa Diallo · Cuisine"),
    ],
)
def test_what_was_built_since_stands_in_the_way_by_name(
    build: Callable[[Journey, User], None],
    why: str,
    programme: Programme,
    lead: User,
    clock: time_machine.Traveller,
    client_of: Browser,
) -> None:
    batch = done(programme, FILE, lead)
    clock.shift(timedelta(minutes=5))
    build(Journey.objects.get(holder__user__email="awa@example.org"), lead)
    before = facts()
    page = client_of(lead).get(f"/imports/{batch.pk}/undo/")
    assert why in page.context["undoing"].obstacles
    with pytest.raises(Refused, match="ne peut pas être annulé"):
        actions.undo_import(batch, by=lead)
    assert facts() == before


def test_another_import_on_the_same_people_stands_in_the_way(
    programme: Programme, organisation: Organisation, lead: User, clock: time_machine.Traveller
) -> None:
    batch = done(programme, FILE, lead)
    clock.shift(timedelta(minutes=5))
    again = simple("Awa;Diallo;awa@example.org;Cuisine;0611111111", header="Prénom;Nom;Courriel;Projet;Téléphone")
    later = actions.confirm_import(make_import(programme, again, by=lead, file_name="suite.csv"), by=lead)
    with pytest.raises(Refused, match=r"suite\.csv"):
        actions.undo_import(batch, by=lead)
    later.refresh_from_db()
    actions.undo_import(later, by=lead)
    with pytest.raises(Refused, match="Modifiés depuis"):
        actions.undo_import(batch, by=lead)


def test_after_a_day_it_stays_and_twice_is_refused(
    programme: Programme, lead: User, clock: time_machine.Traveller, client_of: Browser
) -> None:
    batch = done(programme, FILE, lead)
    second = done(make_programme(programme.organisation), FILE, lead)
    assert "Annuler cet import" in client_of(lead).get(f"/imports/{batch.pk}/").content.decode()
    actions.undo_import(second, by=lead)
    with pytest.raises(Refused, match="n’est pas terminé"):
        actions.undo_import(second, by=lead)
    clock.shift(timedelta(days=1, minutes=1))
    with pytest.raises(Refused, match="dans la journée"):
        actions.undo_import(batch, by=lead)
    assert "Annuler cet import" not in client_of(lead).get(f"/imports/{batch.pk}/").content.decode()


def test_an_undone_import_says_so_and_leads_to_no_journey(programme: Programme, lead: User, client_of: Browser) -> None:
    batch = done(programme, FILE, lead)
    answer = client_of(lead).post(f"/imports/{batch.pk}/undo/", follow=True)
    assert "Cet import a été annulé" in answer.content.decode()
    rows = client_of(lead).get(f"/imports/{batch.pk}/outcome.csv").content.decode("utf-8-sig")
    assert "/journeys/" not in rows


def test_undoing_costs_as_many_queries_for_many_lines_as_for_few(programme: Programme, lead: User) -> None:
    def cost(count: int, start: int) -> int:
        rows = (f"P{n};Nom{n};p{n}@example.org;Projet {n}" for n in range(start, start + count))
        batch = done(programme, simple(*rows), lead)
        with CaptureQueriesContext(connection) as queries:
            actions.undo_import(batch, by=lead)
        return len(queries)

    cost(2, 0)
    assert cost(2, 10) == cost(60, 100)


def test_the_api_undoes_and_refuses_with_its_sentence(programme: Programme, lead: User, client_of: Browser) -> None:
    batch = done(programme, FILE, lead)
    url = f"/api/v1/imports/{batch.pk}/undo/"
    first, again = (client_of(lead).post(url, content_type="application/json") for _ in range(2))
    assert (first.json()["state"], again.status_code) == ("undone", 409)
