"""Whether figures, published beside those published before, tell of a few people by subtraction; and what to hide.

Three rules. Of a figure published twice the people who are not the same in both (in one only, or counted differently)
are nobody, or at least the threshold: so a longer period and a correction give no small group away. Where amounts are
added up (hours, euros), nobody makes up nearly all of one, nor of such a difference: the p% rule. And over all released
figures together, linear programming bounds no group of fewer people that they set apart within the threshold: groups
are the people who are in the same figures, each figure is the sum of its groups, and the least and the most that a
small group can be must lie at least the threshold apart.

Hundepool et al. (2012), Statistical Disclosure Control, Wiley: sections 4.2 (p% rule), 4.4 (sliding protection) and 5.4
(linked tables, differencing).
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.statistics.protection import SLACK

Counted = Mapping[Any, Any]
"""{person: what they add to the figure}"""
Entry = Hashable
"""One person in a figure, or one part of what a person adds (a kind of hours): figures are sets of them."""
P_PERCENT = 10.0
MISSES = 3
"""So many programmes in a row that look at many groups at once and find none wide: then each is looked at alone."""


def apart(one: Counted, other: Counted) -> int:
    """How many people are not the same in both."""
    return sum(1 for person in {*one, *other} if one.get(person) != other.get(person))


def too_close(new: Counted, released: Sequence[Counted], smallest: int) -> tuple[int, int] | None:
    """(which of the released, how many people it keeps apart from the new one), of fewer than `smallest`; else None."""
    for i, old in enumerate(released):
        if 0 < (people := apart(new, old)) < smallest:
            return i, people
    return None


def dominated(amounts: Iterable[float], percent: float = P_PERCENT) -> bool:
    """Could the second of these come within `percent` % of what the first adds to their sum? The p% rule: what is left
    besides the two greatest is less than that."""
    found = sorted((one for one in amounts if one > 0), reverse=True)
    return bool(found) and 100 * sum(found[2:]) < percent * found[0]


@dataclass(frozen=True)
class Rule:
    """What may not be found out. `person`: whose an entry is; `amount`: what it adds, where amounts are added up."""

    smallest: int
    person: Callable[[Any], Any] = lambda entry: entry
    amount: Callable[[Any], float] | None = None

    def protects(self, entries: Collection[Any]) -> bool:
        """Are these to stay unknown: of few people, or of one who makes up nearly all?"""
        sums: dict[Any, float] = {}
        for entry in entries:
            person = self.person(entry)
            sums[person] = sums.get(person, 0.0) + (self.amount(entry) if self.amount else 0.0)
        return 0 < len(sums) < self.smallest or (self.amount is not None and dominated(sums.values()))


def exposed_groups(figures: Sequence[Collection[Any]], rule: Rule) -> list[set[Any]]:
    """The groups of entries, protected by the rule, that these figures together bound within the threshold."""
    masks: dict[Any, int] = {}
    for i, one in enumerate(dict.fromkeys(map(frozenset, figures))):
        for entry in one:
            masks[entry] = masks.get(entry, 0) | 1 << i
    groups: dict[int, set[Any]] = {}
    for entry, mask in masks.items():
        groups.setdefault(mask, set()).add(entry)
    together = list(groups.items())
    asked = [place for place, (_mask, entries) in enumerate(together) if rule.protects(entries)]
    if not asked:
        return []
    sizes = np.array([float(len(entries)) for _mask, entries in together])
    narrow = _narrow(_sums([mask for mask, _entries in together]), sizes, asked, rule.smallest)
    return [together[place][1] for place in narrow]


def _sums(masks: list[int]) -> Any:
    """Figures × groups: 1 where the group is in the figure."""
    from scipy import sparse  # as below

    cells = [(i, place) for place, mask in enumerate(masks) for i in range(mask.bit_length()) if mask >> i & 1]
    rows, columns = zip(*cells, strict=True)
    found = sparse.csr_matrix((np.ones(len(cells)), (rows, columns)), shape=(max(rows) + 1, len(masks)))
    return found[np.unique(rows)]


def _narrow(sums: Any, sizes: Any, asked: list[int], width: int) -> list[int]:
    """The places, of those asked, whose least and most are less than `width` apart.

    Each solution is a table that a reader could take for this one, and tells of all groups at once; so nearly all are
    found to be wide long before they are looked at one by one.
    """
    from scipy import optimize  # a third of what a command takes to start

    totals, low, high = sums @ sizes, sizes.copy(), sizes.copy()
    draw = np.random.default_rng(0)

    def look(aim: Any) -> None:
        made = optimize.linprog(aim, A_eq=sums, b_eq=totals, bounds=(0, None), method="highs")
        if made.status == 0:
            np.minimum(low, made.x, out=low)
            np.maximum(high, made.x, out=high)

    def left(places: Iterable[int]) -> list[int]:
        return [place for place in places if high[place] - low[place] < width - SLACK]

    waiting, missed = asked, 0
    while len(waiting) > MISSES and missed < MISSES:
        aim = np.zeros(len(sizes))
        aim[waiting] = draw.uniform(-1, 1, len(waiting))
        look(aim)
        found = left(waiting)
        missed = missed + 1 if len(found) == len(waiting) else 0
        waiting = found
    for place in waiting:
        for sign in (-1.0, 1.0):
            if left([place]):
                aim = np.zeros(len(sizes))
                aim[place] = sign
                look(aim)
    return left(waiting)


def isolated(counted: Sequence[Counted], smallest: int) -> int:
    """The size of a group of fewer than `smallest` people that all these figures together bound; 0: there is none."""
    return min(map(len, exposed_groups(counted, Rule(smallest))), default=0)


def may_release(new: Counted, released: Sequence[Counted], smallest: int) -> bool:
    """Does the new figure, beside the released ones, tell of no small group by subtraction?"""
    return too_close(new, released, smallest) is None and not isolated([*released, new], smallest)


@dataclass(frozen=True)
class Cell:
    """A figure that is about to be released: its name, and the sets whose sizes it tells (those counted, of them those
    on one side)."""

    key: Hashable
    sides: tuple[frozenset[Any], ...]

    @property
    def size(self) -> int:
        return len(self.sides[0]) if self.sides else 0


class Ledger:
    """What was released to the same readers, and what may be added to it."""

    def __init__(self, released: Iterable[Collection[Any]], rule: Rule) -> None:
        self.known: list[frozenset[Any]] = list(dict.fromkeys(map(frozenset, released)))
        self.rule = rule

    def exposes(self, cells: Sequence[Cell]) -> list[set[Any]]:
        """The groups that these cells, beside what is known, would tell of."""
        return exposed_groups([*self.known, *(side for cell in cells for side in cell.sides)], self.rule)

    def admit(self, cells: Sequence[Cell]) -> tuple[set[Hashable], int]:
        """(the keys of those that may be released together, and are from now on; the people of the smallest group
        that the others would have told of, 0 where there are no others).

        As few and as small ones as it takes are left out: first those in which the group is.
        """
        left, fewest = list(cells), 0
        while left and (narrow := self.exposes(left)):
            fewest = min([*map(self._people, narrow), *([fewest] if fewest else [])])
            told = set().union(*narrow)
            near = [cell for cell in left if any(not told.isdisjoint(side) for side in cell.sides)]
            left.remove(min(near or left, key=lambda cell: (cell.size, str(cell.key))))
        self.known = list(dict.fromkeys([*self.known, *(side for cell in left for side in cell.sides)]))
        return {cell.key for cell in left}, fewest

    def _people(self, group: Collection[Any]) -> int:
        """How many a group is of; 1 where one of many makes up nearly all of it."""
        found = len({self.rule.person(entry) for entry in group})
        return found if found < self.rule.smallest else 1
