"""The numbers of a publication that tell of a part of the people, each with its part and how it is taken out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from evaluation.queries.breakdown import COLUMNS, FIELDS
from evaluation.queries.publishing.behind import OF_MOTIVES, SURELY, mark_of
from evaluation.queries.publishing.content import LANGUAGES

CODES = {"people": "people", "gain": "posture", **{name: column.code for name, column in COLUMNS.items()}}
"""Column of a table by group → the measure of its figure."""


@dataclass(frozen=True)
class Shown:
    """A number that is about to be published; `block`: those that add up together. `hide` takes it out."""

    part: str
    block: str
    hide: Callable[[], None]


def shown_of(found: dict[str, Any], code: str) -> list[Shown]:
    """All numbers of this figure besides itself: groups, kinds and states of hours, milestones, motives."""
    made = [one for table in found["tables"] for one in _of_table(table, code)]
    if code == "hours":
        made += _of_hours(found)
    if code == "milestones":
        made += [
            Shown(f"title:{mark_of(line['key'])}", "milestones", partial(_hide_milestone, line))
            for line in found["milestones"] if not line["is_hidden"]
        ]  # fmt: skip
    return made


def _of_table(table: dict[str, Any], code: str) -> Iterator[Shown]:
    for name in (name for name, known in CODES.items() if known == code):
        ending = SURELY if name == "sure" else ""
        for line in table["lines"]:
            if name in line["cells"] and name not in line["hidden"]:
                yield Shown(f"{table['code']}:{line['key']}{ending}", table["code"], partial(hide_cell, line, name))


def _of_hours(found: dict[str, Any]) -> list[Shown]:
    hours = found["hours"]
    if not hours:
        return []
    made = []
    for kind, states in hours["kinds"].items():
        for state, minutes in states.items():
            if minutes is not None:
                part = f"kind:{kind}" if state == "total" else f"cell:{kind}/{state}"
                made.append(Shown(part, "hours", partial(states.update, {state: None})))
    made += [
        Shown(f"state:{state}", "hours", partial(hours["states"].update, {state: None}))
        for state, minutes in hours["states"].items() if minutes is not None
    ]  # fmt: skip
    made += [
        Shown(f"sort:{sort}", "hours apart", partial(hours.update, preparation=None, travel=None))
        for sort in ("preparation", "travel") if hours[sort] is not None
    ]  # fmt: skip
    return made


def motives_of(found: dict[str, Any], parts: list[str]) -> list[Shown]:
    """The motives that the note of those who left early tells; all of them or none."""
    one = next((one for one in found["figures"] if one["code"] == OF_MOTIVES), None)
    if one is None or one["is_hidden"] or not one["fr"]["note"]:
        return []

    def hide() -> None:
        for language in LANGUAGES:
            one[language]["note"] = ""

    return [Shown(part, "motives", hide) for part in parts if part.startswith("reason:") and part != "reason:"]


def hide_cell(line: dict[str, Any], name: str) -> None:
    line["cells"][name] = None
    line["hidden"] = sorted({*line["hidden"], name})


def _hide_milestone(line: dict[str, Any]) -> None:
    line |= {"is_hidden": True, "done": None, "total": None}


def hide_unknown(found: dict[str, Any]) -> None:
    """What nothing can be held against is not told: tables of groups and columns that the guard does not know."""
    for table in found["tables"]:
        for line in table["lines"]:
            for name in line["cells"]:
                if table["code"] not in FIELDS or name not in CODES:
                    hide_cell(line, name)
