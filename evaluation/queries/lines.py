"""One line per row behind a figure, the same for the page, the files and the API."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.web.charts import number
from evaluation.models import Request
from evaluation.queries import lines_continuity, lines_given, lines_outcomes, lines_questions, lines_views, rows
from evaluation.queries.gains import both_scores, compared_in, pair_scores
from evaluation.queries.line import Line, Way, Ways, each, of_journey
from evaluation.queries.measures import MEASURES, Measure
from evaluation.queries.measures.heard import HEARD
from evaluation.queries.past.former import definitions
from evaluation.queries.scope import Scope
from journeys.models import Journey


@dataclass(frozen=True)
class RowSet:
    """The rows of one measure, in order, and how a batch of them becomes lines."""

    rows: "QuerySet[Any]"
    lines: Callable[[Iterable[Any]], list[Line]]


def row_set(which: str | Measure, scope: Scope) -> RowSet:
    """The rows behind a figure: of the catalogue by its code, or of a question. KeyError for one that there is not."""
    measure = definitions()[which] if isinstance(which, str) else which
    order, lines, more = way_of(measure)
    path = measure.path
    joined = [f"{path}holder__user", f"{path}programme", f"{path}project__commune", *more]
    found = measure.rows(scope).select_related(*joined).order_by(*order)
    return RowSet(found, lambda batch: lines(batch, measure, scope))


def way_of(measure: Measure) -> Way:
    """How its rows become lines; those of a former definition as those of the one that replaced it."""
    today = MEASURES.get(measure.code)
    return WAYS.get(measure.base) or (WAYS[today.base] if today else lines_questions.WAY)


def _of_journey(journey: Any, measure: Measure) -> Line:
    return of_journey(
        journey, day=journey.happened, what=TOLD.get(measure.code, _project)(journey),
        state=str(journey.get_state_display()), value=journey.value, about=f"journey:{journey.pk}",
    )  # fmt: skip


def _project(journey: Journey) -> str:
    return journey.project.name


# what a line tells of a journey, where it is not its project
TOLD: dict[str, Callable[[Any], str]] = {
    "women": lambda journey: str(journey.holder.get_gender_display()),
    "qpv": lambda journey: str(journey.project.get_qpv_display()),
    "left": lambda journey: str(journey.get_leave_reason_display()) if journey.value else journey.project.name,
}


def _delivery(row: Any, measure: Measure) -> Line:
    return of_journey(
        row.journey, day=timezone.localdate(row.happened), what=str(row.get_kind_display()),
        state=str(row.get_state_display()), value=row.value, about=row.source,
    )  # fmt: skip


def _step(step: Any, measure: Measure) -> Line:
    return of_journey(
        step.journey, day=step.happened, what=step.title, state=str(step.get_state_display()), value=step.value,
        about=f"step:{step.pk}",
    )  # fmt: skip


def _pairs(batch: Iterable[Any], measure: Measure, scope: Scope) -> list[Line]:
    chosen = compared_in(scope)
    asked = list(batch)
    scores = pair_scores(Request.objects.filter(pk__in=[one.pk for one in asked]))

    def line(one: Any, scores: dict[int, dict[str, float]]) -> Line:
        comparable = chosen.both(one.version_before, one.version_id)
        both = both_scores(scores.get(one.sheet_before, {}), scores.get(one.sheet_after, {}), comparable)
        areas = len(chosen.areas)
        known = len(both) == areas > 0
        before, after = (sum(score[i] for score in both.values()) / areas if known else 0 for i in (0, 1))
        missing = (
            _("not answered at both moments") if not (one.sheet_before and one.sheet_after)
            else _("other questions, not compared") if len(comparable) < areas
            else _("too few answers")
        )  # fmt: skip
        return of_journey(
            one.journey, day=timezone.localdate(one.sent_at),
            what=f"{number(before, decimals=2)} → {number(after, decimals=2)}" if known else missing,
            state=str(one.get_state_display()), value=after - before if known else None,
            about=f"journey:{one.journey_id}",
        )  # fmt: skip

    return [line(one, scores) for one in asked]


def _request(one: Any, measure: Measure) -> Line:
    return of_journey(
        one.journey, day=timezone.localdate(one.happened), what=str(one.wave), state=str(one.get_state_display()),
        value=one.value, about=f"journey:{one.journey_id}",
    )  # fmt: skip


def _bridge(bridge: Any, measure: Measure) -> Line:
    journey = bridge.to_journey
    return of_journey(
        journey, day=bridge.happened, what=f"{bridge.from_journey.programme} → {journey.programme}",
        state=str(bridge.get_kind_display()), value=bridge.value, about=f"journey:{journey.pk}",
    )  # fmt: skip


WAYS: Ways = {
    rows.active_journeys: (("holder__user__last_name", "pk"), each(_of_journey), ()),
    rows.contact_deliveries: (("-happened", "-pk"), each(_delivery), ()),
    rows.planned_steps: (("-happened", "pk"), each(_step), ()),
    rows.posture_pairs: (("-happened", "pk"), _pairs, ()),
    rows.requests: (("-happened", "pk"), each(_request), ("wave__questionnaire",)),
    rows.bridges: (("-happened", "-pk"), each(_bridge), ("from_journey__programme",)),
    **lines_continuity.WAYS,
    **lines_given.WAYS,
    **lines_views.WAYS,
    **lines_outcomes.WAYS,
    **{one.base: lines_questions.WAY for one in HEARD},
}
