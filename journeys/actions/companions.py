"""Who accompanies a journey, from when to when."""

from django.db import transaction

from backend.accounts.models import User
from backend.lib import clock
from journeys.models import (
    Companion,
    Journey,
)


@transaction.atomic
def add_companion(journey: Journey, user: User, role: str, *, by: User | None) -> Companion:
    """She sees this journey from now on, for as long as she accompanies it."""
    companion, _created = Companion.objects.get_or_create(journey=journey, user=user, role=role, ended_at=None)
    return companion


@transaction.atomic
def end_companion(journey: Journey, user: User, role: str, *, by: User | None) -> int:
    """She sees it no more."""
    return journey.companions.filter(user=user, role=role, ended_at=None).update(ended_at=clock.now())
