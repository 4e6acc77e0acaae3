"""The page of the three views, and its door for programs: what each reader reads there, and when."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock as hours
from evaluation.models import QuestionnaireVersion, Request, Wave
from evaluation.queries.voices_page import Part, voices_page
from journeys import actions as journeys
from journeys.models import Companion, Journey
from journeys.queries.links import acts_above
from tests.factories.journeys import make_companion, make_journey
from tests.factories.mentoring import make_pair, make_session
from tests.factories.surveys import make_questionnaire
from tests.factories.voices import answer_voice, ask_voice, shared_waves

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
ITEMS = {code: {"text_fr": f"Phrase {code}.", "scale_max": 8} for code in ("A", "B", "C", "D")}


@pytest.fixture
def version(organisation: Organisation) -> QuestionnaireVersion:
    return make_questionnaire(organisation, {"Oser": {"*": {"least_answered": 3}, **ITEMS}})


@pytest.fixture
def journey(organisation: Organisation, holder: User, mentor: User) -> Journey:
    found = make_journey(organisation, holder)
    make_pair(organisation, mentor, journey=found)
    return found


@pytest.fixture
def asked(journey: Journey, version: QuestionnaireVersion, holder: User, mentor: User) -> dict[str, Request]:
    """The three were asked two days ago."""
    people = {"holder": holder, "mentor": mentor, "tutor": None}
    waves, at = shared_waves(journey.programme, version), hours.now() - timedelta(days=2)
    return {role: ask_voice(wave, version, journey, people[role], at) for role, wave in waves.items()}


def say(request: Request, *scores: int | None) -> None:
    answer_voice(request, dict(zip("ABCD", scores, strict=False)))


def page(journey: Journey, user: User) -> Part:
    (found,) = voices_page(journey, user)
    return found


def content(client: Client, journey: Journey) -> str:
    return client.get(reverse("evaluation:voices", args=[journey.pk])).content.decode()


def test_each_reads_the_others_by_name_and_oneself_as_you(
    journey: Journey, asked: dict[str, Request], holder: User, mentor: User, lead: User
) -> None:
    for request in asked.values():
        say(request, 4, 4, 4)
    names = {one: [who.name for who in page(journey, one).who] for one in (holder, mentor, lead)}
    assert names == {
        holder: ["Vous", "Marc Tessier (mentorat)", "Paule Tutrice (tutorat)"],
        mentor: ["Hawa Diallo", "Vous", "Paule Tutrice (tutorat)"],
        lead: ["Hawa Diallo", "Marc Tessier (mentorat)", "Paule Tutrice (tutorat)"],
    }
    assert [one.note for one in page(journey, lead).who] == ["Réponses du 23 novembre"] * 3


def test_a_former_mentors_answers_keep_their_name_beside_the_next_ones_you(
    journey: Journey, asked: dict[str, Request], organisation: Organisation, mentor: User, lead: User
) -> None:
    say(asked["mentor"], 4, 4, 4)
    say(asked["holder"], 4, 4, 4)
    journeys.end_companion(journey, mentor, Companion.Role.MENTOR, by=None)
    make_companion(journey, lead)
    assert [one.name for one in page(journey, lead).who][1] == "Marc Tessier (mentorat)"


def test_differences_come_first_with_a_question_and_strengths_that_all_see_after(
    journey: Journey, asked: dict[str, Request], lead: User
) -> None:
    say(asked["holder"], 2, 7, 5, 6)
    say(asked["mentor"], 6, 7, 5, 3)
    say(asked["tutor"], 3, 6, 4, None)
    found = page(journey, lead)
    assert [(one.item.code, one.apart) for one in found.starters] == [
        ("A", "4 points d’écart"),
        ("D", "3 points d’écart"),
    ]
    assert found.starters[0].question != found.starters[1].question
    assert [(dot.shape, dot.value) for dot in found.starters[1].dots] == [
        ("circle", 6),
        ("square", 3),
        ("triangle", None),
    ]
    assert [one.item.code for one in found.strengths] == ["B"]
    assert found.strong == "Des forces que les trois voient"
    assert found.closeness == (
        "Sur 2 des 4 phrases notées par au moins deux personnes, les regards se tiennent à un point près."
    )


def test_the_table_holds_every_sentence_and_the_score_of_its_area(
    journey: Journey, asked: dict[str, Request], version: QuestionnaireVersion, holder: User, lead: User
) -> None:
    early = shared_waves(journey.programme, version, "start")["holder"]
    then = hours.now() - timedelta(days=90)
    answer_voice(ask_voice(early, version, journey, holder, then), {"A": 1}, then)
    say(asked["holder"], 2, 7, 6)
    say(asked["mentor"], 6, 7, None)
    found = page(journey, lead)
    assert found.columns == ("Hawa Diallo, 25 août", "Hawa Diallo", "Marc Tessier (mentorat)", "Écart (points)")
    (area,) = found.areas
    assert (area.title, area.scores) == ("Oser", ("–", "5", "–", "–"))
    assert area.rows[0] == ("Phrase A.", ("1", "2", "6", "4"))
    assert area.rows[2] == ("Phrase C.", ("–", "6", "–", "–"))


def test_before_two_have_answered_the_page_says_what_is_awaited(
    client_of: ClientOf, journey: Journey, asked: dict[str, Request], lead: User
) -> None:
    assert "Personne n’a encore répondu" in content(client_of(lead), journey)
    say(asked["tutor"], 4)
    shown = content(client_of(lead), journey)
    assert "Un seul regard pour l’instant" in shown
    assert "Phrase A." not in shown
    Wave.objects.update(is_shared=False)
    assert "Rien n’est mis côte à côte ici" in content(client_of(lead), journey)


def test_whoever_is_asked_is_led_to_the_questions_before_anything_is_shown(
    client_of: ClientOf, journey: Journey, asked: dict[str, Request], mentor: User
) -> None:
    say(asked["holder"], 2, 7)
    say(asked["tutor"], 6, 7)
    before = content(client_of(mentor), journey)
    assert reverse("evaluation:request", args=[asked["mentor"].pk]) in before
    assert "Phrase A." not in before
    say(asked["mentor"], 3, 7)
    assert "Phrase A." in content(client_of(mentor), journey)


def test_programs_are_told_the_same_and_no_sooner(
    client_of: ClientOf, journey: Journey, asked: dict[str, Request], mentor: User, lead: User
) -> None:
    say(asked["holder"], 2, 7, 5)
    say(asked["tutor"], 6, None, 5)
    url = reverse("api:voices-detail", args=[journey.pk])
    (theirs,) = client_of(mentor).get(url).json()
    assert (theirs["waiting"], theirs["items"], theirs["areas"]) == (asked["mentor"].pk, [], [])
    (found,) = client_of(lead).get(url).json()
    assert [(one["code"], one["scores"], one["spread"]) for one in found["items"][:2]] == [
        ("A", {"holder": 2, "tutor": 6}, 4),
        ("B", {"holder": 7, "tutor": None}, None),
    ]
    assert [(one["role"], one["standing"], one["answered_on"]) for one in found["voices"]] == [
        ("holder", "answered", "2026-11-23"),
        ("mentor", "awaited", None),
        ("tutor", "answered", "2026-11-23"),
    ]


def test_the_journey_leads_there_whom_it_is_open_to_once_somebody_was_asked(
    client_of: ClientOf, journey: Journey, asked: dict[str, Request], holder: User, mentor: User, lead: User,
    steward: User,
) -> None:  # fmt: skip
    there = reverse("evaluation:voices", args=[journey.pk])
    door = reverse("journeys:journey_detail", args=[journey.pk])
    found = {one: there in client_of(one).get(door).content.decode() for one in (holder, mentor, lead, steward)}
    assert found == {holder: True, mentor: True, lead: True, steward: False}
    assert acts_above(journey, lead)[-1].url == there
    Wave.objects.update(is_shared=False)
    assert there not in client_of(lead).get(door).content.decode()


def test_the_mentors_briefing_leads_there_too(
    client_of: ClientOf, journey: Journey, asked: dict[str, Request], mentor: User
) -> None:
    briefing = reverse("mentoring:session_briefing", args=[make_session(journey.mentorships.get()).pk])
    there = reverse("evaluation:voices", args=[journey.pk])
    assert there in client_of(mentor).get(briefing).content.decode()
    Wave.objects.update(is_shared=False)
    assert there not in client_of(mentor).get(briefing).content.decode()


def test_a_lead_ticks_it_on_the_form_and_a_program_says_it(
    client_of: ClientOf, journey: Journey, version: QuestionnaireVersion, lead: User
) -> None:
    door = reverse("evaluation:wave_create", args=[journey.programme_id])
    sent = {"questionnaire": version.questionnaire_id, "moment": "mid", "audience": "mentor", "mode": "confidential"}
    sent |= {"open_days": 20, "is_shared": "on"}
    refused = client_of(lead).post(door, sent).context["form"]
    assert list(refused.errors) == ["is_shared"]
    assert refused["is_shared"].value() is True
    assert client_of(lead).post(door, sent | {"mode": "identified"}).status_code == 302
    wave = Wave.objects.get(audience="mentor")
    assert wave.is_shared
    url = reverse("api:waves-detail", args=[wave.pk])
    changed = client_of(lead).patch(url, {"is_shared": False}, content_type="application/json")
    assert (changed.status_code, changed.json()["is_shared"]) == (200, False)
