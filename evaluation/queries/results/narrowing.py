"""The groups that the results of a wave can be narrowed to, and which of them stay hidden."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation import statistics
from evaluation.queries.results.sheets import Row
from journeys.models import Commune, Phase, Project

DIMENSIONS = {
    "phase": gettext_lazy("Phase"),
    "qpv": gettext_lazy("Priority neighbourhood"),
    "commune": gettext_lazy("Commune"),
}
"""What a wave can be narrowed by: one fact of the journey at a time, so that no crossing of two leaves one person; nor
does one group less another of its own or the next dimension."""
UNKNOWN = "none"


@dataclass(frozen=True)
class Narrowing:
    """One group of a dimension; `is_hidden`: it is too small, or would let another one be worked out."""

    dimension: str
    value: str
    label: str
    n: int
    is_hidden: bool = False

    @property
    def key(self) -> str:
        return f"{self.dimension}:{self.value}"


Shown = dict[int, int]
"""{a sheet: the group of a dimension that it is shown in}; all that are hidden are together in one."""


def split(rows: Sequence[Row], dimension: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(str(row.facts.get(dimension) or UNKNOWN), []).append(row)
    return found


def groups_of(rows: Sequence[Row], *, protected: bool) -> tuple[Narrowing, ...]:
    """The groups of every dimension with more than one of them; none where no sheet is linked. One query."""
    if not any(row.facts for row in rows):
        return ()
    names = _names()
    made: list[Narrowing] = []
    shown: list[Shown] = []
    for dimension in DIMENSIONS:
        parts = sorted(split(rows, dimension).items(), key=lambda one: names[dimension](one[0]))
        if len(parts) < 2:
            continue
        hidden = _hidden([group for _value, group in parts], rows, shown) if protected else set()
        made += [
            Narrowing(dimension, value, names[dimension](value), len(group), is_hidden=i in hidden)
            for i, (value, group) in enumerate(parts)
        ]
    return tuple(made)


def _hidden(parts: Sequence[list[Row]], rows: Sequence[Row], shown: list[Shown]) -> set[int]:
    """The places of the small groups of one dimension, of what gives them away, and of the smallest ones that would
    tell of a few people beside those of another dimension, which stand in `shown`. What is left is added to it.
    """
    hidden = statistics.hide_in_list([len(group) for group in parts])
    by_size = sorted(range(len(parts)), key=lambda i: len(parts[i]))
    while True:
        own = {id(row): -1 if i in hidden else i for i, group in enumerate(parts) for row in group}
        if len(hidden) == len(parts) or not any(
            statistics.differ_by_few(_crossed(other, own, rows)) for other in shown
        ):
            shown.append(own)
            return hidden
        hidden |= set([i for i in by_size if i not in hidden][: 1 if hidden else 2])


def _crossed(one: Shown, other: Shown, rows: Sequence[Row]) -> list[list[int]]:
    """How many sheets stand in each group of the one (row) and of the other (column)."""
    counted = Counter((one[id(row)], other[id(row)]) for row in rows)
    columns = sorted(set(other.values()))
    return [[counted[row, column] for column in columns] for row in sorted(set(one.values()))]


def _names() -> dict[str, Callable[[str], str]]:
    communes = dict(Commune.objects.values_list("pk", "name"))
    phases, qpv = dict(Phase.choices), dict(Project.Qpv.choices)
    return {
        "phase": lambda value: str(phases.get(value, value)),
        "qpv": lambda value: str(qpv.get(value, value)),
        "commune": lambda value: str(communes.get(value, _("commune not known"))),
    }
