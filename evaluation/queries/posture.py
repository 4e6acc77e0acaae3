"""A person's own posture over time: the score of each area at each moment she answered."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.texts import pick
from evaluation.models import Answer, Request
from evaluation.queries.answers import ENOUGH
from journeys.models import Journey

Scores = dict[int, dict[str, float]]
"""{response id: {area (French name, its key): mean of the answered items, from three up}}"""


@dataclass(frozen=True)
class Moment:
    """One sheet she sent, with its area scores (None: fewer than three answers)."""

    label: str
    on: date
    scores: tuple[float | None, ...]


@dataclass(frozen=True)
class Posture:
    """One journey's posture: areas in the order of the questionnaire, moments in order of time."""

    journey: Journey
    areas: tuple[str, ...]
    moments: tuple[Moment, ...]
    scale_max: int = 8

    @property
    def bars(self) -> list[tuple[str, float | None]]:
        """Rows for a bar chart: each area, moment after moment."""
        return [
            (f"{area} · {moment.label}", moment.scores[i])
            for i, area in enumerate(self.areas)
            for moment in self.moments
        ]

    @property
    def changes(self) -> list[tuple[str, float]]:
        """(area, last − first score) where both are known."""
        if len(self.moments) < 2:
            return []
        first, last = self.moments[0].scores, self.moments[-1].scores
        return [
            (area, b - a) for area, a, b in zip(self.areas, first, last, strict=True) if a is not None and b is not None
        ]

    @property
    def finding(self) -> str:
        """What the chart says, in a sentence; no causal wording."""
        from backend.web.charts import number

        if self.changes:
            area, most = max(self.changes, key=lambda change: abs(change[1]))
            sign = "+" if most > 0 else ""
            return _("Since the start, “%(area)s” has changed most: %(points)s points out of %(scale)s.") % {
                "area": area, "points": sign + number(most, decimals=1), "scale": self.scale_max,
            }  # fmt: skip
        known = [
            (score, area) for area, score in zip(self.areas, self.moments[-1].scores, strict=True) if score is not None
        ]
        if not known:
            return _("Too few answers for a score.")
        return _("Your highest score is in “%(area)s”.") % {"area": max(known)[1]}


def area_scores(responses: "QuerySet[Answer]") -> Scores:
    """The score of each area in each response whose answers are given: one query, grouped by the database."""
    found: Scores = defaultdict(dict)
    rows = (
        responses.filter(value__isnull=False)
        .order_by()
        .values_list("response", "item__area_fr")
        .annotate(score=Avg("value"), answered=Count("pk"))
        .filter(answered__gte=ENOUGH)
    )
    for response, area, score, _answered in rows:
        found[response][area] = float(score)
    return dict(found)


def my_postures(user: User) -> list[Posture]:
    """One for each journey on which this person has sent answers as its holder, the latest first. Four queries."""
    sent = list(
        Request.objects.filter(respondent=user, state=Request.State.COMPLETE, response__isnull=False)
        .select_related("wave", "response", "journey__programme", "journey__project")
        .order_by("response__completed_at", "pk")
    )
    scores = area_scores(Answer.objects.filter(response__request__in=[request.pk for request in sent]))
    areas = _areas(sent)
    by_journey: dict[int, list[Request]] = defaultdict(list)
    for request in sent:
        by_journey[request.journey_id].append(request)
    postures = [_posture(rows, areas[rows[0].version_id], scores) for rows in by_journey.values()]
    return sorted(postures, key=lambda posture: posture.moments[-1].on, reverse=True)


def journey_posture(journey: Journey) -> Posture | None:
    """The posture over one journey; None before anything was sent."""
    return next((posture for posture in my_postures(journey.holder.user) if posture.journey == journey), None)


def _areas(sent: list[Request]) -> dict[int, dict[str, str]]:
    """{version: {area key: label}}, in order."""
    from evaluation.models import Item

    found: dict[int, dict[str, str]] = defaultdict(dict)
    for item in Item.objects.filter(version__in={request.version_id for request in sent}).order_by("position", "pk"):
        found[item.version_id].setdefault(item.area_fr, pick(item, "area"))
    return found


def _posture(rows: list[Request], areas: dict[str, str], scores: Scores) -> Posture:
    moments = tuple(
        Moment(
            str(request.wave.get_moment_display()),
            timezone.localdate(request.response.completed_at),
            tuple(scores.get(request.response.pk, {}).get(key) for key in areas),
        )
        for request in rows
    )
    return Posture(rows[0].journey, tuple(areas.values()), moments)


def waiting_requests(user: User) -> "QuerySet[Request]":
    """What this person is asked and can still answer, the soonest to close first: for her home page."""
    from backend.lib import clock

    return (
        Request.objects.answerable(clock.now())
        .filter(respondent=user)
        .select_related("wave__questionnaire", "version", "journey__programme__organisation")
        .order_by("expires_at", "pk")
    )
