"""Imports over HTTP: the same acts, rules and files as on the page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from journeys.models import Import, Journey, Programme
from tests.factories.accounts import make_member
from tests.factories.journeys import make_programme
from tests.factories.territory import load_territory

SignIn = Callable[[User], Client]
IMPORTS = "/api/v1/imports/"
DATA = (
    "Petit nom;Nom;Courriel;Projet\r\nAwa;Diop;awa@example.org;Le Four\r\nNoé;Le Roux;noe;Vélos\r\n"
    "Zoé;Lin;zoe@example.org;=1+1\r\n"
)


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    load_territory()
    return make_programme(organisation, "incubation-ess")


def send(client: Client, programme: Programme, data: str = DATA) -> Any:
    file = SimpleUploadedFile("cohorte.csv", data.encode(), "text/csv")
    return client.post(IMPORTS, {"programme": programme.pk, "file": file})


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"{IMPORTS}{path}/", body, content_type="application/json")


def test_a_cohort_is_sent_mapped_corrected_confirmed_taken_away_and_undone(
    programme: Programme, lead: User, client_of: SignIn
) -> None:
    client = client_of(lead)
    made = send(client, programme)
    assert made.status_code == 201
    number = made.json()["id"]
    assert [one["read_as"] for one in made.json()["columns"]] == ["", "last_name", "email", "project"]
    mapped = post(client, f"{number}/map-columns", fields_by_place={"0": "first_name"}, matching="email")
    assert (mapped.json()["columns"][0], mapped.json()["matching"]) == (
        {"title": "Petit nom", "read_as": "first_name"}, "email",
    )  # fmt: skip
    preview = client.get(f"{IMPORTS}{number}/preview/", {"show": "error"}).json()
    [wrong] = preview["lines"]
    assert (preview["counts"]["create"], preview["count"], wrong["line"], wrong["name"]) == (2, 1, 3, "Noé Le Roux")
    assert wrong["notes"][0] | {"sentence": ""} == {
        "code": "email_bad", "cell": "email", "sentence": "", "is_error": True, "choices": []
    }  # fmt: skip
    assert post(client, f"{number}/correct", line=3, cells={"email": "noe@example.org"}).status_code == 200
    assert post(client, f"{number}/skip", lines=[2], skip=True).status_code == 200
    done = post(client, f"{number}/confirm").json()
    assert (done["state"], done["result"]["create"], done["result"]["skipped"]) == ("done", 2, 1)
    assert post(client, f"{number}/confirm").status_code == 409
    file = client.get(f"{IMPORTS}{number}/outcome/")
    assert (file["Content-Type"], file["Content-Disposition"]) == (
        "text/csv; charset=utf-8", f'attachment; filename="jalon-import-{number}.csv"',
    )  # fmt: skip
    assert "Zoé Lin;zoe@example.org;'=1+1;" in file.content.decode()
    assert client.get(f"{IMPORTS}{number}/outcome/", {"as": "xlsx"}).content[:2] == b"PK"
    assert client.get(f"{IMPORTS}{number}/outcome/", {"as": "exe"}).status_code == 400
    assert Entry.objects.filter(verb="reveal_contacts").count() == 0
    assert client.get(f"{IMPORTS}{number}/undoing/").json() == {
        "obstacles": [], "journeys": 2, "people": 2, "kept_people": 0, "changed": 0
    }  # fmt: skip
    assert post(client, f"{number}/undo").json()["state"] == "undone"
    assert len(client.get(f"{IMPORTS}{number}/undoing/").json()["obstacles"]) == 1
    assert Journey.objects.count() == 0


def test_what_is_no_table_is_refused_in_a_sentence(programme: Programme, lead: User, client_of: SignIn) -> None:
    answer = send(client_of(lead), programme, "%PDF-1.7 rien")
    assert (answer.status_code, answer.json()["field"]) == (409, "file")
    number = send(client_of(lead), programme).json()["id"]
    wrong = post(client_of(lead), f"{number}/map-columns", fields_by_place={"x": ""})
    assert (wrong.status_code, list(wrong.json())) == (400, ["fields_by_place"])


def test_a_file_is_sent_into_ones_own_programme_only(
    programme: Programme, mentor: User, outsider: User, client_of: SignIn
) -> None:
    assert send(client_of(mentor), programme).status_code == 403
    assert send(client_of(outsider), programme).status_code == 400
    assert Import.objects.count() == 0


def test_a_colleague_who_takes_the_outcome_is_remembered_and_the_model_is_the_page_s(
    programme: Programme, organisation: Organisation, lead: User, client_of: SignIn
) -> None:
    number = send(client_of(lead), programme, DATA.replace("Petit nom", "Prénom")).json()["id"]
    post(client_of(lead), f"{number}/confirm")
    colleague = make_member(organisation, "lead", "colleague@example.org")
    client_of(colleague).get(f"{IMPORTS}{number}/outcome/")
    assert Entry.objects.filter(verb="reveal_contacts", by=colleague).count() == 2
    assert client_of(lead).get(f"{IMPORTS}model/").content[:2] == b"PK"
