"""The measured change of posture: the same people, at the start and at exit."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from backend.lib import prepared
from evaluation import statistics
from evaluation.models import POSTURE, Answer, Request, Response
from evaluation.queries import rows, words
from evaluation.queries.posture import Scores, area_scores, score_lines, scores_in
from evaluation.queries.scope import Scope
from evaluation.queries.series import Areas, Compared, Versions, compared, posture_areas

DIMENSIONS = {
    "programme": "journey__programme",
    "commune": "journey__project__commune",
    "qpv": "journey__project__qpv",
    "neighbourhood": "journey__project__neighbourhood",
}


class Pair(NamedTuple):
    """One journey asked at both moments; the areas scored at both, in the series compared: {area: (before, after)}.

    There may be a hundred thousand of them, hence no class of more comfort.
    """

    request: int
    is_answered: bool
    is_other: bool
    """Answered, with other questions than those compared in some area."""
    areas: dict[str, tuple[float, float]]
    overall: tuple[float, float] | None
    """Means of the area scores, when every area has one at both moments."""
    places: tuple[Hashable, ...]
    """In the order of `DIMENSIONS`."""


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
    def change(self) -> statistics.Change | statistics.Undefined:
        """The mean change, with its interval; or why there is none."""
        return statistics.paired_change(*self._apart)

    @property
    def mean(self) -> float | None:
        """The mean change, known also when everybody changed by the same."""
        return self.change.value if isinstance(self.change, statistics.Undefined) else self.change.mean

    @property
    def has_bounds(self) -> bool:
        return isinstance(self.change, statistics.Change)

    @property
    def precision(self) -> str:
        return words.gain(self.change)

    @cached_property
    def typical(self) -> statistics.Location | statistics.Undefined:
        """The typical change, which one person’s great leap does not move."""
        return statistics.hodges_lehmann(*self._apart)

    @property
    def _apart(self) -> tuple[list[float], list[float]]:
        return [before for before, _after in self.known], [after for _before, after in self.known]

    @property
    def is_enough(self) -> bool:
        return self.n >= words.FEWEST


@dataclass(frozen=True)
class Gains:
    """Everything the figures say of posture, from one list of pairs."""

    pairs: list[Pair]
    areas: Areas

    @property
    def asked(self) -> int:
        return len(self.pairs)

    @property
    def answered(self) -> int:
        return sum(1 for pair in self.pairs if pair.is_answered)

    @property
    def others(self) -> int:
        """Those who answered, with other questions than those compared."""
        return sum(1 for pair in self.pairs if pair.is_other)

    def overall(self, pairs: Iterable[Pair] | None = None) -> AreaGain:
        return self._whole if pairs is None else _overall(pairs)

    @cached_property
    def _whole(self) -> AreaGain:
        return _overall(self.pairs)

    @cached_property
    def by_area(self) -> list[AreaGain]:
        return [
            AreaGain(code, area.title, [pair.areas[code] for pair in self.pairs if code in pair.areas])
            for code, area in self.areas.items()
        ]

    def by(self, dimension: str) -> dict[Hashable, list[Pair]]:
        found: dict[Hashable, list[Pair]] = defaultdict(list)
        place = list(DIMENSIONS).index(dimension)
        for pair in self.pairs:
            found[pair.places[place]].append(pair)
        return dict(found)


def _overall(pairs: Iterable[Pair]) -> AreaGain:
    return AreaGain("", "", [pair.overall for pair in pairs if pair.overall is not None])


def gains(scope: Scope, known: Versions | None = None) -> Gains:
    """Four queries, whatever the number of people: who was asked at exit and at the start, the scores of their sheets,
    the areas unless `known`.
    """
    found = _pairs(scope)
    counts = Counter((values[3], values[4]) for values in found if values[1] and values[2])
    chosen = compared(counts, _asked_versions(counts, posture_areas() if known is None else known))
    lines = prepared.rows(("pair_scores", scope), lambda: score_lines(_given(rows.posture_exits(scope))))
    scores = scores_in(lines)
    return Gains(_compared(found, scores, chosen), chosen.areas)


def _pairs(scope: Scope) -> list[tuple[Any, ...]]:
    """The rows of `posture_pairs` in order, as `_compared` reads them. Put together here: looked for one by one, the
    starts of a hundred thousand journeys take the database longer than all the rest.
    """
    journey = ("journey", "wave__questionnaire")
    names = ("state", "response", "version")

    def asked_before() -> "QuerySet[Request, Any]":
        asked = rows.posture_starts(journey__in=rows.posture_exits(scope).order_by().values("journey"))
        return asked.order_by("response__completed_at", "pk").values_list(*journey, *names)

    def asked_at_exit() -> "QuerySet[Request, Any]":
        return rows.posture_exits(scope).order_by("pk").values_list(*journey, "pk", *names, *DIMENSIONS.values())

    first: dict[tuple[int, int], tuple[int | None, int | None]] = {}
    for about, questionnaire, state, sheet, version in prepared.rows(("starts", scope), asked_before):
        if state == Request.State.COMPLETE and first.get((about, questionnaire), (None, None))[0] is None:
            first[about, questionnaire] = (sheet, version)
        else:
            first.setdefault((about, questionnaire), (None, None))
    found = []
    for about, questionnaire, pk, state, sheet, version, *places in prepared.rows(("exits", scope), asked_at_exit):
        if (about, questionnaire) in first:
            before, version_before = first[about, questionnaire]
            after = sheet if state == Request.State.COMPLETE else None
            found.append((pk, before, after, version_before, version, *places))
    return found


def compared_in(scope: Scope) -> Compared:
    """The questions on which the changes of a scope are measured, as in `gains`. Two queries."""
    names = ("version_before", "version")
    both = rows.posture_pairs(scope).filter(**dict.fromkeys(("sheet_before__isnull", "sheet_after__isnull"), False))
    counts = {(before, after): n for before, after, n in both.order_by().values_list(*names).annotate(n=Count("pk"))}
    return compared(counts, _asked_versions(counts, posture_areas()))


def _asked_versions(counts: Iterable[tuple[int, int]], known: Versions) -> Versions:
    """The areas of these versions; of the latest published one where nobody has answered twice."""
    asked = {version for both in counts for version in both} or set(list(known)[-1:])
    return {version: areas for version, areas in known.items() if version in asked}


def pair_scores(asked: "QuerySet[Request]") -> Scores:
    """The area scores of the complete sheets of the journeys that were asked, and answered."""
    return area_scores(_given(asked))


def _given(asked: "QuerySet[Request]") -> "QuerySet[Answer]":
    answered = asked.filter(state=Request.State.COMPLETE).order_by()
    sheets = Response.objects.filter(
        request__wave__questionnaire__code=POSTURE, request__state=Request.State.COMPLETE,
        request__journey__in=answered.values("journey"),
    )  # fmt: skip
    return Answer.objects.filter(response__in=sheets.order_by().values("pk"))


def _compared(found: Iterable[tuple[Any, ...]], scores: Scores, chosen: Compared) -> list[Pair]:
    """The lines of `_pairs` with the scores of their sheets."""
    every, none = len(chosen.areas), dict[str, float]()
    fitting = cache(chosen.both)
    pairs = []
    for pk, before, after, version_before, version_after, *places in found:
        is_answered = before is not None and after is not None
        comparable = fitting(version_before, version_after)
        areas = both_scores(scores.get(before, none), scores.get(after, none), comparable) if is_answered else {}
        pairs.append(
            Pair(
                request=pk,
                is_answered=is_answered,
                is_other=is_answered and len(comparable) < every,
                areas=areas,
                overall=_means(areas.values()) if every and len(areas) >= every else None,
                places=tuple(places),
            )
        )
    return pairs


def _means(areas: Collection[tuple[float, float]]) -> tuple[float, float]:
    n = len(areas)
    return sum([before for before, _after in areas]) / n, sum([after for _before, after in areas]) / n


def both_scores(
    before: dict[str, float], after: dict[str, float], comparable: set[str]
) -> dict[str, tuple[float, float]]:
    """{area: (before, after)} where both are known, in the same series."""
    return {area: (score, after[area]) for area, score in before.items() if area in after and area in comparable}
