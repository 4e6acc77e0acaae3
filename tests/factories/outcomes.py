"""What came of journeys, made by calling the actions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from backend.lib import clock
from journeys import actions as journeys
from journeys.actions import outcomes as actions
from journeys.models import Journey, Outcome
from tests.factories.journeys import finish, make_journey

FACTS: dict[str, dict[str, Any]] = {
    "created": {"legal_form": "SCIC"},
    "jobs": {"jobs_created": Decimal(2), "jobs_lost": Decimal("0.5")},
    "funding": {"code": "grant", "amount_cents": 1_200_000, "funder": "Région"},
    "cooperation": {"partner": "Atelier du Lac", "partner_email": "atelier@example.org"},
    "exit": {"code": "created"},
    "activity": {"code": "active"},
    "help": {"code": "a_lot"},
}
"""One fact of each kind."""


def make_outcome(journey: Journey, kind: str, on: date | None = None, **facts: Any) -> Outcome:
    """A fact of this kind, as a lead notes it; its usual facts where none are given."""
    return actions.add_outcome(
        journey, kind=kind, happened_on=on or clock.today(), by=facts.pop("by", None), **(facts or FACTS[kind])
    )


def ended(organisation: Any, *, on: date, days: int = 200, **more: Any) -> Journey:
    """A journey completed on that day, begun so many days before."""
    journey = make_journey(organisation, started_on=on - timedelta(days=days), **more)
    finish(journey)
    journeys.complete_journey(journey, by=None)
    Journey.objects.filter(pk=journey.pk).update(ended_on=on)
    return Journey.objects.select_related("programme__organisation", "holder__user", "project").get(pk=journey.pk)
