"""A programme that is loaded asks its questionnaire from the first day."""

from typing import Any

from django.db.models import Max, QuerySet
from django.dispatch import receiver

from backend.calendars.queries import Kind
from backend.calendars.signals import kinds_asked
from evaluation import actions
from evaluation.models import Answer
from evaluation.queries.calendar import KINDS
from journeys.models import Programme
from journeys.signals import contact_asked, programme_loaded


@receiver(programme_loaded, dispatch_uid="evaluation.default_waves")
def set_waves(sender: type[Programme], programme: Programme, **kwargs: Any) -> None:
    actions.set_default_waves(programme)


@receiver(contact_asked, dispatch_uid="evaluation.last_answers")
def tell_last_answers(sender: object, journeys: Any, **kwargs: Any) -> QuerySet[Answer, Any]:
    """Answering is being heard of: (journey, the holder's latest answer)."""
    given = Answer.objects.filter(response__request__journey__in=journeys).order_by()
    return given.values_list("response__request__journey").annotate(latest=Max("updated_at"))


@receiver(kinds_asked, dispatch_uid="evaluation.kinds_of_dates")
def tell_kinds(sender: object, **_more: Any) -> list[Kind]:
    """The last day to answer stands in calendars."""
    return KINDS
