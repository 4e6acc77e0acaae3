"""What journeys hear: each calls one action, inside the transaction of the act."""

from typing import Any

from django.dispatch import receiver

from journeys.actions.endings import close_what_was_planned
from journeys.models import Journey
from journeys.signals import journey_ended


@receiver(journey_ended, dispatch_uid="journeys.close_what_was_planned")
def close_planned(sender: type[Journey], journey: Journey, **_more: Any) -> None:
    """A journey that ends keeps no seat and no paper waiting."""
    close_what_was_planned(journey, by=None)
