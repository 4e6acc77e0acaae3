"""Everything the page of the territory shows, and its files and the API give."""

from dataclasses import dataclass, replace
from itertools import zip_longest

from backend.lib import clock
from evaluation.queries.breakdown import Group, breakdown
from evaluation.queries.drawn_base import Figure
from evaluation.queries.figures import Glance, glance
from evaluation.queries.scope import Scope
from evaluation.queries.territory.offers import Balance, balances
from evaluation.queries.territory.places import Facts, Place, places
from evaluation.queries.territory.reference import Reference, against, reference
from journeys.models import Commune, Neighbourhood

COLUMNS = ("journeys", "minutes")
"""What the tables of places show beside people."""
SHOWN = ("people", "rate", "qpv", "hours")
"""The figures of the page, and those that those columns are parts of."""


@dataclass(frozen=True)
class WholeTerritory:
    """`communes` and `areas` by name, then those not known; `balances` in the same order, none on a past day. `rate`
    and `share`: the figures of the page of indicators (people per 10,000 inhabitants; share in a QPV), hidden where
    they are there."""

    scope: Scope
    people: int | None
    communes: list[Place]
    areas: list[Place]
    qpv: list[Place]
    """Inside, outside, not known: apart, and never one for the other."""
    rate: Figure
    share: Figure
    reference: Reference | None
    against: str
    balances: list[Balance]
    is_past: bool = False
    """Is it as known on a past day? What is offered and looked for is known of today only."""

    @property
    def balanced(self) -> list[tuple[Place, Balance | None]]:
        """The communes, each with what is looked for and offered there."""
        return list(zip_longest(self.communes, self.balances))

    @property
    def known(self) -> list[Place]:
        """The communes there are."""
        return [one for one in self.communes if one.code]

    @property
    def empty(self) -> list[Place]:
        """Communes nobody comes from."""
        return [one for one in self.known if one.is_empty]


def whole_territory(scope: Scope, stated_by: set[int]) -> WholeTerritory:
    """Of one scope. `stated_by`: whose share of residents in a QPV is the reference. A constant number of queries.

    Communes, neighbourhoods, their inhabitants and the reference are those of today, also as known on a past day.
    """
    is_past = clock.pretended() is not None
    made = glance(scope, SHOWN)
    communes = list(Commune.objects.order_by("name", "pk"))
    areas = list(Neighbourhood.objects.prefetch_related("communes").order_by("name", "pk"))
    inside = _shown(breakdown(scope, "qpv", made, columns=COLUMNS), made)
    whole = next(group for group in inside if group.key == "inside")
    facts = {one.pk: Facts(one.population or None) for one in communes}
    of_areas = {
        one.pk: Facts(one.population, ", ".join(str(commune) for commune in one.communes.all()), one.population_source)
        for one in areas
    }
    lines = _by_name(
        places(_shown(breakdown(scope, "commune", made, columns=COLUMNS), made), facts, is_published=scope.is_published)
    )
    within = _shown(breakdown(scope, "neighbourhood", made, whole=whole, columns=COLUMNS), made)
    figures = {one.code: one for one in made.figures}
    found = reference(stated_by, communes, areas)
    hidden = {one.code or None for one in lines if one.is_hidden}
    return WholeTerritory(
        scope=scope,
        people=None if made.is_small else made.people,
        communes=lines,
        areas=_by_name(places(within, of_areas, is_published=scope.is_published)),
        qpv=places(sorted(inside, key=lambda one: ORDER.index(str(one.key))), {}, is_published=scope.is_published),
        rate=figures["rate"],
        share=figures["qpv"],
        reference=found,
        against=against(figures["qpv"], found),
        balances=[] if is_past else balances(scope, [(one.code or None, one.name) for one in lines], gone=hidden),
        is_past=is_past,
    )


def _shown(groups: list[Group], made: Glance) -> list[Group]:
    """Where all together are few, the page of indicators shows no group, nor which are empty: neither does this one."""
    return [replace(one, is_hidden=True) for one in groups] if made.is_small else groups


ORDER = ("inside", "outside", "unknown")


def _by_name(lines: list[Place]) -> list[Place]:
    return sorted(lines, key=lambda one: (not one.code, one.name))
