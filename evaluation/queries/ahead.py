"""Questionnaires and their reminders that the clock will send."""

from datetime import datetime

from backend.accounts.models import Organisation
from backend.lib import clock
from backend.mail.ahead import Ahead
from backend.mail.queries.weekly import in_weekly_letter
from evaluation.models import Request
from evaluation.queries.due import askings, next_moment, running_waves
from evaluation.queries.requests import REMIND_AFTER_DAYS

ASK, AGAIN = "evaluation/letters/survey_request", "evaluation/letters/survey_reminder"


def surveys_ahead(organisation: Organisation, now: datetime, until: datetime) -> list[Ahead]:
    """Whom the waves will ask by then, of what is known today, and who will not have answered; people with an account.

    Two queries for each moment at which anything is asked, however many programmes ask then.
    """
    waves = running_waves(programme__organisation=organisation)
    found = []
    for asking in askings(waves, ahead=(until - now).days):
        at = next_moment(asking, now)
        if asking.person and at < until:
            found.append(Ahead(asking.person, at, ASK, at + clock.days(asking.wave.open_days)))
    open_now = Request.objects.remindable(now).filter(
        ~in_weekly_letter(Request, "respondent"),
        journey__programme__organisation=organisation,
        respondent__is_active=True,
    )
    for request in open_now.select_related("respondent").order_by("pk"):
        assert request.respondent
        at = max(now, (request.reminded_at or request.sent_at) + clock.days(REMIND_AFTER_DAYS))
        if at < min(until, request.expires_at):
            found.append(Ahead(request.respondent.pk, at, AGAIN, request.expires_at))
    return found
