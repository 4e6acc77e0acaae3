"""A snapshot of thirteen people, seven of whom received fifty minutes each."""

import pytest

from evaluation.models import Campaign, Snapshot
from journeys.models import Programme
from tests.factories.journeys import make_confirmed_delivery
from tests.factories.publishing import accompany, make_campaign, publish


@pytest.fixture
def campaign(programme: Programme) -> Campaign:
    return make_campaign(programme.organisation)


@pytest.fixture
def snapshot(campaign: Campaign, programme: Programme) -> Snapshot:
    for journey in accompany(programme, 7):
        make_confirmed_delivery(journey, minutes=50)
    accompany(programme, 6, "man")
    return publish(campaign)
