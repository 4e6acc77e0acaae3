"""What evaluation puts in people's calendars."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.calendars.ics import Day
from backend.calendars.queries import Kind, called_off, day_uid
from backend.history.models import Entry
from evaluation.models import Request

SHOWN = ("send_request", "refuse_request", "reopen_request", "complete_request", "withdraw_request")
"""Verbs of the history of a request after which its day reads otherwise."""


def survey_days(user: User, start: date, end: date) -> Iterator[Day]:
    """The last day to answer each questionnaire that she is asked; what she answered stays, marked. One query.

    One that she refused is off, and comes back when she opens it again; one that was never asked after all is off for
    good. A request does not keep when it was changed, its history does: the newest entry that shows is its stamp, and
    how many there are its SEQUENCE.
    """
    states = Request.State
    kind = ContentType.objects.get_for_model(Request)
    changes = Entry.objects.filter(about_type=kind, about_id=OuterRef("pk"), verb__in=SHOWN)
    asked = Request.objects.filter(respondent=user).exclude(state=states.BOUNCED)
    asked = asked.annotate(changed=changes.last_at(), changes=changes.number())
    for request in asked.select_related("wave__questionnaire").order_by("expires_at", "pk"):
        # Open until a moment: at midnight sharp, the day before is the last one.
        on = (request.expires_at.astimezone(user.zone) - timedelta(seconds=1)).date()
        if not start <= on <= end:
            continue
        is_done, is_off = request.state == states.COMPLETE, request.state in (states.REFUSED, states.WITHDRAWN)
        title = request.wave.questionnaire.title
        last_day = _("Last day to answer: %(title)s") % {"title": title}
        yield Day(
            uid=day_uid(request, request.created_at),
            dtstamp=max(request.sent_at, request.changed or request.sent_at),
            on=on,
            summary=f"✓ {title}" if is_done else called_off(last_day) if is_off else last_day,
            url=settings.SITE_URL + reverse("evaluation:request", args=[request.pk]),
            sequence=request.changes,
            is_off=is_off,
        )


KINDS = [Kind("surveys", gettext_lazy("Questionnaires, on the last day to answer"), rank=5, days=survey_days)]
