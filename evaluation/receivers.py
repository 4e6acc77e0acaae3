"""A programme that is loaded asks its questionnaire from the first day."""

from typing import Any

from django.dispatch import receiver

from evaluation import actions
from journeys.models import Programme
from journeys.signals import programme_loaded


@receiver(programme_loaded, dispatch_uid="evaluation.default_waves")
def set_waves(sender: type[Programme], programme: Programme, **kwargs: Any) -> None:
    actions.set_default_waves(programme)
