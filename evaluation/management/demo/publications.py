"""What the demo has published: two closings of the first organisation, one of each other; one more in preparation."""

from datetime import date, timedelta

from evaluation import actions as evaluation
from evaluation.management.demo.cast import House
from evaluation.management.demo.replay import Replay, moment
from evaluation.models import Campaign

CLOSING = timedelta(days=12)
"""From the last day of a period to the day on which its figures are frozen: facts come in late."""


class Publications:
    """Acts of the lead of a house: she checks, and publishes alone where there is no other."""

    def __init__(self, replay: Replay, house: House, *, months: tuple[int, ...]) -> None:
        """`months`: how many ago each period ended, the oldest first."""
        self.house, self.today = house, replay.now.date()
        for ago in months:
            until = end_of_month(self.today, ago)
            replay.at(moment(until + CLOSING, 16), lambda until=until: self.publish(until))
        if len(months) > 1:
            replay.at(moment(self.today - timedelta(days=4), 10), self.prepare)

    def publish(self, until: date) -> None:
        campaign = self._campaign(until)
        evaluation.check_campaign(campaign, by=self.house.lead)
        evaluation.publish_campaign(campaign, by=self.house.lead)

    def prepare(self) -> None:
        self._campaign(end_of_month(self.today, -1))

    def _campaign(self, until: date) -> Campaign:
        plan = evaluation.CampaignPlan(since=until.replace(month=1, day=1), until=until, closes_on=until + CLOSING)
        return evaluation.create_campaign(self.house.organisation, plan, by=self.house.lead)


def end_of_month(day: date, ago: int) -> date:
    """The last day of the month that many before the one of `day`, which itself is 0."""
    months = day.year * 12 + day.month - ago  # months since year 0 of the first day that follows
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)
