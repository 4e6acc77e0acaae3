"""The rows behind two figures of posture: whose change is beyond noise, and how far mentors see what holders see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from backend.lib import prepared
from evaluation.models import POSTURE, Answer, Request, Wave
from evaluation.queries import rows
from evaluation.queries.noise import Noise, noises
from evaluation.queries.posture import score_lines, scores_in
from evaluation.queries.scope import Scope
from evaluation.queries.series import Area, Areas, Versions, posture_areas, same
from evaluation.statistics import Reason, Undefined

WINDOW = timedelta(days=60)
"""Sheets of two people so far apart are not compared (as in `voices`)."""


# --- Beyond noise ---------------------------------------------------------------------------------------
def judged_pairs(scope: Scope) -> "QuerySet[Request]":
    """Those of the change of posture: asked at both moments, by name."""
    return rows.posture_pairs(scope)


def overall_noise(areas: Areas, known: Versions | None = None) -> Noise | Undefined:
    """The noise of the mean of all these areas, from all their sentences together. Two queries, one more unless the
    areas of all versions are `known`; none without any."""
    if not areas:
        return Undefined(Reason.TOO_FEW)
    known = posture_areas() if known is None else known
    whole = {version: _whole(asked) for version, asked in known.items() if len(same(areas, asked)) == len(areas)}
    found = noises({version: {"": area} for version, area in whole.items()})
    return next((one[""] for one in found.values()), Undefined(Reason.TOO_FEW))


def _whole(areas: Areas) -> Area:
    items = frozenset[tuple[str, int]]().union(*(area.items for area in areas.values()))
    return Area("", "", items, min(one.low for one in areas.values()), max(one.high for one in areas.values()))


# --- Holder and mentor ------------------------------------------------------------------------------------
def mentor_views(scope: Scope) -> "QuerySet[Request]":
    """Mentors asked by name in the period how they see the posture of a holder: the latest of a journey that was
    answered, else all that were not. With `sheet_mentor`, once complete, and `sheet_holder` and its version: the
    latest of the holder within sixty days of it.
    """
    asked = Request.objects.asked().filter(rows.NAMED, wave__questionnaire__code=POSTURE)
    complete = asked.filter(state=Request.State.COMPLETE, journey=OuterRef("journey"))
    answered = complete.filter(scope.moments("sent_at"), wave__audience=Wave.Audience.MENTOR).order_by()
    newer = answered.filter(
        Q(response__completed_at__gt=OuterRef("response__completed_at"))
        | Q(response__completed_at=OuterRef("response__completed_at"), pk__gt=OuterRef("pk"))
    )
    is_sent = Q(state=Request.State.COMPLETE)
    holder = complete.filter(
        wave__audience=Wave.Audience.HOLDER,
        response__completed_at__gte=OuterRef("response__completed_at") - WINDOW,
        response__completed_at__lte=OuterRef("response__completed_at") + WINDOW,
    ).order_by("-response__completed_at", "pk")
    return (
        asked.filter(scope.journeys("journey__"), scope.moments("sent_at"), wave__audience=Wave.Audience.MENTOR)
        .filter((is_sent & ~Exists(newer)) | (~is_sent & ~Exists(answered)))
        .annotate(
            sheet_mentor=Case(When(state=Request.State.COMPLETE, then=F("response"))),
            sheet_holder=Subquery(holder.values("response")[:1]),
            version_holder=Subquery(holder.values("version")[:1]),
        )
    )


@dataclass(frozen=True)
class Views:
    """`asked` mentors of the period; `scores`: (holder, mentor) on each journey that both see in all areas."""

    asked: int
    scores: list[tuple[float, float]]


def views_of(scope: Scope, known: Versions | None = None) -> Views:
    """Three queries, whatever the number of journeys, unless the areas of all versions are `known`; one where nobody
    was asked."""
    names = ("pk", "sheet_holder", "version_holder", "sheet_mentor", "version")
    found = prepared.rows(("views", scope), lambda: mentor_views(scope).order_by("pk").values_list(*names))
    both = overall_of(found, known) if found else {}
    return Views(len(found), list(both.values()))


def overall_of(
    found: Iterable[tuple[int, Any, Any, Any, int]], known: Versions | None = None
) -> dict[int, tuple[float, float]]:
    """{request: (holder, mentor)}, the means of the area scores, where both were asked the same and have each. Two
    queries."""
    pairs = [one for one in found if one[1] is not None and one[3] is not None]
    versions = posture_areas() if known is None else known
    sheets_of = tuple(sheet for one in pairs for sheet in (one[1], one[3]))
    lines = prepared.rows(
        ("sheets_compared", *sheets_of), lambda: score_lines(Answer.objects.filter(response__in=sheets_of))
    )
    scores = scores_in(lines)
    made: dict[int, tuple[float, float]] = {}
    for pk, holder, version_holder, mentor, version in pairs:
        areas = versions.get(version_holder, {})
        if not areas or len(same(areas, versions.get(version, {}))) < len(areas):
            continue
        sheets = [[scores.get(sheet, {}).get(code) for code in areas] for sheet in (holder, mentor)]
        told = [[score for score in sheet if score is not None] for sheet in sheets]
        if all(len(sheet) == len(areas) for sheet in told):
            made[pk] = (sum(told[0]) / len(areas), sum(told[1]) / len(areas))
    return made
