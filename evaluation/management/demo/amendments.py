"""Two agreements of the demo that changed once they were in force: one signed by all, one still to sign."""

from dataclasses import replace
from datetime import timedelta

from backend.lib import clock
from evaluation.management.demo.cast import House
from evaluation.management.demo.replay import Replay, moment
from journeys import actions as journeys
from journeys.actions.immersions.facts import facts_of
from journeys.models import Amendment, Immersion

NOON = "12:30"


class Amendments:
    """Tried on several days, until a stay is found that may change."""

    def __init__(self, replay: Replay, house: House) -> None:
        self.replay, self.house = replay, house
        self.today = replay.now.date()
        for days in (40, 33, 26, 19):
            replay.at(moment(self.today - timedelta(days=days), 10), self.change_tutor)
        for days in (9, 6, 3):
            replay.at(moment(self.today - timedelta(days=days), 10), self.shorten_last_day)

    def _stays(self) -> list[Immersion]:
        """Those in force that begin after tomorrow and were never amended, the nearest first."""
        rows = Immersion.objects.filter(
            state=Immersion.State.VALIDATED, step__journey__programme=self.house.programme, amendments=None,
            starts_on__gt=clock.today() + timedelta(days=1),
        )  # fmt: skip
        rows = rows.select_related("company", "site", "step__journey__programme__organisation")
        return list(rows.order_by("starts_on", "pk"))

    def _has(self, *states: str) -> bool:
        rows = Amendment.objects.filter(immersion__step__journey__programme=self.house.programme)
        return rows.filter(state__in=states).exists()

    def change_tutor(self) -> None:
        stays = self._stays()
        if not stays or self._has(Amendment.State.IN_FORCE):
            return
        other = replace(facts_of(stays[0]), tutor_name="Ninon Le Goff", tutor_job="Responsable d’atelier")
        amendment = self._send(stays[0], other, "Le tuteur prévu est absent cette semaine-là.")
        for party in amendment.concerned:
            self._sign(amendment, party)
        journeys.validate_amendment(amendment, by=self.house.lead)

    def shorten_last_day(self) -> None:
        stays = [one for one in self._stays() if one.ends_on > self.today + timedelta(days=1)]
        if not stays or self._has(*Amendment.OPEN):
            return
        was = facts_of(stays[0])
        *days, last = was.schedule
        morning = [slot for slot in last["slots"] if slot[1] <= NOON]
        shorter = replace(was, schedule=[*days, {**last, "slots": morning}])
        self._sign(self._send(stays[0], shorter, "Inventaire l’après-midi du dernier jour."), "organisation")

    def _send(self, stay: Immersion, wanted: journeys.Stay, reason: str) -> Amendment:
        amendment = journeys.draft_amendment(stay, wanted, reason=reason, by=self.house.lead)
        return journeys.send_amendment_to_sign(amendment, by=self.house.lead)

    def _sign(self, amendment: Amendment, party: str) -> None:
        journeys.record_amendment_signature(amendment, party=party, signed_on=clock.today(), by=self.house.lead)
