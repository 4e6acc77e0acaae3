"""A questionnaire leaves as a file and comes in from one, whole or not at all."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.models import Item, Questionnaire, QuestionnaireVersion
from evaluation.queries.design_exports import version_file
from evaluation.queries.design_file import design_of, wrong_with
from tests.evaluation.surveys.test_xlsform import WHOLE
from tests.factories.surveys import make_questionnaire

pytestmark = pytest.mark.django_db
K = Item.Kind


def brought(organisation: Organisation, data: Any, by: User) -> QuestionnaireVersion:
    return actions.import_questionnaire(organisation, json.dumps(data).encode(), by=by).version


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_what_leaves_comes_back_the_same(organisation: Organisation, lead: User, form: str) -> None:
    version = brought(organisation, WHOLE, lead)
    again = actions.import_questionnaire(organisation, version_file(version, form), by=lead)
    assert again.notes == []
    names = {"code", "version", "jalon"}
    first, second = ({k: v for k, v in design_of(one).items() if k not in names} for one in (version, again.version))
    assert first == second
    assert second["sections"][1]["items"][3]["choices"][3] == {"code": "O", "text_fr": "Vieux", "is_retired": True}


def test_the_posture_leaves_whole_and_comes_in_as_a_draft_of_ones_own(organisation: Organisation, lead: User) -> None:
    (posture, *_others) = actions.load_questionnaires()
    data = json.loads(version_file(posture.versions.get(), "json"))
    version = brought(organisation, data, lead)
    assert (version.is_draft, version.questionnaire.organisation, version.items.count()) == (True, organisation, 15)
    assert version.questionnaire.code != posture.code


def changed(path: tuple[Any, ...], value: Any) -> Any:
    data: Any = copy.deepcopy(WHOLE)
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return data


Q1, Q5, Q6 = ("sections", 0, "items", 0), ("sections", 1, "items", 2), ("sections", 1, "items", 3)
WRONG: list[tuple[Any, str]] = [
    ([], "n’est pas un questionnaire"),
    ({"jalon": 2}, "n’est pas un questionnaire"),
    (changed(("title_fr",), "  "), "titre"),
    (changed(("title_fr",), 3), "title_fr"),
    (changed(("title_en",), "a\x00b"), "title_en"),
    (changed(("intro_fr",), "moiti\ud83d"), "intro_fr"),
    (changed(("minutes",), 0), "minutes"),
    (changed(("anchors",), [{"from": 1, "to": 8, "fr": "moiti\ud83d"}]), "signes"),
    (changed(("anchors",), [{"from": 1, "to": 8, "fr": "oui"}] * 202), "échelle"),
    (changed(("anchors",), [{"from": 8, "to": 1}]), "échelle"),
    (changed(("sections",), []), "section"),
    (changed(("sections", 0, "code"), "é è"), "code"),
    (changed(("sections", 0, "layout"), "grid"), "layout"),
    (changed(("sections", 0, "least_answered"), -200), "least_answered"),
    (changed(("sections", 1, "code"), "A"), "A"),
    (changed(("sections", 0, "items"), {"code": "Q1"}), "liste"),
    (changed((*Q1, "kind"), "slider"), "kind"),
    (changed((*Q1, "code"), "Q2"), "Q2"),
    (changed((*Q1, "text_fr"), ""), "français"),
    (changed((*Q1, "text_fr"), "x" * 601), "text_fr"),
    (changed((*Q1, "text_fr"), "a\x00b"), "text_fr"),
    (changed((*Q1, "text_fr"), "moiti\ud83d"), "text_fr"),
    (changed((*Q1, "scale_max"), 1), "échelle"),
    (changed((*Q1, "code"), "x" * 5000), r"x{40}\s:"),  # told in short
    (changed((*Q1, "code"), "section"), "code"),
    (changed((*Q1, "relevance"), {"fact": "days_since_start", "is": "gt", "than": float("nan")}), "signes"),
    (changed((*Q1, "relevance"), {"fact": "phase", "is": "eq", "than": "a\x00"}), "signes"),
    (changed((*Q1, "relevance"), {"fact": "phase", "is": "eq", "than": "a" * 241}), "relevance"),
    (changed((*Q1, "relevance"), {"fact": "phase", "is": "in", "than": ["a"] * 101}), "relevance"),
    (changed((*Q1, "relevance"), {"any": [{"fact": "phase", "is": "answered"}] * 101}), "relevance"),
    (changed((*Q1, "allows_na"), "yes"), "allows_na"),
    (changed((*Q1, "relevance"), {"item": "Q2", "is": "answered"}), "relevance"),
    (changed((*Q1, "relevance"), {"fact": "password", "is": "answered"}), "relevance"),
    (changed((*Q1, "code"), "Back"), "code"),  # the screens post a “back” of their own
    (changed(("sections", 0, "least_answered"), -1), "least_answered"),
    (changed((*Q5, "decimals"), 9), "decimals"),
    (changed((*Q6, "choices"), [{"code": "no_say", "text_fr": "Ah"}]), "code"),
    (changed((*Q5, "least"), "NaN"), "least"),
    (changed((*Q5, "most"), "1e40"), "most"),
    (changed((*Q5, "least"), "5e5"), "plus petit"),
    (changed((*Q5, "choices"), [{"code": "A", "text_fr": "Ah"}]), "choix"),
    (changed((*Q6, "choices"), [{"code": "a b", "text_fr": "Ah"}]), "code"),
    (changed((*Q6, "choices"), [{"code": "A", "text_fr": "Ah"}] * 2), "A"),
    (changed((*Q6, "choices"), [{"code": f"c{n}", "text_fr": "x"} for n in range(201)]), "trop de choix"),
]


# Refused before anything is asked of the database.
@pytest.mark.any_database
@pytest.mark.parametrize(("data", "words"), WRONG)
def test_a_file_with_something_wrong_is_refused_whole_and_says_where(
    organisation: Organisation, lead: User, data: Any, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        brought(organisation, data, lead) if isinstance(data, dict) else _refuse(data)
    assert Questionnaire.objects.filter(organisation=organisation).count() == 0


def _refuse(data: Any) -> None:
    raise Refused(" ".join(wrong_with(data)))


@pytest.mark.any_database
@pytest.mark.parametrize("data", [b"", b"{", b"nom;prenom\nDiallo;Hawa\n", b"\x89PNG", b"{" * 5000, b"PK\x03\x04rien"])
def test_another_file_is_told_what_is_expected(organisation: Organisation, lead: User, data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        actions.import_questionnaire(organisation, data, by=lead)
    assert refusal.value.field == "file"


def test_a_lead_brings_a_file_in_and_takes_one_out(
    organisation: Organisation, lead: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(lead)
    file = SimpleUploadedFile("bilan.json", json.dumps(WHOLE).encode())
    answer = client.post(reverse("evaluation:questionnaire_import"), {"file": file})
    version = QuestionnaireVersion.objects.get(questionnaire__title_fr="Bilan")
    assert answer["Location"] == reverse("evaluation:version_design", args=[version.pk])
    taken = client.get(reverse("evaluation:version_json", args=[version.pk]))
    assert taken["Content-Disposition"] == f'attachment; filename="{version.questionnaire.code}-v1.json"'
    assert json.loads(taken.content)["sections"] == design_of(version)["sections"]


def test_a_wrong_file_is_told_beside_the_field(lead: User, client_of: Callable[[User], Client]) -> None:
    page = client_of(lead).post(
        reverse("evaluation:questionnaire_import"), {"file": SimpleUploadedFile("x.csv", b"a;b\n1;2\n")}
    )
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["file"])


def test_nobody_takes_out_a_questionnaire_of_another_organisation(
    organisation: Organisation, outsider: User, client_of: Callable[[User], Client]
) -> None:
    version = make_questionnaire(organisation, {"A": {"Q1": {"kind": K.TEXT}}})
    for name in ("version_json", "version_xlsform"):
        assert client_of(outsider).get(reverse(f"evaluation:{name}", args=[version.pk])).status_code == 404
