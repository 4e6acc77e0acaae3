"""The hours of a programme over a period, one line a person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from journeys.models import Delivery, Holder, Journey, Programme, Statement
from journeys.models.ledger import DeliveryQuerySet
from journeys.queries.journeys import full
from journeys.queries.ledger import APART, COLUMNS, NOTHING, Tally, in_period, tallies
from journeys.queries.statements import under_way


@dataclass(frozen=True)
class PersonHours:
    """What one person received, on all her journeys in the programme; `journey` is the latest of them."""

    holder: Holder
    journey: Journey
    tally: Tally
    statement: Statement | None = None

    @property
    def minutes(self) -> int:
        """Contact time received."""
        return self.tally.standing()

    @property
    def cells(self) -> list[int]:
        """Contact time by state, in the order of the ledger's columns."""
        return [self.tally.minutes(state) for state in COLUMNS]

    @property
    def apart(self) -> int:
        """Preparation and travel."""
        return sum(self.tally.standing(sort=sort) for sort in APART)

    @property
    def void(self) -> int:
        """Minutes of voided lines, whatever their sort: counted nowhere."""
        return sum(self.tally.minutes(Delivery.State.VOID, sort=sort) for sort in Delivery.Sort)


def period_rows(programme: Programme, starts_on: date, ends_on: date) -> DeliveryQuerySet:
    """The lines of the ledger of a programme in a period."""
    rows = Delivery.objects.filter(journey__programme=programme)
    return in_period(rows, starts_on, ends_on, programme.organisation.time_zone)


def people_hours(programme: Programme, starts_on: date, ends_on: date) -> list[PersonHours]:
    """One line for each person under way in the period or with hours in it, by name. A constant number of queries."""
    found = tallies(period_rows(programme, starts_on, ends_on), "journey__holder")
    journeys = under_way(programme, starts_on, ends_on)
    known = {one.holder_id for one in journeys}
    others = full(programme.journeys.filter(holder__in=[pk for (pk,) in found if pk not in known]))
    latest: dict[int, Journey] = {}
    for one in sorted([*journeys, *others], key=lambda row: (row.started_on, row.pk)):
        latest[one.holder_id] = one
    stated = _statements([one.pk for one in latest.values()], starts_on, ends_on)
    people = [
        PersonHours(one.holder, one, found.get((holder,), NOTHING), stated.get(one.pk))
        for holder, one in latest.items()
    ]
    return sorted(people, key=_by_name)


def _by_name(one: PersonHours) -> tuple[Any, ...]:
    user = one.holder.user
    return (user.last_name.casefold(), user.first_name.casefold(), one.holder.pk)


def _statements(journeys: list[int], starts_on: date, ends_on: date) -> dict[int, Statement]:
    """{journey: its latest live statement that touches the period}"""
    live = Statement.objects.exclude(state=Statement.State.WITHDRAWN)
    rows = live.filter(journey__in=journeys, starts_on__lte=ends_on, ends_on__gte=starts_on)
    return {one.journey_id: one for one in rows.order_by("starts_on", "pk")}
