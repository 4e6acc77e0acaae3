"""What holders say: the recommendation score, what was put into practice, the change they see looking back."""

from typing import Any

import pytest

from evaluation import actions
from evaluation.models import Questionnaire, Wave
from evaluation.queries.exports import lines_of
from evaluation.queries.figures import board, figure
from evaluation.queries.lines import row_set
from evaluation.queries.measures import MEASURES, grouped, totals
from evaluation.queries.scope import Scope
from evaluation.statistics import recommendation_score
from journeys.models import Programme
from tests.factories.journeys import make_journey, make_programme

pytestmark = pytest.mark.django_db
GRID = ("LN1", "LN2", "LN3", "LB1", "LB2", "LB3")


def wave(programme: Programme, code: str, mode: str = "identified") -> Wave:
    actions.load_questionnaires()
    questionnaire = Questionnaire.objects.get(code=code)
    return Wave.objects.create(programme=programme, questionnaire=questionnaire, moment="exit", mode=mode)


def answer(of: Wave, **given: Any) -> None:
    asked = actions.send_request(of, make_journey(of.programme.organisation, programme=of.programme), by=None)
    if given:
        actions.save_answers(asked, given, by=asked.respondent)
        actions.complete_request(asked, by=asked.respondent)


def leave(of: Wave, *points: int) -> None:
    for point in points:
        answer(of, EX4=point)


def test_recommendation_is_those_who_would_less_those_who_would_not(programme: Programme, scope: Scope) -> None:
    asked = wave(programme, "exit-satisfaction")
    leave(asked, 10, 9, 9, 9, 8, 7, 6, 0)  # four would, two neither, two rather not
    answer(asked)
    found = figure("recommendation", scope)
    assert (found.value, found.shown, found.numerator, found.denominator) == (25, "+25", 2, 8)
    # Rocks (2016): p = 4.75 / 11 and 2.75 / 11; middle 2 / 11, half 1.96 √((7.5 / 11 − (2 / 11)²) / 11)
    half = 1.959964 * ((7.5 / 11 - (2 / 11) ** 2) / 11) ** 0.5
    assert (found.low, found.high) == pytest.approx((100 * (2 / 11 - half), 100 * (2 / 11 + half)), abs=1e-3)
    assert found.note == "Réponses\u00a0: 8 sur 9"
    assert "NPS" not in str(found.measure.title) + str(found.measure.definition)
    lines = list(lines_of(row_set("recommendation", scope)))
    assert sum(line.value or 0 for line in lines) == 2 and len(lines) == 9


def test_in_confidence_scores_count_with_those_by_name(programme: Programme, scope: Scope) -> None:
    leave(wave(programme, "exit-satisfaction"), 10)
    quiet = wave(make_programme(programme.organisation), "exit-satisfaction", "confidential")
    leave(quiet, 9, 9, 8, 6, 5, 0)  # five of six count
    found = figure("recommendation", scope)
    expected = recommendation_score(2, 1, 3)
    assert (found.value, found.denominator) == (getattr(expected, "value", None), 6)
    assert len(list(lines_of(row_set("recommendation", scope)))) == 1


def test_what_was_put_into_practice_is_a_share_of_answers(programme: Programme, scope: Scope) -> None:
    asked = wave(programme, "put-into-practice")
    for tried in (1, 1, 0):
        answer(asked, PP1=tried)
    answer(asked)
    found = figure("practice", scope)
    assert (found.numerator, found.denominator, found.note) == (2, 3, "Réponses\u00a0: 3 sur 4")
    leave(wave(programme, "exit-satisfaction"), 9)
    assert (figure("practice", scope).denominator, figure("recommendation", scope).denominator) == (3, 1)
    assert len(list(lines_of(row_set("practice", scope)))) == 4
    groups = grouped([MEASURES["practice"]], scope, "programme")["practice"]
    assert {key: (one.value, one.weight, one.rows) for key, one in groups.items()} == {programme.pk: (2, 3, 4)}


def test_the_change_seen_looking_back_takes_a_whole_sheet(programme: Programme, scope: Scope) -> None:
    asked = wave(programme, "looking-back")
    answer(asked, **dict(zip(GRID, (6, 7, 8, 3, 4, 5), strict=True)))  # +3
    answer(asked, **dict(zip(GRID, (5, 5, 5, 5, 4, 5), strict=True)))  # +1/3
    answer(asked, **dict(zip(GRID[:5], (8, 8, 8, 1, 1), strict=True)))
    found = figure("perceived", scope)
    assert (found.value, found.denominator, found.shown) == (pytest.approx(5 / 3), 2, "+1,7")
    assert found.note == "Réponses\u00a0: 2 sur 3"
    values = sorted(line.value for line in lines_of(row_set("perceived", scope)) if line.value is not None)
    assert values == [pytest.approx(1 / 3), 3]


def test_published_who_would_who_would_not_and_who_wavers_are_no_small_group(
    programme: Programme, scope: Scope
) -> None:
    published = scope.narrowed(is_published=True)
    asked = wave(programme, "exit-satisfaction")
    leave(asked, *[9] * 6, *[8] * 5, *[3] * 4)

    def shown() -> Any:
        return next(one for one in board(published).figures if one.code == "recommendation")

    assert shown().is_hidden
    leave(asked, 3)
    assert (shown().value, shown().note) == (6.25, "16 réponses")


def test_questions_of_the_catalogue_are_added_up_together(
    programme: Programme, scope: Scope, django_assert_num_queries: Any
) -> None:
    leave(wave(programme, "exit-satisfaction"), 9, 10)
    both = [MEASURES["recommendation"], MEASURES["practice"]]
    with django_assert_num_queries(2):  # how they were asked, then the sums
        found = totals(both, scope)
    assert (found["recommendation"].rows, found["practice"].rows) == (2, 0)
