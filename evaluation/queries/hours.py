"""The hours of a scope by kind and by how sure they are, preparation and travel apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from evaluation import statistics
from evaluation.queries import rows
from evaluation.queries.scope import Scope
from evaluation.statistics.disclosure import SMALLEST_GROUP
from journeys.models import Delivery
from journeys.queries.ledger import tally

Text = str | Promise
People = dict[tuple[str, str], set[int]]
"""{(kind, state): the ids of users}"""
APART = (Delivery.Sort.PREPARATION, Delivery.Sort.TRAVEL)
STATES = [Delivery.State.SIGNED, Delivery.State.CONFIRMED, Delivery.State.DECLARED, Delivery.State.DISPUTED]
"""The surest first."""


@dataclass(frozen=True)
class HoursRow:
    """One kind of hours: minutes in each state, surest first; None = hidden."""

    kind: str
    label: Text
    minutes: list[int | None]
    total: int

    @property
    def cells(self) -> list[tuple[str, int | None]]:
        return list(zip([str(state.value) for state in STATES], self.minutes, strict=True))


@dataclass(frozen=True)
class Hours:
    """The ledger of a period: contact hours by kind (none where kinds are hidden) and state; preparation and travel
    apart. `states`, `preparation`, `travel`: None = hidden. `is_hidden`: nothing is told, since few people stand
    behind the whole."""

    kinds: list[HoursRow]
    states: list[int | None]
    total: int
    preparation: int | None
    travel: int | None
    is_hidden: bool = False

    @property
    def sure(self) -> int | None:
        """Confirmed by the person who received them, or signed; None where it would give a hidden state away."""
        known = [minutes for minutes in self.states if minutes is not None]
        return sum(known[:2]) if len(known) == len(self.states) else None


def hours(scope: Scope, *, by_kind: bool = True) -> Hours:
    """One query; two on published pages, which ask how many people stand behind each cell. Not `by_kind` where a whole
    kind stands on few people: then only the totals of the states are told."""
    people, apart = _people(scope) if scope.is_published else ({}, {})
    if 0 < len(_together(people, list(Delivery.Kind), STATES)) < SMALLEST_GROUP:
        return Hours([], [None] * len(STATES), 0, 0, 0, is_hidden=True)
    found = tally(rows.deliveries(scope))
    table = [[found.minutes(state, kind=kind) for state in STATES] for kind in Delivery.Kind]
    columns = statistics.hide_in_list([len(_together(people, list(Delivery.Kind), [state])) for state in STATES])
    hidden = _hidden_cells(people, columns)

    few = any(0 < len(behind) < SMALLEST_GROUP for behind in apart.values())
    preparation, travel = (None if few else found.standing(sort=sort) for sort in APART)

    kinds = [
        HoursRow(
            kind.value,
            kind.label,
            [None if (r, c) in hidden else cell for c, cell in enumerate(table[r])],
            sum(table[r]),
        )
        for r, kind in enumerate(Delivery.Kind)
    ]
    return Hours(
        kinds=kinds if by_kind else [],
        states=[None if c in columns else sum(row[c] for row in table) for c in range(len(STATES))],
        total=sum(map(sum, table)),
        preparation=preparation,
        travel=travel,
    )


def _people(scope: Scope) -> tuple[People, dict[str, set[int]]]:
    """Who received each kind of hours in each state, and for whom time was spent apart, by sort. One query."""
    found: People = {}
    apart: dict[str, set[int]] = {}
    asked = rows.deliveries(scope).order_by().values_list("sort", "kind", "state", "journey__holder__user")
    for sort, kind, state, person in asked.distinct():
        behind = apart.setdefault(sort, set()) if sort in APART else found.setdefault((kind, state), set())
        behind.add(person)
    return found, apart


def _together(people: People, kinds: Iterable[str], states: Iterable[str]) -> set[int]:
    """The different people of these cells."""
    return set[int]().union(*(people.get((kind, state), set()) for kind in kinds for state in states))


def _hidden_cells(people: People, columns: set[int]) -> set[tuple[int, int]]:
    """Cells of kinds × states with few people behind, and what would give them away.

    Of the hidden `columns` a reader works out the sum in each row: together they are one more column of the table.
    """
    told = [c for c in range(len(STATES)) if c not in columns]
    parts = [[STATES[c]] for c in told] + ([[STATES[c] for c in sorted(columns)]] if columns else [])
    table = [[len(_together(people, [kind], states)) for states in parts] for kind in Delivery.Kind]
    small = {(r, told[c]) for r, c in statistics.hide_in_table(table) if c < len(told)}
    return small | {(r, c) for r in range(len(table)) for c in columns}
