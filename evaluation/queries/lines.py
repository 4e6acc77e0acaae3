"""One line per row behind a figure, the same for the page, the files and the API."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.web.charts import number
from evaluation.models import Request
from evaluation.queries import rows
from evaluation.queries.gains import area_labels, both_scores, pair_scores
from evaluation.queries.scope import Scope
from journeys.models import Bridge, Delivery, Journey, Step


@dataclass(frozen=True)
class Line:
    """One row: who, in which programme, when, what, in which state, and what it adds to the figure (None: nothing)."""

    person: str
    programme: str
    commune: str
    day: date
    what: str
    state: str
    value: float | None
    about: str
    """What it is about, as "journey:12" or the ledger's "session:3"."""
    journey: int


@dataclass(frozen=True)
class RowSet:
    """The rows of one measure, in order, and how a batch of them becomes lines."""

    rows: "QuerySet[Any]"
    lines: Callable[[Iterable[Any]], list[Line]]


def _journey(journey: Journey, **more: Any) -> Line:
    commune = journey.project.commune
    return Line(
        person=str(journey.holder),
        programme=journey.programme.title,
        commune=commune.name if commune else "",
        journey=journey.pk,
        **more,
    )


def _joined(path: str = "") -> list[str]:
    return [f"{path}holder__user", f"{path}programme", f"{path}project__commune"]


def row_set(code: str, scope: Scope) -> RowSet:
    """The rows behind the figure `code`. KeyError for a measure that there is not."""
    return {
        "people": _people,
        "hours": _hours,
        "immersions": _immersions,
        "milestones": _milestones,
        "posture": _posture,
        "response": _response,
        "bridges": _bridges,
    }[code](scope)


def _people(scope: Scope) -> RowSet:
    def line(journey: Journey) -> Line:
        return _journey(
            journey, day=journey.started_on, what=journey.project.name, state=str(journey.get_state_display()), value=1,
            about=f"journey:{journey.pk}",
        )  # fmt: skip

    found = rows.people(scope).select_related(*_joined()).order_by("holder__user__last_name", "pk")
    return RowSet(found, lambda batch: [line(one) for one in batch])


def _hours(scope: Scope) -> RowSet:
    def line(row: Delivery) -> Line:
        return _journey(
            row.journey, day=timezone.localdate(row.happened_at), what=str(row.get_kind_display()),
            state=str(row.get_state_display()), value=row.minutes, about=row.source,
        )  # fmt: skip

    found = rows.contact_deliveries(scope).select_related(*_joined("journey__")).order_by("-happened_at", "-pk")
    return RowSet(found, lambda batch: [line(one) for one in batch])


def _immersions(scope: Scope) -> RowSet:
    return _steps(rows.immersions(scope))


def _milestones(scope: Scope) -> RowSet:
    return _steps(rows.milestones(scope))


def _steps(found: "QuerySet[Step]") -> RowSet:
    def line(step: Step) -> Line:
        return _journey(
            step.journey, day=step.done_on or step.due_on, what=step.title, state=str(step.get_state_display()),
            value=int(step.state == Step.State.DONE), about=f"step:{step.pk}",
        )  # fmt: skip

    joined = found.select_related(*_joined("journey__")).order_by(Coalesce("done_on", "due_on").desc(), "pk")
    return RowSet(joined, lambda batch: [line(one) for one in batch])


def _posture(scope: Scope) -> RowSet:
    areas = area_labels()

    def lines(batch: Iterable[Any]) -> list[Line]:
        asked = list(batch)
        scores = pair_scores(Request.objects.filter(pk__in=[one.pk for one in asked]))
        return [line(one, scores) for one in asked]

    def line(one: Any, scores: dict[int, dict[str, float]]) -> Line:
        both = both_scores(scores.get(one.sheet_before, {}), scores.get(one.sheet_after, {}))
        known = len(both) == len(areas) > 0
        before, after = (sum(score[i] for score in both.values()) / len(areas) if known else 0 for i in (0, 1))
        missing = (
            _("not answered at both moments") if not (one.sheet_before and one.sheet_after) else _("too few answers")
        )
        return _journey(
            one.journey, day=timezone.localdate(one.sent_at),
            what=f"{number(before, decimals=2)} → {number(after, decimals=2)}" if known else missing,
            state=str(one.get_state_display()), value=after - before if known else None,
            about=f"journey:{one.journey_id}",
        )  # fmt: skip

    joined = rows.posture_pairs(scope).select_related(*_joined("journey__")).order_by("-sent_at", "pk")
    return RowSet(joined, lines)


def _response(scope: Scope) -> RowSet:
    def line(one: Request) -> Line:
        return _journey(
            one.journey, day=timezone.localdate(one.sent_at), what=str(one.wave), state=str(one.get_state_display()),
            value=int(one.state == Request.State.COMPLETE), about=f"journey:{one.journey_id}",
        )  # fmt: skip

    joined = (
        rows.requests(scope).select_related("wave__questionnaire", *_joined("journey__")).order_by("-sent_at", "pk")
    )
    return RowSet(joined, lambda batch: [line(one) for one in batch])


def _bridges(scope: Scope) -> RowSet:
    def line(bridge: Bridge) -> Line:
        journey = bridge.to_journey
        return _journey(
            journey, day=bridge.crossed_on, what=f"{bridge.from_journey.programme} → {journey.programme}",
            state=str(bridge.get_kind_display()), value=1, about=f"journey:{journey.pk}",
        )  # fmt: skip

    joined = rows.bridges(scope).select_related("from_journey__programme", *_joined("to_journey__"))
    return RowSet(joined.order_by("-crossed_on", "-pk"), lambda batch: [line(one) for one in batch])
