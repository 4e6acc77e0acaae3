"""A person's own posture over time: the score of each area at each moment she answered, and what changed in between."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.lib import prepared
from backend.lib.texts import agrees_with
from backend.web.charts import number
from evaluation.models import POSTURE, Answer, Item, Request, Wave
from evaluation.queries import words
from evaluation.queries.noise import Noise, Noises, noises
from evaluation.queries.series import Area, Areas, areas_of, same
from evaluation.queries.voices import Comparison, voices_for_all
from evaluation.statistics import ReliableChange, Undefined
from journeys.models import Journey

Scores = dict[int, dict[str, float]]
"""{response id: {code of the section: mean of its answered scales, from as many up as it needs}}"""


Others = tuple[tuple[str, list[float | None]], ...]
"""(who else, their score in each area)."""


@dataclass(frozen=True)
class Moment:
    """One sheet she sent, with its scores in the areas as they are asked now.

    None: fewer answers than a score takes, or, for the codes in `changed`, other questions than now.
    """

    label: str
    on: date
    scores: tuple[float | None, ...]
    changed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OwnArea:
    """One area, from the first sheet (`before`) to the latest (`now`). `moments`: its score in each."""

    area: Area
    moments: tuple[float | None, ...]
    is_changed: bool
    """Were its questions others the first time?"""
    noise: Noise | Undefined

    @property
    def label(self) -> str:
        return self.area.title

    @property
    def before(self) -> float | None:
        return self.moments[0] if len(self.moments) > 1 else None

    @property
    def now(self) -> float | None:
        return self.moments[-1]

    @property
    def change(self) -> float | None:
        """Points from the first sheet to the latest, where both have a score in the same series."""
        return None if self.before is None or self.now is None else self.now - self.before

    @cached_property
    def judged(self) -> ReliableChange | Undefined | None:
        """The change against the noise of the questionnaire; None without a change."""
        if self.before is None or self.now is None:
            return None
        return self.noise if isinstance(self.noise, Undefined) else self.noise.judged(self.before, self.now)

    @property
    def is_beyond_noise(self) -> bool:
        return isinstance(self.judged, ReliableChange) and self.judged.is_beyond_noise

    @property
    def words(self) -> str:
        """What can be said of the change, or why there is none."""
        if self.judged is not None:
            return words.noise(self.judged)
        return _("its questions have changed in between") if self.is_changed else _("too few answers for a score")


@dataclass(frozen=True)
class Posture:
    """One journey's posture: areas in the order of the questionnaire, moments in order of time."""

    journey: Journey
    areas: tuple[OwnArea, ...]
    moments: tuple[Moment, ...]
    others: Others = ()
    """Where answers are put side by side, those that the holder may see."""

    @property
    def latest(self) -> Moment:
        return self.moments[-1]

    @property
    def low(self) -> int:
        return min((own.area.low for own in self.areas), default=1)

    @property
    def high(self) -> int:
        return max((own.area.high for own in self.areas), default=8)

    @property
    def labels(self) -> list[str]:
        return [own.label for own in self.areas]

    @property
    def series(self) -> list[tuple[str, list[float | None]]]:
        """What the radar draws: now, the first time where some of it can be compared, then the others."""
        drawn = [(_("now"), [own.now for own in self.areas])]
        before = [own.before for own in self.areas]
        if any(score is not None for score in before):
            drawn.append((self.moments[0].label, before))
        return [*drawn, *self.others]

    @property
    def changed(self) -> list[OwnArea]:
        """The areas whose questions were others the first time."""
        return [own for own in self.areas if own.is_changed]

    @property
    def timeline(self) -> list[tuple[str, list[str]]]:
        """Each area’s score in words at every moment, where there are more than the two that the radar shows."""
        if len(self.moments) < 3:
            return []
        return [(own.label, [_cell(own, i, moment) for moment in self.moments]) for i, own in enumerate(self.areas)]

    @property
    def measured(self) -> list[tuple[str, Noise]]:
        """The areas whose noise is known."""
        return [(own.label, own.noise) for own in self.areas if isinstance(own.noise, Noise)]

    @property
    def finding(self) -> str:
        """What the chart says, in a sentence; no causal wording."""
        changes = [own for own in self.areas if own.change is not None]
        if changes:
            return _change_in_words(changes)
        if len(self.moments) > 1 and self.changed:
            return _("The questions have changed since your first answers: the two can’t be compared.")
        return _highest_in_words([own for own in self.areas if own.now is not None])


def _cell(own: OwnArea, place: int, moment: Moment) -> str:
    return _("other questions") if own.area.code in moment.changed else number(moment.scores[place], decimals=1)


def _highest_in_words(known: Sequence[OwnArea]) -> str:
    if not known:
        return _("Too few answers for a score.")
    highest = [own.label for own in known if own.now == max(one.now or 0 for one in known)]
    if len(highest) == len(known) > 1:
        return _("Your score is the same in every area.")
    return _("Your highest score is in “%(area)s”.") % {"area": ", ".join(highest)}


def _change_in_words(changes: Sequence[OwnArea]) -> str:
    """The greatest change, beyond the noise where one is; with every area that has changed by as much."""
    beyond = [own for own in changes if own.is_beyond_noise]
    largest = max(beyond or changes, key=lambda own: abs(own.change or 0)).change or 0
    most, n = words.signed(largest), agrees_with(round(largest, 1))
    alike = [own for own in beyond or changes if words.signed(own.change) == most]
    facts = {"areas": ", ".join(own.label for own in alike), "points": most, "scale": alike[0].area.high}
    if beyond:
        said = ngettext(
            "Largest change since your first answers: %(points)s point out of %(scale)s (%(areas)s), beyond the noise "
            "of the questionnaire.",
            "Largest change since your first answers: %(points)s points out of %(scale)s (%(areas)s), beyond the noise "
            "of the questionnaire.",
            n,
        )
        return said % facts
    if all(isinstance(own.judged, ReliableChange) for own in changes):
        return _("Since your first answers, no area has changed by more than the noise of the questionnaire.")
    if most == words.signed(0):
        return _("Since your first answers, no area has changed.")
    said = ngettext(
        "Largest change since your first answers: %(points)s point out of %(scale)s (%(areas)s).",
        "Largest change since your first answers: %(points)s points out of %(scale)s (%(areas)s).",
        n,
    )
    return said % facts


def area_scores(responses: "QuerySet[Answer]") -> Scores:
    """The score of each area in each response whose answers are given: one query, grouped by the database."""
    return scores_in(score_lines(responses))


def score_lines(responses: "QuerySet[Answer]") -> "QuerySet[Answer, Any]":
    """A line for each area and response: what `scores_in` reads."""
    return (
        responses.filter(value__isnull=False, item__kind=Item.Kind.SCALE, item__section__least_answered__isnull=False)
        .order_by()
        .values_list("response", "item__section__code", "item__section__least_answered")
        .annotate(score=Avg("value"), answered=Count("pk"))
        .filter(answered__gte=F("item__section__least_answered"))
    )


def scores_in(lines: Iterable[tuple[Any, ...]]) -> Scores:
    """{response: {area: score}}"""
    found: Scores = defaultdict(dict)
    for response, area, _least, score, _answered in lines:
        found[response][area] = float(score)
    return dict(found)


def _sent(user: int) -> "QuerySet[Request]":
    """Sheets of posture that she has sent of her own journeys, the earliest first."""
    rows = Request.objects.filter(
        respondent=user, state=Request.State.COMPLETE, response__isnull=False, wave__questionnaire__code=POSTURE,
        wave__audience=Wave.Audience.HOLDER, journey__holder__user=user,
    )  # fmt: skip
    related = ("wave", "response", "journey__programme", "journey__project", "journey__holder")
    return rows.select_related(*related).order_by("response__completed_at", "pk")


def my_postures(user: User) -> list[Posture]:
    """One for each journey on which this person has sent answers as its holder, the latest first.

    Ten queries at most: the sheets, their scores, the areas, their noise, and what others answered.
    """
    sent = prepared.objects(("sent_of_posture", user.pk), lambda: _sent(user.pk))
    if not sent:
        return []
    asked = tuple(request.pk for request in sent)
    lines = prepared.rows(
        ("scores_of", *asked), lambda: score_lines(Answer.objects.filter(response__request__in=asked))
    )
    scores = scores_in(lines)
    versions = areas_of(Q(questionnaire__code=POSTURE))
    noise = noises(versions)
    by_journey: dict[int, list[Request]] = defaultdict(list)
    for request in sent:
        by_journey[request.journey_id].append(request)
    voices = voices_for_all([rows[0].journey for rows in by_journey.values()], user)
    postures = []
    for journey, rows in by_journey.items():
        latest = rows[-1].version_id
        others = _others(voices.get(journey, []), versions.get(latest, {}))
        postures.append(_posture(rows, versions, scores, noise.get(latest, {}), others))
    return sorted(postures, key=lambda posture: posture.moments[-1].on, reverse=True)


def journey_posture(journey: Journey) -> Posture | None:
    """The posture over one journey; None before anything was sent."""
    return next((posture for posture in my_postures(journey.holder.user) if posture.journey == journey), None)


def _posture(rows: list[Request], versions: dict[int, Areas], scores: Scores, noise: Noises, others: Others) -> Posture:
    """In the areas of the latest sheet."""
    areas = versions.get(rows[-1].version_id, {})
    moments = tuple(_moment(request, areas, versions.get(request.version_id, {}), scores) for request in rows)
    first = moments[0]
    return Posture(
        journey=rows[0].journey,
        areas=tuple(
            OwnArea(area, tuple(one.scores[i] for one in moments), code in first.changed, noise[code])
            for i, (code, area) in enumerate(areas.items())
        ),
        moments=moments,
        others=others,
    )


def _others(found: Iterable[Comparison], areas: Areas) -> Others:
    """The mentor’s and the tutor’s scores, in the areas that they were asked in the same series as the holder now."""
    names = {Wave.Audience.MENTOR: _("my mentor"), Wave.Audience.TUTOR: _("my tutor")}
    asked = [area for one in found if one.questionnaire.code == POSTURE for area in one.areas]
    alike = {
        area.section.code: area.scores
        for area in asked
        if (mine := areas.get(area.section.code))
        and mine.items == {(one.item.code, one.item.series) for one in area.items}
    }
    drawn = [(name, [alike.get(code, {}).get(role) for code in areas]) for role, name in names.items()]
    return tuple((name, values) for name, values in drawn if any(value is not None for value in values))


def _moment(request: Request, areas: Areas, asked: Areas, scores: Scores) -> Moment:
    alike, own = same(areas, asked), scores.get(request.response.pk, {})
    return Moment(
        label=request.wave.label,
        on=timezone.localdate(request.response.completed_at),
        scores=tuple(own.get(code) if code in alike else None for code in areas),
        changed=frozenset(areas) - alike,
    )


def waiting_requests(user: User) -> "QuerySet[Request]":
    """What this person is asked and can still answer, the soonest to close first: for her home page."""
    from backend.lib import clock

    return (
        Request.objects.answerable(clock.now())
        .filter(respondent=user)
        .select_related("wave__questionnaire", "version", "journey__programme__organisation", "journey__holder__user")
        .order_by("expires_at", "pk")
    )
