"""Figures released one after the other give no small group away by subtraction."""

from collections import Counter
from itertools import product
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import optimize

from evaluation.statistics.differencing import (
    Cell,
    Ledger,
    Rule,
    apart,
    dominated,
    exposed_groups,
    isolated,
    may_release,
    too_close,
)
from evaluation.statistics.protection import Table, exposed

pytestmark = pytest.mark.any_database
SCOPES = st.one_of(
    st.sets(st.integers(0, 15), min_size=1),
    st.tuples(st.integers(0, 15), st.integers(1, 16)).map(lambda days: set(range(days[0], days[0] + days[1]))),
)
"""Any people, or those of a period: the ones whose number lies between two days."""


def counted(people: set[int], value: int = 1) -> dict[int, int]:
    return dict.fromkeys(people, value)


def found_by_subtraction(released: list[set[int]], smallest: int) -> set[frozenset[int]]:
    """Brute force: every sum and difference of released figures that counts a small group, each of it alike."""
    found = set()
    everybody = sorted(set().union(*released))
    for signs in product((-1, 0, 1), repeat=len(released)):
        counts = {p: sum(sign for sign, one in zip(signs, released, strict=True) if p in one) for p in everybody}
        group = {person: count for person, count in counts.items() if count}
        if 0 < len(group) < smallest and len(set(group.values())) == 1:
            found.add(frozenset(group))
    return found


@settings(max_examples=80, deadline=None)
@given(st.lists(SCOPES, min_size=2, max_size=6), st.integers(3, 5))
@example([set(range(10)), set(range(12))], 5)
@example([set(range(8)), set(range(8, 16)), set(range(14))], 5)
@example([set(range(6)), set(range(6, 12)), set(range(14)), set(range(12, 16)) | set(range(5))], 4)
def test_releases_in_any_order_pass_or_are_refused_and_no_attacker_finds_few(
    scopes: list[set[int]], smallest: int
) -> None:
    for order in (scopes, scopes[::-1]):
        released: list[set[int]] = []
        for scope in order:
            if may_release(counted(scope), [counted(one) for one in released], smallest):
                released.append(scope)
        if released:
            assert found_by_subtraction(released, smallest) == set()


def test_a_longer_period_and_a_part_of_the_whole_are_refused() -> None:
    whole = counted(set(range(20)))
    assert too_close(counted(set(range(22))), [whole], 5) == (0, 2)
    assert not may_release(counted(set(range(17))), [whole], 5)
    assert may_release(counted(set(range(15))), [whole], 5)
    assert may_release(whole, [whole], 5)


def test_a_figure_after_a_correction_of_two_is_refused() -> None:
    before = counted(set(range(20)), 60)
    after = before | {3: 90, 4: 0}
    assert apart(before, after) == 2
    assert too_close(after, [before], 5) == (0, 2)


def test_three_figures_that_two_by_two_tell_nothing_are_refused_together() -> None:
    parts = [counted(set(range(10))), counted(set(range(10, 20)))]
    whole = counted(set(range(22)))
    assert too_close(whole, parts, 5) is None
    assert isolated([*parts, whole], 5) == 2
    assert not may_release(whole, parts, 5)


PEOPLE = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 3)), min_size=6, max_size=24)
"""Each with a programme, a commune, and the quarter in which she began."""


def cells_of(people: list[tuple[int, int, int]], until: int, programme: int | None) -> list[Cell]:
    """A publication: its whole, by programme and by commune, until a quarter, of all or of one programme."""
    meant = {
        i: one for i, one in enumerate(people) if one[2] <= until and (programme is None or one[0] == programme)
    }  # fmt: skip
    made = [("", set(meant))]
    made += [(f"programme {n}", {i for i, one in meant.items() if one[0] == n}) for n in range(3)]
    made += [(f"commune {n}", {i for i, one in meant.items() if one[1] == n}) for n in range(3)]
    return [Cell(f"{name} until {until} of {programme}", (frozenset(mine),)) for name, mine in made if mine]


def bounded(released: list[frozenset[int]], smallest: int) -> list[object]:
    """The small groups that another program, of the tables alone, bounds within the threshold."""
    groups = Counter(tuple(i in one for one in released) for i in set().union(*released))
    lines = [(("figure", n), tuple(group for group in groups if group[n])) for n in range(len(released))]
    table = Table({**{("figure", n): len(one) for n, one in enumerate(released)}, **groups}, lines)
    return exposed(table, set(groups), smallest, asked=[group for group, size in groups.items() if size < smallest])


@settings(max_examples=15, deadline=None)
@given(
    PEOPLE,
    st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(0, 2))), min_size=1, max_size=3),
    st.integers(3, 5),
)
@example([(0, 0, 0)] * 9 + [(1, 1, 0)] * 2, [(0, None)], 5)
@example([(0, 0, 0)] * 9 + [(1, 1, 1)] * 3, [(0, None), (1, None)], 5)
def test_no_publication_bounds_a_small_group_beside_those_before_it_in_whatever_order(
    people: list[tuple[int, int, int]], publications: list[tuple[int, int | None]], smallest: int
) -> None:
    ledger = Ledger([], Rule(smallest))
    for until, programme in publications:
        offered = cells_of(people, until, programme)
        kept, fewest = ledger.admit(offered)
        assert (len(kept) == len(offered)) == (fewest == 0) or not offered
        if ledger.known:
            assert bounded(ledger.known, smallest) == []
            assert found_by_subtraction([set(one) for one in ledger.known[:4]], smallest) == set()


def test_what_gives_a_hidden_part_away_is_hidden_with_it_the_smallest_first() -> None:
    whole, nine, eight, two = set(range(19)), set(range(9)), set(range(9, 17)), set(range(17, 19))
    ledger = Ledger([whole], Rule(5))
    offered = [Cell(name, (frozenset(one),)) for name, one in (("nine", nine), ("eight", eight))]
    assert ledger.admit(offered) == ({"nine"}, 2)
    assert exposed_groups([whole, nine, eight], Rule(5)) == [two]


def test_many_groups_are_looked_at_together_and_few_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables by place, by kind and by month over the same people: hundreds of groups of one or two."""
    asked: list[object] = []
    solve = optimize.linprog

    def counting(*args: object, **more: object) -> object:
        asked.append(args)
        return solve(*args, **more)

    monkeypatch.setattr(optimize, "linprog", counting)
    draw = Random(1)
    marks = [(draw.randrange(12), draw.randrange(6), draw.randrange(10)) for _person in range(600)]
    tables = [
        {person for person, mine in enumerate(marks) if mine[place] == value}
        for place, values in enumerate((12, 6, 10))
        for value in range(values)
    ]
    assert exposed_groups(tables, Rule(5)) == []
    assert len(set(marks)) > 300
    assert 0 < len(asked) < 60


def test_people_are_told_not_their_entries() -> None:
    """Two people with three entries each."""
    whole = {f"{person}/{kind}" for person in range(8) for kind in "abc"}
    ledger = Ledger([whole], Rule(5, lambda entry: str(entry).split("/")[0]))
    six = frozenset(entry for entry in whole if entry[0] not in "67")
    assert ledger.admit([Cell("six", (six,))]) == (set(), 2)


def test_an_amount_that_is_nearly_one_persons_is_told_apart() -> None:
    assert dominated([6000, 60, 60, 60, 60, 60]) and not dominated([900, 300, 60, 60])
    assert dominated([100, 100]) and not dominated([]) and not dominated([0, 0])
    minutes = dict.fromkeys(range(12), 60) | {0: 60000}
    rule = Rule(5, amount=lambda entry: minutes[entry])
    assert exposed_groups([set(range(12)), set(range(6, 12))], Rule(5)) == []
    assert exposed_groups([set(range(12)), set(range(6, 12))], rule) == [set(range(6))]
    assert rule.protects({0, 1, 2, 3, 4, 5, 6}) and not rule.protects({1, 2, 3, 4, 5, 6})
