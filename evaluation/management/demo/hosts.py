"""What companies of the demo offer, and requests to them in each state."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.db.models import Count

from evaluation.management.demo.cast import House
from evaluation.management.demo.replay import Replay, fresh, moment
from journeys import actions as journeys
from journeys.models import Commune, Company, HostAsk, Step

Said = tuple[list[str], tuple[str, str, list[str]], str]
# company: its sectors, an offer (title, objective, themes), how accessible it is
OFFERS: dict[str, Said] = {
    "Menuiserie des Deux Rives": (
        ["bois", "réemploi"], ("Suivre un chantier d’agencement", "discover", ["réemploi"]), ""),
    "Biocoop Les Hauts Pavés": (
        ["alimentation", "commerce"], ("Tenir un rayon vrac", "meet_peer", ["alimentation"]), "Plain-pied."),
    "Maraîchers de Loire": (["alimentation"], ("Une semaine de récolte", "discover", ["alimentation"]), ""),
    "Cyclable Ouest": (
        ["mobilité"], ("Tenir un atelier vélo", "cooperate", ["mobilité", "réemploi"]), "Atelier de plain-pied."),
    "Numérique Libre": (
        ["numérique"], ("Réparer, tester, reconditionner", "confirm", ["réemploi"]), "Ascenseur, pièce calme."),
    "Pépinières du Vignoble": (["végétal"], ("Du semis à la vente", "meet_peer", ["éducation"]), ""),
    "Conserverie de la Montagne": (
        ["alimentation"], ("De la récolte au bocal", "confirm", ["alimentation"]), "Bureaux de plain-pied."),
}  # fmt: skip
ANY: Said = (["artisanat"], ("Voir une journée type", "discover", []), "")
WORDS = "J’aimerais voir comment se passe une vraie journée, et poser mes questions sur les prix."


class Hosts:
    """Sites and offers early on; then, over the last two months, requests that end in every way."""

    def __init__(self, replay: Replay, house: House) -> None:
        self.replay, self.house = replay, house
        self.random = Random(f"hosts-{house.organisation.slug}")
        self.on(250, self.offer)
        self.on(26, lambda: self.ask(0, self.say_yes))
        self.on(20, lambda: self.ask(1, self.say_no))
        self.on(9, lambda: self.ask(2, self.leave))
        self.on(6, lambda: self.ask(3, self.withdraw))
        self.on(2, lambda: self.ask(4))
        self.on(1, lambda: self.ask(6))
        for days in (48, 45, 40):
            self.on(days, lambda: self.ask(5, self.leave))
        self.on(15, self.give_up)
        if len(house.companies) > 7:
            self.on(30, self.set_aside)

    def on(self, days: int, event: Callable[[], object]) -> None:
        self.replay.at(moment(self.replay.now.date() - timedelta(days=days), 11), event)

    def offer(self) -> None:
        """What each company says of itself; the first has a second site, the second few starts a month."""
        lead = self.house.lead
        for company in self.house.companies:
            sectors, (title, objective, themes), access = OFFERS.get(company.name, ANY)
            journeys.update_company(company, sectors=sectors, accessibility=access, places_a_year=12, by=lead)
            words = "Accueil par l’équipe, une journée type, puis une tâche confiée."
            facts = {"objective": objective, "themes": themes, "description": words, "longest_days": 4}
            journeys.create_offer(company, title=title, by=lead, **facts)
        first, second = self.house.companies[:2]
        commune = Commune.objects.filter(name="Rezé").first()
        journeys.add_site(first, name="Atelier de Rezé", address="12 rue de l’Abbé-Grégoire", commune=commune, by=lead)
        journeys.update_company(second, starts_a_month=1, by=lead)

    def ask(self, index: int, then: Callable[[HostAsk], object] | None = None) -> None:
        """The next holder without a stay asks the company at this index; what follows is `then`."""
        if index >= len(self.house.companies):
            return
        company: Company = fresh(self.house.companies[index])
        rows = Step.objects.filter(
            kind="immersion", state__in=("planned", "scheduled"), journey__state="active",
            journey__programme__organisation=self.house.organisation,
        )  # fmt: skip
        rows = rows.annotate(stays=Count("immersions", distinct=True), asks=Count("host_asks", distinct=True))
        step = (
            rows.select_related("journey__programme__organisation", "journey__holder__user", "journey__referent")
            .order_by("stays", "asks", "due_on", "pk")
            .first()
        )
        if step is None:
            return
        holder = step.journey.holder.user
        ask = journeys.wish_host(company, step, offer=company.offers.first(), message=WORDS, by=holder)
        if then:
            journeys.send_host_ask(ask, by=self.house.lead)
            then(ask)

    def say_yes(self, ask: HostAsk) -> None:
        self._answer(ask, accepted=True, words="Avec plaisir, plutôt en début de mois.")

    def say_no(self, ask: HostAsk) -> None:
        self._answer(ask, accepted=False, words="Notre équipe déménage cet hiver : reparlons-en au printemps.")

    def _answer(self, ask: HostAsk, *, accepted: bool, words: str) -> None:
        days = self.random.randrange(2, 6)
        when = moment(ask.created_at.date() + timedelta(days=days), 15)
        self.replay.at(
            when, lambda: journeys.record_host_answer(fresh(ask), accepted=accepted, words=words, by=self.house.lead)
        )

    def leave(self, ask: HostAsk) -> None:
        """It waits."""

    def withdraw(self, ask: HostAsk) -> None:
        journeys.withdraw_host_ask(ask, by=ask.step.journey.holder.user)

    def give_up(self) -> None:
        """The house notes who has not answered within ten working days."""
        rows = HostAsk.objects.filter(state=HostAsk.State.SENT, company__organisation=self.house.organisation)
        for ask in rows.select_related("company", "offer", "step__journey__programme__organisation").order_by("pk"):
            journeys.give_up_host_ask(ask)

    def set_aside(self) -> None:
        silent = fresh(self.house.companies[-1])
        journeys.set_aside_company(
            silent, reason="Sans réponse depuis le printemps, trois relances.", by=self.house.lead
        )
