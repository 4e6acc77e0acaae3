"""Which column is which: said on the page, remembered for the next file, refused when it can not be."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from journeys import actions
from journeys.models import ColumnMapping, Holder, Import, Programme
from journeys.queries.import_pages import Preview
from tests.factories.accounts import make_member
from tests.factories.imports import make_import, simple
from tests.factories.journeys import make_holder, make_programme, make_project
from tests.factories.territory import load_territory

Browser = Callable[[User], Client]
HEADER = "Prénom;Nom;Courriel;Projet;Joignable au"


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    load_territory()
    return make_programme(organisation)


def cells(batch: Import) -> list[dict[str, str]]:
    return [row["cells"] for row in Import.objects.get(pk=batch.pk).rows]


def upload(browser: Client, programme: Programme, data: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = {"programme": programme.pk, "starts_on": "2026-11-23", "file": SimpleUploadedFile("cohorte.csv", data)}
    return browser.post("/imports/", sent, follow=True)


def test_a_heading_we_do_not_know_is_named_once_and_read_so_next_time(
    programme: Programme, lead: User, client_of: Browser
) -> None:
    browser = client_of(lead)
    page = upload(browser, programme, simple("Awa;Diallo;awa@example.org;Café;0611111111", header=HEADER))
    batch = page.context["batch"]
    form = page.context["columns_form"]
    assert next(iter(form.fields)) == "column_4"
    sent = {name: form.initial[name] for name in form.fields} | {"column_4": "phone"}
    answer = browser.post(f"/imports/{batch.pk}/columns/", sent, follow=True)
    assert "Joignable au" not in answer.context["columns_ignored"]
    assert cells(batch)[0]["phone"] == "0611111111"
    other = simple("Bob;Martin;bob@example.org;Vélos;0622222222", header="PRENOM;nom;courriel;projet;joignable au")
    again = upload(browser, programme, other)
    assert cells(again.context["batch"])[0]["phone"] == "0622222222"
    assert "comme la dernière fois" in again.content.decode()
    assert ColumnMapping.objects.count() == 1


def test_a_file_whose_needed_column_has_another_name_is_put_right_on_the_page(
    programme: Programme, lead: User, client_of: Browser
) -> None:
    browser = client_of(lead)
    data = simple("Awa;Diallo;awa@example.org;Café", header="Prénom;Nom;Où écrire;Projet")
    page = upload(browser, programme, data)
    assert page.context["lacking"] == "Adresse e-mail"
    form = page.context["columns_form"]
    sent = {name: form.initial[name] for name in form.fields} | {"column_2": "email"}
    page = browser.post(f"/imports/{page.context['batch'].pk}/columns/", sent, follow=True)
    assert (page.context["lacking"], page.context["preview"].counts["create"]) == ("", 1)


def test_two_headings_for_one_field_are_refused_beside_the_second(
    programme: Programme, lead: User, client_of: Browser
) -> None:
    batch = make_import(programme, simple("Awa;Diallo;awa@example.org;Café;06", header=HEADER), by=lead)
    fields = {"column_0": "first_name", "column_1": "last_name", "column_2": "email", "column_3": "project"}
    page = client_of(lead).post(f"/imports/{batch.pk}/columns/", fields | {"column_4": "email", "matching": "name"})
    [said] = page.context["columns_form"].errors["column_4"]
    assert said.replace("\xa0", " ") == (
        "Deux colonnes ne peuvent pas être à la fois « Adresse e-mail » : « Courriel », « Joignable au »."
        " Laissez-en une de côté."
    )
    assert ColumnMapping.objects.count() == 0
    with pytest.raises(Refused, match="Adresse e-mail"):
        actions.map_columns(batch, fields={2: ""}, matching="name", by=lead)


def test_corrections_and_lines_left_out_stay_when_columns_change(programme: Programme, lead: User) -> None:
    rows = ("Awa;Diallo;awa;Café;0611111111", "Bob;Martin;bob@example.org;Vélos;0622222222")
    batch = make_import(programme, simple(*rows, header=HEADER), by=lead)
    actions.correct_import(batch, line=2, cells={"email": "awa@example.org"}, by=lead)
    actions.skip_lines(batch, lines=[3], skip=True, by=lead)
    actions.map_columns(batch, fields={4: "phone"}, matching="name", by=lead)
    first, second = Import.objects.get(pk=batch.pk).rows
    assert (first["cells"]["email"], first["was"], first["cells"]["phone"]) == (
        "awa@example.org",
        {"email": "awa"},
        "0611111111",
    )
    assert second["skip"] is True


def test_what_was_not_read_is_forgotten_with_the_file(programme: Programme, lead: User) -> None:
    batch = make_import(programme, simple("Awa;Diallo;awa@example.org;Café;secret", header=HEADER), by=lead)
    assert Import.objects.get(pk=batch.pk).raw[0][1][4] == "secret"
    actions.confirm_import(batch, by=lead)
    assert Import.objects.get(pk=batch.pk).raw == []


def test_people_are_recognised_by_name_only_when_the_lead_says_so(
    programme: Programme, organisation: Organisation, lead: User
) -> None:
    known = make_holder(organisation, make_member(organisation, "holder", first_name="Awa", last_name="Diallo"))
    make_project(organisation, known, name="Café")
    batch = make_import(programme, simple("Awa;Diallo;awa@example.org;Café"), by=lead)
    [outcome] = Preview(batch).outcomes
    assert (outcome.holder, outcome.matched) == (known, "name")
    batch = actions.map_columns(batch, fields={}, matching="email", by=lead)
    [outcome] = Preview(batch).outcomes
    assert (outcome.holder, outcome.matched) == (None, "")
    actions.confirm_import(batch, by=lead)
    assert Holder.objects.count() == 2


def test_each_line_says_what_somebody_is_recognised_by(
    programme: Programme, organisation: Organisation, lead: User, client_of: Browser
) -> None:
    known = make_holder(organisation, make_member(organisation, "holder", "awa@example.org", first_name="Awa"))
    make_project(organisation, known, name="Café")
    batch = make_import(programme, simple("Awa;Diallo;awa@example.org;Café"), by=lead)
    page = client_of(lead).get(f"/imports/{batch.pk}/?show=all").content.decode()
    assert "reconnu·e par\xa0: adresse e-mail" in page


def test_columns_are_said_before_confirmation_only(programme: Programme, lead: User) -> None:
    batch = make_import(programme, simple("Awa;Diallo;awa@example.org;Café"), by=lead)
    actions.confirm_import(batch, by=lead)
    with pytest.raises(Refused, match="maintenant"):
        actions.map_columns(batch, fields={}, matching="email", by=lead)
