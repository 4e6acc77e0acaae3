"""Changes of posture compare the same questions only."""

from datetime import date, timedelta

import pytest

from evaluation.queries.exports import lines_of
from evaluation.queries.figures import board
from evaluation.queries.lines import row_set
from evaluation.queries.scope import Scope
from journeys.models import Journey, Programme
from tests.factories.evaluation import make_answered, make_wave, next_posture
from tests.factories.journeys import make_journey

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def opened(programme: Programme) -> Journey:
    return make_journey(programme.organisation, programme=programme, started_on=TODAY - timedelta(days=150))


def asked_twice(programme: Programme, before: int, after: int) -> Journey:
    journey = opened(programme)
    make_answered(journey, "start", before)
    make_answered(journey, "exit", after)
    return journey


def test_a_change_is_measured_only_where_both_moments_asked_the_same(programme: Programme, scope: Scope) -> None:
    """Five people before the break, two across it, one after it: the figure is of the questions that most answered."""
    for before, after in ((3, 4), (3, 5), (4, 5), (2, 4), (5, 5)):
        asked_twice(programme, before, after)
    across = [opened(programme) for _each in range(2)]
    for journey in across:
        make_answered(journey, "start", 1)
    next_posture("EC21")
    for journey in across:
        make_answered(journey, "exit", 8)
    asked_twice(programme, 1, 8)
    found = board(scope)
    assert [area.n for area in found.posture] == [5, 8, 5, 8]
    assert found.posture[2].mean == pytest.approx(1.2)
    posture = next(one for one in found.figures if one.code == "posture")
    assert posture.value == pytest.approx(1.2)
    assert posture.note == "Réponses\u00a0: 8 sur 8\u00a0; 3 d’entre elles à d’autres questions, non comparées"
    lines = list(lines_of(row_set("posture", scope)))
    assert [line.what for line in lines if line.value is None] == ["autres questions, sans comparaison"] * 3
    assert sum(line.value for line in lines if line.value is not None) / 5 == pytest.approx(posture.value)


def test_when_as_many_answered_the_new_questions_the_figure_is_of_those(programme: Programme, scope: Scope) -> None:
    asked_twice(programme, 3, 4)
    new = next_posture("EC11")
    asked_twice(programme, 3, 6)
    gains = board(scope).gains
    assert gains.areas["EC1"].items == {(f"EC1{n}", 2 if n == 1 else 1) for n in range(1, 6)}
    assert [(area.n, area.mean) for area in gains.by_area] == [(1, 3), (2, 2), (2, 2)]
    assert new.items.get(code="EC11").series == 2


@pytest.mark.parametrize("moment", ["start", "exit"])
def test_what_a_mentor_answers_of_a_holder_is_no_change_of_posture(
    programme: Programme, scope: Scope, moment: str
) -> None:
    journey = asked_twice(programme, 3, 4)
    wave = make_wave(programme, moment, "mentor")
    journey.requests.filter(wave__moment=moment).update(wave=wave)
    assert board(scope).gains.pairs == []
