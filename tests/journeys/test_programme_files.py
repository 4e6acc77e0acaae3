"""A programme as one file: out of one organisation, into another, nothing lost; a bad file writes nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from journeys import actions
from journeys.models import Module, Programme, StepTemplate
from journeys.queries.programme_files import programme_file
from journeys.queries.versions import steps_of
from tests.factories.journeys import make_programme
from tests.factories.territory import load_territory

Browser = Callable[[User], Client]
URL = "/programmes/import/"


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    """With everything a file can carry."""
    load_territory()
    made = make_programme(organisation, "le-soir", capacity=12, communes=["44109", "44190"], open=False)
    draft = actions.start_draft(made, by=None)
    actions.add_programme_step(
        draft,
        kind="milestone",
        title_fr="Premier réseau « local »",
        evidence_fr="Trois noms",
        is_shared=True,
        is_required=False,
        resources=[{"title": "Guide", "url": "https://example.org/guide?a=1&b=2"}],
        after=["plan", "immersion"],
        by=None,
    )
    actions.publish_version(draft, by=None)
    return made


def described(programme: Programme) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(programme_file(programme))
    return found


def file_of(whole: object) -> bytes:
    return json.dumps(whole).encode()


def refused(organisation: Organisation, data: bytes) -> str:
    """The sentence, once it is sure that nothing was written."""
    before = (Programme.objects.count(), Module.objects.count(), StepTemplate.objects.count())
    with pytest.raises(Refused) as caught:
        actions.import_programme(organisation, data, by=None)
    assert (Programme.objects.count(), Module.objects.count(), StepTemplate.objects.count()) == before
    return caught.value.sentence.replace("\u00a0", " ")


def test_out_of_one_organisation_into_another_and_out_again_gives_the_same_bytes(
    programme: Programme, other_organisation: Organisation
) -> None:
    sent = programme_file(programme)
    made = actions.import_programme(other_organisation, sent, by=None)
    assert programme_file(made.programme) == sent
    assert made.unknown_communes == ()
    version = made.programme.versions.get()
    assert (version.is_draft, [step.code for step in steps_of(version)]) == (
        True,
        ["posture", "mentorat", "immersion", "plan", "premier-reseau-local"],
    )
    assert other_organisation.modules.get().code == "posture"
    actions.publish_version(version, by=None)
    assert programme_file(made.programme) == sent


def test_the_programmes_that_come_with_jalon_go_through_a_file_unchanged(
    organisation: Organisation, other_organisation: Organisation
) -> None:
    for programme in actions.load_programmes(organisation):
        sent = programme_file(programme)
        assert programme_file(actions.import_programme(other_organisation, sent, by=None).programme) == sent


def test_modules_the_catalogue_has_are_kept_as_they_are(programme: Programme, other_organisation: Organisation) -> None:
    own = Module.objects.create(organisation=other_organisation, code="posture", title_fr="La nôtre", minutes=60)
    made = actions.import_programme(other_organisation, programme_file(programme), by=None)
    assert steps_of(made.programme.versions.get())[0].module == own
    own.refresh_from_db()
    assert (own.title_fr, own.minutes) == ("La nôtre", 60)


def test_communes_unknown_here_are_left_out_and_told(programme: Programme, other_organisation: Organisation) -> None:
    whole = described(programme)
    whole["programme"]["communes"] += ["35238"]
    made = actions.import_programme(other_organisation, file_of(whole), by=None)
    assert made.unknown_communes == ("35238",)
    assert made.programme.communes.count() == 2


def test_a_code_that_is_taken_asks_for_another(programme: Programme, organisation: Organisation) -> None:
    sent = programme_file(programme)
    assert refused(organisation, sent) == "Votre structure a déjà un dispositif avec le code « le-soir »."
    assert actions.import_programme(organisation, sent, code="le-matin", by=None).programme.code == "le-matin"


def changed(programme: Programme, change: Callable[[dict[str, Any]], object]) -> bytes:
    whole = described(programme)
    change(whole)
    return file_of(whole)


CHANGES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda w: w.update(format="autre"), "Ce fichier n’est pas un dispositif exporté de Jalon."),
    (lambda w: w.update(version=2), "Ce fichier est dans la version 2 du format ; ce Jalon lit la version 1."),
    (lambda w: w.update(extra=1), "Dans le fichier, tout en haut : la clé « extra » n’est pas connue."),
    (
        lambda w: w["programme"].update(couleur="bleu"),
        "Dans le fichier, dispositif : la clé « couleur » n’est pas connue.",
    ),
    (lambda w: w["programme"].pop("steps"), "Dans le fichier, dispositif : il manque la clé « steps »."),
    (
        lambda w: w["programme"].update(track="autre"),
        "Dans le fichier, dispositif › track : l’un de classic, ess, csr est attendu.",
    ),
    (
        lambda w: w["programme"].update(capacity=True),
        "Dans le fichier, dispositif › capacity : un nombre entier est attendu.",
    ),
    (
        lambda w: w["programme"].update(phases=["creation", "creation"]),
        "Dans le fichier, dispositif › phases › 2 : « creation » y est deux fois.",
    ),
    (lambda w: w["programme"].update(title_fr=" "), "Dans le fichier, dispositif › title_fr : c’est vide."),
    (
        lambda w: w["programme"]["steps"][3].update(max="60"),
        "Dans le fichier, steps › 4 “Plan d’affaires validé” › max : un nombre entier est attendu.",
    ),
    (
        lambda w: w["programme"]["steps"][3].update(min=61),
        "Dans le fichier, steps › 4 “Plan d’affaires validé” › max : "
        "Elle ne peut pas être due avant de pouvoir commencer : donnez autant de jours ou plus.",
    ),
    (
        lambda w: w["programme"]["steps"][3].update(kind="atelier"),
        "Dans le fichier, steps › 4 “Plan d’affaires validé” › kind : "
        "l’un de module, mentoring, immersion, milestone est attendu.",
    ),
    (
        lambda w: w["programme"]["steps"][3].update(title_fr="a\u0000"),
        "Dans le fichier, steps › 4 “a” › title_fr : il y a un caractère qui ne peut pas être gardé.",
    ),
    (lambda w: w.update({"a\ud800\x00b": 1}), "Dans le fichier, tout en haut : la clé « ab » n’est pas connue."),
    (lambda w: w.update(version="\ud8002"), "Ce fichier est dans la version 2 du format ; ce Jalon lit la version 1."),
    (lambda w: w.update(version=[]), "Ce fichier est dans la version ? du format ; ce Jalon lit la version 1."),
    (lambda w: w.update(programme=[]), "Dans le fichier, dispositif : un objet entre { } est attendu."),
    (lambda w: w["programme"].update(steps=[[]]), "Dans le fichier, steps › 1 : un objet entre { } est attendu."),
    (
        lambda w: w["programme"].update(capacity=float("nan")),
        "Dans le fichier, dispositif › capacity : un nombre entier est attendu.",
    ),
    (
        lambda w: w["programme"].update(hole_days=float("inf")),
        "Dans le fichier, dispositif › hole_days : un nombre entier est attendu.",
    ),
    (
        lambda w: w["programme"]["steps"][0].update(after=[["plan"]]),
        "Dans le fichier, steps › 1 “Posture entrepreneuriale” › after › 1 : un texte entre guillemets est attendu.",
    ),
    (
        lambda w: w["programme"]["steps"][0].update(after=["plan"]),
        "Dans le fichier, steps › after : Ces étapes s’attendent l’une l’autre : "
        "Posture entrepreneuriale → Plan d’affaires validé → Posture entrepreneuriale.",
    ),
    (
        lambda w: w["programme"]["steps"][0].update(after=["rien"]),
        "Dans le fichier, steps › after : Aucune étape ne s’appelle « rien ».",
    ),
    (
        lambda w: w["programme"]["steps"][1].update(code="posture"),
        "Dans le fichier, steps › 2 “Mentorat” › code : « posture » y est deux fois.",
    ),
    (
        lambda w: w["programme"]["steps"][1].update(module={"code": "x", "title_fr": "X"}),
        "Dans le fichier, steps › 2 “Mentorat” › module : seule une étape de type « module » en a un.",
    ),
    (
        lambda w: w["programme"]["steps"][4]["resources"][0].update(url="http://example.org"),
        "Dans le fichier, steps › 5 “Premier réseau « local »” › resources : "
        "Un lien commence par https:// et désigne un site.",
    ),
    (
        lambda w: w["programme"].update(steps=w["programme"]["steps"] * 30),
        "Dans le fichier, dispositif › steps : 120 lignes au plus.",
    ),
]


# Refused before anything is asked of the database.
@pytest.mark.any_database
@pytest.mark.parametrize(("change", "sentence"), CHANGES)
def test_a_file_that_is_wrong_is_refused_with_the_place_and_writes_nothing(
    change: Callable[[dict[str, Any]], object], sentence: str, programme: Programme, other_organisation: Organisation
) -> None:
    assert refused(other_organisation, changed(programme, change)) == sentence


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{", "Ce n’est pas un fichier JSON : voyez ligne 1, colonne 2."),
        (b"\xff\xfe", "Ce n’est pas un fichier JSON en UTF-8."),
        (b"[" * 100_000, "Ce n’est pas un fichier JSON en UTF-8."),
        (b"[]", "Ce fichier n’est pas un dispositif exporté de Jalon."),
        (
            b'{"\\ud800a": 1, "\\ud800a": 2}',
            "La clé « a » est écrite deux fois dans un même objet du fichier.",
        ),
        (b'{"format": ' + b"9" * 5000 + b"}", "Ce n’est pas un fichier JSON en UTF-8."),
        (b'{"format": 1, "format": 2}', "La clé « format » est écrite deux fois dans un même objet du fichier."),
        (b" " * 1_000_001, "Ce fichier est trop gros pour être un dispositif (1 Mo au plus)."),
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes, sentence: str, organisation: Organisation) -> None:
    assert refused(organisation, data) == sentence


def test_a_lead_takes_the_file_from_one_page_to_another(
    programme: Programme, lead: User, outsider: User, other_organisation: Organisation, client_of: Browser
) -> None:
    answer = client_of(lead).get(reverse("journeys:programme_export", args=[programme.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="jalon-le-soir.json"'
    hers = client_of(outsider)
    page = hers.post(URL, {"file": SimpleUploadedFile("a.json", b"{"), "code": "le-midi"})
    form = page.context["form"]
    assert (list(form.errors), form["code"].value()) == (["file"], "le-midi")
    answer = hers.post(URL, {"file": SimpleUploadedFile("a.json", answer.content)})
    made = other_organisation.programmes.get()
    assert answer["Location"] == reverse("journeys:version_design", args=[made.versions.get().pk])
