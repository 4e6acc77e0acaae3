"""The page of a wave's results: what a lead reads, narrows and shows in a meeting."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from evaluation.models import Item, Wave
from tests.factories.journeys import make_programme
from tests.factories.sheets import people_of, sent, wave_of
from tests.factories.surveys import make_questionnaire

pytestmark = pytest.mark.django_db
K = Item.Kind


@pytest.fixture
def wave(organisation: Organisation) -> Wave:
    version = make_questionnaire(
        organisation,
        {"self": {"S1": {"text_fr": "Où en êtes-vous ?"}, "YES": {"kind": K.YES_NO}, "WHY": {"kind": K.TEXT}}},
    )
    return wave_of(make_programme(organisation), version, mode=Wave.Mode.CONFIDENTIAL)


def text(client: Client, url: str) -> str:
    answered = client.get(url)
    assert answered.status_code == 200
    return " ".join(answered.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def test_a_lead_reads_each_question_with_its_bounds(
    client_of: Callable[[User], Client], wave: Wave, lead: User
) -> None:
    for place, journey in enumerate(people_of(wave.programme, 11)):
        sent(wave, journey, {"S1": 3 + place % 2, "YES": int(place < 5), "WHY": f"mot {place}"})
    client, url = client_of(lead), reverse("evaluation:wave_results", args=[wave.pk])
    assert url in text(client, reverse("evaluation:wave", args=[wave.pk]))
    page = text(client, url)
    assert "10 fiches de réponses</strong> sur 11 personnes sollicitées" in page
    assert "Moyenne : 3,5 sur 8, entre 3,1 et 3,9." in page
    assert "Oui : entre 2 et 8 sur 10." in page
    assert "Oui · 5 sur 10" in page
    assert page.count("mot ") == 10 and "said-name" not in page
    slides = text(client, f"{url}?view=present")
    assert slides.count('class="slide"') == 4 and "Moyenne : 3,5" in slides
    for wrong in ("?view=pdf", "?group=phase:none", "?group=x"):
        assert client.get(url + wrong).status_code == 404


def test_too_few_sheets_show_why_and_nothing_else(client_of: Callable[[User], Client], wave: Wave, lead: User) -> None:
    for journey in people_of(wave.programme, 4):
        sent(wave, journey, {"WHY": "reconnaissable"})
    page = text(client_of(lead), reverse("evaluation:wave_results", args=[wave.pk]))
    assert "Moins de cinq personnes ont répondu" in page and "reconnaissable" not in page
