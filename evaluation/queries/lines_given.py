"""Lines behind hours given: who gave them, to whom."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from evaluation.queries.hours_given import given_hours
from evaluation.queries.line import Line, Ways, of_journey
from evaluation.queries.measures import Measure
from evaluation.queries.scope import Scope
from journeys.models import Delivery, Immersion
from mentoring.models import Session
from mentoring.models.sessions import SOURCE

STAY = "immersion:"


def _given(batch: Iterable[Any], measure: Measure, scope: Scope) -> list[Line]:
    rows = list(batch)
    sessions = Session.objects.filter(pk__in=_numbers(rows, SOURCE)).select_related("mentorship__mentor__user")
    stays = Immersion.objects.filter(pk__in=_numbers(rows, STAY)).select_related("company")
    givers = {f"{SOURCE}{one.pk}": str(one.mentorship.mentor) for one in sessions.order_by()}
    givers |= {f"{STAY}{one.pk}": str(one.company) for one in stays.order_by()}
    return [
        of_journey(
            row.journey, day=timezone.localdate(row.happened), what=_told(row, givers),
            state=str(row.get_state_display()), value=row.value, about=row.source,
        )
        for row in rows
    ]  # fmt: skip


def _told(row: Delivery, givers: dict[str, str]) -> str:
    """Who gave, and what where it is no contact time."""
    giver = givers.get(row.source, str(row.get_kind_display()))
    return giver if row.sort == Delivery.Sort.CONTACT else f"{giver} · {row.get_sort_display()}"


def _numbers(rows: Iterable[Delivery], kind: str) -> list[int]:
    numbers = [row.source.removeprefix(kind) for row in rows if row.source.startswith(kind)]
    return [int(one) for one in numbers if one.isascii() and one.isdecimal()]


WAYS: Ways = {given_hours: (("-happened", "-pk"), _given, ())}
