"""One question as it is asked of somebody: its points, its choices, what is kept for it, and all that in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evaluation.models import Choice, Item
from evaluation.queries.given import LONGEST, OTHER_LONGEST, Kept, Reading


@dataclass(frozen=True)
class Point:
    """One point of a scale, in words for whoever can't see where it stands."""

    value: int
    words: str

    @property
    def text(self) -> str:
        return str(self.value)

    @property
    def name(self) -> str:
        """As it is read out."""
        return f"{self.value}, {self.words}" if self.words else str(self.value)


@dataclass(frozen=True)
class Band:
    """What neighbouring points of the scale mean."""

    low: int
    high: int
    words: str

    @property
    def points(self) -> str:
        return f"{self.low}–{self.high}" if self.high > self.low else str(self.low)


@dataclass(frozen=True)
class Previous:
    """What she answered the last time she was asked the same."""

    on: date
    kept: Kept


@dataclass(frozen=True)
class Line:
    """One item and the answer kept for it."""

    item: Item
    kept: Kept
    choices: tuple[Choice, ...]
    bands: tuple[Band, ...]
    previous: Previous | None = None

    @property
    def is_answered(self) -> bool:
        return not self.kept.is_empty

    @property
    def is_lacking(self) -> bool:
        return self.item.is_required and not self.is_answered

    @property
    def value(self) -> int | None:
        return self.kept.value

    @cached_property
    def points(self) -> tuple[Point, ...]:
        low, high = self.item.bounds
        if self.item.kind == Item.Kind.YES_NO:
            return Point(1, _("Yes")), Point(0, _("No"))
        if self.item.kind == Item.Kind.CONSENT:
            return Point(1, _("I agree")), Point(0, _("I do not agree"))
        words = {value: band.words for band in reversed(self.bands) for value in range(band.low, band.high + 1)}
        return tuple(Point(value, words.get(value, "")) for value in range(low, high + 1))

    @property
    def ends(self) -> tuple[str, str]:
        """What the lowest and the highest point mean; empty where nothing says it."""
        if self.item.kind == Item.Kind.RECOMMEND and not self.bands:
            return _("Not at all likely"), _("Very likely")
        return self.points[0].words, self.points[-1].words

    @property
    def offered(self) -> list[Choice]:
        """The choices that can be taken, and the retired one that was."""
        mine = self.kept.chosen.split()
        return [one for one in self.choices if not one.is_retired or one.code in mine]

    @property
    def takes_words(self) -> Choice | None:
        """The choice that asks for words beside it."""
        return next((one for one in self.offered if one.takes_text), None)

    @property
    def reading(self) -> Reading:
        return Reading(self.item, self.choices)

    @property
    def longest(self) -> int:
        """Signs that an answer in words may have."""
        return LONGEST.get(Item.Kind(self.item.kind), OTHER_LONGEST)

    @property
    def keyboard(self) -> str:
        """The keys that a phone shows for a number: none has a minus but the whole one."""
        if self.item.least is not None and self.item.least < 0:
            return "text"
        return "decimal" if self.item.decimals else "numeric"

    @property
    def bounds_in_words(self) -> str:
        least, most = (None if one is None else _number(one, True) for one in (self.item.least, self.item.most))
        if least and most:
            return _("Between %(least)s and %(most)s.") % {"least": least, "most": most}
        if least:
            return _("At least %(number)s.") % {"number": least}
        return _("At most %(number)s.") % {"number": most} if most else ""

    @property
    def words(self) -> str:
        """What is kept, as she reads it again before sending; empty where nothing is."""
        return in_words(self, self.kept)

    @property
    def previous_words(self) -> str:
        return in_words(self, self.previous.kept) if self.previous else ""

    @property
    def keeping(self) -> list[tuple[str, str]]:
        """The fields that say again what was said last time, as her browser fills them in."""
        return fields_of(self.item, self.previous.kept) if self.previous else []


def in_words(line: Line, kept: Kept) -> str:
    item = line.item
    if kept.missing:
        return _("does not apply") if kept.missing == "na" else _("I prefer not to say")
    if kept.value is not None:
        point = next((one for one in line.points if one.value == kept.value), None)
        if item.kind in (Item.Kind.YES_NO, Item.Kind.CONSENT):
            return point.words if point else str(kept.value)
        return str(kept.value)
    if kept.number is not None:
        places = item.decimals if kept.number % 1 else 0
        return f"{formats.number_format(kept.number, places, use_l10n=True)} {item.unit}".strip()
    if kept.day is not None:
        return formats.date_format(kept.day, "DATE_FORMAT")
    if kept.chosen:
        return ", ".join(_chosen(line.choices, kept))
    return kept.text


def _chosen(choices: Iterable[Choice], kept: Kept) -> list[str]:
    taken = [one for one in choices if one.code in kept.chosen.split()]
    return [f"{one.text} ({kept.text})" if one.takes_text and kept.text else one.text for one in taken]


def _number(number: Decimal, is_grouped: bool = False) -> str:
    """Without zeros at its end; as one types it, or in groups of three."""
    return formats.number_format(Decimal(f"{number.normalize():f}"), use_l10n=True, force_grouping=is_grouped)


def fields_of(item: Item, kept: Kept) -> list[tuple[str, str]]:
    """The answer as the fields of the page give it: [(name, value), …]."""
    code = item.code
    if kept.missing:
        is_point = item.kind in Item.POINTS or item.kind == Item.Kind.SINGLE
        return [(code if is_point else f"{code}-missing", kept.missing)]
    if kept.chosen:
        words = [(f"{code}-text", kept.text)] if kept.text else []
        return [(code, one) for one in kept.chosen.split()] + words
    if kept.number is not None:
        return [(code, _number(kept.number))]
    plain = kept.plain
    return [] if plain is None else [(code, str(plain))]


def bands_of(anchors: list[dict[str, Any]]) -> tuple[Band, ...]:
    language = "fr" if (get_language() or "fr").startswith("fr") else "en"
    return tuple(Band(band["from"], band["to"], band.get(language) or band.get("fr", "")) for band in anchors)
