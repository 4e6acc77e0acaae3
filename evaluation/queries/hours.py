"""The hours of a scope by kind and by how sure they are, preparation and travel apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from backend.lib import prepared
from evaluation.queries import rows
from evaluation.queries.scope import Scope
from evaluation.queries.small_groups import few, hidden_parts
from evaluation.statistics.protection import Key, exposed, grid, protect
from journeys.models import Delivery
from journeys.queries.ledger import NOTHING, tallies_in, tally_lines

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
    smallest = scope.smallest_group
    if few([len(_together(people, list(Delivery.Kind), STATES))], smallest):
        return Hours([], [None] * len(STATES), 0, 0, 0, is_hidden=True)
    lines = prepared.rows(("hours", scope), lambda: tally_lines(rows.deliveries(scope)))
    found = tallies_in(lines).get((), NOTHING)
    table = [[found.minutes(state, kind=kind) for state in STATES] for kind in Delivery.Kind]
    columns = hidden_parts([(len(_together(people, list(Delivery.Kind), [state])),) for state in STATES], smallest)
    hidden = _hidden_cells(people, columns, smallest) if people and by_kind else set()
    is_apart_hidden = few(map(len, apart.values()), smallest)
    preparation, travel = (None if is_apart_hidden else found.standing(sort=sort) for sort in APART)

    kinds = [
        HoursRow(
            kind.value,
            kind.label,
            [None if (r, c) in (hidden or ()) else cell for c, cell in enumerate(table[r])],
            sum(table[r]),
        )
        for r, kind in enumerate(Delivery.Kind)
    ]
    return Hours(
        kinds=kinds if by_kind and hidden is not None else [],
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


def _hidden_cells(people: People, columns: set[int], smallest: int) -> set[tuple[int, int]] | None:
    """Cells of kinds × states with few people behind, those of hidden `columns`, and what would give them away to who
    adds and subtracts. The totals are told elsewhere; None: they tell too much for any cell to be shown or guarded."""
    table = grid([[len(_together(people, [kind], [state])) for state in STATES] for kind in Delivery.Kind])
    cells = [key for key in table.values if isinstance(key, tuple) and isinstance(key[0], int)]
    away: set[Key] = {(r, c) for r in range(len(Delivery.Kind)) for c in columns} | {("column", c) for c in columns}
    hidden = protect(table, smallest, hidden=away, fixed=set(table.values) - set(cells) - away)
    return None if exposed(table, hidden, smallest) else {one for one in cells if one in hidden}
