"""Questionnaires and their versions, when they are asked, what was answered; the indicators that leads follow."""

from evaluation.models import kept  # noqa: F401 - the tables that figures read keep their past
from evaluation.models.indicators import Baseline, Indicator, IndicatorVersion, Target
from evaluation.models.items import Choice, Item, Section
from evaluation.models.publishing import Campaign, Release, Snapshot
from evaluation.models.questionnaires import POSTURE, Questionnaire, QuestionnaireVersion
from evaluation.models.reports import ReportSchedule
from evaluation.models.requests import Request
from evaluation.models.responses import AnonymousSheet, Answer, Response
from evaluation.models.waves import Wave

__all__ = [
    "POSTURE",
    "AnonymousSheet",
    "Answer",
    "Baseline",
    "Campaign",
    "Choice",
    "Indicator",
    "IndicatorVersion",
    "Item",
    "Questionnaire",
    "QuestionnaireVersion",
    "Release",
    "ReportSchedule",
    "Request",
    "Response",
    "Section",
    "Snapshot",
    "Target",
    "Wave",
]
