"""Two agreements of the demo that changed once they were in force: one signed by all, one still to sign."""

from dataclasses import replace
from datetime import date, timedelta

from backend.lib import clock
from evaluation.management.demo.cast import House
from evaluation.management.demo.replay import Replay, moment
from journeys import actions as journeys
from journeys.actions.immersions.facts import facts_of
from journeys.actions.immersions.schedule import day_of, regular
from journeys.models import Amendment, Immersion, Step

NOON, BORN = "12:30", date(1988, 6, 1)


class Amendments:
    """Another tutor, tried on several days until a stay is found that may change; and a shorter last day."""

    def __init__(self, replay: Replay, house: House) -> None:
        self.replay, self.house = replay, house
        self.lead, self.today = house.lead, replay.now.date()
        for days in (40, 33, 26, 19):
            replay.at(moment(self.today - timedelta(days=days), 10), self.change_tutor)
        self.starts_on = moment(self.today + timedelta(days=6), 9).date()
        replay.at(moment(self.today - timedelta(days=10), 9), self.plan)
        replay.at(moment(self.today - timedelta(days=3), 10), self.shorten_last_day)

    def _stays(self) -> list[Immersion]:
        """Those in force that begin after tomorrow and were never amended, the nearest first."""
        rows = Immersion.objects.filter(
            state=Immersion.State.VALIDATED, step__journey__programme=self.house.programme, amendments=None,
            starts_on__gt=clock.today() + timedelta(days=1),
        )  # fmt: skip
        rows = rows.select_related("company", "site", "step__journey__programme__organisation")
        return list(rows.order_by("starts_on", "pk"))

    def plan(self) -> None:
        """One stay is signed in a day, for the coming week."""
        steps = Step.objects.filter(kind="immersion", state=Step.State.PLANNED, immersions=None)
        steps = steps.filter(journey__state="active", journey__programme=self.house.programme)
        step = steps.select_related("journey__programme__organisation").order_by("due_on", "pk").first()
        if step is None:
            return
        days = regular(self.starts_on, self.starts_on + timedelta(days=5))
        ends_on = day_of(days[-1])
        wanted = journeys.Stay(
            company=self.house.companies[1], tutor_name="Ninon Le Goff", tutor_job="Responsable d’atelier",
            tutor_email="atelier@entreprise.exemple.fr", born_on=None if step.journey.holder.birth_year else BORN,
            activities="Suivre une commande de l’accueil à la livraison.", starts_on=self.starts_on, ends_on=ends_on,
            schedule=days, emergency_name="Sacha Le Goff",
            emergency_phone="06 00 00 00 00", insurance="Responsabilité civile de la structure, contrat 4410-2",
        )  # fmt: skip
        stay = journeys.send_immersion_to_sign(journeys.plan_immersion(step, wanted, by=self.lead), by=self.lead)
        for party in stay.parties:
            stay = journeys.record_signature(stay, party=party, signed_on=clock.today(), by=self.lead)
        journeys.validate_immersion(stay, by=self.lead)

    def change_tutor(self) -> None:
        stays = self._stays()
        done = Amendment.objects.filter(immersion__step__journey__programme=self.house.programme)
        if not stays or done.exists():
            return
        other = replace(facts_of(stays[0]), tutor_name="Yann Cadiou", tutor_job="Chef d’équipe")
        amendment = self._send(stays[0], other, "Le tuteur prévu est absent cette semaine-là.")
        for party in amendment.concerned:
            self._sign(amendment, party)
        journeys.validate_amendment(amendment, by=self.lead)

    def shorten_last_day(self) -> None:
        stays = [one for one in self._stays() if one.starts_on == self.starts_on]
        if not stays:
            return
        was = facts_of(stays[0])
        *days, last = was.schedule
        morning = [slot for slot in last["slots"] if slot[1] <= NOON]
        shorter = replace(was, schedule=[*days, {**last, "slots": morning}])
        self._sign(self._send(stays[0], shorter, "Inventaire l’après-midi du dernier jour."), "organisation")

    def _send(self, stay: Immersion, wanted: journeys.Stay, reason: str) -> Amendment:
        amendment = journeys.draft_amendment(stay, wanted, reason=reason, by=self.lead)
        return journeys.send_amendment_to_sign(amendment, by=self.lead)

    def _sign(self, amendment: Amendment, party: str) -> None:
        journeys.record_amendment_signature(amendment, party=party, signed_on=clock.today(), by=self.lead)
