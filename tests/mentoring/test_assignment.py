"""The best pairs for everybody: proven against every possible answer on small tables."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.queries.matching import scale
from mentoring.queries.matching.assignment import NOBODY, assign, prices, total

Table = tuple[np.ndarray, np.ndarray, np.ndarray]


def a_table(seed: int) -> Table:
    """Up to 5 people × 4 mentors, with ties, full mentors, pairs that may not be."""
    dice = np.random.default_rng(seed)
    people, mentors = int(dice.integers(1, 6)), int(dice.integers(1, 5))
    scores = dice.integers(0, (4, 1001)[seed % 2], (people, mentors))
    return scores, dice.integers(0, 4, mentors), dice.random((people, mentors)) < dice.uniform(0.2, 1)


def best_by_trying_all(table: Table, imposed: dict[int, int] | None = None) -> tuple[int, int]:
    """(people, points) of the best of every possible answer; (-1, 0) when there is none."""
    scores, places, allowed = table
    best = (-1, 0)
    for answer in product(range(-1, scores.shape[1]), repeat=scores.shape[0]):
        pairs = [(row, column) for row, column in enumerate(answer) if column >= 0]
        if any(answer[row] != column for row, column in (imposed or {}).items()):
            continue
        if all(allowed[pair] for pair in pairs):
            used = np.bincount([column for _, column in pairs], minlength=scores.shape[1])
            if (used <= places).all():
                best = max(best, (len(pairs), int(sum(scores[pair] for pair in pairs))))
    return best


def check(table: Table, chosen: np.ndarray) -> None:
    """No mentor over her places, no pair that may not be."""
    _scores, places, allowed = table
    matched = np.flatnonzero(chosen != NOBODY)
    assert allowed[matched, chosen[matched]].all()
    assert (np.bincount(chosen[matched], minlength=places.size) <= places).all()


def test_the_answer_is_the_best_of_every_possible_one_on_200_small_tables() -> None:
    for seed in range(200):
        table = a_table(seed)
        chosen = assign(*table)
        check(table, chosen)
        assert total(table[0], chosen) == best_by_trying_all(table), seed


def test_answers_that_are_as_good_spread_people_over_the_mentors() -> None:
    """Five people, three mentors of four places, the same points everywhere but one: 2, 2 and 1, none all for one."""
    scores = np.full((5, 3), 70)
    scores[0, 1] = 71
    chosen = assign(scores, np.array([4, 4, 4]), np.ones((5, 3), dtype=bool))
    assert chosen[0] == 1
    assert sorted(np.bincount(chosen, minlength=3)) == [1, 2, 2]


def test_what_a_choice_costs_is_the_difference_between_two_best_answers() -> None:
    costly = 0
    for seed in range(60):
        table = a_table(seed)
        people, points = best_by_trying_all(table)
        priced = prices(*table, assign(*table))
        assert priced is not None
        for row, column in np.ndindex(table[0].shape):
            fewer, less = best_by_trying_all(table, {row: column})
            price = int(priced.people[row, column]), int(priced.points[row, column])
            assert price == ((people - fewer, points - less) if fewer >= 0 else (NOBODY, 0)), (seed, row, column)
            costly += price > (0, 0)
    assert costly > 100


def test_a_pair_that_is_kept_stays_and_the_rest_is_the_best_around_it() -> None:
    kept_pairs = 0
    for seed in range(120):
        table = a_table(seed)
        scores, places, allowed = table
        for row, column in np.argwhere(allowed & (places > 0))[:3].tolist():
            chosen = assign(*table, kept={row: column})
            check(table, chosen)
            assert chosen[row] == column
            assert total(scores, chosen) == best_by_trying_all(table, {row: column})
            kept_pairs += 1
    assert kept_pairs > 150


def test_more_kept_pairs_than_places_are_refused() -> None:
    scores, allowed = np.ones((2, 1), dtype=np.int64), np.ones((2, 1), dtype=bool)
    with pytest.raises(ValueError, match="more pairs"):
        assign(scores, np.array([1]), allowed, kept={0: 0, 1: 0})


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_the_same_table_always_gives_the_same_answer(seed: int) -> None:
    table = a_table(seed)
    assert assign(*table).tolist() == assign(*(part.copy() for part in table)).tolist()


@pytest.mark.skipif(not scale.is_there(), reason="the optional extra [scale] (OR-tools) is not installed")
def test_the_flow_matches_as_many_and_as_well_and_widens_until_nobody_is_left_out() -> None:
    for seed in range(200):
        table = a_table(seed)
        scores, places, allowed = table
        whole = scale.flow(scores, places, allowed, best=9)
        check(table, whole)
        assert total(scores, whole) == best_by_trying_all(table)
        narrow = scale.flow(scores, places, allowed, best=1)
        check(table, narrow)
        assert total(scores, narrow)[0] == total(scores, whole)[0]


def test_a_place_left_for_an_imposed_pair_goes_to_whoever_gains_by_it() -> None:
    table = np.array([[1000, 10, 0], [950, 0, 900]]), np.ones(3, dtype=np.int64), np.array([[1, 1, 0], [1, 0, 1]], bool)
    chosen = assign(*table)
    priced = prices(*table, chosen)
    assert priced is not None
    people, points = best_by_trying_all(table)
    fewer, less = best_by_trying_all(table, {0: 1})
    assert (chosen.tolist(), priced.points[0, 1]) == ([0, 2], 940)
    assert (people - fewer, points - less) == (0, 940)
