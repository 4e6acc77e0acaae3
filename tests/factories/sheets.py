"""Waves whose sheets were sent: people, and what each answered."""

from typing import Any

from evaluation import actions
from evaluation.models import QuestionnaireVersion, Request, Wave
from journeys.models import Journey, Programme
from tests.factories.journeys import make_journey


def wave_of(programme: Programme, version: QuestionnaireVersion, **facts: Any) -> Wave:
    """A wave that asks this questionnaire at the start, unless `facts` say otherwise."""
    return Wave.objects.create(
        programme=programme, questionnaire=version.questionnaire, **{"moment": Wave.Moment.START, **facts}
    )


def people_of(programme: Programme, n: int) -> list[Journey]:
    return [make_journey(programme.organisation, programme=programme) for _each in range(n)]


def sent(wave: Wave, journey: Journey, given: dict[str, Any]) -> Request:
    """The holder of this journey was asked, answered and sent it."""
    request = actions.send_request(wave, journey, by=None)
    actions.save_answers(request, given, by=request.respondent)
    actions.complete_request(request, by=request.respondent)
    return request


def ended(wave: Wave) -> Wave:
    """It was stopped, after all that it asked was sent."""
    return actions.stop_wave(wave, by=None)
