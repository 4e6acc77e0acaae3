"""How far holders, mentors and tutors of a programme give the same scores to the same questions, over its journeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count

from backend.accounts.models import User
from evaluation import statistics
from evaluation.models import Questionnaire, Request, Wave
from evaluation.queries import words
from evaluation.queries.voices import ComparedItem, Comparison, compare_named
from evaluation.statistics import Agreement, Change, Undefined
from journeys.models import Programme

FEWEST = words.FEWEST
"""Journeys: under five nothing is told of how far views agree."""
MOST_ITEMS = 5
PAIRS = (("holder", "mentor"), ("holder", "tutor"), ("mentor", "tutor"))


@dataclass(frozen=True)
class Measure:
    """One thing that all voices of a group have scored: all areas (`title` empty), an area, or an item.

    `scores`: one row a journey, one column a voice, in the order of the group. `width`: points from the lowest to the
    highest of an item’s scale.
    """

    title: str
    scores: tuple[tuple[float, ...], ...]
    width: int = 0

    @property
    def n(self) -> int:
        return len(self.scores)

    @property
    def is_enough(self) -> bool:
        return self.n >= FEWEST

    @cached_property
    def agreement(self) -> Agreement | Undefined:
        """Whether voices tell journeys apart alike and give them the same scores: ICC(2,1)."""
        return statistics.absolute_agreement(self.scores)

    @cached_property
    def gap(self) -> Change | Undefined:
        """The second voice less the first, on average, with Student’s interval."""
        return statistics.paired_change([row[0] for row in self.scores], [row[1] for row in self.scores])

    @property
    def mean_gap(self) -> float | None:
        """Known also when it is the same on every journey."""
        return self.gap.value if isinstance(self.gap, Undefined) else self.gap.mean

    @property
    def distance(self) -> float:
        """Points between the lowest and the highest score of a journey, on average."""
        return sum(max(row) - min(row) for row in self.scores) / self.n if self.n else 0.0


@dataclass(frozen=True)
class Group:
    """Two voices, or all three, on the `n` journeys where each of them is heard.

    `overall`: means of the area scores, of the journeys where every voice has each; where no area has a score, means of
    all items. `items`: those on which they differ most, as a share of the scale, the greatest difference first.
    """

    roles: tuple[str, ...]
    n: int
    overall: Measure
    areas: tuple[Measure, ...]
    items: tuple[Measure, ...]

    @property
    def is_enough(self) -> bool:
        return self.n >= FEWEST

    @property
    def is_pair(self) -> bool:
        return len(self.roles) == 2


def groups_of(programme: Programme, questionnaire: Questionnaire) -> list[Group]:
    """Each two voices that some journey has, then all three where five journeys have them. Three queries."""
    found = compare_named(programme, questionnaire, [*PAIRS, Wave.VOICES])
    groups = [_group(roles, many) for roles, many in found.items()]
    return [one for one in groups if (one.n if one.is_pair else one.is_enough)]


def _group(roles: tuple[str, ...], journeys: Sequence[Comparison]) -> Group:
    newest = sorted(journeys, key=lambda one: -max(voice.sheet.version for voice in one.heard if voice.sheet))
    return Group(
        roles,
        len(journeys),
        Measure("", tuple(row for one in journeys if (row := _overall(one, roles)) is not None)),
        _areas(newest, roles),
        _items(newest, roles),
    )


def _overall(found: Comparison, roles: tuple[str, ...]) -> tuple[float, ...] | None:
    """None where a voice has no score for one of them."""
    scored = [area.scores for area in found.areas if area.section.least_answered]
    parts = scored or [item.scores for item in found.items]
    by_role = [[known for part in parts if (known := part[role]) is not None] for role in roles]
    if not parts or any(len(known) < len(parts) for known in by_role):
        return None
    return tuple(sum(known) / len(known) for known in by_role)


def _areas(newest: Sequence[Comparison], roles: tuple[str, ...]) -> tuple[Measure, ...]:
    """In the words and the order of the newest version."""
    titles: dict[str, str] = {}
    scores: dict[str, list[tuple[float, ...]]] = {}
    for area in (area for one in newest for area in one.areas if area.section.least_answered):
        titles.setdefault(area.section.code, area.section.title)
        rows = scores.setdefault(area.section.code, [])
        known = [score for role in roles if (score := area.scores[role]) is not None]
        if len(known) == len(roles):
            rows.append(tuple(known))
    return tuple(Measure(title, tuple(scores[code])) for code, title in titles.items())


def _items(newest: Sequence[Comparison], roles: tuple[str, ...]) -> tuple[Measure, ...]:
    """Those that enough journeys have, of one series each, on which the voices are not always at one."""
    found: dict[tuple[str, int], list[ComparedItem]] = {}
    for one in (item for journey in newest for item in journey.items if len(item.known) == len(roles)):
        found.setdefault((one.item.code, one.item.series), []).append(one)
    measures = [
        Measure(
            many[0].item.text,
            tuple(tuple(float(one.known[role]) for role in roles) for one in many),
            many[0].item.scale_max - many[0].item.scale_min,
        )
        for many in found.values()
    ]
    apart = [one for one in measures if one.is_enough and one.distance]
    return tuple(sorted(apart, key=lambda one: -one.distance / one.width)[:MOST_ITEMS])


# --- Where there is something to compare -------------------------------------------------------------
def has_two_voices(wave: Wave) -> bool:
    """Have two voices at least answered by name, in this programme, what this wave asks? One query."""
    sent = Request.objects.filter(
        wave__programme=wave.programme_id, wave__questionnaire=wave.questionnaire_id, wave__mode=Wave.Mode.IDENTIFIED,
        wave__audience__in=Wave.VOICES, state=Request.State.COMPLETE,
    )  # fmt: skip
    return sent.order_by().values("wave__audience").distinct().count() > 1


def programmes_to_compare(user: User, questionnaire: Questionnaire) -> list[Programme]:
    """Those this lead leads in which two voices at least have answered it by name. One query."""
    heard = Request.objects.filter(
        wave__programme__organisation__in=user.organisation_ids("lead"), wave__questionnaire=questionnaire.pk,
        wave__mode=Wave.Mode.IDENTIFIED, wave__audience__in=Wave.VOICES, state=Request.State.COMPLETE,
    )  # fmt: skip
    two = heard.order_by().values("wave__programme").annotate(n=Count("wave__audience", distinct=True)).filter(n__gt=1)
    rows = Programme.objects.filter(pk__in=two.values("wave__programme")).select_related("organisation")
    return list(rows.order_by("organisation__name", "title_fr", "pk"))
