"""One answer sheet as its screens show it: sections, items, what is kept, how much is left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any

from django.db.models import Count, F, Prefetch, Q
from django.utils import timezone

from evaluation.models import Answer, Choice, Item, QuestionnaireVersion, Request, Response, Section
from evaluation.queries.asked import Band, Line, Previous, bands_of
from evaluation.queries.given import Kept, kept_of
from evaluation.queries.relevance import facts_of, holds

HALF = 0.5
"""Without any score of a section to reach, a sheet is partly answered from half of what is asked up."""


@dataclass(frozen=True)
class Screen:
    """One section as it is asked of this person: the items that are relevant, texts to read among them."""

    number: int
    section: Section
    lines: tuple[Line, ...]

    @property
    def label(self) -> str:
        return self.section.title

    @property
    def asked(self) -> list[Line]:
        return [line for line in self.lines if line.item.is_asked]

    @property
    def answered(self) -> int:
        return sum(1 for line in self.asked if line.is_answered)

    @property
    def missing(self) -> int:
        return len(self.asked) - self.answered

    @property
    def lacking(self) -> list[Line]:
        """Those that need an answer and have none."""
        return [line for line in self.asked if line.is_lacking]

    @property
    def is_matrix(self) -> bool:
        """A table: one scale for all its items, with the same words."""
        scales = {(line.item.kind, line.item.bounds, line.bands) for line in self.asked}
        return self.section.layout == Section.Layout.MATRIX and len(scales) == 1 and self._has_scale

    @property
    def _has_scale(self) -> bool:
        return all(line.item.kind == Item.Kind.SCALE for line in self.asked)

    @property
    def key(self) -> tuple[Band, ...]:
        """What the points mean, where one scale serves the whole screen."""
        kinds = {line.bands for line in self.asked if line.item.kind == Item.Kind.SCALE}
        return kinds.pop() if len(kinds) == 1 else ()

    @property
    def codes(self) -> list[str]:
        return [line.item.code for line in self.asked]


@dataclass(frozen=True)
class Sheet:
    """The whole questionnaire of one request, as far as it is asked of this person."""

    screens: tuple[Screen, ...]
    bands: tuple[Band, ...]
    minutes: int

    @cached_property
    def total(self) -> int:
        return sum(len(screen.asked) for screen in self.screens)

    @cached_property
    def answered(self) -> int:
        return sum(screen.answered for screen in self.screens)

    @property
    def left(self) -> int:
        return self.total - self.answered

    @property
    def minutes_left(self) -> int:
        """Whole minutes, at least one while anything is left."""
        return ceil(self.minutes * self.left / self.total) if self.total else 0

    @property
    def resume_at(self) -> int:
        """The number of the first screen with an item still empty; one past the last when there is none."""
        return next((screen.number for screen in self.screens if screen.missing), len(self.screens) + 1)

    @property
    def lines(self) -> list[Line]:
        return [line for screen in self.screens for line in screen.lines]

    @property
    def lacking(self) -> list[Line]:
        return [line for screen in self.screens for line in screen.lacking]


def sections_of(version: QuestionnaireVersion) -> list[Section]:
    """The sections of a version with their items and choices, in order. Three queries, asked once of one that is
    published: its words never change, and a screen is read, saved and shown again in one go."""
    kept: list[Section] | None = getattr(version, "_sections", None)
    if kept is not None and not version.is_draft:
        return kept
    choices = Prefetch("choices", Choice.objects.order_by("position", "pk"))
    items = Prefetch("items", Item.objects.order_by("position", "pk").prefetch_related(choices))
    found = list(version.sections.order_by("position", "pk").prefetch_related(items))
    if not version.is_draft:
        version._sections = found  # type: ignore[attr-defined]  # for as long as this object lives
    return found


def sheet(request: Request, sections: Iterable[Section] | None = None) -> Sheet:
    """Four queries: sections, items and choices of the version unless they are given, and what is kept; one more where
    the wave shows what was answered last time.
    """
    asked = sections_of(request.version) if sections is None else sections
    return build_sheet(
        request.version, asked, kept_by_code(request), facts_of(request.journey), previous_answers(request)
    )


def build_sheet(
    version: QuestionnaireVersion,
    sections: Iterable[Section],
    kept: Mapping[str, Kept],
    facts: dict[str, Any],
    previous: Mapping[str, Previous] | None = None,
) -> Sheet:
    """The sheet of a version, given what was answered; also for a look before anybody is asked."""
    plain = {code: one.plain for code, one in kept.items()}
    asked: dict[str, Any] = {}  # an answer to what is no longer asked decides nothing
    usual, last = bands_of(version.anchors), previous or {}
    screens: list[Screen] = []
    for section in sections:
        lines = []
        if holds(section.relevance, asked, facts):
            for item in section.items.all():
                if holds(item.relevance, asked, facts):
                    lines.append(_line(item, usual, kept.get(item.code, Kept()), last.get(item.code)))
                    asked[item.code] = plain.get(item.code)
        if lines:
            screens.append(Screen(len(screens) + 1, section, tuple(lines)))
    return Sheet(tuple(screens), usual, version.minutes)


def _line(item: Item, usual: tuple[Band, ...], kept: Kept, previous: Previous | None) -> Line:
    own = bands_of(item.anchors) or (usual if item.kind == Item.Kind.SCALE else ())
    return Line(item, kept, tuple(item.choices.all()), own, previous)


def every_line(sections: Iterable[Section]) -> list[Line]:
    """All items of a version, asked of her or not yet: what arrives together may decide what is asked."""
    return [_line(item, (), Kept(), None) for section in sections for item in section.items.all()]


def kept_by_code(request: Request) -> dict[str, Kept]:
    """{item code: what is kept}. One query."""
    found = Answer.objects.filter(response__request=request).select_related("item").order_by("pk")
    return {answer.item.code: kept_of(answer) for answer in found}


def previous_answers(request: Request) -> dict[str, Previous]:
    """What she answered to the same items, of the same series, the last time she sent them about this journey; nothing
    unless the wave shows it, and never in an anonymous one. One query.
    """
    if not request.wave.shows_previous or request.wave.is_anonymous:
        return {}
    mine = (
        Q(response__request__respondent=request.respondent_id)
        if request.respondent_id
        else Q(response__request__respondent=None, response__request__email=request.email)
    )
    series = dict(request.version.items.order_by("pk").values_list("code", "series"))
    found = (
        Answer.objects.filter(
            mine,
            response__request__journey=request.journey_id,
            response__completed_at__isnull=False,
            item__version__questionnaire=request.version.questionnaire_id,
        )
        .exclude(response__request=request.pk)
        .select_related("item", "response")
        .order_by("response__completed_at", "pk")
    )
    return {
        one.item.code: Previous(timezone.localdate(one.response.completed_at), kept_of(one))
        for one in found
        if series.get(one.item.code) == one.item.series
    }


def items_left(request: Request) -> int:
    """How many items that are asked have neither an answer nor a reason yet."""
    return sheet(request).left


def is_partly_answered(response: Response, shown: Sheet) -> bool:
    """Has some section enough answered scales for its score? Where no section has a score: is half of it answered?

    “Not applicable” and “I prefer not to say” are no answers.
    """
    if any(screen.section.least_answered for screen in shown.screens):
        scored = response.answers.filter(value__isnull=False, item__section__least_answered__isnull=False)
        groups = scored.order_by().values("item__section", "item__section__least_answered")
        return groups.annotate(n=Count("pk")).filter(n__gte=F("item__section__least_answered")).exists()
    said = sum(1 for line in shown.lines if line.is_answered and not line.kept.missing)
    return said >= HALF * shown.total
