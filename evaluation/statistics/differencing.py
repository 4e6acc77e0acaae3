"""Whether a figure, published beside those published before, tells of a few people by subtraction.

Two rules. Of each two published figures the people who are not the same in both (in one only, or counted differently)
are nobody, or at least the threshold: so a longer period, a part and its whole, or a figure before and after a
correction give no small group away. And over all of them together, linear programming bounds no group of fewer people
that they set apart within the threshold: where a sum and difference of figures is the size of a small group, that size
bounds each group of people in it. Hundepool et al. (2012), Statistical Disclosure Control, Wiley, section 5.4 on
linked tables and differencing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.statistics.protection import Key, Line, Table, exposed

Counted = Mapping[Any, Any]
"""{person: what they add to the figure}"""


def apart(one: Counted, other: Counted) -> int:
    """How many people are not the same in both."""
    return sum(1 for person in {*one, *other} if one.get(person) != other.get(person))


def too_close(new: Counted, released: Sequence[Counted], smallest: int) -> tuple[int, int] | None:
    """(which of the released, how many people it keeps apart from the new one), of fewer than `smallest`; else None."""
    for i, old in enumerate(released):
        if 0 < (people := apart(new, old)) < smallest:
            return i, people
    return None


def isolated(counted: Sequence[Counted], smallest: int) -> int:
    """The size of a group of fewer than `smallest` people that all these figures together bound; 0: there is none."""
    groups = Counter(
        tuple(person in one for one in counted) for person in {person for one in counted for person in one}
    )
    values: dict[Key, int] = {("figure", i): len(one) for i, one in enumerate(counted)}
    values.update(groups.items())
    lines: list[Line] = [
        (("figure", i), tuple(group for group in groups if group[i])) for i, one in enumerate(counted) if one
    ]
    small = [group for group, people in groups.items() if people < smallest]
    found = exposed(Table(values, lines), set(groups), smallest, asked=small)
    return min((groups[group] for group in groups if group in set(found)), default=0)


def may_release(new: Counted, released: Sequence[Counted], smallest: int) -> bool:
    """Does the new figure, beside the released ones, tell of no small group by subtraction?"""
    return too_close(new, released, smallest) is None and not isolated([*released, new], smallest)
