"""Waves that put answers side by side: what is fixed about them, and what whoever is asked is told first."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.actions.waves import Plan
from evaluation.models import QuestionnaireVersion, Request, Wave
from evaluation.queries.wording import Wording
from journeys.models import Journey
from tests.factories.evaluation import make_request, make_wave
from tests.factories.journeys import make_companion, make_journey
from tests.factories.surveys import make_questionnaire
from tests.factories.voices import ask_voice, shared_waves

pytestmark = pytest.mark.django_db
Ask = Callable[[str], Request]


@pytest.fixture
def version(organisation: Organisation) -> QuestionnaireVersion:
    return make_questionnaire(organisation, {"Oser": {"O1": {}, "O2": {}}})


@pytest.fixture
def journey(organisation: Organisation, holder: User, mentor: User) -> Journey:
    found = make_journey(organisation, holder)
    make_companion(found, mentor)
    return found


@pytest.fixture
def ask(journey: Journey, version: QuestionnaireVersion, holder: User, mentor: User) -> Ask:
    waves, people = shared_waves(journey.programme, version), {"holder": holder, "mentor": mentor}
    return lambda role: ask_voice(waves[role], version, journey, people.get(role))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"mode": "confidential"}, "is_shared"),
        ({"mode": "anonymous"}, "is_shared"),
        ({"audience": "company"}, "is_shared"),
        ({"correction_days": 3}, "correction_days"),
    ],
)
def test_only_named_and_final_answers_of_the_three_are_put_side_by_side(
    journey: Journey, version: QuestionnaireVersion, lead: User, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        actions.create_wave(journey.programme, Plan(version.questionnaire, "mid", is_shared=True, **more), by=lead)
    assert refused.value.field == field
    with pytest.raises(IntegrityError), transaction.atomic():
        Wave.objects.create(
            programme=journey.programme, questionnaire=version.questionnaire, moment="mid", is_shared=True, **more
        )


@pytest.mark.parametrize("before", [True, False])
def test_it_is_fixed_once_somebody_was_asked(
    journey: Journey, version: QuestionnaireVersion, lead: User, before: bool
) -> None:
    plan = Plan(version.questionnaire, "mid", is_shared=not before)
    wave = actions.create_wave(journey.programme, plan, by=lead)
    wave = actions.edit_wave(wave, Plan(version.questionnaire, "mid", is_shared=before), by=lead)
    assert wave.is_shared is before
    actions.send_request(wave, journey, by=lead)
    with pytest.raises(Refused) as refused:
        actions.edit_wave(wave, plan, by=lead)
    assert refused.value.field == "is_shared"


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("holder", "celles de votre mentor et de votre tuteur ou tutrice aux mêmes questions : à vous et au mentor"),
        ("mentor", "celles de Hawa Diallo et de la personne qui a été son tuteur"),
        ("tutor", "celles de Hawa Diallo et de son mentor aux mêmes questions : à Hawa Diallo et au mentor"),
    ],
)
def test_everybody_is_told_who_will_read_it_before_the_first_question(ask: Ask, role: str, words: str) -> None:
    asked = ask(role)
    assert words in Wording(asked).promise
    assert "votre mentor ne les voit pas" not in Wording(asked).promise
    Wave.objects.update(is_shared=False)
    assert words not in Wording(Request.objects.get()).promise


def test_whoever_else_than_the_holder_answers_is_told_whose_i_the_sentences_say(
    ask: Ask, client_of: Callable[[User], Client], holder: User, mentor: User, journey: Journey
) -> None:
    words = f"« je », c’est {journey.holder}"
    for voice, person, told in (("holder", holder, False), ("mentor", mentor, True)):
        asked = ask(voice)
        client, start = client_of(person), reverse("evaluation:request", args=[asked.pk])
        pages = [client.get(start), client.get(f"{start}1/")]
        assert [words in page.content.decode().replace("\u00a0", " ") for page in pages] == [told, told]


def test_the_posture_speaks_to_a_mentor_of_the_holder(journey: Journey, mentor: User) -> None:
    version = make_request(journey).version
    wave = make_wave(journey.programme, "mid", "mentor")
    asked = Wording(ask_voice(wave, version, journey, mentor))
    assert (asked.intro, "« je »" in asked.stance.replace("\u00a0", " ")) == ("", True)
    own = Wording(Request.objects.get(wave__audience="holder"))
    assert ("Quinze phrases" in own.intro, own.stance) == (True, "")


def test_the_page_before_the_first_question_says_it_too_and_whoever_enters_answers_reads_it_out(
    ask: Ask, client_of: Callable[[User], Client], holder: User, lead: User
) -> None:
    asked = ask("holder")
    words = "à vous et au mentor qui vous suit, chacun après avoir répondu"
    assert words in client_of(holder).get(reverse("evaluation:request", args=[asked.pk])).content.decode()
    assert words in client_of(lead).get(reverse("evaluation:entry", args=[asked.pk])).content.decode()
