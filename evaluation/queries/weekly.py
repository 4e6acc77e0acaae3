"""What a weekly letter tells of questionnaires: those that wait for an answer."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from backend.mail.weekly import WEEK, Line, Part, Week
from backend.web.reading import day
from evaluation.models import Request, Wave
from evaluation.queries.requests import with_people

CLOSING = "closing"


def evaluation_lines(week: Week) -> list[Line]:
    """One for each questionnaire that is open, and once more in the week in which it closes. One query.

    Not the anonymous ones: leads read weekly letters too, and that one is told would say that it is not answered yet.
    """
    rows = (
        Request.objects.answerable(week.now)
        .filter(respondent__in=week.people, journey__programme__organisation=week.organisation)
        .exclude(wave__mode=Wave.Mode.ANONYMOUS)
    )
    return [
        Line(
            one.respondent.pk, Part.OWED, f"request:{one.pk}", partial(_answer, one),
            reverse("evaluation:request", args=[one.pk]), partial(_open, one, one.expires_at <= week.now + WEEK),
            CLOSING if one.expires_at <= week.now + WEEK else "", one.expires_at, (one, one.expires_at),
        )
        for one in with_people(rows).order_by("expires_at", "pk")
        if one.respondent
    ]  # fmt: skip


def _answer(one: Request) -> str:
    return _("To answer: %(questionnaire)s") % {"questionnaire": one.wave.questionnaire.title}


def _open(one: Request, is_closing: bool) -> str:
    words = _("closes on %(day)s") if is_closing else _("open until %(day)s")
    return words % {"day": day(one.expires_at, weekday=False)}
