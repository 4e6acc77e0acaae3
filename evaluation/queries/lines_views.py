"""Lines behind progress beyond noise and the agreement of two views."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from backend.web.charts import number
from evaluation.models import Request
from evaluation.queries import words
from evaluation.queries.gains import both_scores, compared_in, pair_scores
from evaluation.queries.line import Line, Ways, of_journey
from evaluation.queries.measures import Measure
from evaluation.queries.scope import Scope
from evaluation.queries.views_compared import judged_pairs, mentor_views, overall_noise, overall_of
from evaluation.statistics import Undefined


def _line(one: Any, what: str, value: float | None) -> Line:
    return of_journey(
        one.journey, day=timezone.localdate(one.sent_at), what=what, state=str(one.get_state_display()), value=value,
        about=f"journey:{one.journey_id}",
    )  # fmt: skip


def _shown(score: float) -> str:
    return number(score, decimals=2)


def _judged(batch: Iterable[Any], measure: Measure, scope: Scope) -> list[Line]:
    chosen, asked = compared_in(scope), list(batch)
    noise = overall_noise(chosen.areas)
    scores = pair_scores(Request.objects.filter(pk__in=[one.pk for one in asked]))

    def line(one: Any) -> Line:
        comparable = chosen.both(one.version_before, one.version_id)
        both = both_scores(scores.get(one.sheet_before, {}), scores.get(one.sheet_after, {}), comparable)
        if not both or len(both) < len(chosen.areas):
            return _line(one, _("not known at both moments"), None)
        before, after = (sum(score[i] for score in both.values()) / len(both) for i in (0, 1))
        what = f"{_shown(before)} → {_shown(after)}"
        judged = noise if isinstance(noise, Undefined) else noise.judged(before, after)
        if isinstance(judged, Undefined):
            return _line(one, what, None)
        return _line(one, f"{what} · {words.noise(judged)}", int(judged.is_beyond_noise and judged.change > 0))

    return [line(one) for one in asked]


def _views(batch: Iterable[Any], measure: Measure, scope: Scope) -> list[Line]:
    asked = list(batch)
    pairs = [(one.pk, one.sheet_holder, one.version_holder, one.sheet_mentor, one.version_id) for one in asked]
    both = overall_of(pairs)

    def line(one: Any) -> Line:
        if one.pk not in both:
            return _line(one, _("not answered by both"), None)
        holder, mentor = both[one.pk]
        told = _("holder %(holder)s, mentor %(mentor)s") % {"holder": _shown(holder), "mentor": _shown(mentor)}
        return _line(one, told, round(mentor - holder, 9))

    return [line(one) for one in asked]


WAYS: Ways = {
    judged_pairs: (("-happened", "pk"), _judged, ()),
    mentor_views: (("-happened", "pk"), _views, ()),
}
