"""The page of the voices of a journey: who answered, what to talk over first, where they agree, and every item."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from backend.accounts.models import User
from backend.web.charts import number
from backend.web.dots import Dot
from backend.web.reading import day
from evaluation.models import Item, Request
from evaluation.queries.voices import ComparedItem, Comparison, Standing, Voice, voices_for
from journeys.models import Journey

SHAPES = {"holder": "circle", "mentor": "square", "tutor": "triangle"}
STARTERS = 5
"""Differences shown first: enough for one conversation."""
HIGH = 0.7
"""From this part of the scale up a score is high: 6 of 8."""

# What one can start with: each asks for what was seen, none says who is right or what made it so.
QUESTIONS: tuple[Callable[[], str], ...] = (
    lambda: _("What makes each of you see it this way?"),
    lambda: _("Which moment did each of you have in mind?"),
    lambda: _("What would each of you need to see to say one point more?"),
    lambda: _("What has one of you had the occasion to see, and not the others?"),
    lambda: _("What does this sentence mean to each of you?"),
)


@dataclass(frozen=True)
class Who:
    """One voice as the reader knows it; `note`: when it answered, or why it is not heard."""

    shape: str
    name: str
    note: str
    is_heard: bool


@dataclass(frozen=True)
class Shown:
    """One item: its words, the scores on its scale, how far apart in words, and (to talk over) a first question."""

    item: Item
    dots: tuple[Dot, ...]
    apart: str
    question: str = ""


@dataclass(frozen=True)
class Area:
    """One part of the whole table: its title, its score a column, its items with their scores a column."""

    title: str
    scores: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Part:
    """One questionnaire. `waiting`: the reader's own request, to answer first; `lacking`: why nothing is compared."""

    title: str
    who: tuple[Who, ...]
    waiting: Request | None = None
    lacking: tuple[str, str] | None = None
    closeness: str = ""
    starters: tuple[Shown, ...] = ()
    strong: str = ""
    strengths: tuple[Shown, ...] = ()
    columns: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    changed: tuple[Item, ...] = field(default=())


def voices_page(journey: Journey, user: User) -> list[Part]:
    """One part for each questionnaire whose answers are put side by side on this journey. Six queries."""
    return [_part(one, journey, user) for one in voices_for(journey, user)]


def _part(found: Comparison, journey: Journey, user: User) -> Part:
    names = {voice.role: _name(voice, journey, user) for voice in found.voices}
    who = tuple(Who(SHAPES[one.role], names[one.role], _note(one), one.is_heard) for one in found.voices)
    bare = Part(found.questionnaire.title, who, found.waiting)
    if found.is_early:
        text = _("You will be asked the same questions: the other answers appear here then.")
        return Part(bare.title, who, lacking=(_("First, your own view"), text))
    if found.waiting or len(found.heard) < 2:
        lacking = None if found.waiting else _lacking(found)
        return Part(bare.title, who, found.waiting, lacking)
    show = _Show(names)
    all_three = len(found.heard) > 2
    return Part(
        bare.title,
        who,
        closeness=_closeness(found),
        starters=tuple(show(one, QUESTIONS[i % len(QUESTIONS)]()) for i, one in enumerate(found.apart(STARTERS))),
        strong=_("Strengths that all three see") if all_three else _("Strengths that both see"),
        strengths=tuple(show(one) for one in _strengths(found)),
        columns=_columns(found, names),
        areas=_areas(found),
        changed=found.changed,
    )


# --- Who --------------------------------------------------------------------------------------------
def _name(voice: Voice, journey: Journey, user: User) -> str:
    if voice.person == user.pk or (voice.role == "holder" and journey.holder.user_id == user.pk):
        return pgettext("whose answers", "You")
    if voice.role == "holder":
        return str(journey.holder)
    if not voice.name and voice.role == "mentor":
        return pgettext("whose answers", "The mentor")
    if not voice.name:
        return pgettext("whose answers", "The tutor")
    words = _("%(name)s (mentor)") if voice.role == "mentor" else _("%(name)s (tutor)")
    return words % {"name": voice.name}


def _note(voice: Voice) -> str:
    on = day(voice.sheet.on, weekday=False) if voice.sheet else ""
    until = day(voice.until, weekday=False) if voice.until else ""
    return {
        Standing.ANSWERED: _("Answers of %(day)s") % {"day": on},
        Standing.APART: _("Answers of %(day)s: more than 60 days from the others, not compared") % {"day": on},
        Standing.AWAITED: _("Awaited until %(day)s") % {"day": until},
        Standing.SILENT: _("No answer"),
        Standing.UNASKED: _("Not asked yet"),
    }[voice.standing]


def _lacking(found: Comparison) -> tuple[str, str]:
    """(title, what to expect) where there is nothing to compare."""
    if not found.heard:
        return _("Nobody has answered yet"), _("Once two of the three have answered, their views stand side by side.")
    return _("One view only, so far"), _("There is something to compare once a second one has answered.")


# --- What -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Show:
    names: dict[str, str]

    def __call__(self, one: ComparedItem, question: str = "") -> Shown:
        dots = tuple(Dot(SHAPES[role], self.names[role], score) for role, score in one.scores.items())
        return Shown(one.item, dots, _points(one.spread), question)


def _points(spread: int | None) -> str:
    if spread is None:
        return ""
    if spread == 0:
        return _("the same score")
    return ngettext("%(n)d point apart", "%(n)d points apart", spread) % {"n": spread}


def _closeness(found: Comparison) -> str:
    """How near the views are, counted and not computed: one journey is too little for a coefficient."""
    n, close = len(found.paired), len(found.close)
    if not n:
        return _("They answered no question in common.")
    if close == n:
        return ngettext(
            "On the one sentence that two at least have scored, the views lie within one point.",
            "On all %(n)d sentences that two at least have scored, the views lie within one point.", n,
        ) % {"n": n}  # fmt: skip
    if not close:
        return ngettext(
            "On the one sentence that two at least have scored, the views lie more than one point apart.",
            "On none of the %(n)d sentences that two at least have scored do the views lie within one point.", n,
        ) % {"n": n}  # fmt: skip
    told = _("On %(close)d of the %(n)d sentences that two at least have scored, the views lie within one point.")
    return told % {"close": close, "n": n}


def _strengths(found: Comparison) -> list[ComparedItem]:
    """Scored high by every voice heard, the highest first."""
    high = [one for one in found.close if len(one.known) == len(one.scores) and _part_of_scale(one) >= HIGH]
    return sorted(high, key=lambda one: -sum(one.known.values()) / len(one.known))[:STARTERS]


def _part_of_scale(one: ComparedItem) -> float:
    """Where the lowest score stands on the scale, from 0 to 1."""
    return (min(one.known.values()) - one.item.scale_min) / (one.item.scale_max - one.item.scale_min)


def _has_first(found: Comparison) -> bool:
    return any(one.first is not None for one in found.items)


def _columns(found: Comparison, names: dict[str, str]) -> tuple[str, ...]:
    first = found.voices[0].first
    earlier = [f"{names['holder']}, {day(first.on, weekday=False)}"] if first and _has_first(found) else []
    return (*earlier, *(names[one.role] for one in found.heard), _("Points apart"))


def _areas(found: Comparison) -> tuple[Area, ...]:
    with_first = found.voices[0].first is not None and _has_first(found)

    def cells(first: float | None, scores: Sequence[float | None], spread: float | None) -> tuple[str, ...]:
        return tuple(number(one) for one in ([first] if with_first else []) + [*scores, spread])

    return tuple(
        Area(
            area.section.title,
            cells(None, list(area.scores.values()), area.spread) if area.section.least_answered else (),
            tuple((one.item.text, cells(one.first, list(one.scores.values()), one.spread)) for one in area.items),
        )
        for area in found.areas
    )


def side_by_side_journeys(user: User) -> set[int]:
    """One’s own journeys about which somebody was asked what is put side by side. One query."""
    rows = Request.objects.asked().filter(journey__holder__user=user.pk, wave__is_shared=True)
    return set(rows.order_by().values_list("journey", flat=True))


def is_put_side_by_side(journey: int) -> bool:
    """Was anything asked about this journey whose answers are put side by side?"""
    return Request.objects.asked().filter(journey=journey, wave__is_shared=True).exists()
