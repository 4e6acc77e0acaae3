"""What linear programming tells of hidden cells, and that protection leaves it too little."""

from math import inf

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import optimize

from evaluation.statistics.protection import TOTAL, Table, bounds, exposed, grid, listed, protect

pytestmark = pytest.mark.any_database
PEOPLE = st.sampled_from([0, 0, 1, 2, 4, 5, 6, 9, 16, 40])


def attacked(table: Table, hidden: set[object]) -> dict[object, tuple[float, float]]:
    """The bounds of every hidden cell from one linear programme over the whole table, the shown being known."""
    keys = list(table.values)
    sums = np.array([[(key in parts) - (key == total) for key in keys] for total, parts in table.lines], dtype=float)
    held = [(0, None) if key in hidden else (table.values[key],) * 2 for key in keys]
    found = {}
    for key in hidden:
        both = []
        for sign in (1, -1):
            aim = [sign * float(one == key) for one in keys]
            made = optimize.linprog(aim, A_eq=sums, b_eq=np.zeros(len(table.lines)), bounds=held, method="highs")
            both.append(sign * made.fun if made.status == 0 else sign * -inf)
        found[key] = (both[0], both[1])
    return found


def nested(programmes: list[list[int]]) -> Table:
    """Programmes of an organisation, each with its neighbourhoods: parts of parts."""
    values: dict[object, int] = {("p", p): sum(parts) for p, parts in enumerate(programmes)}
    values |= {(p, i): count for p, parts in enumerate(programmes) for i, count in enumerate(parts)}
    lines = [(("p", p), tuple((p, i) for i in range(len(parts)))) for p, parts in enumerate(programmes)]
    every = tuple(("p", p) for p in range(len(programmes)))
    return Table({**values, TOTAL: sum(map(sum, programmes))}, [*lines, (TOTAL, every)])


TABLES = st.one_of(
    st.lists(PEOPLE, min_size=1, max_size=9).map(listed),
    st.lists(st.lists(PEOPLE, min_size=3, max_size=3), min_size=2, max_size=4).map(grid),
    st.lists(st.lists(PEOPLE, min_size=1, max_size=4), min_size=1, max_size=4).map(nested),
)


@settings(max_examples=50, deadline=None)
@given(TABLES, st.integers(3, 7))
@example(grid([[0, 0, 6], [0, 6, 0], [0, 0, 1]]), 5)
@example(grid([[15, 1, 0], [16, 0, 0], [9, 9, 9]]), 5)
@example(nested([[6, 0, 0], [1, 5, 9], [2]]), 5)
def test_no_hidden_cell_is_bounded_within_the_threshold(table: Table, smallest: int) -> None:
    hidden = protect(table, smallest)
    assert {key for key, count in table.values.items() if 0 < count < smallest} <= hidden
    for key, (low, high) in attacked(table, hidden).items():
        assert low - 1e-6 <= table.values[key] <= high + 1e-6
        assert high - low >= smallest - 1e-6 or not table.values[key], key


@settings(max_examples=25, deadline=None)
@given(TABLES)
def test_nothing_is_hidden_without_need(table: Table) -> None:
    hidden = protect(table, 5)
    must = {key for key, count in table.values.items() if 0 < count < 5}
    assert hidden == set() or must
    for key in hidden - must:
        assert exposed(table, hidden - {key}, 5), key


@settings(max_examples=25, deadline=None)
@given(TABLES, st.data())
def test_bounds_are_those_of_one_programme_over_the_whole_table(table: Table, data: st.DataObject) -> None:
    hidden = data.draw(st.sets(st.sampled_from(sorted(table.values, key=str))))
    found, expected = bounds(table, hidden), attacked(table, hidden)
    assert set(found) == set(expected)
    for key, both in found.items():
        assert both == pytest.approx(expected[key], abs=1e-6), key


def test_a_list_hides_the_next_smallest_and_keeps_its_total() -> None:
    assert protect(listed([20, 3, 9, 0, 6]), 5) == {1, 4}
    assert protect(listed([20, 9, 6]), 5) == set()
    assert protect(listed([3]), 5) == {0, TOTAL}
    assert bounds(listed([20, 3, 9]), {1}) == {1: (3, 3)}
    assert bounds(listed([20, 3, 9]), {1, 2}) == {1: (0, 12), 2: (0, 12)}


def test_a_cell_that_totals_bound_to_a_few_is_not_protected_by_another_hidden_one() -> None:
    """Two hidden cells of a row that are four people together: neither is known, both are at most four."""
    table = grid([[2, 2, 30], [9, 9, 30]])
    assert set(exposed(table, {(0, 0), (0, 1), (1, 0), (1, 1)}, 5)) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert exposed(table, protect(table, 5), 5) == []


def test_what_is_told_elsewhere_stays_and_the_rest_goes_where_the_rule_cannot_hold() -> None:
    table = listed([3, 1])
    assert protect(table, 5, fixed={TOTAL}) == {0, 1}
    assert set(exposed(table, {0, 1}, 5)) == {0, 1}
    fixed = {("row", 0), ("row", 1), ("column", 0), ("column", 1), TOTAL}
    table = grid([[0, 6], [6, 1]])
    assert protect(table, 5, fixed=fixed) == {(0, 0), (0, 1), (1, 0), (1, 1)}
