"""`manage.py load_demo`: three organisations, sixty holders, ten months of history. Never run it on real data."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, Organisation
from backend.lib import clock, jobs
from backend.mail import actions as mail
from evaluation import actions as evaluation
from evaluation.management.demo.amendments import Amendments
from evaluation.management.demo.answers import answer_dates
from evaluation.management.demo.cast import ORGANISATIONS, Cast, House
from evaluation.management.demo.depth import Depth
from evaluation.management.demo.designs import Designs
from evaluation.management.demo.former import Former
from evaluation.management.demo.group import Calendar, Stays
from evaluation.management.demo.hosts import Hosts
from evaluation.management.demo.indicators import Indicators
from evaluation.management.demo.outcomes import Outcomes
from evaluation.management.demo.pairs import Pairs
from evaluation.management.demo.planning import Planning
from evaluation.management.demo.publications import Publications
from evaluation.management.demo.replay import Replay, moment
from evaluation.management.demo.story import Story, starts
from evaluation.management.demo.voices import Voices
from evaluation.management.demo.waves import Endings, Surveys
from journeys import actions as journeys


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Within this block what has become unreachable is looked for less often: nearly all that is made stays."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


class Command(BaseCommand):
    _month = (0, 0)
    help = "Load the demo's people and replay their ten months through the house's own actions."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        if Organisation.objects.exists():
            raise CommandError("This database is not empty: the demo is only for a database of its own.")
        now = clock.now()
        replay = Replay(now)
        with jobs.silenced(), translation.override("fr"), rarely_collected():
            cast, houses = self._people(replay)
            for house in houses:
                Calendar(replay, house)
                Stays(replay, house)
                Amendments(replay, house)
                Hosts(replay, house)
                Outcomes(replay, house)
                for index, (pair, start) in enumerate(zip(house.pairs, starts(len(house.pairs), now), strict=True)):
                    Story(replay, house, pair, index, start)
            Depth(replay, houses[0], cast)
            Pairs(replay, houses[0])
            Planning(replay, houses[0])
            Surveys(replay, houses[0])
            Endings(replay, houses[0])
            Former(replay, houses[0], cast)
            Voices(replay, houses[0])
            Designs(replay, houses[0])
            Indicators(replay, houses[0])
            for house, months in zip(houses, ((5, 1), (1,), (1,)), strict=True):
                Publications(replay, house, months=months)
            answer_dates(replay)
            ran = replay.run(self._morning)
            mail.settle_history(before=now + timedelta(seconds=1))  # what was written just now, too
            mail.settle_history(before=now + timedelta(seconds=1))  # what was written just now, too
        if options["verbosity"] > 1:
            self.stdout.write(f"{ran} events, {len(replay.refused)} refused: {sorted(set(replay.refused))}")

    def _morning(self, moment: datetime) -> None:
        """Letters of the days before count as sent; each month is told as it goes by."""
        mail.settle_history(before=moment)
        if (moment.year, moment.month) != self._month:
            self._month = (moment.year, moment.month)
            self.stdout.write(f"{moment:%B %Y} ", ending="")
            self.stdout.flush()

    def _people(self, replay: Replay) -> tuple[Cast, list[House]]:
        """Everybody, as of the first day."""
        with clock.pretend(moment(replay.now.date().replace(day=1), 8) - clock.days(320)):
            journeys.load_territory()
            evaluation.load_questionnaires()
            cast = Cast()
            houses = []
            for slug, name, code, holders, mentors in ORGANISATIONS:
                house = cast.house(slug, name, code)
                evaluation.set_default_waves(house.programme)
                cast.add_mentors(house, mentors)
                cast.add_holders(house, holders, code)
                houses.append(house)
            cast.add_companies(houses)
            self._onlookers(cast, houses)
        return cast, houses

    def _onlookers(self, cast: Cast, houses: list[House]) -> None:
        """A funder who reads published figures, and the territory's steward."""
        observer, _gender = cast.person(domain="fondation.exemple.fr")
        accounts.grant_role(observer, houses[0].organisation, Membership.Role.OBSERVER, by=None)
        steward, _gender = cast.person(domain="metropole.exemple.fr")
        for house in houses:
            accounts.grant_role(steward, house.organisation, Membership.Role.STEWARD, by=None)
