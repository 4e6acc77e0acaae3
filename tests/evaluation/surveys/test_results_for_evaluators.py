"""What stands behind a wave's results for who evaluates: whether questions go together, what silence leaves open, and
whether answers moved beyond chance."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from evaluation import actions
from evaluation.models import Item, QuestionnaireVersion, Wave
from evaluation.queries.results import ItemResult, Results, results_of, shown
from evaluation.statistics import Alpha, Bounds, Reason, Undefined
from journeys.models import Programme
from tests.evaluation.surveys.test_results import item
from tests.factories.journeys import make_programme
from tests.factories.sheets import ended, people_of, sent, wave_of
from tests.factories.surveys import copy_of, make_questionnaire

pytestmark = pytest.mark.django_db
K = Item.Kind
S1, S2 = (1, 2, 3, 4, 5, 6), (2, 1, 4, 3, 6, 5)
"""Variances 3.5 each, of the sums 12.8: alpha is 2 · (1 − 7 / 12.8) = 0.90625."""


@pytest.fixture
def version(organisation: Organisation) -> QuestionnaireVersion:
    return make_questionnaire(
        organisation,
        {
            "self": {
                "*": {"least_answered": 1},
                "S1": {},
                "S2": {},
                "YES": {"kind": K.YES_NO, "allows_no_say": True},
                "WHEN": {"kind": K.YES_NO, "relevance": {"item": "YES", "is": "eq", "than": 1}},
            },
            "firm": {"FORM": {"kind": K.SINGLE, "choices": {"COOP": {}, "SAS": {}}}, "ONE": {}},
        },
    )


def words_of(found: Results, code: str) -> str:
    (one,) = [one for part in shown(found) for one in part.items if one.result.item.code == code]
    return one.silence.replace("\u00a0", " ")


def change_rows(found: Results, code: str) -> list[tuple[str, ...]]:
    (one,) = [one for part in shown(found) for one in part.items if one.result.item.code == code]
    assert one.change_table
    return [tuple(cell.replace("\u00a0", " ") for cell in row) for row in one.change_table[1]]


# --- Do the questions go together? ------------------------------------------------------------------
def test_alpha_is_of_the_people_who_answered_every_scale(programme: Programme, version: QuestionnaireVersion) -> None:
    wave = wave_of(programme, version)
    journeys = people_of(programme, 7)
    for journey, one, two in zip(journeys, S1, S2, strict=False):
        sent(wave, journey, {"S1": one, "S2": two})
    sent(wave, journeys[6], {"S1": 8, "S2": None})
    scored, bare = results_of(wave).sections
    assert isinstance(scored.alpha, Alpha)
    assert (scored.alpha.n, scored.alpha.items, scored.alpha.dropped) == (6, 2, 1)
    assert scored.alpha.value == pytest.approx(0.90625)
    assert bare.alpha is None  # no score, so nothing to hold together
    said = shown(results_of(wave))[0]
    assert said.together == (
        "Les questions de cette partie semblent aller ensemble, mais trop peu de personnes ont répondu pour l’affirmer."
    )
    assert "0,91, entre 0,33 et 0,99" in said.alpha.replace("\u00a0", " ") and "6 personnes" in said.alpha


def test_alpha_is_not_told_of_fewer_than_five_nor_of_a_group(
    programme: Programme, version: QuestionnaireVersion
) -> None:
    wave = wave_of(programme, version, mode=Wave.Mode.CONFIDENTIAL)
    for place, journey in enumerate(people_of(programme, 10)):
        phase = "creation" if place < 5 else "consolidation"
        type(journey.project).objects.filter(pk=journey.project_id).update(phase=phase)
        journey.refresh_from_db()
        sent(wave, journey, {"S1": 1 + place % 4, "S2": 1 + place % 3})
    whole, part = results_of(ended(wave)), results_of(wave, "phase:creation")
    assert isinstance(whole.sections[0].alpha, Alpha)
    assert part.sections[0].score and part.sections[0].alpha is None
    few = wave_of(make_programme(programme.organisation), version)
    for place, journey in enumerate(people_of(few.programme, 5)):
        sent(few, journey, {"S1": 1 + place, "S2": 1 + place % 3 if place else None})
    said = shown(results_of(few))[0]
    assert said.together.startswith("Moins de cinq personnes ont répondu à toutes") and said.alpha == ""


def test_alpha_keeps_to_the_questions_of_the_latest_version(
    programme: Programme, version: QuestionnaireVersion
) -> None:
    wave = wave_of(programme, version)
    sent(wave, people_of(programme, 1)[0], {"S1": 8, "S2": 1})
    copy_of(version, broken="S1", reason="autre échelle")
    for journey, one, two in zip(people_of(programme, 6), S1, S2, strict=True):
        sent(wave, journey, {"S1": one, "S2": two})
    found = results_of(wave).sections[0]
    assert len([one for one in found.items if one.item.code == "S1"]) == 2
    assert isinstance(found.alpha, Alpha) and found.alpha.value == pytest.approx(0.90625)
    assert (found.alpha.n, found.alpha.dropped) == (6, 1)


def test_people_who_all_answer_alike_tell_nothing_of_the_questions(
    programme: Programme, version: QuestionnaireVersion
) -> None:
    wave = wave_of(programme, version)
    for journey in people_of(programme, 5):
        sent(wave, journey, {"S1": 4, "S2": 5})
    assert results_of(wave).sections[0].alpha == Undefined(Reason.ALL_ALIKE, 5)
    assert "Toutes les personnes ont le même score" in shown(results_of(wave))[0].together


# --- What silence leaves open -----------------------------------------------------------------------
def test_bounds_hold_whatever_those_who_kept_silent_would_have_said(
    programme: Programme, version: QuestionnaireVersion
) -> None:
    wave = wave_of(programme, version)
    journeys = people_of(programme, 11)
    for place, journey in enumerate(journeys[:8]):
        sent(wave, journey, {"YES": int(place < 6), "WHEN": 1, "FORM": "COOP" if place < 5 else "SAS"})
    sent(wave, journeys[8], {"YES": None})  # does not apply: no part of it
    sent(wave, journeys[9], {"YES": "no_say"})
    actions.send_request(wave, journeys[10], by=None)
    found = results_of(wave)
    assert item(found, "YES").bounds == Bounds(6 / 10, 8 / 10, 8, 10)
    assert item(found, "FORM").bounds == Bounds(5 / 11, 8 / 11, 8, 11)
    # Who did not answer may never have been asked it; a scale tells of no share.
    assert item(found, "WHEN").bounds is None and item(found, "S1").bounds is None
    assert words_of(found, "YES") == (
        "« Oui » : entre 6 et 8 sur 10, quoi qu’aient répondu les autres. Sur 10 personnes concernées, 8 ont répondu."
    )


def test_no_bounds_where_nobody_kept_silent_or_too_few_answered(
    programme: Programme, version: QuestionnaireVersion
) -> None:
    wave = wave_of(programme, version)
    journeys = people_of(programme, 6)
    for journey in journeys[:4]:
        sent(wave, journey, {"YES": 1, "FORM": "SAS"})
    assert item(results_of(wave), "YES").bounds is None
    for journey in journeys[4:]:
        sent(wave, journey, {"YES": 1})
    found = results_of(wave)
    assert item(found, "YES").bounds is None and words_of(found, "YES") == ""
    assert item(found, "FORM").bounds is None


def test_bounds_of_a_protected_wave_say_nothing_of_a_group(programme: Programme, version: QuestionnaireVersion) -> None:
    """They are made of numbers that stand on the page already: who is counted, and who was asked."""
    wave = wave_of(programme, version, mode=Wave.Mode.CONFIDENTIAL)
    for place, journey in enumerate(people_of(programme, 11)):
        phase = "creation" if place < 5 else "consolidation"
        type(journey.project).objects.filter(pk=journey.project_id).update(phase=phase)
        journey.refresh_from_db()
        sent(wave, journey, {"YES": int(place < 5)})
    whole = item(results_of(wave), "YES").bounds
    assert whole == Bounds(5 / 11, 6 / 11, 10, 11)
    part: ItemResult = item(results_of(ended(wave), "phase:creation"), "YES")
    assert part.counts and part.bounds is None


# --- Beyond chance? ---------------------------------------------------------------------------------
def test_answers_of_the_same_people_moved_beyond_chance_or_not(
    programme: Programme, version: QuestionnaireVersion
) -> None:
    start, end = wave_of(programme, version), wave_of(programme, version, moment=Wave.Moment.EXIT)
    for place, journey in enumerate(people_of(programme, 6)):
        sent(start, journey, {"YES": 0, "FORM": "SAS"})
        sent(end, journey, {"YES": int(place < 3), "FORM": "COOP"})
    found = results_of(end)
    # 3 of 3 one way: mid-p 2 · ½³ − ½³ = 0.125; 6 of 6: ½⁶ = 0.0156, twice that where two answers are tried (Holm).
    assert change_rows(found, "YES") == [("Oui", "0 sur 6", "3 sur 6", "3", "0", "dans le hasard (p = 0,12)")]
    assert change_rows(found, "FORM") == [
        ("COOP", "0 sur 6", "6 sur 6", "6", "0", "au-delà du hasard (p = 0,031)"),
        ("SAS", "6 sur 6", "0 sur 6", "0", "6", "au-delà du hasard (p = 0,031)"),
    ]


def test_where_nobody_changed_no_chance_is_told(programme: Programme, version: QuestionnaireVersion) -> None:
    start, end = wave_of(programme, version), wave_of(programme, version, moment=Wave.Moment.EXIT)
    for journey in people_of(programme, 5):
        for wave in (start, end):
            sent(wave, journey, {"YES": 1})
    assert change_rows(results_of(end), "YES") == [("Oui", "5 sur 5", "5 sur 5", "0", "0", "personne n’a changé")]


# --- On the page and over the API ---------------------------------------------------------------------
def test_a_lead_reads_them_behind_a_line_and_over_the_api(
    client_of: Callable[[User], Client], programme: Programme, version: QuestionnaireVersion, lead: User
) -> None:
    wave = wave_of(programme, version)
    for place, (one, two) in enumerate(zip(S1, S2, strict=True)):
        sent(wave, people_of(programme, 1)[0], {"S1": one, "S2": two, "YES": int(place < 4)})
    actions.send_request(wave, people_of(programme, 1)[0], by=None)
    client = client_of(lead)
    page = client.get(reverse("evaluation:wave_results", args=[wave.pk])).content.decode().replace("\u00a0", " ")
    assert "Alpha de Cronbach : 0,91" in page
    assert "« Oui » : entre 6 et 7 sur 10, quoi qu’aient répondu les autres." in page
    found: Any = client.get(reverse("api:waves-results", args=[wave.pk])).json()
    assert [(one["code"], one["alpha"] and one["alpha"]["value"]) for one in found["sections"]] == [
        ("self", pytest.approx(0.90625)), ("firm", None),
    ]  # fmt: skip
    yes = next(one for one in found["items"] if one["code"] == "YES")
    assert yes["bounds"] == {
        "low": pytest.approx(4 / 7), "high": pytest.approx(5 / 7), "answered": 6, "asked": 7
    }  # fmt: skip
