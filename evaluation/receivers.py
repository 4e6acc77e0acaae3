"""A programme that is loaded asks its questionnaire from the first day."""

from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.calendars.queries import Kind
from backend.calendars.signals import kinds_asked
from backend.mail.ahead import Ahead
from backend.mail.models import WeeklyLetter
from backend.mail.signals import letters_ahead_asked, week_asked
from backend.mail.weekly import Line, Week
from evaluation import actions, policies
from evaluation.models import Answer, Request, Wave
from evaluation.queries.ahead import surveys_ahead
from evaluation.queries.calendar import KINDS
from evaluation.queries.voices_page import is_put_side_by_side
from evaluation.queries.weekly import evaluation_lines
from journeys.models import Journey, Programme
from journeys.queries.letters import Matter
from journeys.queries.links import Act
from journeys.signals import acts_asked, contact_asked, journey_ended, letters_asked, programme_loaded


@receiver(programme_loaded, dispatch_uid="evaluation.default_waves")
def set_waves(sender: type[Programme], programme: Programme, **kwargs: Any) -> None:
    actions.set_default_waves(programme)


@receiver(journey_ended, dispatch_uid="evaluation.drop_asks")
def drop_asks(sender: type[Journey], journey: Journey, **kwargs: Any) -> None:
    """Whoever leaves early is asked nothing more by letter."""
    actions.drop_asks_of(journey)


@receiver(contact_asked, dispatch_uid="evaluation.last_answers")
def tell_last_answers(sender: object, journeys: Any, **kwargs: Any) -> QuerySet[Answer, Any]:
    """Answering is being heard of: (journey, the holder's latest answer); never of what is answered anonymously."""
    given = Answer.objects.filter(response__request__journey__in=journeys).order_by()
    given = given.exclude(response__request__wave__mode=Wave.Mode.ANONYMOUS)
    return given.values_list("response__request__journey").annotate(latest=Max("updated_at"))


@receiver(acts_asked, dispatch_uid="evaluation.acts_on_a_journey")
def offer_acts(sender: object, journey: Journey, user: User, **kwargs: Any) -> list[Act]:
    """On the page of a journey: the views side by side, once somebody was asked for theirs."""
    if not (policies.may_compare_voices(user, journey) and is_put_side_by_side(journey.pk)):
        return []
    url = reverse("evaluation:voices", args=[journey.pk])
    return [Act(_("Views side by side"), url, "chat-bubble-left-right", is_aside=True)]


@receiver(kinds_asked, dispatch_uid="evaluation.kinds_of_dates")
def tell_kinds(sender: object, **_more: Any) -> list[Kind]:
    """The last day to answer stands in calendars."""
    return KINDS


@receiver(letters_asked, dispatch_uid="evaluation.letters_of_a_journey")
def tell_letter_matters(sender: object, journey: Journey, **_more: Any) -> list[Matter]:
    """The questionnaires that were asked about it."""
    return [Matter(Request.objects.filter(journey=journey))]


@receiver(week_asked, dispatch_uid="evaluation.week")
def tell_week(sender: type[WeeklyLetter], week: Week, **_more: Any) -> list[Line]:
    """Questionnaires to answer."""
    return evaluation_lines(week)


@receiver(letters_ahead_asked, dispatch_uid="evaluation.letters_ahead")
def tell_letters_ahead(
    sender: object, organisation: Organisation, now: datetime, until: datetime, **_more: Any
) -> list[Ahead]:
    """What the clock will write in the coming days."""
    return surveys_ahead(organisation, now, until)
