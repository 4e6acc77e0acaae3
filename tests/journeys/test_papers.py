"""Papers of a stay: tagged and lasting, the same bytes for the same data, with a fingerprint that anybody may check."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys import actions
from journeys.actions.immersions.rules import facts_of
from journeys.models import Immersion, Journey, Paper
from journeys.queries import paper_files, papers
from tests.conftest import missing
from tests.factories.accounts import make_user
from tests.factories.journeys import make_companion, make_journey
from tests.factories.stays import make_company, make_immersion

Browser = Callable[[User], Client]
WEEK = [
    {"on": "2026-11-30", "slots": [["09:00", "12:30"], ["13:30", "17:00"]]},
    {"on": "2026-12-01", "slots": [["08:15", "12:00"]]},
]

TODAY = {"starts_on": date(2026, 11, 23), "ends_on": date(2026, 11, 23), "minutes_planned": 420}


@pytest.fixture
def journey(organisation: object, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, by=lead)


def dressed(journey: Journey, **more: object) -> Immersion:
    """A draft with all that a paper can say."""
    company = make_company(journey.programme.organisation, "Le Fournil d’Émile & Cie", siret="73282932000074")
    stay = make_immersion(journey, company=company)
    facts = {
        "activities": "Pétrir, façonner, tenir la boutique à l’heure de pointe.\nLire un compte de résultat.",
        "skills": "Prix de revient", "conditions": "Premier bus à 5 h 40", "protection": "Chaussures fermées",
        "insurance": "Assureur mutualiste, contrat 000 123", "emergency_name": "Une amie",
        "emergency_phone": "06 00 00 00 00", "place": "2 rue du Four, Rezé", "schedule": WEEK,
        "signatory_name": "Émile Fournier", "signatory_job": "gérant", "validator_name": "Léa Riou",
        "born_on": date(1990, 2, 28), **more,
    }  # fmt: skip
    Immersion.objects.filter(pk=stay.pk).update(**facts)
    return Immersion.objects.get(pk=stay.pk)


def text_of(pdf: bytes, folder: Path) -> str:
    """What a reader finds in the file, by a program of the system."""
    program = shutil.which("pdftotext") or missing("pdftotext")
    (folder / "one.pdf").write_bytes(pdf)
    found = subprocess.run([str(program), "-layout", str(folder / "one.pdf"), "-"], capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def test_an_agreement_says_everything_and_is_the_same_file_twice(journey: Journey, tmp_path: Path) -> None:
    stay = actions.send_immersion_to_sign(dressed(journey), by=None)
    first = paper_files.sheet_pdf(papers.agreement_sheet(stay))
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        assert paper_files.sheet_pdf(papers.agreement_sheet(Immersion.objects.get(pk=stay.pk))) == first
    said = text_of(first, tmp_path)
    for words in (
        "Le Fournil d’Émile & Cie, SIRET 73282932000074", "lundi 30 novembre 2026", "9 h – 12 h 30, 13 h 30 – 17 h",
        "mardi 1er décembre 2026", "Chaussures fermées", "Émile Fournier, gérant", "né·e le 28 février 1990",
        "pas encore", paper_files.grouped(stay.fingerprint)[:35],
    ):  # fmt: skip
        assert words in said, said


def test_programs_of_the_system_find_the_file_whole_and_tagged(journey: Journey, tmp_path: Path) -> None:
    stay = actions.send_immersion_to_sign(dressed(journey), by=None)
    file = tmp_path / "one.pdf"
    file.write_bytes(paper_files.sheet_pdf(papers.agreement_sheet(stay)))
    said = {}
    for name, asked in (("qpdf", ["--check"]), ("pdfinfo", [])):
        program = shutil.which(name) or missing(name)
        said[name] = subprocess.run([str(program), *asked, str(file)], capture_output=True, check=True).stdout.decode()
    assert "No syntax or stream encoding errors found" in said["qpdf"]
    for line in ("Tagged: yes", "Title: Convention d’immersion", "PDF version: 1.7", "Page size: 595"):
        assert line in " ".join(said["pdfinfo"].split()), said["pdfinfo"]


def test_the_files_are_tagged_and_made_to_last(journey: Journey) -> None:
    stay = make_immersion(journey, state="completed", **TODAY)
    for sheet in (papers.agreement_sheet(stay), papers.attestation_sheet(stay)):
        pdf = paper_files.sheet_pdf(sheet)
        assert b"pdfuaid:part>1" in pdf and b"pdfaid:part>2" in pdf and b"pdfaid:conformance>A" in pdf


def test_hostile_words_neither_leave_the_page_nor_turn_a_number_around(journey: Journey, tmp_path: Path) -> None:
    stay = dressed(journey)
    long = replace(facts_of(stay), activities="x" * 9000, emergency_name="Sacha \u202eProche")
    stay = actions.update_immersion(stay, long, by=None)
    said = text_of(paper_files.sheet_pdf(papers.agreement_sheet(stay)), tmp_path)
    assert "3/3" in said  # pages: the word goes on from line to line
    assert f"Sacha Proche, {stay.emergency_phone}" in said


def test_a_draft_says_that_nothing_is_signed_and_prints_no_fingerprint(journey: Journey, tmp_path: Path) -> None:
    said = text_of(paper_files.sheet_pdf(papers.agreement_sheet(dressed(journey))), tmp_path)
    assert "rien n’est signé" in said and "Vérifier ce document" not in said


def test_a_changed_text_replaces_the_paper_and_a_text_that_comes_back_stands_again(journey: Journey) -> None:
    stay = actions.send_immersion_to_sign(make_immersion(journey), by=None)
    first = stay.fingerprint
    for words in ("Autre tuteur", "Paule Tutrice"):
        stay = actions.update_immersion(stay, actions.Stay(**{**vars(facts_of(stay)), "tutor_name": words}), by=None)
        stay = actions.send_immersion_to_sign(stay, by=None)
    assert stay.fingerprint == first
    assert [one.replaced_at is None for one in stay.papers.order_by("pk")] == [True, False]


def test_whoever_holds_a_text_that_has_changed_learns_it_at_once(journey: Journey, anonymous: Client) -> None:
    stay = actions.send_immersion_to_sign(make_immersion(journey), by=None)
    actions.update_immersion(stay, replace(facts_of(stay), activities="Autre chose"), by=None)
    said = anonymous.get(reverse("journeys:paper_check"), {"fingerprint": stay.fingerprint}).content.decode()
    assert "Ce document a été remplacé" in said


def test_anybody_checks_a_paper_and_learns_no_name(journey: Journey, anonymous: Client) -> None:
    stay = actions.send_immersion_to_sign(make_immersion(journey), by=None)
    page = reverse("journeys:paper_check")
    spaced = paper_files.grouped(stay.fingerprint).upper()
    waiting = anonymous.get(page, {"fingerprint": spaced}).content.decode()
    assert "Pas encore en vigueur" in waiting
    for party in stay.parties:
        stay = actions.record_signature(stay, party=party, signed_on=clock.today(), by=None)
    actions.validate_immersion(stay, by=None)
    stands = anonymous.get(page, {"fingerprint": spaced}).content.decode()
    assert "Ce document est valable" in stands
    assert str(journey.holder) not in stands and str(stay.company) not in stands
    for wrong in ("0" * 64, "pas une empreinte", "é" * 64):
        assert "Aucun document" in anonymous.get(page, {"fingerprint": wrong}).content.decode()


def test_an_attestation_exists_only_for_what_took_place(journey: Journey, lead: User, client_of: Browser) -> None:
    stay = make_immersion(journey, state="in_progress", **TODAY)
    with pytest.raises(Refused, match="Une attestation"):
        actions.seal_attestation(stay)
    url = reverse("journeys:attestation_paper", args=[stay.pk])
    assert client_of(lead).get(url).status_code == 404
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        actions.complete_immersion(stay, outcome="completed", minutes_done=420, by=lead)
        answer = client_of(lead).get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert Paper.objects.filter(immersion=stay, kind="attestation", replaced_at=None).count() == 1


def test_a_steward_reads_the_stay_but_not_its_papers(
    journey: Journey, holder: User, mentor: User, steward: User, outsider: User, client_of: Browser
) -> None:
    make_companion(journey, adviser := make_user("adviser@exemple.fr"), role="adviser")
    url = reverse("journeys:agreement_paper", args=[make_immersion(journey).pk])
    assert [client_of(one).get(url).status_code for one in (holder, steward, mentor, outsider)] == [200, 403, 404, 404]
    assert client_of(adviser).get(url).status_code == 403  # it holds a birth date and an emergency contact
