"""What the demo shows of pairs: one proposed and waiting, one with objectives and its mid-term review, one in doubt."""

from datetime import timedelta

from django.db.models import Count, Q

from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.management.demo.cast import House
from evaluation.management.demo.replay import Replay, moment
from journeys import actions as journeys
from journeys.models import Journey
from mentoring import actions as mentoring
from mentoring.models import Mentorship
from mentoring.queries import journeys_without_mentor

OBJECTIVES = (
    ("Présenter mon projet à une banque sans notes", 2, 6),
    ("Fixer mes prix et les tenir", 3, 7),
)
EVENTS = ((47, "prepare"), (40, "aim"), (19, "prepare"), (6, "look_back"), (5, "propose"), (5, "hesitate"), (4, "wish"))
"""How many days ago each is done."""


class Pairs:
    """The pair of the holder whom the demo signs in, and two others."""

    def __init__(self, replay: Replay, house: House) -> None:
        self.house, self.lead = house, house.lead
        for days, name in EVENTS:
            day = replay.now.date().toordinal() - days
            replay.at(moment(replay.now.date().fromordinal(day), 18), getattr(self, name))

    def _hers(self) -> Mentorship:
        _project, holder = self.house.pairs[0]
        rows = Mentorship.objects.filter(journey__holder=holder, state=Mentorship.State.ACTIVE, is_primary=True)
        return rows.select_related("mentor__user", "journey__holder__user", "journey__programme__organisation").get()

    def aim(self) -> None:
        pair = self._hers()
        for text, start, wanted in OBJECTIVES:
            mentoring.set_objective(pair, text=text, start=start, wanted=wanted, by=pair.mentor.user)

    def prepare(self) -> None:
        """One mentor in two notes the time that reading and driving took before a session."""
        rows = Mentorship.objects.filter(state=Mentorship.State.ACTIVE, mentor__organisation=self.house.organisation)
        pairs = rows.select_related("mentor__user", "journey__programme__organisation", "journey__holder__user")
        for number, pair in enumerate(pairs.order_by("pk")[::2]):
            sort, minutes = ("travel", 40) if number % 3 == 2 else ("preparation", 30 + 15 * (number % 3))
            journeys.declare_delivery(
                pair.journey, sort=sort, kind="mentoring", minutes=minutes, by=pair.mentor.user,
                happened_at=clock.now() - timedelta(hours=3 + number),
            )  # fmt: skip

    def look_back(self) -> None:
        """Both were asked half-way, and answered."""
        pair = self._hers()
        mentoring.ask_review(pair)
        aims = list(pair.objectives.order_by("pk").values_list("pk", flat=True))
        points = dict(zip(aims, (4, 6), strict=False))
        mentoring.say_review(
            pair, moment="midway", side="holder", by=pair.journey.holder.user, points=points,
            went_well="Je repars de chaque séance avec une chose à faire, pas dix.",
            to_change="Parler plus tôt des chiffres, même quand ils fâchent.",
        )  # fmt: skip
        mentoring.say_review(
            pair, moment="midway", side="mentor", by=pair.mentor.user,
            went_well="Des questions préparées, et une vraie franchise.",
            to_change="Nous voir une fois sur place plutôt qu’en visio.",
        )  # fmt: skip

    def propose(self) -> None:
        """Somebody who waits for a mentor, and the demo's own mentor if he has a place; neither has answered."""
        waiting = journeys_without_mentor([self.house.organisation.pk]).select_related("programme__organisation")
        journey: Journey
        for journey in waiting[:3]:
            for mentor in self.house.mentors:
                try:
                    mentoring.propose_mentor(
                        journey, mentor, by=self.lead, pitch="Deux parcours de reconversion, et le goût du concret."
                    )
                except Refused:
                    continue
                return

    def hesitate(self) -> None:
        """One person is still deciding after her first sessions."""
        held = Count("sessions", filter=Q(sessions__state="held"))
        rows = Mentorship.objects.filter(state="active", mentor__organisation=self.house.organisation)
        for pair in rows.annotate(held=held).filter(held__in=(1, 2)).select_related("journey__holder__user")[:1]:
            words = "Le contact est bon, mais nos secteurs sont loin."
            mentoring.say_fit(pair, side="holder", answer="deciding", words=words, by=pair.journey.holder.user)

    def wish(self) -> None:
        """One mentor stops next month, and has said so."""
        mentor = self.house.mentors[-1]
        mentoring.wish_to_leave(
            mentor, leaves_on=clock.today() + timedelta(days=30), by=mentor.user,
            words="Je change de région à la fin du mois prochain. Merci pour ces années.",
        )  # fmt: skip
