"""What is asked depends on earlier answers and on facts of the journey."""

from typing import Any

import pytest

from evaluation.queries.relevance import holds, is_well_formed, named

ANSWERS = {"Q1": 3, "Q2": ("A", "B"), "Q3": ("A",), "Q4": None, "Q5": "2026-01-02", "Q6": "mots"}
FACTS = {"phase": "creation", "qpv": "inside", "commune": None}


def q(code: str, verb: str, *than: Any) -> dict[str, Any]:
    return {"item": code, "is": verb, **({"than": than[0]} if than else {})}


TABLE: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    (q("Q1", "eq", 3), True),
    (q("Q1", "ne", 3), False),
    (q("Q1", "lt", 4), True),
    (q("Q1", "le", 3), True),
    (q("Q1", "gt", 3), False),
    (q("Q1", "ge", 3), True),
    (q("Q1", "in", [1, 2]), False),
    (q("Q2", "has", "B"), True),
    (q("Q2", "has", "C"), False),
    (q("Q3", "eq", "A"), True),
    (q("Q3", "in", ["A", "C"]), True),
    (q("Q5", "ge", "2026-01-02"), True),
    (q("Q6", "lt", 4), False),
    (q("Q4", "ne", 1), False),
    (q("Q4", "answered"), False),
    (q("Q4", "unanswered"), True),
    (q("Q9", "eq", 1), False),
    (q("Q9", "unanswered"), True),
    ({"fact": "phase", "is": "in", "than": ["creation"]}, True),
    ({"fact": "commune", "is": "ne", "than": "44109"}, False),
    ({"all": [q("Q1", "eq", 3), q("Q4", "answered")]}, False),
    ({"any": [q("Q1", "eq", 3), q("Q4", "answered")]}, True),
    ({"not": q("Q1", "eq", 3)}, False),
]
MALFORMED: list[Any] = [
    None,
    [],
    {"all": []},
    {"all": [{}]},
    {"not": {}},
    {"item": "Q1"},
    {"item": "Q1", "is": "like", "than": 1},
    {"item": "Q1", "is": "eq"},
    {"item": "Q1", "is": "in", "than": 3},
    {"item": "Q1", "is": "answered", "than": 3},
    {"item": "Q1", "fact": "phase", "is": "eq", "than": 1},
    {"fact": "password", "is": "eq", "than": 1},
    {"item": 3, "is": "answered"},
    {"all": [{"all": [{"all": [{"all": [{"all": [{"all": [{"all": [q("Q1", "answered")]}]}]}]}]}]}]},
]


@pytest.mark.parametrize(("condition", "is_asked"), TABLE)
def test_a_condition_holds_or_not(condition: dict[str, Any], is_asked: bool) -> None:
    assert is_well_formed(condition)
    assert holds(condition, ANSWERS, FACTS) is is_asked


@pytest.mark.parametrize("condition", MALFORMED)
def test_another_shape_is_no_condition(condition: Any) -> None:
    assert not is_well_formed(condition)


def test_the_items_a_condition_depends_on_are_named() -> None:
    condition = {"all": [q("Q1", "eq", 1), {"not": {"any": [q("Q2", "answered"), {"fact": "qpv", "is": "answered"}]}}]}
    assert list(named(condition)) == ["Q1", "Q2"]
