"""Yes or no of the same people, before and after."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import McNemar, Reason, Undefined, mcnemar
from tests.evaluation.statistics.published import VECTORS

pytestmark = pytest.mark.any_database

counts = st.integers(0, 5)


def moved(gained: int, lost: int) -> McNemar:
    found = mcnemar(gained, lost)
    assert isinstance(found, McNemar)
    return found


def test_published_tables() -> None:
    first, second = VECTORS["mcnemar"]
    found = moved(first["b"], first["c"])
    assert (found.chi2, found.p_chi2) == pytest.approx((first["chi2_nocc"], first["p"]), rel=1e-7)
    found = moved(second["b"], second["c"])
    assert (found.chi2, found.p_chi2) == pytest.approx((second["chi2_nocc"], second["p"]), rel=1e-9)
    assert found.p_exact == pytest.approx(second["p_exact"], rel=1e-9)


def test_three_p_values_of_one_small_table() -> None:
    # Airways before and after a transplant: Fagerland, Lydersen & Laake (2013), table 1 and the results under it.
    found = moved(1, 7)
    assert (round(found.p_chi2, 3), round(found.p_exact, 3), round(found.p_mid, 3)) == (0.034, 0.070, 0.039)


@given(counts, counts)
def test_exact_and_mid_p_are_those_of_all_ways_to_change_written_out(gained: int, lost: int) -> None:
    changed = gained + lost
    if not changed:
        assert mcnemar(0, 0) == Undefined(Reason.NO_CHANGE, 0, 0.0)
        return
    ups = [sum(way) for way in product((0, 1), repeat=changed)]
    found = moved(gained, lost)
    far = sum(abs(2 * up - changed) >= abs(gained - lost) for up in ups) / len(ups)
    as_far = sum(abs(2 * up - changed) == abs(gained - lost) for up in ups) / len(ups)
    assert found.p_exact == pytest.approx(far, abs=1e-12)
    assert found.p_mid == pytest.approx(far - as_far / 2 if gained != lost else 1, abs=1e-12)


@given(st.integers(0, 500), st.integers(0, 500))
def test_gained_and_lost_are_alike_and_p_is_a_chance(gained: int, lost: int) -> None:
    there, back = mcnemar(gained, lost), mcnemar(lost, gained)
    if isinstance(there, McNemar) and isinstance(back, McNemar):
        assert (there.p_exact, there.p_mid, there.chi2) == (back.p_exact, back.p_mid, back.chi2)
        assert 0 <= there.p_mid <= there.p_exact <= 1


def test_a_number_of_answers_is_never_negative() -> None:
    with pytest.raises(ValueError, match="never negative"):
        mcnemar(3, -1)
