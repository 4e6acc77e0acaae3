"""What becomes of the former states of rows when somebody is to be forgotten."""

from django.db import transaction

from backend.history import actions as history
from journeys.models import Holder, Journey

OF_A_JOURNEY = ("journey_id", "to_journey_id", "from_journey_id")


@transaction.atomic
def forget_past_of(holder: Holder) -> int:
    """Nothing is known any more of what the rows of this holder were; how many former states went.

    For whoever erases or anonymises somebody, once the rows themselves say what they are to say: the change itself
    would be kept too. Figures as known on a past date then count what the rows say now. A project that others carry
    with them keeps its own past.
    """
    keys = list(Journey.objects.filter(holder=holder).order_by("pk").values_list("pk", flat=True))
    alone = Journey.objects.filter(holder=holder).exclude(project__journeys__in=Journey.objects.exclude(holder=holder))
    gone = history.forget_rows("journeys_holder", [holder.pk])
    gone += history.forget_rows("journeys_project", set(alone.order_by().values_list("project", flat=True)))
    gone += history.forget_rows("journeys_journey", keys)
    gone += sum(history.forget_rows_about(column, keys) for column in OF_A_JOURNEY)
    return gone + history.forget_rows_about("holder_id", [holder.pk])
