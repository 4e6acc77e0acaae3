"""Lines behind the figures of what came of journeys."""

from typing import Any

from django.utils.translation import gettext as _

from backend.web.reading import dated
from evaluation.queries import after
from evaluation.queries.line import Line, Ways, each, of_journey
from evaluation.queries.measures import Measure
from journeys.models import Journey, Outcome
from journeys.queries.outcomes import outcome_words


def _value(value: Any) -> float | None:
    """Whole where it is, for pages and files."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _fact(row: Any, measure: Measure) -> Line:
    return of_journey(
        row.journey, day=row.happened, what=f"{row.journey.project.name} · {outcome_words(row)}",
        state=str(row.get_state_display()), value=_value(row.value), about=f"journey:{row.journey_id}",
    )  # fmt: skip


def _exit(journey: Any, measure: Measure) -> Line:
    named = dict(Journey.LeaveReason.choices) | dict(Outcome.Exit.choices)
    told = str(named.get(journey.went, "")) or _("not known")
    return of_journey(
        journey, day=journey.happened, what=f"{journey.project.name} · {told}",
        state=str(journey.get_state_display()), value=journey.value, about=f"journey:{journey.pk}",
    )  # fmt: skip


def _help(journey: Any, measure: Measure) -> Line:
    told = str(dict(Outcome.Help.choices).get(journey.said, "")) or _("not known")
    return of_journey(
        journey, day=journey.happened, what=f"{journey.project.name} · {told}",
        state=str(journey.get_state_display()), value=journey.value, about=f"journey:{journey.pk}",
    )  # fmt: skip


def _followed(row: Any, measure: Measure) -> Line:
    """How long it was followed, and whether it has stopped."""
    days = after.followed_days(row.happened_on, row.stopped_on, row.last_known_on or row.happened_on)
    told = (
        _("stopped on %(day)s") % {"day": dated(row.stopped_on)} if row.stopped_on
        else _("active when last heard of, on %(day)s") % {"day": dated(row.last_known_on or row.happened_on)}
    )  # fmt: skip
    return of_journey(
        row.journey, day=row.happened, what=f"{row.journey.project.name} · {told}",
        state=str(row.get_state_display()), value=_value(round(days / after.DAYS_A_MONTH, 1)),
        about=f"journey:{row.journey_id}",
    )  # fmt: skip


WAYS: Ways = {
    after.facts: (("-happened", "-pk"), each(_fact), ()),
    after.ended_journeys: (("-happened", "-pk"), each(_exit), ()),
    after.asked_whether_it_helped: (("-happened", "-pk"), each(_help), ()),
    after.created_projects: (("-happened", "-pk"), each(_followed), ()),
}
