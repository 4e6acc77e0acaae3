"""What makes the first organisation's demo deep: versions, teams, bridges, extensions, proposals, waiting lists,
hours to book."""

from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from random import Random

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.management.demo.cast import Cast, House
from evaluation.management.demo.replay import Event, Replay, moment
from journeys import actions as journeys
from journeys.models import (
    Bridge,
    Carrier,
    Companion,
    Journey,
    ModuleDate,
    Programme,
    Project,
    Statement,
    Step,
)
from journeys.queries.statements import digest_of, lines_to_sign
from mentoring import actions as mentoring
from mentoring.queries import offers_for

EVIDENCE = "Trois lettres d’intention signées, et le compte rendu de douze entretiens."


class Depth:
    """Acts of the lead and of holders that an ordinary journey does not show, each at its day before the present."""

    def __init__(self, replay: Replay, house: House, cast: Cast) -> None:
        self.replay, self.house, self.cast = replay, house, cast
        self.lead, self.programme = house.lead, house.programme
        self.adviser: User
        self.random = Random(f"depth-{house.organisation.slug}")
        self.other: Programme = journeys.load_programmes(
            house.organisation, codes=["creation-classique"], by=self.lead
        )[0]
        for days, hour, event in self._acts():
            replay.at(moment(replay.now.date() - timedelta(days=days), hour), event)

    def _acts(self) -> Iterator[tuple[int, int, Event]]:
        """(days ago, hour, act)."""
        yield 150, 10, self.gather_a_team
        yield 95, 11, self.invite_an_adviser
        yield 75, 15, self.publish_a_version
        yield 74, 16, self.take_it_up
        yield 60, 11, self.invite_her_again
        yield 55, 10, self.cross_a_bridge
        yield 40, 9, self.ask_for_time
        yield 38, 9, self.grant_it
        yield 33, 9, self.state_a_month
        yield 31, 18, self.sign_it
        yield 12, 17, self.propose
        yield 10, 9, self.send_back
        yield 9, 18, self.publish_hours
        yield 6, 14, self.begin_a_draft
        yield 5, 9, self.ask_for_time
        yield 5, 17, self.propose_to_the_first_mentor
        yield 5, 18, self.book_an_hour
        yield 4, 17, self.propose
        yield 3, 9, self.state_a_month
        yield 3, 18, self.wait_for_a_seat
        yield 2, 9, self.personalise
        yield 1, 16, self.set_aside
        yield 1, 17, self.keep_views

    # --- Who is there ------------------------------------------------------------------------------
    def _running(self) -> list[Journey]:
        """Journeys under way in the programme, the newest first: the oldest may end any day."""
        rows = Journey.objects.active().filter(programme=self.programme).order_by("-started_on", "pk")
        return list(rows.select_related("programme__organisation", "holder__user", "project"))

    def _middle(self, place: int) -> Journey:
        rows = self._running()
        return rows[(len(rows) // 2 + place) % len(rows)]

    # --- Teams and those around --------------------------------------------------------------------
    def gather_a_team(self) -> None:
        """Two more people carry one project with the one who began."""
        project: Project = self._middle(0).project
        for part in (Carrier.Part.PARTNER, Carrier.Part.MEMBER):
            user, _gender = self.cast.person()
            who = journeys.Newcomer(user.email, user.first_name, user.last_name)
            journeys.join_project(
                project, who, part=part, joined_on=clock.today(), programme=self.programme, by=self.lead
            )

    def invite_an_adviser(self) -> None:
        """Somebody of a bank beside one journey, until it ends."""
        self.adviser, _gender = self.cast.person(domain="banque.exemple.fr")
        self._invite(self._middle(1))

    def invite_her_again(self) -> None:
        """The same beside the holder whom the demo signs in: each finds the other."""
        _project, holder = self.house.pairs[0]
        self._invite(Journey.objects.active().filter(holder=holder).select_related("programme__organisation").get())

    def _invite(self, journey: Journey) -> None:
        home = "Crédit coopératif de l’Ouest"
        journeys.invite_companion(journey, self.adviser, Companion.Role.ADVISER, home=home, by=self.lead)

    # --- The programme goes on ---------------------------------------------------------------------
    def publish_a_version(self) -> None:
        draft = journeys.start_draft(self.programme, by=self.lead)
        pairing = draft.steps.get(kind="mentoring")
        was, more = str(pairing.occurrences), str(pairing.occurrences + 1)
        journeys.update_programme_step(
            pairing, occurrences=pairing.occurrences + 1, by=self.lead,
            minutes_expected=pairing.minutes_expected * (pairing.occurrences + 1) // pairing.occurrences,
            title_fr=pairing.title_fr.replace(was, more, 1), title_en=pairing.title_en.replace(was, more, 1),
        )  # fmt: skip
        journeys.add_programme_step(
            draft, kind="milestone", title_fr="Réseau d’entraide rejoint", title_en="Peer network joined", max_days=120,
            evidence_fr="Date et nom du réseau", evidence_en="Date and name of the network", is_required=False,
            by=self.lead,
        )  # fmt: skip
        journeys.publish_version(draft, note="Une séance de plus, et un réseau d’entraide", by=self.lead)

    def take_it_up(self) -> None:
        """Half of those under way take it up; the others still have the offer."""
        newest = self.programme.versions.published().order_by("-number").first()
        assert newest is not None
        journeys.apply_version_to_many(self._running()[::2], newest, by=self.lead)

    def begin_a_draft(self) -> None:
        draft = journeys.start_draft(self.programme, by=self.lead)
        stay = draft.steps.get(kind="immersion")
        journeys.update_programme_step(stay, max_days=stay.max_days + 15, by=self.lead)

    def cross_a_bridge(self) -> None:
        """One project goes on in the classic programme, beside the first."""
        journey = self._middle(2)
        people = [row.user_id for row in journey.companions.filter(ended_at=None).order_by("pk")]
        journeys.bridge_journey(
            journey, programme=self.other, kind=Bridge.Kind.BESIDE, companions=[*people, self.lead.pk],
            reason="Le projet vise aussi une activité commerciale classique", by=self.lead,
        )  # fmt: skip

    # --- More time ---------------------------------------------------------------------------------
    def ask_for_time(self) -> None:
        journey = self._middle(3)
        journeys.ask_extension(
            journey, until_on=journey.planned_end_on + timedelta(days=60), by=journey.holder.user,
            reason="Le local se libère deux mois plus tard que prévu.",
        )  # fmt: skip

    def grant_it(self) -> None:
        for journey in self._running():
            for asked in journey.extensions.filter(state="asked").order_by("pk"):
                why = "Le bail est signé, et le retard n’est pas le vôtre."
                journeys.decide_extension(asked, granted=True, reason=why, by=self.lead)

    # --- Milestones proposed -----------------------------------------------------------------------
    def propose(self) -> None:
        """The holder says that her next milestone is reached, and shows it."""
        self._propose_on(self._running()[3:])

    def propose_to_the_first_mentor(self) -> None:
        """One of those whom the demo's mentor accompanies, besides the holder of the demo: it waits on his home."""
        first, (_project, holder) = self.house.mentors[0], self.house.pairs[0]
        rows = Journey.objects.active().filter(mentorships__mentor=first, mentorships__state="active")
        self._propose_on(rows.exclude(holder=holder).select_related("holder__user").order_by("-started_on", "pk"))

    # --- Hours to book -----------------------------------------------------------------------------
    def publish_hours(self) -> None:
        """The first mentor opens an afternoon a week and an evening every second week; two weeks off in between."""
        mentor, by = self.house.mentors[0], self.house.mentors[0].user
        tuesday = clock.today() + timedelta(days=(1 - clock.today().weekday()) % 7)
        place = "Solilab, 8 rue Saint-Domingue, Nantes"
        afternoon = mentoring.publish_opening(
            mentor, starts_on=tuesday, from_time=time(14), to_time=time(17, 30), minutes=60, minutes_after=15,
            most_a_week=2, place=place, by=by,
        )  # fmt: skip
        mentoring.publish_opening(
            mentor, repeats="fortnightly", starts_on=tuesday + timedelta(days=2), from_time=time(18), to_time=time(20),
            minutes=45, medium="video", url=mentor.video_url or "https://visio.exemple.fr/mentorat", by=by,
        )  # fmt: skip
        mentoring.change_opening_day(
            afternoon, day=tuesday + timedelta(days=14), from_time=time(9), to_time=time(12), by=by
        )
        off = tuesday + timedelta(days=26)
        mentoring.declare_absence(mentor, starts_on=off, ends_on=off + timedelta(days=13), by=by)

    def book_an_hour(self) -> None:
        """One of those whom he accompanies, besides the holder of the demo, takes the first free time."""
        mentor, (_project, holder) = self.house.mentors[0], self.house.pairs[0]
        pairs = mentor.mentorships.filter(state="active", journey__state="active").exclude(journey__holder=holder)
        rows = pairs.select_related("mentor__user", "mentor__organisation", "journey__holder__user").order_by("pk")
        for pair in rows[:1]:
            for offer in offers_for(pair)[:1]:
                words = "Relire mes tarifs avant le premier devis"
                mentoring.book_opening(pair, starts_at=offer.starts_at, agenda=words, by=pair.journey.holder.user)

    def _propose_on(self, running: Iterable[Journey]) -> None:
        for journey in running:
            step = (
                journey.steps.filter(kind="milestone", state__in=(Step.State.PLANNED, Step.State.IN_PROGRESS))
                .exclude(proposals__state="proposed")
                .order_by("position")
                .first()
            )
            if step is not None:
                journeys.propose_milestone(step, reached_on=clock.today(), evidence=EVIDENCE, by=journey.holder.user)
                return

    def send_back(self) -> None:
        for journey in self._running():
            for step in journey.steps.filter(proposals__state="proposed").order_by("pk"):
                words = "Il manque la date de la troisième lettre : pouvez-vous l’ajouter ?"
                journeys.send_back_proposal(step.proposals.get(state="proposed"), answer=words, by=self.lead)

    # --- Hours signed by period --------------------------------------------------------------------
    def state_a_month(self) -> None:
        """The statements of the month before."""
        ends_on = clock.today().replace(day=1) - timedelta(days=1)
        journeys.prepare_statements(self.programme, starts_on=ends_on.replace(day=1), ends_on=ends_on, by=self.lead)

    def sign_it(self) -> None:
        """Most sign; some have not found the time."""
        rows = Statement.objects.filter(state=Statement.State.TO_SIGN, journey__programme=self.programme).order_by("pk")
        for statement in rows.select_related("journey__holder__user", "journey__programme__organisation"):
            if self.random.random() < 0.7:
                self._sign(statement, statement.journey.holder.user)

    def _sign(self, statement: Statement, holder: User) -> None:
        lines = list(lines_to_sign(statement))
        if lines:
            journeys.sign_statement(statement, seen=digest_of(statement, lines), by=holder)

    # --- What stands today -------------------------------------------------------------------------
    def wait_for_a_seat(self) -> None:
        """The next date fills up, and two people wait."""
        one = ModuleDate.objects.filter(
            module__organisation=self.house.organisation, state=ModuleDate.State.PLANNED, starts_at__gt=clock.now()
        ).order_by("starts_at").first()  # fmt: skip
        if one is None:
            return
        steps = Step.objects.filter(module=one.module, journey__state="active", state=Step.State.PLANNED)
        people = list(steps.select_related("journey__holder__user").order_by("due_on", "pk"))
        taken = one.enrolments.filter(state="enrolled").count()
        seats = max(1, taken)
        if taken == 0 and people:
            journeys.enrol_people(one, people[:1], by=self.lead)
            people = people[1:]
        journeys.move_module_date(
            one, starts_at=one.starts_at, ends_at=one.ends_at, seats=seats, place=one.place, url=one.url,
            trainer=one.trainer, trainer_email="formation@exemple.fr", by=self.lead,
        )  # fmt: skip
        for step in people[:2]:
            journeys.join_waiting(ModuleDate.objects.get(pk=one.pk), by=step.journey.holder.user)

    def personalise(self) -> None:
        """A step of her own for one person, and another moved."""
        journey = self._middle(4)
        journeys.add_step(
            journey, kind="milestone", title_fr="Premier devis envoyé", title_en="First quote sent",
            due_on=clock.today() + timedelta(days=21), by=self.lead,
        )  # fmt: skip

    def set_aside(self) -> None:
        for journey in self._running():
            for code in ("silent", "late", "no_mentor"):
                try:
                    journeys.snooze_sign(
                        journey, code=code, until_on=_friday(clock.today() + timedelta(days=9)), by=self.lead,
                        reason="Appelée hier : elle revient de congé vendredi.",
                    )  # fmt: skip
                except Refused:
                    continue
                return

    def keep_views(self) -> None:
        journeys.create_saved_view(name="À relancer", query="sign=silent", by=self.lead)
        journeys.create_saved_view(
            name="En émergence",
            query="phase=emergence&view=columns",
            organisation=self.house.organisation,
            by=self.lead,
        )


def _friday(day: date) -> date:
    return day + timedelta(days=(4 - day.weekday()) % 7)
