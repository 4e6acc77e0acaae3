"""What few people stand behind in published figures: from how many they are shown, and which parts of a whole hide."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Max

from evaluation import statistics
from evaluation.statistics.disclosure import SMALLEST_GROUP
from evaluation.statistics.protection import exposed, listed
from journeys.models import Programme


def smallest_group(organisation: int | None, programme: int | None = None) -> int:
    """The people from whom a group is shown: the strictest setting of the programmes meant. One query."""
    found = Programme.objects.all()
    if organisation is not None:
        found = found.filter(organisation=organisation)
    if programme is not None:
        found = found.filter(pk=programme)
    asked: int | None = found.aggregate(most=Max("smallest_group"))["most"]
    return asked or SMALLEST_GROUP


def few(sides: Iterable[int], smallest: int) -> bool:
    """Is some side of a figure of fewer people than that? Of nobody at all there is nothing to hide."""
    return any(0 < people < smallest for people in sides)


def hidden_parts(
    sides: Sequence[Sequence[int]], smallest: int, *, gone: Collection[int] = (), empty: Collection[int] = ()
) -> set[int]:
    """The places to hide of the parts of a whole that is published, each with the people on every side of it.

    A part hides for one of its sides, and all sides of it with it; on each side no hidden part is then bounded within
    the threshold, or every part is hidden, which leaves the whole alone. `gone`: not shown anyway; `empty`: known to
    be of nobody.
    """
    if not sides:
        return set()
    lists = [list(people) for people in zip(*sides, strict=True)]
    away = set(gone) - set(empty)
    hidden = away.union(*(statistics.hide_in_list(people, smallest, gone=away) for people in lists))
    if any(exposed(listed(people), hidden, smallest) for people in lists):
        return set(range(len(sides)))
    return hidden | set(gone)
