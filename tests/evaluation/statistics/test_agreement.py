"""How far raters agree: the intraclass correlation."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import Agreement, Reason, Undefined, absolute_agreement
from tests.evaluation.statistics.published import JUDGES

pytestmark = pytest.mark.any_database

Scores = list[list[float]]
tables = st.tuples(st.integers(2, 7), st.integers(2, 5)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(1, 8), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def agreed(scores: Scores) -> Agreement:
    found = absolute_agreement(scores)
    assert isinstance(found, Agreement)
    return found


def variances(scores: Scores) -> tuple[float, float, float]:
    """Mean squares of things, of raters and of what is left, sum by sum."""
    n, k = len(scores), len(scores[0])
    mean = sum(map(sum, scores)) / (n * k)
    things = [sum(row) / k for row in scores]
    raters = [sum(row[j] for row in scores) / n for j in range(k)]
    of_things = k * sum((thing - mean) ** 2 for thing in things) / (n - 1)
    of_raters = n * sum((rater - mean) ** 2 for rater in raters) / (k - 1)
    left = sum((scores[i][j] - things[i] - raters[j] + mean) ** 2 for i, j in product(range(n), range(k)))
    return of_things, of_raters, left / ((n - 1) * (k - 1))


def test_agreement_of_shrout_and_fleiss() -> None:
    # Table 3 (mean squares) and table 4 (ICC(2,1)); bounds as psych::ICC and irr::icc give them for these data.
    assert variances(JUDGES) == pytest.approx((11.24, 32.49, 1.02), abs=0.005)
    found = agreed(JUDGES)
    assert (found.n, found.raters, round(found.value, 2)) == (6, 4, 0.29)
    assert (round(found.low, 3), round(found.high, 3)) == (0.019, 0.761)


@given(tables)
def test_agreement_is_the_share_of_variance_between_things(scores: Scores) -> None:
    found = absolute_agreement(scores)
    of_things, of_raters, left = variances(scores)
    if isinstance(found, Undefined):
        if found.reason == Reason.ALL_ALIKE:
            assert of_things == pytest.approx(0, abs=1e-12)
        else:
            assert (found.reason, found.value) == (Reason.PERFECT, 1.0)
            assert all(len(set(row)) == 1 for row in scores)
        return
    n, k = len(scores), len(scores[0])
    # the components of variance of the random model, each estimated from the mean squares
    thing, rater = (of_things - left) / k, (of_raters - left) / n
    assert found.value == pytest.approx(thing / (thing + rater + left), abs=1e-9)
    assert found.low <= found.value <= found.high <= 1


@given(tables, st.randoms(use_true_random=False))
def test_agreement_knows_no_order_of_things_or_raters(scores: Scores, random: object) -> None:
    shuffled = [list(reversed(row)) for row in reversed(scores)]
    found, other = absolute_agreement(scores), absolute_agreement([[3 * v - 2 for v in row] for row in shuffled])
    if isinstance(found, Agreement) and isinstance(other, Agreement):
        assert (found.value, found.low, found.high) == pytest.approx((other.value, other.low, other.high), abs=1e-9)
    else:
        assert found == other


def test_a_rater_always_a_point_above_lowers_absolute_agreement() -> None:
    together = agreed([[1, 1, 2], [4, 4, 4], [6, 7, 6], [8, 8, 8]])
    above = agreed([[1, 2, 2], [4, 5, 4], [6, 8, 6], [8, 9, 8]])
    assert above.value < together.value
    assert 0.9 < agreed([[1, 2], [4, 5], [7, 8]]).value < 1  # nothing left but the raters


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_the_interval_holds_the_true_agreement_in_95_of_100(share: float) -> None:
    random = np.random.default_rng(6)
    held = 0
    for _time in range(600):
        things = random.normal(0, share**0.5, (15, 1))
        raters = random.normal(0, ((1 - share) / 2) ** 0.5, (1, 5))
        found = agreed((things + raters + random.normal(0, ((1 - share) / 2) ** 0.5, (15, 5))).tolist())
        held += found.low <= share <= found.high
    assert 0.92 <= held / 600 <= 0.98


def test_a_negative_estimate_lies_between_its_bounds() -> None:
    found = agreed([[6, 4, 2], [3, 6, 2]])
    assert found.low < found.value < 0 < found.high


def test_what_a_rater_left_out_is_dropped_and_counted() -> None:
    found = agreed([*JUDGES, [1, None, 3, 4]])
    assert (found.value, found.n, found.dropped) == (agreed(JUDGES).value, 6, 1)


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ([], Undefined(Reason.NOBODY)),
        ([[None, 1]], Undefined(Reason.NOBODY)),
        ([[3, 4]], Undefined(Reason.ONE, 1)),
        ([[3], [4]], Undefined(Reason.ONE_RATER, 2)),
        ([[3, 3], [3, 3]], Undefined(Reason.ALL_ALIKE, 2)),
        ([[1, 2], [2, 1]], Undefined(Reason.ALL_ALIKE, 2)),
        ([[1, 2], [1, 2]], Undefined(Reason.ALL_ALIKE, 2)),
        ([[0.1, 0.1], [0.7, 0.7]], Undefined(Reason.PERFECT, 2, 1.0)),
    ],
)
def test_agreement_that_is_not_defined_has_its_reason(scores: list[list[float | None]], why: Undefined) -> None:
    assert absolute_agreement(scores) == why
