"""News from journeys."""

from typing import Any

from django.dispatch import receiver

from journeys.models import Journey
from journeys.signals import journey_ended
from mentoring import actions


@receiver(journey_ended, dispatch_uid="mentoring.end_pairs")
def end_pairs(sender: object, journey: Journey, **kwargs: Any) -> None:
    """The pairs end with the journey."""
    actions.end_mentorships_of(journey)
