"""How far holders, mentors and tutors agree over a programme: numbers by hand, words, rights, and what is left out."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from backend.accounts.models import Organisation, User
from backend.lib import clock as hours
from evaluation.models import QuestionnaireVersion, Wave
from evaluation.queries.agreement import Group, Measure, groups_of, has_two_voices, programmes_to_compare
from evaluation.queries.agreement_words import alike, alike_short, gap, shown
from evaluation.statistics import Agreement, Change, Reason, Undefined
from journeys.models import Journey, Programme
from tests.factories.accounts import make_organisation
from tests.factories.journeys import make_journey, make_programme
from tests.factories.sheets import wave_of
from tests.factories.surveys import copy_of, make_questionnaire
from tests.factories.voices import answer_voice, ask_voice

pytestmark = pytest.mark.django_db
HOLDERS, MENTORS, TUTORS = (2, 4, 3, 6, 5), (3, 4, 5, 6, 7), (2, 3, 3, 6, 6)
SEVEN = {"scale_max": 7}


@pytest.fixture
def version(organisation: Organisation) -> QuestionnaireVersion:
    return make_questionnaire(
        organisation,
        {
            "Oser": {"*": {"least_answered": 2}, "O1": SEVEN, "O2": SEVEN, "O3": SEVEN},
            "Tenir": {"*": {"least_answered": 1}, "T1": SEVEN},
            "Dire": {"W1": {"kind": "text"}},
        },
    )


@pytest.fixture
def waves(programme: Programme, version: QuestionnaireVersion) -> dict[str, Wave]:
    """Not put side by side, and by name: what their programme’s leads read one by one."""
    return {role: wave_of(programme, version, moment="mid", audience=role) for role in Wave.VOICES}


Say = Callable[..., None]


@pytest.fixture
def say(version: QuestionnaireVersion, waves: dict[str, Wave], mentor: User) -> Say:
    """`say("mentor", journey, 4, days=3)`: this voice gave that score to each of Oser, so many days ago."""

    def speak(role: str, journey: Journey, score: int | None, days: int = 0, **more: Any) -> None:
        person = {"holder": journey.holder.user, "mentor": mentor, "tutor": None}[role]
        at = hours.now() - timedelta(days=days)
        asked = ask_voice(more.pop("wave", waves[role]), more.pop("version", version), journey, person, at)
        given = dict.fromkeys(("O1", "O2", "O3", "T1"), score)
        answer_voice(asked, {**given, **more}, at)

    return speak


@pytest.fixture
def journeys(programme: Programme) -> list[Journey]:
    return [make_journey(programme.organisation, programme=programme) for _each in range(5)]


def speak(say: Say, journeys: Sequence[Journey], **scores: Sequence[int]) -> None:
    for role, many in scores.items():
        for journey, score in zip(journeys, many, strict=False):
            say(role, journey, score)


def groups(programme: Programme, version: QuestionnaireVersion) -> dict[tuple[str, ...], Group]:
    return {one.roles: one for one in groups_of(programme, version.questionnaire)}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


# --- Numbers ----------------------------------------------------------------------------------------
def test_agreement_and_difference_are_those_of_paper_and_pencil(
    say: Say, programme: Programme, version: QuestionnaireVersion, journeys: list[Journey]
) -> None:
    """Mean squares: journeys 18 / 4, voices 2.5, what is left 2 / 4. So (4.5 − 0.5) / (4.5 + 0.5 + 2 (2.5 − 0.5) / 5).

    Differences 1, 0, 2, 0, 2: mean 1, standard deviation 1, and 2.776 / √5 either way.
    """
    speak(say, journeys, holder=HOLDERS, mentor=MENTORS)
    (found,) = groups(programme, version).values()
    assert (found.roles, found.n, found.overall.n) == (("holder", "mentor"), 5, 5)
    assert isinstance(found.overall.agreement, Agreement) and isinstance(found.overall.gap, Change)
    assert found.overall.agreement.value == pytest.approx(4 / 5.8)
    change = found.overall.gap
    assert (change.mean, change.low, change.high) == pytest.approx((1, 1 - 1.2417, 1 + 1.2417), abs=1e-3)
    assert [(one.title, one.n, one.mean_gap) for one in found.areas] == [("Oser", 5, 1.0), ("Tenir", 5, 1.0)]
    assert [(one.title, one.distance) for one in found.items] == [
        (f"{code} ?", 1.0) for code in ("O1", "O2", "O3", "T1")
    ]


def test_all_three_are_told_where_five_journeys_have_them(
    say: Say, programme: Programme, version: QuestionnaireVersion, journeys: list[Journey]
) -> None:
    speak(say, journeys, holder=HOLDERS, mentor=MENTORS, tutor=TUTORS[:4])
    assert [one.n for one in groups(programme, version).values()] == [5, 4, 4]
    say("tutor", journeys[4], TUTORS[4])
    found = groups(programme, version)
    assert [(roles, one.n) for roles, one in found.items()] == [
        (("holder", "mentor"), 5), (("holder", "tutor"), 5), (("mentor", "tutor"), 5), (Wave.VOICES, 5),
    ]  # fmt: skip
    three = found[Wave.VOICES].overall
    assert isinstance(three.agreement, Agreement) and three.agreement.raters == 3
    assert three.scores == tuple(
        tuple(map(float, row)) for row in zip(HOLDERS, MENTORS, TUTORS, strict=True)
    )  # in the order of their keys


def test_an_area_needs_its_answers_and_all_areas_each_of_them(
    say: Say, programme: Programme, version: QuestionnaireVersion, journeys: list[Journey]
) -> None:
    speak(say, journeys[:4], holder=HOLDERS, mentor=MENTORS)
    say("holder", journeys[4], 5, O1=None)
    say("mentor", journeys[4], 7, O1=None, O2=None)
    (found,) = groups(programme, version).values()
    assert (found.n, found.overall.n, [one.n for one in found.areas]) == (5, 4, [4, 5])
    assert "O1 ?" not in {one.title for one in found.items}  # four journeys have it


def test_items_stand_by_how_far_apart_voices_are_on_their_scale(
    say: Say, programme: Programme, version: QuestionnaireVersion, journeys: list[Journey]
) -> None:
    for place, journey in enumerate(journeys):
        say("holder", journey, 4, O2=1, O3=3)
        say("mentor", journey, 4, O2=5, O3=4 + place % 2)
    (found,) = groups(programme, version).values()
    assert [(one.title, one.distance) for one in found.items] == [("O2 ?", 4.0), ("O3 ?", 1.4)]


# --- What counts --------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", [Wave.Mode.CONFIDENTIAL, Wave.Mode.ANONYMOUS])
def test_what_does_not_bear_a_name_is_never_compared(
    say: Say, programme: Programme, version: QuestionnaireVersion, journeys: list[Journey], waves: dict[str, Wave],
    mode: str,
) -> None:  # fmt: skip
    Wave.objects.filter(pk=waves["mentor"].pk).update(mode=mode)
    waves["mentor"].refresh_from_db()
    speak(say, journeys, holder=HOLDERS, mentor=MENTORS)
    assert groups_of(programme, version.questionnaire) == []
    assert not has_two_voices(waves["holder"])


def test_other_programmes_and_sheets_far_apart_do_not_count(
    say: Say, programme: Programme, version: QuestionnaireVersion, journeys: list[Journey]
) -> None:
    speak(say, journeys, holder=HOLDERS)
    for journey in journeys[:3]:
        say("mentor", journey, 4, days=61)
    say("mentor", journeys[3], 4, days=59)
    other = make_programme(programme.organisation)
    stranger = make_journey(programme.organisation, programme=other)
    elsewhere = {role: wave_of(other, version, moment="mid", audience=role) for role in ("holder", "mentor")}
    for role, wave in elsewhere.items():
        say(role, stranger, 3, wave=wave)
    (found,) = groups(programme, version).values()
    assert (found.n, found.overall.scores) == (1, ((6.0, 4.0),))


def test_an_item_whose_series_broke_is_left_out(
    say: Say, programme: Programme, journeys: list[Journey], organisation: Organisation
) -> None:
    first = make_questionnaire(organisation, {"B": {"B1": {"scale_max": 5}, "B2": {"scale_max": 5}}}, code="table")
    second = copy_of(first, broken="B1", reason="autre échelle")
    waves = {role: wave_of(programme, first, audience=role) for role in ("holder", "mentor")}
    for journey in journeys:
        for role, version in (("holder", second), ("mentor", first)):
            asked = ask_voice(waves[role], version, journey, journey.holder.user if role == "holder" else None)
            answer_voice(asked, {"B1": 1 if role == "holder" else 5, "B2": 2 if role == "holder" else 3})
    (found,) = groups(programme, first).values()
    assert [(one.title, one.distance) for one in found.items] == [("B2 ?", 1.0)]
    assert found.overall.scores == ((2.0, 3.0),) * 5  # no area has a score: the mean of what all were asked alike


# --- Words ------------------------------------------------------------------------------------------
def said(low: float, high: float, n: int = 12) -> str:
    return alike(Agreement(n, 2, (low + high) / 2, low, high))


def test_words_follow_the_whole_interval() -> None:
    with override("en"):
        assert [said(*one) for one in ((-0.2, 0.4), (0.2, 0.7), (0.5, 0.7), (0.6, 0.9), (0.75, 0.95), (0.3, 0.9))] == [
            "Their views agree little.",
            "Their views agree little, or somewhat.",
            "Their views agree somewhat.",
            "Their views agree somewhat, or closely.",
            "Their views agree closely.",
            "Too few journeys to tell how far their views agree.",
        ]
        assert said(0.8, 0.99, n=4) == "Too few journeys to tell how far their views agree."
        assert alike(Undefined(Reason.ALL_ALIKE, 6)).startswith("All journeys have the same score on average")
        assert alike(Undefined(Reason.PERFECT, 6, 1.0)) == "They never differ."
        assert alike_short(Undefined(Reason.PERFECT, 6, 1.0)) == "no difference"


@pytest.mark.parametrize(
    ("scores", "english", "french"),
    [
        (
            zip(HOLDERS, MENTORS, strict=True),
            "On average the mentors score between 0.2 points lower and 2.2 points higher than the holders: no"
            " difference beyond chance.",
            "En moyenne, les mentors donnent entre 0,2 point de moins et 2,2 points de plus que les personnes"
            " accompagnées : pas d’écart au-delà du hasard.",
        ),
        (
            [(5, 4), (5, 3), (6, 5), (6, 4), (4, 3)],
            "On average the mentors score between 0.7 and 2.1 points lower than the holders.",
            "En moyenne, les mentors donnent entre 0,7 et 2,1 points de moins que les personnes accompagnées.",
        ),
        (
            [(4, 5), (3, 5), (5, 6), (4, 6), (3, 4)],
            "On average the mentors score between 0.7 and 2.1 points higher than the holders.",
            "En moyenne, les mentors donnent entre 0,7 et 2,1 points de plus que les personnes accompagnées.",
        ),
        (
            [(2, 3)] * 5,
            "The mentors score 1.0 point higher than the holders on every journey.",
            "Sur chaque parcours, les mentors donnent 1,0 point de plus que les personnes accompagnées.",
        ),
        (
            [(2, 2)] * 5,
            "The mentors give the same scores as the holders on every journey.",
            "Sur chaque parcours, les mentors donnent les mêmes notes que les personnes accompagnées.",
        ),
    ],
)
def test_the_difference_is_told_with_its_bounds(scores: Any, english: str, french: str) -> None:
    measure = Measure("", tuple((float(a), float(b)) for a, b in scores))
    with override("en"):
        assert gap(measure, "holders", "mentors") == english
    with override("fr"):
        assert plain(gap(measure, "personnes accompagnées", "mentors")) == french


def test_four_journeys_say_only_why_not(
    say: Say, programme: Programme, version: QuestionnaireVersion, journeys: list[Journey]
) -> None:
    speak(say, journeys[:4], holder=HOLDERS, mentor=MENTORS)
    (found,) = (shown(one) for one in groups_of(programme, version.questionnaire))
    assert found.title == "Regards des personnes accompagnées et des mentors"
    assert "trop peu de parcours (4) : à partir de 5" in plain(found.lacking)
    assert (found.alike, found.gap, found.chart, found.items, found.numbers) == ("", "", (), (), ())


# --- Doors ------------------------------------------------------------------------------------------
def test_a_lead_finds_the_page_from_wave_results_and_questionnaire(
    client_of: Callable[[User], Client], lead: User, say: Say, programme: Programme, version: QuestionnaireVersion,
    journeys: list[Journey], waves: dict[str, Wave],
) -> None:  # fmt: skip
    client, questionnaire = client_of(lead), version.questionnaire
    here = reverse("evaluation:agreement", args=[programme.pk, questionnaire.pk])
    ways = [
        reverse("evaluation:wave", args=[waves["holder"].pk]),
        reverse("evaluation:wave_results", args=[waves["holder"].pk]),
        reverse("evaluation:questionnaire_detail", args=[questionnaire.pk]),
    ]
    speak(say, journeys, holder=HOLDERS)
    assert [here in client.get(way).content.decode() for way in ways] == [False] * 3
    assert "Rien à comparer" in client.get(here).content.decode()
    speak(say, journeys, mentor=MENTORS)
    assert [here in client.get(way).content.decode() for way in ways] == [True] * 3
    page = plain(client.get(here).content.decode())
    assert "pas d’écart au-delà du hasard" in page and "0,69" in page and "5 parcours" in page
    assert client.get(reverse("evaluation:agreement", args=[programme.pk, questionnaire.pk + 999])).status_code == 404
    unasked = make_questionnaire(programme.organisation, {"A": {"S1": {}}}, code="autre").questionnaire
    assert client.get(reverse("evaluation:agreement", args=[programme.pk, unasked.pk])).status_code == 404


def test_a_lead_of_another_house_is_offered_only_their_own_programmes(
    say: Say, programme: Programme, version: QuestionnaireVersion, journeys: list[Journey], lead: User
) -> None:
    speak(say, journeys[:1], holder=HOLDERS, mentor=MENTORS)
    assert programmes_to_compare(lead, version.questionnaire) == [programme]
    type(programme).objects.filter(pk=programme.pk).update(organisation=make_organisation("Ailleurs"))
    assert programmes_to_compare(lead, version.questionnaire) == []


def test_the_same_stands_over_the_api(
    client_of: Callable[[User], Client], lead: User, say: Say, journeys: list[Journey], waves: dict[str, Wave]
) -> None:
    speak(say, journeys, holder=HOLDERS, mentor=MENTORS, tutor=TUTORS[:2])
    found = client_of(lead).get(reverse("api:waves-agreement", args=[waves["tutor"].pk])).json()
    assert [(one["voices"], one["journeys"]) for one in found] == [
        (["holder", "mentor"], 5), (["holder", "tutor"], 2), (["mentor", "tutor"], 2),
    ]  # fmt: skip
    assert found[0]["overall"]["agreement"]["value"] == pytest.approx(4 / 5.8)
    assert found[0]["overall"]["difference"]["value"] == 1.0 and found[0]["areas"][0]["distance"] == 1.0
    assert found[1]["overall"] == {"title": "", "n": 2, "agreement": None, "difference": None, "distance": None}


def test_the_page_costs_the_same_whatever_the_number_of_journeys(
    client_of: Callable[[User], Client], lead: User, say: Say, programme: Programme, version: QuestionnaireVersion,
    assert_num_queries_same: Callable[..., int],
) -> None:  # fmt: skip
    client = client_of(lead)

    def more(n: int) -> None:
        for place in range(n):
            journey = make_journey(programme.organisation, programme=programme)
            for role, score in zip(Wave.VOICES, (3, 4, 3 + place % 3), strict=True):
                say(role, journey, score)

    more(5)
    here = reverse("evaluation:agreement", args=[programme.pk, version.questionnaire.pk])
    assert_num_queries_same(lambda: client.get(here), lambda: more(4))
