"""Journeys over the API: the list says how far each is, as its own address does, and reads no step one by one."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backend.accounts.models import Organisation, User
from journeys.models import Journey, Step
from tests.factories.journeys import make_journey

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(organisation: Organisation) -> Journey:
    return make_journey(organisation)


def test_the_list_says_how_far_a_journey_is_without_reading_its_steps(
    client_of: Callable[[User], Client], lead: User, journey: Journey
) -> None:
    first, second, *rest = journey.steps.order_by("pk")
    Step.objects.filter(pk=first.pk).update(state=Step.State.DONE, done_on=date(2026, 3, 1), weight=3)
    Step.objects.filter(pk=second.pk).update(state=Step.State.WAIVED, waive_reason="Already known", weight=5)
    client = client_of(lead)
    whole = 3 + sum(step.weight for step in rest)
    told = {"done_weight": 3, "total_weight": whole, "percent": round(300 / whole)}
    with CaptureQueriesContext(connection) as queries:
        [listed] = client.get(reverse("api:journeys-list")).json()["results"]
    assert listed["progress"] == told
    assert not [one for one in queries if '"journeys_step"."title_fr"' in one["sql"]]
    alone = client.get(reverse("api:journeys-detail", args=[journey.pk])).json()
    assert alone == listed


def test_a_journey_without_steps_is_at_nothing(
    client_of: Callable[[User], Client], lead: User, journey: Journey
) -> None:
    Step.objects.filter(journey=journey).delete()
    [listed] = client_of(lead).get(reverse("api:journeys-list")).json()["results"]
    assert listed["progress"] == {"done_weight": 0, "total_weight": 0, "percent": 0}
