"""Every verb of evaluation: the only writers of this app's tables."""

from evaluation.actions.answers import begin_request, complete_request, refuse_request, save_answers
from evaluation.actions.questionnaires import load_questionnaires, set_default_waves
from evaluation.actions.requests import bounce_request, expire_requests, remind_request, send_request

__all__ = [
    "begin_request",
    "bounce_request",
    "complete_request",
    "expire_requests",
    "load_questionnaires",
    "refuse_request",
    "remind_request",
    "save_answers",
    "send_request",
    "set_default_waves",
]
