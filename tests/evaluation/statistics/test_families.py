"""Several tests at once."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluation.statistics import benjamini_hochberg, holm
from tests.evaluation.statistics.published import VECTORS

pytestmark = pytest.mark.any_database

CASE = VECTORS["holm"]
chances = st.lists(st.floats(0, 1), max_size=6)


def test_five_p_values() -> None:
    assert holm(CASE["p"]) == pytest.approx(CASE["holm"], abs=1e-12)
    assert benjamini_hochberg(CASE["p"]) == pytest.approx(CASE["bh"], abs=1e-12)


def test_fifteen_p_values_of_benjamini_and_hochberg() -> None:
    # Benjamini & Hochberg (1995), section 3.2: at 5 % their procedure rejects four, Holm's (as Bonferroni's) three.
    ps = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    assert [p <= 0.05 for p in benjamini_hochberg(ps)] == [True] * 4 + [False] * 11
    assert [p <= 0.05 for p in holm(ps)] == [True] * 3 + [False] * 12


@given(chances)
def test_holm_rejects_what_bonferroni_rejects_in_every_family_that_holds_it(ps: list[float]) -> None:
    # closed testing: the adjusted p is the greatest Bonferroni p over all families with this test in it
    for i, adjusted in enumerate(holm(ps)):
        families = [c for size in range(1, len(ps) + 1) for c in combinations(range(len(ps)), size) if i in c]
        greatest = max(min(1.0, len(c) * min(ps[j] for j in c)) for c in families)
        assert adjusted == pytest.approx(greatest, abs=1e-12)


@given(chances)
def test_benjamini_hochberg_is_scipys(ps: list[float]) -> None:
    expected = stats.false_discovery_control(ps).tolist() if ps else []
    assert benjamini_hochberg(ps) == pytest.approx(expected, abs=1e-12)


@given(chances)
def test_adjusting_keeps_the_order_and_lowers_nothing(ps: list[float]) -> None:
    for adjusted in (holm(ps), benjamini_hochberg(ps)):
        assert all(p <= a + 1e-12 <= 1 + 1e-12 for p, a in zip(ps, adjusted, strict=True))
        by_p = [a for _p, a in sorted(zip(ps, adjusted, strict=True))]
        assert by_p == sorted(by_p)
    assert all(b <= h + 1e-12 for b, h in zip(benjamini_hochberg(ps), holm(ps), strict=True))


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_what_is_no_chance_is_an_error(wrong: float) -> None:
    for adjust in (holm, benjamini_hochberg):
        with pytest.raises(ValueError, match="between 0 and 1"):
            adjust([0.5, wrong])
