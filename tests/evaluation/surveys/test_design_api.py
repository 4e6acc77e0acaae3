"""Files of questionnaires over the API: as on the pages."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from evaluation import actions
from evaluation.actions.design_files import BYTES
from evaluation.models import Questionnaire
from evaluation.queries.design_exports import version_file
from evaluation.queries.design_file import design_of
from tests.evaluation.surveys.test_design_files import Q1, changed
from tests.evaluation.surveys.test_xlsform import WHOLE
from tests.factories.accounts import make_member, make_organisation
from tests.factories.questionnaires import add_item, make_draft, make_published

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
IMPORT = "api:questionnaires-bring-in"


def send(client: Client, data: bytes, **more: Any) -> Any:
    return client.post(reverse(IMPORT), {"file": SimpleUploadedFile("bilan", data), **more})


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_a_file_taken_over_the_api_comes_in_again_as_a_draft(
    organisation: Organisation, lead: User, client_of: ClientOf, form: str
) -> None:
    version = actions.import_questionnaire(organisation, json.dumps(WHOLE).encode(), by=lead).version
    client = client_of(lead)
    taken = client.get(reverse("api:questionnaires-export", args=[version.questionnaire_id]), {"as": form})
    assert taken["Content-Disposition"] == f'attachment; filename="{version.questionnaire.code}-v1.{form}"'
    answer = send(client, taken.content)
    said = answer.json()
    assert (answer.status_code, said["draft"], said["notes"]) == (201, 1, [])
    made = Questionnaire.objects.get(pk=said["questionnaire"]["id"])
    assert (made.organisation, made.versions.get().is_draft) == (organisation, True)
    assert design_of(made.versions.get())["sections"] == design_of(version)["sections"]
    assert Entry.objects.filter(verb="import_questionnaire", by=lead).count() == 2


def test_each_version_leaves_by_its_number(organisation: Organisation, lead: User, client_of: ClientOf) -> None:
    published = make_published(organisation)
    draft = actions.draft_version(published.questionnaire, by=lead)
    url = reverse("api:questionnaires-export", args=[published.questionnaire_id])
    client = client_of(lead)
    assert json.loads(client.get(url).content)["version"] == 1
    assert json.loads(client.get(url, {"version": draft.number}).content)["version"] == 2
    assert client.get(url, {"as": "xlsx"}).content == version_file(published, "xlsx")
    assert [client.get(url, {"version": none}).status_code for none in ("3", "first", "9" * 40)] == [404] * 3
    assert client.get(url, {"as": "pdf"}).status_code == 400


def test_a_bad_file_is_told_whole_where_and_why(organisation: Organisation, lead: User, client_of: ClientOf) -> None:
    bad = changed((*Q1, "scale_max"), 1)
    bad["sections"][0]["items"][1]["kind"] = "slider"
    answer = send(client_of(lead), json.dumps(bad).encode())
    said = answer.json()
    assert (answer.status_code, said["field"]) == (422, "file")
    assert said["wrong"] == [
        "question Q1\u00a0: son échelle va d’un point à un point plus haut, entre −100 et 100.",
        "question Q2\u00a0: kind ne se lit pas.",
    ]
    assert said["detail"] == " ".join(said["wrong"])
    assert not Questionnaire.objects.filter(organisation=organisation).exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"nom;prenom\nDiallo;Hawa\n", "ni un questionnaire exporté de Jalon"),
        (b"{", "JSON complet"),
        (b"{" + b" " * BYTES, "dépasse 2"),
    ],
)
def test_another_file_is_told_what_is_expected(lead: User, client_of: ClientOf, data: bytes, words: str) -> None:
    answer = send(client_of(lead), data)
    assert answer.status_code == 422
    assert words in answer.json()["detail"] and answer.json()["wrong"] == [answer.json()["detail"]]


def test_it_comes_in_only_where_one_leads(
    organisation: Organisation, lead: User, holder: User, client_of: ClientOf
) -> None:
    data = json.dumps(WHOLE).encode()
    other = make_organisation("La Ruche", slug="ruche")
    assert send(client_of(holder), data).status_code == 403
    assert send(client_of(lead), data, organisation=other.pk).status_code == 400
    make_member(other, "lead", lead.email)
    client = client_of(lead)
    assert list(send(client, data).json()) == ["organisation"]
    assert send(client, data, organisation=other.pk).status_code == 201
    assert Questionnaire.objects.filter(title_fr="Bilan").get().organisation == other


def test_what_was_never_published_is_known_to_who_designs_it_alone(
    organisation: Organisation, lead: User, mentor: User, outsider: User, client_of: ClientOf
) -> None:
    draft = make_draft(organisation, title="Licenciements")
    steward = make_member(organisation, "steward", "steward@example.org")
    others = (mentor, steward, outsider)
    listed, one = (
        reverse("api:questionnaires-list"),
        reverse("api:questionnaires-detail", args=[draft.questionnaire_id]),
    )
    files = reverse("api:questionnaires-export", args=[draft.questionnaire_id])
    assert [client_of(who).get(files).status_code for who in (lead, *others)] == [200, 404, 404, 404]
    assert "Licenciements" in client_of(lead).get(listed).content.decode()
    for who in others:
        assert "Licenciements" not in client_of(who).get(listed).content.decode()
        assert client_of(who).get(one).status_code == 404
    add_item(draft)
    actions.publish_version(draft, by=lead)
    found = [client_of(who).get(one).status_code for who in (lead, *others)]
    assert found == [200, 200, 200, 404]
    # A draft of what is published stays hers: its version is told to nobody else.
    actions.draft_version(draft.questionnaire, by=lead)
    assert client_of(mentor).get(one).json()["version"] == 1
    assert [client_of(who).get(files, {"version": 2}).status_code for who in (lead, mentor)] == [200, 403]
