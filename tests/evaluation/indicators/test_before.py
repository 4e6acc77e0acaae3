"""A figure beside itself a year before: counts by their difference, estimates never beyond their intervals."""

from datetime import date
from typing import Any

import pytest

from evaluation.queries.comparing.before import beside, named, year_before
from evaluation.queries.drawn_base import Figure
from evaluation.queries.measures import MEASURES
from evaluation.queries.scope import Scope

YEAR = Scope(organisation=1, since=date(2026, 1, 1), until=date(2026, 11, 23))
WHEN = "dans les mêmes mois de 2025"


def count(value: int, code: str = "people", **more: Any) -> Figure:
    return Figure(MEASURES[code], value, str(value), numerator=value, **more)


def share(top: int, n: int) -> Figure:
    return Figure(
        MEASURES["women"],
        100 * top / n,
        str(round(100 * top / n)),
        numerator=top,
        denominator=n,
        unit="%",
        low=1,
        high=2,
    )


def said(now: Figure, then: Figure) -> str:
    return beside(now, then, WHEN).replace("\u00a0", " ")


def test_the_same_days_of_the_year_before() -> None:
    then = year_before(YEAR)
    assert then is not None and (then.since, then.until) == (date(2025, 1, 1), date(2025, 11, 23))
    assert named(then) == WHEN
    assert year_before(YEAR.narrowed(since=None)) is None
    assert year_before(YEAR.narrowed(since=date(2024, 1, 1))) is None


def test_a_day_of_february_that_is_missing_is_the_last_one() -> None:
    then = year_before(YEAR.narrowed(since=date(2024, 2, 29), until=date(2024, 3, 31)))
    assert then is not None and then.since == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [
        (count(34), count(22), f"12 de plus que {WHEN} (22)"),
        (count(20), count(22), f"2 de moins que {WHEN} (22)"),
        (count(22), count(22), f"autant que {WHEN}"),
        (count(22), count(0), f"rien {WHEN}"),
        (count(0), count(0), f"rien non plus {WHEN}"),
        (count(1320, "hours"), Figure(MEASURES["hours"], 0, "0 h"), f"rien {WHEN}"),
        (count(600, "hours"), Figure(MEASURES["hours"], 90, "1 h 30"), f"8 h 30 de plus que {WHEN} (1 h 30)"),
        (share(30, 40), share(10, 40), f"plus haut que {WHEN} (25 %), au-delà du hasard"),
        (share(10, 40), share(30, 40), f"plus bas que {WHEN} (75 %), au-delà du hasard"),
        (share(12, 20), share(10, 20), f"50 % {WHEN} : pas d’évolution sûre, l’intervalle de l’écart contient zéro"),
        (share(4, 4), share(10, 40), f"25 % {WHEN} : trop peu pour comparer"),
        (count(22), Figure(MEASURES["people"], None, "–"), ""),
        (count(22, "communes"), count(12, "communes"), ""),
        (Figure(MEASURES["recommendation"], 20, "+20"), Figure(MEASURES["recommendation"], 10, "+10"), ""),
    ],
)
def test_no_more_is_said_than_is_known(now: Figure, then: Figure, words: str) -> None:
    assert said(now, then) == words
