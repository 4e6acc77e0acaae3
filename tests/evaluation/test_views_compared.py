"""Progress beyond the noise of the questionnaire, and how far mentors see what holders see: worked out apart."""

import random
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from backend.accounts.models import User
from backend.lib import clock
from evaluation.models import Request, Wave
from evaluation.queries import words
from evaluation.queries.exports import lines_of
from evaluation.queries.figures import board, figure
from evaluation.queries.lines import row_set
from evaluation.queries.scope import Scope
from evaluation.statistics import Reason, Undefined, absolute_agreement
from journeys.models import Journey, Programme
from tests.factories.evaluation import make_answered, make_wave
from tests.factories.journeys import make_journey
from tests.factories.voices import answer_voice

pytestmark = pytest.mark.django_db
CODES = [f"EC{area}{place}" for area in (1, 2, 3) for place in range(1, 6)]


def opened(programme: Programme) -> Journey:
    return make_journey(programme.organisation, programme=programme, started_on=clock.today() - timedelta(days=90))


def twenty(programme: Programme) -> list[tuple[list[int], int]]:
    """(answers at the start, points more at exit) of 24 people: eight answer again."""
    dice, made = random.Random(5), []
    for number in range(24):
        level = dice.gauss(4, 1)
        given = [max(1, min(7, round(dice.gauss(level, 1)))) for _code in CODES]
        made.append((given, (1, 0, 1, -1, 0, 1, 1, 0)[number] if number < 8 else 9))
    for number, (given, more) in enumerate(made):
        journey = opened(programme)
        make_answered(journey, "start", dict(zip(CODES, given, strict=True)))
        if number < 8:
            after = [max(1, min(8, point + more)) for point in given]
            make_answered(journey, "exit", dict(zip(CODES, after, strict=True)))
    return made


def test_reliable_progress_is_a_rise_beyond_the_noise_of_all_sentences(programme: Programme, scope: Scope) -> None:
    made = twenty(programme)
    table = np.array([given for given, _more in made], dtype=float)
    alpha = 15 / 14 * (1 - table.var(axis=0, ddof=1).sum() / table.sum(axis=1).var(ddof=1))
    noise = 1.959964 * np.sqrt(2) * table.mean(axis=1).std(ddof=1) * np.sqrt(1 - alpha)
    rises = [np.mean([max(1, min(8, p + more)) - p for p in given]) for given, more in made[:8]]
    up, down = sum(rise > noise for rise in rises), sum(rise < -noise for rise in rises)
    assert 0 < up < 8 and down
    found = figure("reliable", scope)
    assert (found.numerator, found.denominator, found.unit) == (up, 8, "%")
    assert found.note == f"{up} sur 8, {down} a reculé au-delà du bruit"
    lines = [line.value for line in lines_of(row_set("reliable", scope))]
    assert sorted(value for value in lines if value is not None) == [0] * (8 - up) + [1] * up
    published = next(one for one in board(scope.narrowed(is_published=True)).figures if one.code == "reliable")
    assert published.is_hidden  # fewer than five on a side


def test_nothing_reliable_is_told_before_the_noise_is_known(programme: Programme, scope: Scope) -> None:
    assert figure("reliable", scope).note == "renseigné pour personne"
    journey = opened(programme)
    make_answered(journey, "start", 3)
    make_answered(journey, "exit", 6)
    found = figure("reliable", scope)
    assert (found.value, found.denominator) == (None, 1)
    assert found.note == words.reason(Undefined(Reason.TOO_FEW))
    assert [line.value for line in lines_of(row_set("reliable", scope))] == [None]


# --- Holder and mentor --------------------------------------------------------------------------------
def see(wave: Wave, journey: Journey, person: User, points: int, at: datetime | None = None) -> Request:
    sent_at = at or clock.now()
    asked = Request.objects.create(
        wave=wave, version=wave.questionnaire.versions.get(), journey=journey, respondent=person, sent_at=sent_at,
        expires_at=sent_at + clock.days(30),
    )  # fmt: skip
    return answer_voice(asked, dict.fromkeys(CODES, points), sent_at)


@pytest.fixture
def waves(programme: Programme) -> dict[str, Wave]:
    return {role: make_wave(programme, "mid", role) for role in ("holder", "mentor")}


def both(waves: dict[str, Wave], programme: Programme, mentor: User, *points: tuple[int, int], **more: Any) -> None:
    for hers, his in points:
        journey = opened(programme)
        see(waves["holder"], journey, journey.holder.user, hers, **more)
        see(waves["mentor"], journey, mentor, his)


SEEN = ((2, 3), (4, 4), (3, 5), (6, 6), (5, 7))


def test_agreement_is_that_of_holders_and_mentors_of_the_same_journeys(
    programme: Programme, scope: Scope, waves: dict[str, Wave], mentor: User, django_assert_max_num_queries: Any
) -> None:
    both(waves, programme, mentor, *SEEN[:4])
    assert figure("agreement", scope).value is None  # of four journeys nothing is concluded
    both(waves, programme, mentor, SEEN[4])
    with django_assert_max_num_queries(3):
        found = figure("agreement", scope)
    expected = absolute_agreement([(float(hers), float(his)) for hers, his in SEEN])
    assert (found.value, found.low, found.high) == pytest.approx(
        (getattr(expected, "value", 0), getattr(expected, "low", 0), getattr(expected, "high", 0))
    )
    assert (found.denominator, found.note) == (
        5, "sur 5 parcours où les deux ont répondu\u00a0; en moyenne les mentors donnent +1,0 point"
    )  # fmt: skip
    assert sorted(line.value or 0 for line in lines_of(row_set("agreement", scope))) == [0, 0, 1, 2, 2]


def test_sheets_more_than_sixty_days_apart_are_not_compared(
    programme: Programme, scope: Scope, waves: dict[str, Wave], mentor: User
) -> None:
    both(waves, programme, mentor, *SEEN, at=clock.now() - timedelta(days=61))
    assert figure("agreement", scope).denominator == 0
    both(waves, programme, mentor, *SEEN, at=clock.now() - timedelta(days=59))
    assert figure("agreement", scope).denominator == 5


def test_a_journey_counts_once_by_the_latest_of_its_mentor_and_nothing_said_in_confidence(
    programme: Programme, scope: Scope, waves: dict[str, Wave], mentor: User
) -> None:
    journey = opened(programme)
    see(waves["holder"], journey, journey.holder.user, 4)
    see(waves["mentor"], journey, mentor, 2, at=clock.now() - timedelta(days=9))
    see(make_wave(programme, "exit", "mentor"), journey, mentor, 6, at=clock.now() - timedelta(days=2))
    assert [line.value for line in lines_of(row_set("agreement", scope))] == [2]
    Wave.objects.filter(audience="mentor").update(mode="confidential")
    assert list(lines_of(row_set("agreement", scope))) == []
    assert figure("agreement", scope).denominator == 0
