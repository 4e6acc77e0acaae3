"""People accompanied enough to be told of, and their figures published."""

from datetime import date, timedelta
from typing import Any

from backend.accounts.models import Organisation
from evaluation import actions
from evaluation.models import Campaign, Snapshot
from journeys.models import Journey, Programme
from tests.factories.journeys import make_holder, make_journey

LAST = date(2026, 11, 22)
FIRST = date(2026, 1, 1)


def accompany(programme: Programme, count: int, gender: str = "woman", **project: Any) -> list[Journey]:
    """So many people on a journey of this programme, a hundred days before the last of the period."""
    people = [make_holder(programme.organisation, gender=gender).user for _each in range(count)]
    started = LAST - timedelta(days=100)
    return [
        make_journey(programme.organisation, one, programme=programme, started_on=started, **project) for one in people
    ]


def make_campaign(organisation: Organisation, **more: Any) -> Campaign:
    plan = {"since": FIRST, "until": LAST, "closes_on": LAST} | more
    return actions.create_campaign(organisation, actions.CampaignPlan(**plan), by=None)


def publish(campaign: Campaign) -> Snapshot:
    """By the house itself, which checks and needs no second pair of eyes where there is one lead."""
    return actions.publish_campaign(actions.check_campaign(campaign, by=None), by=None)
