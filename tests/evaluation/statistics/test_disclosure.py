"""Which cells are hidden, and what somebody could still work out of them."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import optimize

from evaluation.statistics import differ_by_few, hide_in_list, hide_in_table
from tests.evaluation.statistics.published import VECTORS

pytestmark = pytest.mark.any_database

CASE = VECTORS["suppression"][0]


def what_can_be_worked_out(
    table: list[list[int]], hidden: set[tuple[int, int]]
) -> dict[tuple[int, int], tuple[float, float]]:
    """The least and the most that each hidden cell can be, from the totals: linear programming."""
    cells = sorted(hidden)
    lines = [{(r, c) for c in range(len(table[0]))} for r in range(len(table))]
    lines += [{(r, c) for r in range(len(table))} for c in range(len(table[0]))]
    sums = np.array([[float(cell in line) for cell in cells] for line in lines])
    left = np.array([sum(table[r][c] for r, c in line & hidden) for line in lines], dtype=float)
    found = {}
    for i, cell in enumerate(cells):
        aim = np.eye(len(cells))[i]
        least, most = (optimize.linprog(sign * aim, A_eq=sums, b_eq=left).fun * sign for sign in (1, -1))
        found[cell] = least, most
    return found


def test_small_cells_are_hidden_with_what_would_give_them_away() -> None:
    hidden = hide_in_table(CASE["table"], CASE["k"])
    assert hidden == {tuple(cell) for cell in CASE["min_sum_pattern"]}
    assert sum(CASE["table"][r][c] for r, c in hidden) == CASE["sum"]


def test_what_is_hidden_can_only_be_worked_out_roughly() -> None:
    expected = {tuple(map(int, cell.split(","))): tuple(bounds) for cell, bounds in CASE["lp_intervals"].items()}
    found = what_can_be_worked_out(CASE["table"], hide_in_table(CASE["table"], CASE["k"]))
    assert set(found) == set(expected)
    for cell, bounds in found.items():
        assert bounds == pytest.approx(expected[cell], abs=1e-6)


@settings(max_examples=25)
@given(st.lists(st.lists(st.sampled_from([0, 0, 1, 3, 6, 9, 20]), min_size=3, max_size=3), min_size=3, max_size=3))
@example([[0, 0, 6], [0, 6, 0], [0, 0, 1]])
def test_no_hidden_cell_is_worked_out_unless_the_totals_alone_tell_it(table: list[list[int]]) -> None:
    hidden = hide_in_table(table)
    assert {(r, c) for r, row in enumerate(table) for c, count in enumerate(row) if 0 < count < 5} <= hidden
    from_totals = what_can_be_worked_out(table, {(r, c) for r in range(3) for c in range(3)}) if hidden else {}
    for (r, c), (least, most) in what_can_be_worked_out(table, hidden).items():
        told = from_totals[r, c][1] - from_totals[r, c][0] < 0.5
        assert least - 1e-6 <= table[r][c] <= most + 1e-6
        assert most - least > 0.5 or told or not table[r][c]


def test_a_small_cell_alone_among_empty_ones_takes_empty_ones_with_it() -> None:
    assert hide_in_table([[3, 0], [0, 20]]) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert hide_in_table([[8, 9], [12, 20]]) == set()
    assert hide_in_table([]) == hide_in_table([[]]) == set()


def test_two_small_cells_that_one_bridge_joins_are_each_led_around() -> None:
    # each line of this table would have two hidden cells, and yet the middle one could be subtracted
    table = [[0, 8, 8, 30], [0, 12, 3, 2], [30, 0, 6, 0]]
    assert hide_in_table(table) == {(0, 2), (0, 3), (1, 2), (1, 3)}


def test_a_small_group_takes_the_next_smallest_with_it() -> None:
    assert hide_in_list([20, 3, 9, 0, 6]) == {1, 4}
    assert hide_in_list([20, 1, 2, 9]) == {1, 2, 3}
    assert hide_in_list([4, 4, 20]) == {0, 1}
    assert hide_in_list([9, 0, 12]) == set()
    assert hide_in_list([]) == set()


@given(st.lists(st.integers(0, 30), max_size=24))
def test_nobody_is_found_by_subtraction(people: list[int]) -> None:
    hidden = hide_in_list(people)
    shown = [count for i, count in enumerate(people) if i not in hidden]
    assert not any(0 < count < 5 for count in shown)
    left_over = sum(people) - sum(shown)
    assert left_over == 0 or left_over >= 5 or not any(count >= 5 for count in people)


@pytest.mark.parametrize(
    ("table", "is_close"),
    [
        ([[7, 1], [0, 17]], True),  # the first column is the first row but one
        ([[1, 7], [17, 0]], True),  # … or all but the first row
        ([[7, 5], [0, 17]], False),
        ([[6, 0], [0, 9]], False),  # the same groups twice: nobody between them
        ([[3, 3], [3, 3]], False),
        ([[5, 1, 0], [6, 0, 1], [0, 9, 9]], True),  # the first two rows together, and the first column
        ([[25]], False),
    ],
)
def test_groups_of_two_kinds_that_a_few_people_keep_apart_are_found(table: list[list[int]], is_close: bool) -> None:
    assert differ_by_few(table) is is_close
    assert differ_by_few([list(row) for row in zip(*table, strict=True)]) is is_close
