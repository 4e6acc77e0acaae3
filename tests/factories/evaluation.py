"""Questionnaires asked and answered, made by calling the actions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from backend.accounts.models import User
from backend.lib import clock
from evaluation import actions
from evaluation.models import POSTURE, Questionnaire, QuestionnaireVersion, Request, Response, Wave
from journeys.models import Journey, Programme


def wave_of(programme: Programme, moment: str = Wave.Moment.START) -> Wave:
    """The wave that asks the posture questionnaire at this moment."""
    actions.set_default_waves(programme)
    return programme.waves.select_related("questionnaire", "programme").get(moment=moment)


def make_request(
    journey: Journey, moment: str = Wave.Moment.START, *, by: User | None = None, at: datetime | None = None
) -> Request:
    """The holder of this journey was asked."""
    return actions.send_request(wave_of(journey.programme, moment), journey, by=by, at=at)


def codes(request: Request) -> list[str]:
    """The codes of the fifteen items, in order."""
    return list(request.version.items.order_by("position").values_list("code", flat=True))


def answer(request: Request, values: int | Mapping[str, int | None], at: datetime | None = None) -> Response:
    """Answers kept: the same value everywhere, or {code: value}."""
    given = dict.fromkeys(codes(request), values) if isinstance(values, int) else values
    return actions.save_answers(request, given, by=request.respondent, at=at)


def make_answered(
    journey: Journey,
    moment: str = Wave.Moment.START,
    values: int | Mapping[str, int | None] = 4,
    *,
    at: datetime | None = None,
) -> Request:
    """Asked, answered and sent, all on the same day."""
    request = make_request(journey, moment, at=at)
    answer(request, values, at=at)
    actions.complete_request(request, by=request.respondent, at=at)
    request.refresh_from_db()
    return request


def close_all() -> None:
    """The time to answer everything that was asked is over."""
    Request.objects.update(expires_at=clock.now())


def next_posture(*broken: str) -> QuestionnaireVersion:
    """The posture questionnaire with these items reworded into other questions, published: their series begin anew."""
    questionnaire = Questionnaire.objects.get(code=POSTURE)
    draft = actions.draft_version(questionnaire, by=None)
    draft.items.filter(code__in=broken).update(text_fr="Une tout autre phrase.", text_en="Another sentence entirely.")
    return actions.publish_version(draft, by=None, note="autre chose", material=dict.fromkeys(broken, True))


def make_wave(programme: Programme, moment: str, audience: str = "holder", **fields: Any) -> Wave:
    """A wave of the posture questionnaire; instead of the usual ones, which are stopped, where it would be the same."""
    questionnaire = Questionnaire.objects.get(code=POSTURE)
    when = {name: fields.get(name, 0) for name in ("months", "days", "nth")}
    same = programme.waves.filter(moment=moment, audience=audience, stopped_at=None, **when)
    same.update(stopped_at=clock.now())
    dates = {"opens_on": clock.today(), "closes_on": clock.today() + timedelta(days=30)} if moment == "campaign" else {}
    return Wave.objects.create(
        programme=programme, questionnaire=questionnaire, moment=moment, audience=audience, **{**dates, **fields}
    )
