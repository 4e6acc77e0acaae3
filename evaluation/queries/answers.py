"""One answer sheet as its screens show it: areas, items, what is kept, how much is left."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil

from django.db.models import Count
from django.utils.translation import get_language

from evaluation.models import Item, Request, Response

ENOUGH = 3
"""An area has a score from three answered items up (of five)."""


@dataclass(frozen=True)
class Point:
    """One point of a scale, in words for whoever can't see where it stands."""

    value: int
    words: str


@dataclass(frozen=True)
class Line:
    """One item and the answer kept for it: a point, "na" (not applicable) or "" (nothing yet)."""

    item: Item
    kept: str
    points: tuple[Point, ...]

    @property
    def value(self) -> int | None:
        return int(self.kept) if self.kept.isdecimal() else None


@dataclass(frozen=True)
class Area:
    """One screen: the items of one area."""

    number: int
    label: str
    lines: tuple[Line, ...]

    @property
    def answered(self) -> int:
        return sum(1 for line in self.lines if line.kept)

    @property
    def missing(self) -> int:
        return len(self.lines) - self.answered

    @property
    def codes(self) -> list[str]:
        return [line.item.code for line in self.lines]


@dataclass(frozen=True)
class Band:
    """What neighbouring points of the scale mean."""

    low: int
    high: int
    words: str


@dataclass(frozen=True)
class Sheet:
    """The whole questionnaire of one request."""

    areas: tuple[Area, ...]
    bands: tuple[Band, ...]
    minutes: int

    @cached_property
    def total(self) -> int:
        return sum(len(area.lines) for area in self.areas)

    @cached_property
    def answered(self) -> int:
        return sum(area.answered for area in self.areas)

    @property
    def left(self) -> int:
        return self.total - self.answered

    @property
    def minutes_left(self) -> int:
        """Whole minutes, at least one while anything is left."""
        return ceil(self.minutes * self.left / self.total) if self.total else 0

    @property
    def resume_at(self) -> int:
        """The number of the first area with an item still empty; one past the last when there is none."""
        return next((area.number for area in self.areas if area.missing), len(self.areas) + 1)


def sheet(request: Request) -> Sheet:
    """Two queries: the items of the version, and what is kept."""
    kept = _kept(request)
    bands = _bands(request)
    groups: dict[str, list[Line]] = {}
    labels: dict[str, str] = {}
    for item in request.version.items.order_by("position", "pk"):
        groups.setdefault(item.area_fr, []).append(Line(item, kept.get(item.pk, ""), _points(item, bands)))
        labels[item.area_fr] = item.area
    areas = [Area(number, labels[key], tuple(lines)) for number, (key, lines) in enumerate(groups.items(), start=1)]
    return Sheet(tuple(areas), bands, request.version.minutes)


def _kept(request: Request) -> dict[int, str]:
    found = Response.objects.filter(request=request, answers__isnull=False)
    rows = found.values_list("answers__item", "answers__value").order_by("answers__item")
    return {item: "na" if value is None else str(value) for item, value in rows}


def _bands(request: Request) -> tuple[Band, ...]:
    language = "fr" if (get_language() or "fr").startswith("fr") else "en"
    return tuple(
        Band(band["from"], band["to"], band.get(language) or band.get("fr", "")) for band in request.version.anchors
    )


def _points(item: Item, bands: tuple[Band, ...]) -> tuple[Point, ...]:
    def words(value: int) -> str:
        return next((band.words for band in bands if band.low <= value <= band.high), "")

    return tuple(Point(value, words(value)) for value in range(item.scale_min, item.scale_max + 1))


def items_left(request: Request) -> int:
    """How many items have neither an answer nor a “not applicable” yet."""
    return request.version.items.count() - len(_kept(request))


def has_one_score(response: Response) -> bool:
    """Has some area enough answered items for its score? (“Not applicable” is not an answer.)"""
    areas = response.answers.filter(value__isnull=False).order_by().values("item__area_fr")
    return areas.annotate(answered=Count("pk")).filter(answered__gte=ENOUGH).exists()
