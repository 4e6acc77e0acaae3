"""Lines behind the figures of continuity: a journey and its longest wait."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web.charts import number
from evaluation.queries.continuity import followed_journeys, longest_first, waits_among
from evaluation.queries.line import Line, Ways, of_journey
from evaluation.queries.measures import Measure
from evaluation.queries.scope import Scope


def _waits(batch: Iterable[Any], measure: Measure, scope: Scope) -> list[Line]:
    journeys = list(batch)
    found = waits_among([one.pk for one in journeys], scope)

    def line(journey: Any) -> Line:
        wait = found.get(journey.pk)
        if wait is None or not wait.is_told:
            told, days = _("too young, or paused"), None
        else:
            days = wait.longest
            told = ngettext("%(n)s day at the longest", "%(n)s days at the longest", days) % {"n": number(days)}
        return of_journey(
            journey, day=journey.happened, what=f"{journey.project.name} · {told}",
            state=str(journey.get_state_display()), value=days if measure.code == "longest_hole" else journey.value,
            about=f"journey:{journey.pk}",
        )  # fmt: skip

    return [line(one) for one in journeys]


WAYS: Ways = {
    followed_journeys: (("value", "holder__user__last_name", "pk"), _waits, ()),
    longest_first: (("place", "holder__user__last_name", "pk"), _waits, ()),
}
