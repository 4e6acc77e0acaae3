"""Lines behind what was answered under one’s name: who was asked, and what they said."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from backend.web.charts import number
from evaluation.models import Answer, Choice, Item
from evaluation.queries.line import Line, Way, of_journey
from evaluation.queries.measures import Measure
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.questions import How, Question
from evaluation.queries.results.counts import point_label
from evaluation.queries.scope import Scope


def _asked(batch: Iterable[Any], measure: Measure, scope: Scope) -> list[Line]:
    assert isinstance(measure, SurveyMeasure)
    rows = list(batch)
    said = _words(rows, measure.question)
    return [
        of_journey(
            row.journey, day=timezone.localdate(row.happened), what=_what(row, said.get(row.pk, "")),
            state=str(row.get_state_display()), value=row.value, about=f"journey:{row.journey_id}",
        )
        for row in rows
    ]  # fmt: skip


def _what(row: Any, said: str) -> str:
    """The wave, who was asked where it is not the holder, and the answer."""
    is_own = row.respondent_id is not None and row.respondent_id == row.journey.holder.user_id
    return " · ".join(part for part in (str(row.wave), "" if is_own else row.respondent_name, said) if part)


def _words(rows: Iterable[Any], question: Question) -> dict[int, str]:
    """{request: what was answered, in words}, of those sent."""
    if question.how in (How.SCORE, How.GAIN):
        return {row.pk: number(row.value, decimals=1) for row in rows if row.value is not None}
    sent = [row.pk for row in rows if row.state == row.State.COMPLETE]
    answers = Answer.objects.filter(response__request__in=sent, item__code=question.items[0])
    answers = answers.select_related("item", "response")
    names = {
        (one.item_id, one.code): one.text
        for one in Choice.objects.filter(item__in=answers.order_by().values("item")).order_by()
    }
    return {one.response.request_id: _told(one, names) for one in answers.order_by()}


def _told(answer: Answer, names: dict[tuple[int, str], str]) -> str:
    if answer.missing:
        return str(answer.get_missing_display())
    item = answer.item
    if item.kind in Item.CHOSEN:
        return ", ".join(names.get((item.pk, code), code) for code in answer.codes)
    if answer.value is not None:
        return point_label(item, answer.value)
    return number(float(answer.number), decimals=item.decimals) if answer.number is not None else _("no answer")


WAY: Way = (("-happened", "pk"), _asked, ("wave__questionnaire", "respondent"))
