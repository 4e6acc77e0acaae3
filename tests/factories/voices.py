"""Waves whose answers are put side by side, and what each voice of a journey answered there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.accounts.models import User
from backend.lib import clock
from evaluation import actions
from evaluation.models import QuestionnaireVersion, Request, Wave
from journeys.models import Journey, Programme

TUTOR = "tutrice@exemple.fr"


def shared_waves(
    programme: Programme, version: QuestionnaireVersion, moment: str = "mid", **facts: Any
) -> dict[str, Wave]:
    """{role: a wave that asks this questionnaire of holder, mentor or tutor, to be put side by side}."""
    return {
        role: Wave.objects.create(
            programme=programme, questionnaire=version.questionnaire, moment=moment, audience=role, is_shared=True,
            **facts,
        )
        for role in Wave.VOICES
    }  # fmt: skip


def ask_voice(
    wave: Wave, version: QuestionnaireVersion, journey: Journey, person: User | None, at: datetime | None = None
) -> Request:
    """This person was asked `at` that moment, for 30 days; None: a tutor without an account."""
    sent_at = at or clock.now()
    return Request.objects.create(
        wave=wave, version=version, journey=journey, respondent=person, email="" if person else TUTOR,
        name="" if person else "Paule Tutrice", sent_at=sent_at, expires_at=sent_at + clock.days(30),
    )  # fmt: skip


def answer_voice(request: Request, given: Mapping[str, int | None], at: datetime | None = None) -> Request:
    """What this voice answered, sent: {code: points, None where it does not apply}."""
    actions.begin_request(request, by=request.respondent, at=at)
    actions.save_answers(request, given, by=request.respondent, at=at)
    actions.complete_request(request, by=request.respondent, at=at)
    return request
