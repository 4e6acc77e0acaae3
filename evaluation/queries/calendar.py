"""What evaluation puts in people's calendars."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.calendars.ics import Day
from backend.calendars.queries import Kind, day_uid
from backend.lib import clock
from evaluation.models import Request


def survey_days(user: User, start: date, end: date) -> Iterator[Day]:
    """The last day to answer each questionnaire that she is asked and has not finished. One query."""
    asked = Request.objects.answerable(clock.now()).filter(respondent=user).select_related("wave__questionnaire")
    for request in asked.order_by("expires_at", "pk"):
        # Open until a moment: at midnight sharp, the day before is the last one.
        on = (request.expires_at.astimezone(user.zone) - timedelta(seconds=1)).date()
        if start <= on <= end:
            yield Day(
                uid=day_uid(request, request.created_at),
                dtstamp=request.sent_at,
                on=on,
                summary=_("Last day to answer: %(title)s") % {"title": request.wave.questionnaire.title},
                url=settings.SITE_URL + reverse("evaluation:request", args=[request.pk]),
            )


KINDS = [Kind("surveys", gettext_lazy("Questionnaires, on the last day to answer"), rank=5, days=survey_days)]
