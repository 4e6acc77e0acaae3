"""Communes and priority neighbourhoods as lines of one table, from the groups of the page of indicators.

They hold what those groups hold and hide what those hide, so that no page tells what the other one keeps.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from backend.web.charts import number
from evaluation import statistics
from evaluation.queries import words
from evaluation.queries.breakdown import Group
from evaluation.queries.drawn import PER
from evaluation.statistics import Interval


@dataclass(frozen=True)
class Place:
    """One commune or neighbourhood; `code` "" for those whose place is not known. None: hidden, or not known.

    `rate`: people per 10,000 inhabitants with the interval of a count of rare events (Garwood).
    """

    code: str
    name: str
    where: dict[str, str]
    inhabitants: int | None
    people: int | None
    journeys: int | None
    minutes: int | None
    rate: Interval | None
    note: str = ""
    source: str = ""
    """Of the number of inhabitants, where it is told."""

    @property
    def is_hidden(self) -> bool:
        return self.people is None

    @property
    def is_empty(self) -> bool:
        """Nobody comes from there."""
        return self.people == 0

    @property
    def precision(self) -> str:
        """The interval of the rate in words; "" where there is none."""
        if self.rate is None:
            return ""
        if not self.people:
            return _("at most %(high)s") % {"high": number(self.rate.high, decimals=1)}
        few = self.people < words.FEWEST
        return _("too few to conclude") if few else words.between(self.rate.low, self.rate.high)


@dataclass(frozen=True)
class Facts:
    """What is known of a place whoever comes from it."""

    inhabitants: int | None
    note: str = ""
    source: str = ""


NO_FACTS = Facts(None)


def places(groups: Iterable[Group], facts: Mapping[Any, Facts], *, is_published: bool) -> list[Place]:
    """One line for each group, empty ones too."""
    return [_place(group, facts.get(group.key, NO_FACTS), is_published) for group in groups]


def _place(group: Group, facts: Facts, is_published: bool) -> Place:
    inhabitants = facts.inhabitants or None
    people = None if group.is_hidden else group.people
    is_nobody = is_published and people == 0  # its cells are closed with those of the lines hidden: they hold nothing
    return Place(
        code=str(group.key or ""),
        name=group.label,
        where=group.where,
        inhabitants=inhabitants,
        people=people,
        journeys=0 if is_nobody else None if "journeys" in group.hidden or group.is_hidden else group.journeys,
        minutes=None if "minutes" in group.hidden or group.is_hidden else group.minutes,
        rate=None if people is None or inhabitants is None else _rate(people, inhabitants),
        note=facts.note,
        source=facts.source,
    )


def _rate(people: int, inhabitants: int) -> Interval:
    found = statistics.poisson_garwood(people)
    value, low, high = (PER * one / inhabitants for one in (found.value, found.low, found.high))
    return Interval(value, low, high)


# how the tables can be sorted → the key; those hidden and those not known come last, by name, where order tells nothing
SORTS: dict[str, Callable[[Place], tuple[Any, ...]]] = {
    "empty": lambda one: (not one.is_empty, -(one.inhabitants or 0) if one.is_empty else _value(one)),
    "rate": lambda one: (-_value(one),),
    "people": lambda one: (-(one.people or 0),),
    "inhabitants": lambda one: (-(one.inhabitants or 0),),
    "name": lambda one: (),
}


def _value(one: Place) -> float:
    return one.rate.value if one.rate else 0.0


def sorted_places(found: Iterable[Place], by: str) -> list[Place]:
    """By one of SORTS. By name and by inhabitants hidden lines keep their place: it tells nothing of who is there."""
    tells = by not in ("name", "inhabitants")
    return sorted(found, key=lambda one: (not one.code, tells and one.is_hidden, *SORTS[by](one), one.name))
