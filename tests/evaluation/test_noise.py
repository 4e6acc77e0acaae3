"""The noise of a questionnaire, and one person’s change read against it."""

from datetime import timedelta
from statistics import stdev
from typing import Any

import pytest
from django.db.models import Q

from backend.accounts.models import Organisation
from backend.lib import clock
from evaluation import actions
from evaluation.models import POSTURE, Questionnaire, Wave
from evaluation.queries.noise import Noise, Noises, noises
from evaluation.queries.posture import my_postures
from evaluation.queries.series import areas_of
from evaluation.statistics import Reason, Undefined
from journeys.models import Journey, Programme
from tests.factories.evaluation import make_answered, make_wave, next_posture
from tests.factories.journeys import make_journey, make_programme

pytestmark = pytest.mark.django_db
GIVEN = ((1, 2, 3, 4, 5), (2, 2, 4, 4, 6), (3, 5, 5, 6, 6), (6, 7, 6, 7, 8))
"""Four people’s answers to the five items of the first area."""


def first_area(values: tuple[int, ...]) -> dict[str, int | None]:
    return {f"EC1{n}": value for n, value in enumerate(values, start=1)}


def answered(programme: Programme, values: tuple[int, ...], moment: str = "start", **facts: Any) -> Journey:
    journey = make_journey(programme.organisation, programme=programme, **facts)
    make_answered(journey, moment, first_area(values))
    return journey


def measured(**limits: int) -> Noises:
    """Of the latest version of the posture questionnaire."""
    versions = areas_of(Q(questionnaire__code=POSTURE))
    return noises(versions, **limits)[max(versions)]


def by_hand(rows: tuple[tuple[int, ...], ...]) -> tuple[float, float]:
    """Standard deviation of the means, and Cronbach’s k / (k − 1) · (1 − Σ variances / variance of the sum)."""
    k = len(rows[0])
    items = sum(stdev(column) ** 2 for column in zip(*rows, strict=True))
    alpha = k / (k - 1) * (1 - items / stdev([sum(row) for row in rows]) ** 2)
    return stdev([sum(row) / k for row in rows]), alpha


def test_noise_comes_from_the_first_answers_of_each(programme: Programme) -> None:
    journeys = [answered(programme, values) for values in GIVEN]
    make_answered(journeys[0], "exit", 8)
    found = measured(fewest=4)
    sd, alpha = by_hand(GIVEN)
    assert found["EC1"] == Noise(4, pytest.approx(sd), pytest.approx(alpha))
    assert (round(sd, 4), round(alpha, 4)) == (1.6892, 0.9667)
    assert found["EC1"].points == pytest.approx(1.96 * (2 * sd**2 * (1 - alpha)) ** 0.5, rel=1e-4)
    assert found["EC2"] == Undefined(Reason.TOO_FEW)


def test_too_few_people_are_told_as_such(programme: Programme) -> None:
    for values in GIVEN:
        answered(programme, values)
    assert measured(fewest=5)["EC1"] == Undefined(Reason.TOO_FEW, 4)
    assert measured()["EC1"] == Undefined(Reason.TOO_FEW, 4)


def test_only_the_latest_people_are_read(programme: Programme) -> None:
    for values in ((1, 8, 1, 8, 1), *GIVEN):
        answered(programme, values)
    found = measured(fewest=4, latest=4)["EC1"]
    assert (found.n, found.sd) == (4, pytest.approx(by_hand(GIVEN)[0]))


def test_a_later_sheet_never_stands_for_the_first_one(programme: Programme) -> None:
    """Somebody whose first sheet is too old to be read, and who has just answered again, is not counted at all."""
    journey = make_journey(programme.organisation, programme=programme)
    make_answered(journey, "start", first_area((1, 8, 1, 8, 1)), at=clock.now() - timedelta(days=100))
    for values in GIVEN:
        other = make_journey(programme.organisation, programme=programme)
        make_answered(other, "start", first_area(values), at=clock.now() - timedelta(days=50))
    make_answered(journey, "exit", first_area((8, 1, 8, 1, 8)))
    found = measured(fewest=4, latest=4)["EC1"]
    assert (found.n, found.sd) == (4, pytest.approx(by_hand(GIVEN)[0]))


def test_all_organisations_count_for_a_shared_questionnaire(
    programme: Programme, other_organisation: Organisation
) -> None:
    for values in GIVEN[:2]:
        answered(programme, values)
    for values in GIVEN[2:]:
        answered(make_programme(other_organisation), values)
    assert measured(fewest=4)["EC1"].n == 4


def test_who_left_a_question_out_or_answered_otherwise_is_not_counted(programme: Programme) -> None:
    """Incomplete in the area; not identified; about somebody else; in another series."""
    for values in GIVEN:
        answered(programme, values)
    answered(programme, (1, 8, 1, 8))
    for moment, facts in (("mid", {"mode": Wave.Mode.CONFIDENTIAL}), ("campaign", {"audience": "mentor"})):
        journey = make_journey(programme.organisation, programme=programme)
        request = make_answered(journey, "start", first_area((1, 8, 1, 8, 1)))
        type(request).objects.filter(pk=request.pk).update(wave=make_wave(programme, moment, **facts))
    old = measured(fewest=4)["EC1"]
    assert (old.n, old.sd) == (4, pytest.approx(by_hand(GIVEN)[0]))
    next_posture("EC11")
    answered(programme, (1, 8, 1, 8, 1))
    assert measured(fewest=1)["EC1"] == Undefined(Reason.ONE, 1)
    versions = areas_of(Q(questionnaire__code=POSTURE))
    assert noises(versions, fewest=4)[min(versions)]["EC1"] == old


def test_a_questionnaire_of_ones_own_is_measured_on_its_own_people(programme: Programme) -> None:
    """A copy, whose questions bear the same codes: what was answered to the shared one says nothing of it."""
    for values in GIVEN:
        answered(programme, values)
    shared = Questionnaire.objects.get(code=POSTURE)
    copy = actions.copy_questionnaire(shared, programme.organisation, by=None, title_fr="Notre posture")
    actions.publish_version(copy, by=None)
    (noise,) = noises(areas_of(Q(questionnaire=copy.questionnaire_id)), fewest=4).values()
    assert set(noise.values()) == {Undefined(Reason.TOO_FEW)}
    assert noises({}) == {}


@pytest.mark.parametrize("people", [4, 40])
def test_it_costs_two_queries(programme: Programme, people: int, django_assert_num_queries: Any) -> None:
    for n in range(people):
        answered(programme, GIVEN[n % 4])
    versions = areas_of(Q(questionnaire__code=POSTURE))
    with django_assert_num_queries(2):
        noises(versions)


# --- One person -----------------------------------------------------------------------------------
def crowd(programme: Programme) -> None:
    """Twenty people: noise of the first area becomes known."""
    for n in range(20):
        answered(programme, GIVEN[n % 4])


def test_a_change_is_within_the_noise_or_beyond_it(programme: Programme) -> None:
    crowd(programme)
    small, great = answered(programme, (4, 4, 4, 4, 4)), answered(programme, (4, 4, 4, 4, 4))
    make_answered(small, "exit", first_area((4, 4, 4, 5, 5)))
    make_answered(great, "exit", first_area((2, 2, 2, 2, 2)))
    (own,) = my_postures(small.holder.user)
    assert (own.areas[0].change, own.areas[0].words) == (pytest.approx(0.4), "dans la marge d’erreur du questionnaire")
    assert own.finding.startswith("Depuis vos premières réponses, aucun domaine n’a changé de plus que la marge")
    (own,) = my_postures(great.holder.user)
    assert (own.areas[0].change, own.areas[0].words) == (
        -2.0,
        "en baisse, au-delà de la marge d’erreur du questionnaire",
    )
    assert "−2,0 points sur 8 (Idées et opportunités), au-delà de la marge" in own.finding
    assert own.areas[1].words == "trop peu de réponses pour un score"


def test_without_enough_people_no_change_is_judged(programme: Programme) -> None:
    journey = answered(programme, (4, 4, 4, 4, 4))
    make_answered(journey, "exit", 6)
    (own,) = my_postures(journey.holder.user)
    assert (
        own.areas[0].words
        == "encore trop peu de personnes ont répondu pour distinguer un changement de la marge d’erreur"
    )
    assert own.finding.endswith("\u00a0: +2,0 points sur 8 (Idées et opportunités).")


def test_an_area_whose_questions_changed_is_not_compared(programme: Programme) -> None:
    journey = make_journey(programme.organisation, programme=programme)
    make_answered(journey, "start", 3)
    next_posture("EC21")
    make_answered(journey, "exit", 6)
    (own,) = my_postures(journey.holder.user)
    assert [area.change for area in own.areas] == [3.0, None, 3.0]
    assert own.areas[1].words == "ses questions ont changé entre-temps"
    assert own.series[1] == ("au départ", [3.0, None, 3.0])


def test_when_every_area_changed_the_first_time_is_left_out(programme: Programme) -> None:
    journey = make_journey(programme.organisation, programme=programme)
    make_answered(journey, "start", 3)
    next_posture("EC11", "EC21", "EC31")
    make_answered(journey, "exit", 6)
    (own,) = my_postures(journey.holder.user)
    assert [name for name, _values in own.series] == ["maintenant"]
    assert own.finding == "Les questions ont changé depuis vos premières réponses\u00a0: les deux ne se comparent pas."


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (3, "Votre score est le même dans tous les domaines."),
        ({f"EC{n}": 5 if n > 20 else 2 for n in (11, 12, 13, 21, 22, 23, 31, 32, 33)}, "Ressources, En action\u00a0»."),
        ({"EC11": 3}, "Trop peu de réponses pour un score."),
    ],
)
def test_one_moment_says_where_the_score_is_highest(programme: Programme, values: Any, words: str) -> None:
    journey = make_journey(programme.organisation, programme=programme)
    make_answered(journey, "start", values)
    (own,) = my_postures(journey.holder.user)
    assert own.finding.endswith(words)


def test_every_moment_stands_in_a_table_from_three_on(programme: Programme) -> None:
    journey = make_journey(programme.organisation, programme=programme)
    make_answered(journey, "start", 3)
    next_posture("EC21")
    wave = make_wave(programme, "mid")
    request = actions.send_request(wave, journey, by=None)
    actions.save_answers(
        request, dict.fromkeys(request.version.items.order_by("pk").values_list("code", flat=True), 5), by=None
    )
    actions.complete_request(request, by=None)
    assert my_postures(journey.holder.user)[0].timeline == []
    make_answered(journey, "exit", 6)
    (own,) = my_postures(journey.holder.user)
    assert own.timeline == [
        ("Idées et opportunités", ["3,0", "5,0", "6,0"]),
        ("Ressources", ["autres questions", "5,0", "6,0"]),
        ("En action", ["3,0", "5,0", "6,0"]),
    ]


def test_what_one_says_of_another_is_not_ones_own_posture(programme: Programme) -> None:
    journey = make_journey(programme.organisation, programme=programme)
    request = make_answered(journey, "start", 3)
    type(request).objects.filter(pk=request.pk).update(wave=make_wave(programme, "mid", "mentor"))
    assert my_postures(journey.holder.user) == []
