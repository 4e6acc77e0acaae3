"""The same figures group by group: programmes, communes, priority neighbourhoods. Six queries, whatever the groups."""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from django.utils.translation import gettext as _

from backend.lib import prepared
from evaluation.queries.figures import Board, Glance
from evaluation.queries.gains import AreaGain
from evaluation.queries.measures import NOTHING, Groups, Total, grouped
from evaluation.queries.past.former import definitions
from evaluation.queries.scope import NOT_KNOWN, Scope
from evaluation.queries.small_groups import hidden_parts
from journeys.models import Commune, Neighbourhood, Programme, Project

# dimension → the field of a journey it groups by
FIELDS = {
    "programme": "programme",
    "commune": "project__commune",
    "qpv": "project__qpv",
    "neighbourhood": "project__neighbourhood",
}


@dataclass(frozen=True)
class Group:
    """One line: a programme, a commune, a neighbourhood. `where` are the filters that open its rows."""

    key: Hashable
    label: str
    where: dict[str, str]
    people: int = 0
    journeys: int = 0
    minutes: int = 0
    sure: int = 0
    immersions: tuple[int, int] = (0, 0)
    milestones: tuple[int, int] = (0, 0)
    bridges: int = 0
    answers: tuple[int, int] = (0, 0)
    """Complete, of those asked."""
    gain: AreaGain | None = None
    hidden: frozenset[str] = frozenset()
    """The names of the columns whose cell is hidden here: it then holds nothing."""
    is_hidden: bool = False
    note: str = ""


@dataclass(frozen=True)
class Column:
    """One column: the measure of its figure, what a cell holds, and how many people stand on each of its sides."""

    code: str
    holds: Callable[[Total], Any]
    sides: Callable[[Total], tuple[int, ...]]


def _of_all(total: Total) -> tuple[int, int]:
    return total.value, total.rows


def _both_sides(total: Total) -> tuple[int, int]:
    return total.counted, total.uncounted


def _and_more(total: Total) -> tuple[int, int]:
    """The people, and how many journeys more they have: one more is somebody with two."""
    return total.subjects, max(0, total.rows - total.subjects)


# field of a group → its column; people are told by their own rule: who hides them hides the whole row
COLUMNS = {
    "journeys": Column("people", lambda total: total.rows, _and_more),
    "minutes": Column("hours", lambda total: total.value, lambda total: (total.subjects,)),
    "sure": Column("hours", lambda total: total.part, lambda total: (total.parted, total.unparted)),
    "immersions": Column("immersions", _of_all, _both_sides),
    "milestones": Column("milestones", _of_all, _both_sides),
    "bridges": Column("bridges", lambda total: total.value, lambda total: (total.subjects,)),
    "answers": Column("response", _of_all, _both_sides),
}
COUNTED = tuple(dict.fromkeys(column.code for column in COLUMNS.values()))
ALL = (*COLUMNS, "gain")
Sides = dict[str, list[tuple[int, ...]]]
"""{column: how many people stand on each side of the cell of each group}"""


def breakdown(
    scope: Scope, dimension: str, made: Glance, *, whole: Group | None = None, columns: Collection[str] = ALL,
    known: Mapping[str, Groups] | None = None,
) -> list[Group]:  # fmt: skip
    """Every group there is, empty ones too; the greatest first (by name on published pages, where order would tell).

    `made`: the figures of the scope, those of the `columns` at least; only a whole board has what "gain" and "sure" are
    made from. `whole`: the group that all of these are parts of, where it is shown as well. `columns`: those that are
    asked for; the others hold nothing. `known`: what is added up by group already, {code: groups}.
    """
    groups = groups_of(scope, dimension)
    if dimension == "neighbourhood":
        scope = scope.narrowed(qpv=Project.Qpv.INSIDE)
    found = dict(known or {})
    codes = dict.fromkeys(["people", *(one.code for name, one in COLUMNS.items() if name in columns)])
    counted = [definitions()[code] for code in codes if code not in found]
    found |= grouped(counted, scope, FIELDS[dimension], has_sides=scope.is_published)
    filled = _fill(groups, found, columns)
    if isinstance(made, Board) and "gain" in columns:
        pairs = made.gains.by(dimension)
        filled = [replace(group, gain=made.gains.overall(pairs.get(group.key, []))) for group in filled]
    if not scope.is_published:
        return sorted(filled, key=lambda group: (group.key is None, -group.people, group.label))
    return _discreet(filled, _sides(filled, found, columns), made, whole, scope.smallest_group)


def groups_of(scope: Scope, dimension: str) -> list[Group]:
    """The groups of a dimension by name, then those not known."""
    if dimension == "programme":
        programmes = Programme.objects.select_related("organisation").order_by("organisation__name", "title_fr", "pk")
        if scope.organisation is not None:
            programmes = programmes.filter(organisation=scope.organisation)
        return [
            Group(
                one.pk, one.title, {"programme": str(one.pk)}, note="" if scope.organisation else one.organisation.name
            )
            for one in programmes
        ]
    if dimension == "commune":
        communes = prepared.rows(("communes",), lambda: Commune.objects.order_by("name").values_list("pk", "name"))
        known = [Group(pk, name, {"commune": pk}) for pk, name in communes]
        return [*known, Group(None, _("commune not known"), {"commune": NOT_KNOWN})]
    if dimension == "qpv":
        return [Group(value, str(label), {"qpv": value}) for value, label in Project.Qpv.choices]
    known = [
        Group(one.pk, one.name, {"qpv": Project.Qpv.INSIDE, "neighbourhood": one.pk})
        for one in Neighbourhood.objects.order_by("name")
    ]
    return [
        *known,
        Group(None, _("inside, but which is not known"), {"qpv": Project.Qpv.INSIDE, "neighbourhood": NOT_KNOWN}),
    ]


def _fill(groups: list[Group], found: dict[str, Groups], columns: Collection[str]) -> list[Group]:
    held = {name: one for name, one in COLUMNS.items() if name in columns}
    return [
        replace(
            group,
            people=found["people"].get(group.key, NOTHING).value,
            **{name: one.holds(found[one.code].get(group.key, NOTHING)) for name, one in held.items()},
        )
        for group in groups
    ]


def _sides(groups: list[Group], found: dict[str, Groups], columns: Collection[str]) -> Sides:
    sides = {
        name: [one.sides(found[one.code].get(group.key, NOTHING)) for group in groups]
        for name, one in COLUMNS.items() if name in columns
    }  # fmt: skip
    if "gain" in columns:
        sides["gain"] = [(group.gain.n if group.gain else 0,) for group in groups]
    return sides


def _discreet(groups: list[Group], sides: Sides, made: Glance, whole: Group | None, smallest: int) -> list[Group]:
    """Groups of few people hidden, then in each column the cells of few people, and what would give them away."""
    small = hidden_parts([(group.people,) for group in groups], smallest)
    if whole is not None and whole.is_hidden:
        small = {i for i, group in enumerate(groups) if group.people}
    empty = {i for i, group in enumerate(groups) if not group.people}
    gone = small | empty
    closed = _closed(made) | (whole.hidden if whole else frozenset())
    hidden = {
        name: set(range(len(groups))) if name in closed else hidden_parts(people, smallest, gone=gone, empty=empty)
        for name, people in sides.items()
    }
    return [
        _without(replace(group, is_hidden=i in small), {name for name, places in hidden.items() if i in places})
        for i, group in enumerate(groups)
    ]


def _closed(made: Glance) -> set[str]:
    """The columns whose figure is hidden on the same page."""
    codes = {one.code for one in made.figures if one.is_hidden}
    closed = {name for name, one in COLUMNS.items() if one.code in codes}
    is_unsure = isinstance(made, Board) and made.hours.sure is None
    return closed | ({"gain"} if "posture" in codes else set()) | ({"sure"} if is_unsure else set())


def _without(group: Group, columns: set[str]) -> Group:
    """The group with these cells hidden, and empty."""
    empty: dict[str, Any] = {one.name: one.default for one in fields(Group) if one.name in columns}
    return replace(group, **empty, hidden=frozenset(columns))
