"""What is compared between those who look for a mentor and mentors: tables of numbers, read at once for everybody."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from backend.lib import clock
from backend.lib.texts import fold
from journeys.models import Journey
from mentoring.models import Conflict, MatchWeights, Mentor, Mentorship, Need, Session

Values = NDArray[np.uint8]
Marks = NDArray[np.float32]
FULL = 240
"""What speaks wholly for a pair: its halves, thirds, quarters and fifths are whole, and a byte holds it."""
UNKNOWN = FULL // 2
"""What is not known of either counts half: neither for nor against."""
ONLY_AT_A_DISTANCE = FULL * 3 // 5
SLICE = 500
"""Rows reckoned at a time."""
TOP = 1000
"""The score of a pair for whom every criterion speaks."""

CRITERIA = {
    "themes": gettext_noop("knows what is looked for"),
    "sectors": gettext_noop("knows the sector"),
    "near": gettext_noop("can meet as wished"),
    "phases": gettext_noop("knows this phase"),
    "room": gettext_noop("has room"),
    "known": gettext_noop("has accompanied this person before"),
}
SELF, ALREADY, PAUSED, CONFLICT, NOT_A_FIT, LANGUAGE = range(1, 7)
"""Why a pair may not be (0: it may)."""


@dataclass(frozen=True)
class Tables:
    """n journeys × m mentors: `values[criterion]` (0 to FULL) and `barred` (why it may not be) n × m; `places` m."""

    journeys: list[Journey]
    mentors: list[Mentor]
    needs: Mapping[int, Need]
    values: dict[str, Values] = field(repr=False)
    barred: NDArray[np.uint8] = field(repr=False)
    places: NDArray[np.int64] = field(repr=False)
    spent: Mapping[int, float]
    declined: set[tuple[int, int]]
    """(mentor, holder) of proposals that one of the two declined."""

    @property
    def allowed(self) -> NDArray[np.bool_]:
        return self.barred == 0

    def scores(self, weights: Mapping[str, int]) -> NDArray[np.int16]:
        """n × m whole numbers from 0 to `TOP`: the mean of the values under these weights."""
        whole = sum(weights.values())
        scores = np.zeros(self.barred.shape, dtype=np.int16)
        for start in range(0, len(self.journeys) if whole else 0, SLICE):
            rows = slice(start, start + SLICE)
            points = sum(self.values[name][rows].astype(np.int32) * weight for name, weight in weights.items())
            scores[rows] = np.rint(np.asarray(points) * (TOP / (whole * FULL)))
        return scores


def weights_of(organisation_id: int, asked: Mapping[str, int] | None = None) -> dict[str, int]:
    """The weight of each criterion, 0 to 5: as asked, else as the organisation keeps them, else the house's."""
    kept = MatchWeights.objects.filter(organisation=organisation_id).values_list("weights", flat=True).first() or {}
    whole = {**MatchWeights.DEFAULTS, **kept, **(asked or {})}
    return {name: min(MatchWeights.MOST, max(0, int(whole[name]))) for name in CRITERIA}


def read_tables(journeys: Iterable[Journey], mentors: Iterable[Mentor]) -> Tables:
    """The tables for these journeys (with `holder`, `project` read) and mentors (`with_load`, `communes` prefetched).

    A constant number of queries. Rows and columns keep the order they are given in.
    """
    rows, columns = list(journeys), list(mentors)
    needs = {need.journey_id: need for need in Need.objects.filter(journey__in=[row.pk for row in rows])}
    before, live, declined = _pairs(rows, columns)
    spent = hours_spent(columns, clock.now())
    values = {
        "themes": _shares([_codes(needs.get(row.pk), "themes") for row in rows], [one.expertise for one in columns]),
        "sectors": _any(
            [[fold(word) for word in row.project.themes] for row in rows],
            [[fold(word) for word in one.sectors] for one in columns],
        ),
        "near": _near(rows, columns, needs),
        "phases": _any([[row.project.phase] for row in rows], [one.phases for one in columns]),
        "room": np.broadcast_to(
            np.array(
                [round(FULL * max(0, one.capacity - one.load) / max(1, one.capacity)) for one in columns],
                dtype=np.uint8,
            ),
            (len(rows), len(columns)),
        ),
        "known": _known(rows, columns, before),
    }
    places = [0 if _is_spent(one, spent) else max(0, one.capacity - one.load) for one in columns]
    return Tables(
        journeys=rows,
        mentors=columns,
        needs=needs,
        values=values,
        barred=_barred(rows, columns, needs, before, live),
        places=np.array(places, dtype=np.int64),
        spent=spent,
        declined=declined,
    )


def hours_spent(mentors: Sequence[Mentor], now: datetime) -> dict[int, float]:
    """Hours held or planned this month (on the house's clock), of the mentors who set a limit in hours."""
    limited = [mentor.pk for mentor in mentors if mentor.hours_a_month]
    if not limited:
        return {}
    local = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    after = (local + timedelta(days=32)).replace(day=1)
    spent = dict.fromkeys(limited, 0.0)
    sessions = Session.objects.filter(
        mentorship__mentor__in=limited,
        starts_at__gte=local,
        starts_at__lt=after,
        state__in=[Session.State.PLANNED, Session.State.HELD],
    )
    met: set[int | None] = set()
    for mentor, minutes, starts_at, ends_at, gathering in sessions.order_by("-held_minutes").values_list(
        "mentorship__mentor", "held_minutes", "starts_at", "ends_at", "gathering"
    ):
        if gathering and gathering in met:  # one meeting with several is her time once
            continue
        met.add(gathering)
        spent[mentor] += (ends_at - starts_at) / timedelta(hours=1) if minutes is None else minutes / 60
    return spent


def without_hours(mentors: Sequence[Mentor]) -> set[int]:
    """The numbers of those who have given all the hours they have this month."""
    spent = hours_spent(mentors, clock.now())
    return {one.pk for one in mentors if _is_spent(one, spent)}


def _is_spent(mentor: Mentor, spent: Mapping[int, float]) -> bool:
    """Has she given all the hours she has this month?"""
    return bool(mentor.hours_a_month) and spent.get(mentor.pk, 0.0) >= (mentor.hours_a_month or 0)


def _codes(need: Need | None, name: str) -> list[str]:
    return list(getattr(need, name)) if need else []


def _known(rows: Sequence[Journey], columns: Sequence[Mentor], before: Mapping[tuple[int, int], str]) -> Values:
    """FULL where the mentor has accompanied this person to a good end."""
    known = np.zeros((len(rows), len(columns)), dtype=np.uint8)
    row_of_holder = _places_of([row.holder_id for row in rows])
    column_of = {one.pk: place for place, one in enumerate(columns)}
    for (mentor, holder), end in before.items():
        if end == "good":
            known[row_of_holder[holder], column_of[mentor]] = FULL
    return known


def _places_of(keys: Iterable[int]) -> dict[int, list[int]]:
    """Where each key stands."""
    found: dict[int, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    return found


def _marks(lists: Sequence[Sequence[str]], words: dict[str, int]) -> Marks:
    """1 where the row has the word of the column."""
    marks = np.zeros((len(lists), max(1, len(words))), dtype=np.float32)
    for row, found in enumerate(lists):
        for word in found:
            marks[row, words[word]] = 1
    return marks


class _Shared:
    """How many words each row and column share (`rows`: some rows of them), and who says something at all."""

    def __init__(self, wanted: Sequence[Sequence[str]], offered: Sequence[Sequence[str]]) -> None:
        words = {
            word: place for place, word in enumerate(sorted({word for one in [*wanted, *offered] for word in one}))
        }
        self.asked, self.given = _marks(wanted, words), _marks(offered, words)
        self.said = np.array([bool(one) for one in wanted], dtype=bool)[:, None]
        self.told = np.array([bool(one) for one in offered], dtype=bool)[None, :]
        self.shape = len(wanted), len(offered)

    def table(self, value: Callable[[Marks, slice], Any]) -> Values:
        """`value` of the shared words, a few rows at a time; UNKNOWN where one of the two says nothing."""
        found = np.full(self.shape, UNKNOWN, dtype=np.uint8)
        for start in range(0, self.shape[0], SLICE):
            rows = slice(start, start + SLICE)
            known = self.said[rows] & self.told
            found[rows] = np.where(known, value(self.asked[rows] @ self.given.T, rows), found[rows])
        return found


def _shares(wanted: Sequence[Sequence[str]], offered: Sequence[Sequence[str]]) -> Values:
    """The part of what is wanted that is offered."""
    shared = _Shared(wanted, offered)
    asked = np.maximum(shared.asked.sum(axis=1), 1)[:, None]
    return shared.table(lambda both, rows: np.rint(FULL * both / asked[rows]))


def _any(wanted: Sequence[Sequence[str]], offered: Sequence[Sequence[str]]) -> Values:
    """FULL where one word at least is shared."""
    return _Shared(wanted, offered).table(lambda both, rows: np.where(both > 0, FULL, 0))


def _communes(mentor: Mentor) -> list[str]:
    """Where she can be met: her commune and those she comes to."""
    return [mentor.commune_id or ""] * bool(mentor.commune_id) + [commune.pk for commune in mentor.communes.all()]


def _near(rows: Sequence[Journey], columns: Sequence[Mentor], needs: Mapping[int, Need]) -> Values:
    """FULL: meets as wished, or in the person's commune; less: only at a distance, without a wish; 0: cannot."""
    homes = [[row.project.commune_id or ""] * bool(row.project.commune_id) for row in rows]
    near = _any(homes, [_communes(one) for one in columns])
    remote = np.array([one.meets_remotely for one in columns], dtype=bool)
    for place, row in enumerate(rows):
        wish = needs[row.pk].meeting if row.pk in needs else Need.Meeting.ANY
        if wish == Need.Meeting.REMOTE:
            near[place] = np.where(remote, FULL, 0)
        elif wish == Need.Meeting.ANY:
            near[place, remote] = np.maximum(near[place, remote], ONLY_AT_A_DISTANCE)
    return near


def _pairs(
    rows: Sequence[Journey], columns: Sequence[Mentor]
) -> tuple[dict[tuple[int, int], str], set[tuple[int, int]], set[tuple[int, int]]]:
    """Former pairs (mentor, holder) with how they ended ("good", "fit", "other"); live ones (mentor, journey); those
    that were proposed and declined (mentor, holder). What was withdrawn says nothing of the two."""
    found = Mentorship.objects.filter(
        Q(journey__holder__in=[row.holder_id for row in rows]), mentor__in=[one.pk for one in columns]
    )
    before: dict[tuple[int, int], str] = {}
    live: set[tuple[int, int]] = set()
    declined: set[tuple[int, int]] = set()
    for mentor, holder, journey, state, reason in found.order_by("pk").values_list(
        "mentor", "journey__holder", "journey", "state", "end_reason"
    ):
        if state != Mentorship.State.ENDED:
            live.add((mentor, journey))
        elif reason in Mentorship.NEVER:
            declined.update({(mentor, holder)} if reason == Mentorship.EndReason.DECLINED else ())
        elif reason == Mentorship.EndReason.NOT_A_FIT:
            before[mentor, holder] = "fit"
        elif before.get((mentor, holder)) != "fit":
            good = reason in (Mentorship.EndReason.COMPLETED, Mentorship.EndReason.BRIDGED)
            before[mentor, holder] = "good" if good or before.get((mentor, holder)) == "good" else "other"
    return before, live, declined


def _barred(
    rows: Sequence[Journey],
    columns: Sequence[Mentor],
    needs: Mapping[int, Need],
    before: Mapping[tuple[int, int], str],
    live: set[tuple[int, int]],
) -> NDArray[np.uint8]:
    """Why each pair may not be: the first reason that holds."""
    spoken = _any([_codes(needs.get(row.pk), "languages") for row in rows], [one.languages for one in columns])
    barred = np.where(spoken == 0, np.uint8(LANGUAGE), np.uint8(0))
    row_of_holder = _places_of([row.holder_id for row in rows])
    column_of = {one.pk: place for place, one in enumerate(columns)}
    conflicts = Conflict.objects.filter(mentor__in=column_of, holder__in=row_of_holder).values_list("mentor", "holder")
    for (mentor, holder), code in [
        *(((m, h), NOT_A_FIT) for (m, h), end in before.items() if end == "fit"),
        *((pair, CONFLICT) for pair in conflicts),
    ]:
        barred[row_of_holder[holder], column_of[mentor]] = code
    barred[:, [one.is_paused() for one in columns]] = PAUSED
    place_of = {row.pk: place for place, row in enumerate(rows)}
    for mentor, journey in live:
        if journey in place_of:
            barred[place_of[journey], column_of[mentor]] = ALREADY
    mine = _places_of([row.holder.user_id for row in rows])
    for place, one in enumerate(columns):
        barred[mine.get(one.user_id, []), place] = SELF
    return barred
