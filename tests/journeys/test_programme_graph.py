"""What waits for what: whatever leads do to a draft, it never waits for itself; and the drawing says what there is."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Organisation
from backend.lib.refusal import Refused
from backend.web.graph import Node, draw_graph, layers_of, lines_of
from journeys import actions
from journeys.queries.versions import after_codes, steps_of
from tests.factories.journeys import make_programme

PICK = st.integers(0, 7)
ACTS = st.one_of(
    st.tuples(st.just("add"), st.lists(PICK, max_size=3)),
    st.tuples(st.just("wait"), PICK, st.lists(PICK, max_size=3)),
    st.tuples(st.just("remove"), PICK),
    st.tuples(st.just("move"), PICK, PICK),
)


def runs_one_way(after: dict[str, tuple[str, ...]]) -> bool:
    """Taking away, again and again, what waits for nothing that is left: nothing must be left (Kahn)."""
    left = dict(after)
    while free := [code for code, before in left.items() if not set(before) & set(left)]:
        for code in free:
            del left[code]
    return not left


def do(draft: Any, act: Any) -> None:
    steps = steps_of(draft)
    codes = [step.code for step in steps]

    def named(picks: list[int]) -> list[str]:
        return [codes[pick % len(codes)] for pick in picks] if codes else []

    if act[0] == "add":
        actions.add_programme_step(draft, kind="milestone", title_fr="Étape", after=named(act[1]), by=None)
    elif not steps:
        return
    elif act[0] == "wait":
        actions.update_programme_step(steps[act[1] % len(steps)], after=named(act[2]), by=None)
    elif act[0] == "remove":
        actions.remove_programme_step(steps[act[1] % len(steps)], by=None)
    else:
        actions.move_programme_step(steps[act[1] % len(steps)], place=act[2] % len(steps) + 1, by=None)


@pytest.mark.any_database
@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=1, max_size=12))
def test_any_sequence_of_edits_leaves_a_draft_that_runs_one_way_or_is_refused_and_changes_nothing(
    organisation: Organisation, acts: list[Any]
) -> None:
    draft = actions.start_draft(make_programme(organisation), by=None)
    for act in acts:
        was = {step.code: after_codes(step) for step in steps_of(draft)}
        try:
            do(draft, act)
        except Refused:
            assert {step.code: after_codes(step) for step in steps_of(draft)} == was
        steps = steps_of(draft)
        after = {step.code: after_codes(step) for step in steps}
        assert runs_one_way(after)
        assert all(set(before) <= set(after) for before in after.values())
        if len(was) != len(steps) or act[0] == "move":
            assert sorted(step.position for step in steps) == [step.position for step in steps]
            assert len({step.position for step in steps}) == len(steps)


def test_each_box_stands_after_all_it_waits_for() -> None:
    nodes = [
        Node("a", "A", "module"),
        Node("d", "D", "milestone", ("a", "c")),
        Node("c", "C", "immersion", ("b",)),
        Node("b", "B", "mentoring", ("a",)),
        Node("e", "E", "milestone", ("gone",)),
    ]
    assert layers_of(nodes) == {"a": 0, "b": 1, "c": 2, "d": 3, "e": 0}


def test_the_drawing_has_a_box_for_each_step_an_arrow_for_each_wait_and_its_words() -> None:
    nodes = [Node("a", "A <b>", "module"), Node("b", "B", "milestone", ("a",)), Node("c", "C", "immersion", ("a",))]
    drawn = draw_graph(nodes, title="Ce qui attend quoi", summary="Deux étapes attendent")
    assert (drawn.count('class="graph-box"'), drawn.count('class="graph-head"')) == (3, 2)
    assert "<title>Ce qui attend quoi</title><desc>Deux étapes attendent</desc>" in drawn
    assert "<title>A &lt;b&gt;</title>" in drawn and "style=" not in drawn


def test_long_titles_keep_to_two_lines() -> None:
    assert lines_of("Plan d’affaires validé") == ["Plan d’affaires", "validé"]
    long = lines_of("Une étape au titre vraiment très long qui ne tient pas")
    assert len(long) == 2 and long[1].endswith("…")
    assert all(len(line) <= 21 for line in lines_of("Anticonstitutionnellementparlant et plus"))
