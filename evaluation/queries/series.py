"""Which areas of a questionnaire are the same from one version to the next: those whose questions kept their series."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from backend.lib import prepared
from evaluation.models import POSTURE, Item, QuestionnaireVersion


@dataclass(frozen=True)
class Area:
    """One section that has a score, as one version asks it: scores of two versions compare where `items` are the same.

    `items`: (code, series) of each of its scales. `low`, `high`: the ends of their scale.
    """

    code: str
    title: str
    items: frozenset[tuple[str, int]]
    low: int
    high: int


Areas = dict[str, Area]
"""{code: area}, in the order of the questionnaire."""
Versions = dict[int, Areas]
"""{version: its areas}, the oldest first."""


def areas_of(versions: Q) -> dict[int, Areas]:
    """{version: its areas} for the versions meant by `versions` (a filter of `QuestionnaireVersion`), the oldest first.

    One query. A version without an area is left out.
    """

    def items() -> "QuerySet[Item]":
        rows = Item.objects.filter(
            version__in=QuestionnaireVersion.objects.filter(versions).order_by().values("pk"),
            kind=Item.Kind.SCALE,
            section__least_answered__isnull=False,
        )
        return rows.select_related("section").order_by("version__number", "section__position", "position", "pk")

    found: dict[int, dict[str, list[Item]]] = {}
    for item in prepared.objects(("areas_of", versions), items):
        found.setdefault(item.version_id, {}).setdefault(item.section.code, []).append(item)
    return {version: {code: _area(code, rows) for code, rows in areas.items()} for version, areas in found.items()}


def posture_areas() -> dict[int, Areas]:
    """The areas of every published version of the questionnaire of posture."""
    return areas_of(Q(questionnaire__code=POSTURE, published_at__isnull=False))


def _area(code: str, items: list[Item]) -> Area:
    return Area(
        code=code,
        title=items[0].section.title,
        items=frozenset((item.code, item.series) for item in items),
        low=min(item.scale_min for item in items),
        high=max(item.scale_max for item in items),
    )


def same(one: Areas, other: Areas) -> set[str]:
    """The codes of the areas that both ask in the same series."""
    return {code for code, area in one.items() if code in other and other[code].items == area.items}


@dataclass(frozen=True)
class Compared:
    """The questions on which people’s changes are measured: those of one version, and of others that ask the same.

    `areas`: as that version has them. `versions`: {version: areas}, for all that were answered.
    """

    areas: Areas
    versions: dict[int, Areas]

    @cached_property
    def _fitting(self) -> dict[int, set[str]]:
        return {version: same(self.areas, areas) for version, areas in self.versions.items()}

    def both(self, before: int | None, after: int | None) -> set[str]:
        """The areas that compare between a sheet of this version and one of that."""
        return self._fitting.get(before or 0, set()) & self._fitting.get(after or 0, set())


def compared(pairs: Mapping[tuple[int, int], int], versions: dict[int, Areas]) -> Compared:
    """What to compare on, when `pairs[before, after]` people have answered those two versions: the version whose areas
    fit most of them (of several, the latest), so that no figure mixes two series.
    """

    def fits(asked: Areas) -> int:
        trial = Compared(asked, versions)
        return sum(n * len(trial.both(before, after)) for (before, after), n in pairs.items())

    latest_first = list(reversed(versions.values()))
    return Compared(max(latest_first, key=fits, default={}), versions)
