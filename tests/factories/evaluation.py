"""Questionnaires asked and answered, made by calling the actions."""

from collections.abc import Mapping
from datetime import datetime

from backend.accounts.models import User
from evaluation import actions
from evaluation.models import Request, Response, Wave
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
