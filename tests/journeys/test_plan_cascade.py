"""What moves when a step moves, reckoned on plain data: no table, no clock."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from journeys.queries.cascade import Line, Plan, breaches, compare, cycle_of, move, reaches, settle, window

START = date(2026, 1, 1)
STATES = ("planned", "scheduled", "in_progress", "done", "waived", "abandoned")


def on(days: int) -> date:
    return START + timedelta(days=days)


def line(code: str, low: int = 0, high: int = 30, *after: str) -> Line:
    return Line(code, code.capitalize(), "planned", low, high, on(low), on(high), after=frozenset(after))


def plan_of(*lines: Line, end: int = 365) -> Plan:
    """Every free line where its days put it."""
    bare = Plan(START, on(end), {one.code: one for one in lines})
    return settle(Plan(START, on(end)), bare)


CHAIN = plan_of(line("a"), line("b", 10, 60, "a"), line("c", 0, 20, "b"), line("apart", 0, 90))


def dues(plan: Plan) -> dict[str, int]:
    return {code: (one.due_on - START).days for code, one in plan.lines.items()}


def test_days_count_from_the_latest_of_what_comes_first() -> None:
    assert dues(CHAIN) == {"a": 30, "b": 90, "c": 110, "apart": 90}
    assert CHAIN.lines["b"].earliest_on == on(40)


def test_a_moved_step_takes_its_followers_along_and_nothing_else() -> None:
    moved = move(CHAIN, "a", on(10), on(40))
    assert dues(moved) == {"a": 40, "b": 100, "c": 120, "apart": 90}
    assert [(one.code, one.days) for one in compare(CHAIN, moved).shifts] == [("a", 10), ("b", 10), ("c", 10)]
    assert (moved.lines["a"].is_pinned, moved.lines["b"].is_pinned) == (True, False)


def test_a_step_waiting_for_two_moves_only_as_far_as_the_later_of_them() -> None:
    plan = plan_of(line("a"), line("long", 0, 50), line("both", 0, 10, "a", "long"))
    assert dues(move(plan, "a", on(0), on(45)))["both"] == 60
    assert dues(move(plan, "a", on(0), on(70)))["both"] == 80


def test_done_waived_and_pinned_steps_stay_and_are_named() -> None:
    over = replace(line("w", 0, 5, "a"), state="waived")
    done = replace(line("d", 0, 5, "a"), state="done", done_on=on(4))
    plan = CHAIN.put(replace(CHAIN.lines["b"], is_pinned=True), over, done)
    cascade = compare(plan, move(plan, "a", on(20), on(80)))
    assert [one.code for one in cascade.shifts] == ["a"]
    assert {(one.code, one.why) for one in cascade.stays} == {("b", "pinned"), ("w", "waived"), ("d", "done")}


def test_followers_of_a_done_step_count_from_the_day_it_was_done() -> None:
    plan = plan_of(Line("a", "A", "done", 0, 30, on(0), on(30), done_on=on(12)), line("b", 0, 10, "a"))
    assert dues(plan)["b"] == 22


def test_passing_a_limit_is_reported_once_it_is_passed_more_than_before() -> None:
    plan = plan_of(line("a"), line("b", 0, 60, "a"), end=92)
    cascade = compare(plan, move(plan, "a", on(5), on(35)))
    assert [(one.code, one.limit, one.days) for one in cascade.breaches] == [("a", "late", 5), ("b", "end", 3)]
    moved = move(plan, "a", on(5), on(35))
    assert compare(moved, move(moved, "a", on(5), on(35))).breaches == ()
    early = compare(plan, move(plan, "b", on(10), on(50))).breaches
    assert [(one.code, one.limit, one.days) for one in early] == [("b", "early", 20)]


def test_room_that_somebody_gave_is_kept() -> None:
    rested = CHAIN.put(*(replace(one, due_on=one.due_on + timedelta(14)) for one in CHAIN.lines.values()))
    assert dues(move(rested, "a", on(0), on(50))) == {"a": 50, "b": 110, "c": 130, "apart": 104}


def test_new_prerequisites_place_a_step_anew() -> None:
    waits = CHAIN.put(replace(CHAIN.lines["apart"], after=frozenset("c")))
    assert dues(settle(CHAIN, waits))["apart"] == 200


def test_a_ring_is_named_step_by_step() -> None:
    after = {"a": {"c"}, "b": {"a"}, "c": {"b"}, "d": set[str]()}
    ring = cycle_of(after)
    assert (len(ring), ring[0], set(ring)) == (4, ring[-1], {"a", "b", "c"})
    assert all(earlier in after[later] for later, earlier in pairwise(ring))
    assert cycle_of({"a": set(), "b": {"a"}}) == []
    assert (reaches(after, "b", "c"), reaches(after, "b", "d")) == (True, False)


# --- Whatever the plan ----------------------------------------------------------------------------
@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Up to nine steps; each may wait for some that stand before it."""
    lines: list[Line] = []
    for number in range(draw(st.integers(1, 9))):
        low = draw(st.integers(0, 40))
        high = low + draw(st.integers(0, 80))
        after = draw(st.sets(st.sampled_from([one.code for one in lines]), max_size=3)) if lines else set()
        state = draw(st.sampled_from(STATES))
        shift = draw(st.integers(-30, 30))
        lines.append(
            Line(
                *(f"s{number}", f"S{number}", state, low, high, on(low + shift), on(high + shift)),
                done_on=on(high + shift) if state == "done" else None,
                is_pinned=draw(st.booleans()),
                after=frozenset(after),
            )
        )
    return Plan(START, on(draw(st.integers(30, 400))), {one.code: one for one in lines})


moves = st.tuples(st.integers(0, 8), st.integers(-60, 120), st.integers(0, 60), st.booleans())


def moved_by(plan: Plan, asked: tuple[int, int, int, bool]) -> tuple[str, Plan]:
    number, days, length, holds = asked
    code = f"s{number % len(plan.lines)}"
    due = plan.lines[code].due_on + timedelta(days)
    return code, move(plan, code, due - timedelta(length), due, holds=holds)


@given(plans(), moves)
def test_the_same_move_twice_moves_nothing_more(plan: Plan, asked: tuple[int, int, int, bool]) -> None:
    code, once = moved_by(plan, asked)
    here = once.lines[code]
    assert move(once, code, here.earliest_on, here.due_on, holds=here.is_pinned) == once


@given(plans(), moves)
def test_moving_back_returns_every_date(plan: Plan, asked: tuple[int, int, int, bool]) -> None:
    code, once = moved_by(plan, asked)
    was = plan.lines[code]
    assert dues(move(once, code, was.earliest_on, was.due_on)) == dues(plan)


@given(plans(), moves)
def test_only_followers_move_and_what_is_over_or_pinned_stays(plan: Plan, asked: tuple[int, int, int, bool]) -> None:
    code, once = moved_by(plan, asked)
    for shift in compare(plan, once).shifts:
        assert shift.code == code or (plan.lines[shift.code].is_free and reaches(plan.after, shift.code, code))


@given(plans(), moves)
def test_every_limit_passed_anew_is_reported(plan: Plan, asked: tuple[int, int, int, bool]) -> None:
    _code, once = moved_by(plan, asked)
    named = {(one.code, one.limit): one.days for one in compare(plan, once).breaches}
    for code, one in once.lines.items():
        if not one.is_open:
            continue
        before = {(found.code, found.limit): found.days for found in breaches(plan)}
        first, last = window(once.anchor(code), one.min_days, one.max_days)
        for limit, days in (("late", (one.due_on - last).days), ("early", (first - one.earliest_on).days)):
            if days > max(0, before.get((code, limit), 0)):
                assert named[code, limit] == days


@given(plans())
def test_settling_a_settled_plan_changes_nothing(plan: Plan) -> None:
    settled = settle(Plan(START, plan.ends_on), plan)
    assert settle(settled, settled) == settled
