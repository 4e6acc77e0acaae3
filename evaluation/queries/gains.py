"""The measured change of posture: the same people, at the start and at exit."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from backend.lib.texts import pick
from evaluation import statistics
from evaluation.models import POSTURE, Answer, Item, Request
from evaluation.queries import rows
from evaluation.queries.posture import Scores, area_scores
from evaluation.queries.scope import Scope
from evaluation.queries.words import FEWEST

DIMENSIONS = {
    "programme": "journey__programme",
    "commune": "journey__project__commune",
    "qpv": "journey__project__qpv",
    "neighbourhood": "journey__project__neighbourhood",
}


@dataclass(frozen=True)
class Pair:
    """One journey asked at both moments; the areas scored at both: {area: (before, after)}."""

    request: int
    is_answered: bool
    areas: dict[str, tuple[float, float]]
    places: dict[str, Hashable]

    def overall(self, every: int) -> tuple[float, float] | None:
        """Means of the area scores, when every area has one at both moments."""
        if not every or len(self.areas) < every:
            return None
        before, after = zip(*self.areas.values(), strict=True)
        return sum(before) / every, sum(after) / every


@dataclass(frozen=True)
class AreaGain:
    """The change of one area (or of all, `area` empty) over the pairs that have it."""

    area: str
    label: str
    known: list[tuple[float, float]]
    """(before, after) of each person."""

    @property
    def n(self) -> int:
        return len(self.known)

    @cached_property
    def change(self) -> statistics.Change | None:
        """The mean change, with its interval."""
        return statistics.paired_change(*self._apart)

    @cached_property
    def typical(self) -> statistics.Location | None:
        """The typical change, which one person’s great leap does not move."""
        return statistics.hodges_lehmann(*self._apart)

    @property
    def _apart(self) -> tuple[list[float], list[float]]:
        return [before for before, _after in self.known], [after for _before, after in self.known]

    @property
    def is_enough(self) -> bool:
        return self.change is not None and self.n >= FEWEST


@dataclass(frozen=True)
class Gains:
    """Everything the figures say of posture, from one list of pairs."""

    pairs: list[Pair]
    areas: dict[str, str]

    @property
    def asked(self) -> int:
        return len(self.pairs)

    @property
    def answered(self) -> int:
        return sum(1 for pair in self.pairs if pair.is_answered)

    def overall(self, pairs: Iterable[Pair] | None = None) -> AreaGain:
        chosen = self.pairs if pairs is None else pairs
        known = [both for pair in chosen if (both := pair.overall(len(self.areas))) is not None]
        return AreaGain("", "", known)

    def by_area(self) -> list[AreaGain]:
        return [
            AreaGain(area, label, [pair.areas[area] for pair in self.pairs if area in pair.areas])
            for area, label in self.areas.items()
        ]

    def by(self, dimension: str) -> dict[Hashable, list[Pair]]:
        found: dict[Hashable, list[Pair]] = {}
        for pair in self.pairs:
            found.setdefault(pair.places[dimension], []).append(pair)
        return found


def area_labels() -> dict[str, str]:
    """{area key: label} of the posture questionnaire's latest version, in its order."""
    items = Item.objects.filter(version__questionnaire__code=POSTURE, version__published_at__isnull=False)
    labels: dict[str, str] = {}
    for item in items.order_by("-version__number", "position"):
        labels.setdefault(item.area_fr, pick(item, "area"))
    return labels


def gains(scope: Scope) -> Gains:
    """Three queries, whatever the number of people: the pairs, the scores of their sheets, the areas' names."""
    asked = rows.posture_pairs(scope)
    names = ("pk", "sheet_before", "sheet_after", *DIMENSIONS.values())
    found = list(asked.order_by("pk").values_list(*names))
    scores = pair_scores(asked)
    return Gains([_pair(values, scores) for values in found], area_labels())


def pair_scores(asked: "QuerySet[Request]") -> Scores:
    """The area scores of every complete sheet of these journeys."""
    sheets = Answer.objects.filter(
        Q(response__request__wave__questionnaire__code=POSTURE),
        response__request__state=Request.State.COMPLETE,
        response__request__journey__in=asked.order_by().values("journey"),
    )
    return area_scores(sheets)


def _pair(values: tuple[Any, ...], scores: Scores) -> Pair:
    pk, before, after, *places = values
    return Pair(
        request=pk,
        is_answered=before is not None and after is not None,
        areas=both_scores(scores.get(before, {}), scores.get(after, {})),
        places=dict(zip(DIMENSIONS, places, strict=True)),
    )


def both_scores(before: dict[str, float], after: dict[str, float]) -> dict[str, tuple[float, float]]:
    """{area: (before, after)} where both are known."""
    return {area: (score, after[area]) for area, score in before.items() if area in after}
