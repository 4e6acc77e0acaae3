"""What happens to many at once: module dates with their attendance, and immersions with their papers."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from backend.lib import clock
from evaluation.management.demo import people
from evaluation.management.demo.cast import House
from evaluation.management.demo.learning import Learning
from evaluation.management.demo.replay import Event, Replay, fresh, moment
from journeys import actions as journeys
from journeys.actions.immersions.schedule import regular
from journeys.models import Delivery, Enrolment, Immersion, Module, ModuleDate, Step

SEATS = 10


class Calendar:
    """The module dates of one organisation: announced a month ahead, filled, then marked."""

    seed, confirmed = "modules", 0.7

    def __init__(self, replay: Replay, house: House) -> None:
        self.replay = replay
        self.house = house
        self.random = Random(f"{self.seed}-{house.organisation.slug}")
        trainers = [f"{mentor.user.first_name} {mentor.user.last_name}" for mentor in house.mentors[:3]]
        for module, day in self.dates(list(Module.objects.filter(organisation=house.organisation).order_by("pk"))):
            replay.at(
                moment(day - timedelta(days=28), 9),
                lambda module=module, day=day: self.announce(module, day, self.random.choice(trainers)),
            )

    def dates(self, modules: list[Module]) -> Iterator[tuple[Module, date]]:
        """Which module is given on which day."""
        first = self.replay.now.date() - timedelta(days=280)
        for order, module in enumerate(modules):
            for week in range(order * 2, 46, 6):
                yield module, first + timedelta(weeks=week)

    def announce(self, module: Module, day: date, trainer: str) -> None:
        starts_at = moment(day, 9, 30)
        one = journeys.create_module_date(
            module,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=min(module.minutes, 420)),
            seats=SEATS,
            place=self.random.choice(people.PLACES),
            trainer=trainer,
            by=self.house.lead,
        )
        self.replay.at(starts_at - timedelta(days=12), lambda: self.fill(one))
        self.replay.at(one.ends_at + timedelta(hours=2), lambda: self.mark(one))

    def fill(self, one: ModuleDate) -> None:
        """Those whose turn it is, as long as there are seats."""
        day = one.starts_at.date()
        steps = Step.objects.filter(
            module=one.module, state=Step.State.PLANNED, journey__state="active", earliest_on__lte=day
        ).order_by("due_on", "pk")[:SEATS]
        if steps:
            journeys.enrol_people(fresh(one), list(steps), by=self.house.lead)

    def mark(self, one: ModuleDate) -> None:
        """Nearly everybody came. The last dates are left for a person to mark."""
        if one.ends_at > self.replay.now - timedelta(days=3):
            return
        rows = one.enrolments.filter(state=Enrolment.State.ENROLLED).order_by("pk")
        live = list(rows.select_related("step__journey__programme__organisation", "step__journey__holder__user"))
        if not live:
            return
        marks = {}
        for row in live:
            chance = self.random.random()
            if chance < 0.85:
                marks[row.pk] = journeys.Mark("present")
            elif chance < 0.91:
                marks[row.pk] = journeys.Mark("late", 30)
            else:
                marks[row.pk] = journeys.Mark("excused" if chance < 0.96 else "absent")
        journeys.mark_attendance(fresh(one), marks, by=self.house.lead)
        for line in self._lines(live):
            if self.random.random() < self.confirmed:
                soon = clock.now() + timedelta(hours=self.random.randrange(3, 90))
                self.replay.at(
                    soon, lambda line=line: journeys.confirm_delivery(fresh(line), by=line.journey.holder.user)
                )

    def _lines(self, rows: list[Enrolment]) -> Iterator[Delivery]:
        found = {line.source: line for line in Delivery.objects.filter(source__in=[row.source for row in rows],
                                                                       state="declared")}  # fmt: skip
        for row in rows:
            if line := found.get(row.source):
                line.journey = row.step.journey
                yield line


class Stays:
    """The immersions of one organisation: some done, one under way, some with papers missing."""

    def __init__(self, replay: Replay, house: House) -> None:
        self.replay = replay
        self.house = house
        self.random = Random(f"immersions-{house.organisation.slug}")
        for week in range(8, 44):
            replay.at(moment(replay.now.date() - timedelta(weeks=44 - week), 15), self.arrange)
        replay.at(moment(replay.now.date() - timedelta(days=2), 11), self.leave_a_draft)

    def arrange(self) -> None:
        """Each week the person whose immersion is due first gets one, four weeks ahead."""
        step = (
            Step.objects.filter(
                kind="immersion",
                state=Step.State.PLANNED,
                journey__state="active",
                journey__programme=self.house.programme,
                earliest_on__lte=clock.today(),
                immersions=None,
            )
            .order_by("due_on", "pk")
            .first()
        )
        if step is None:
            return
        starts_on = moment(clock.today() + timedelta(days=27), 9).date()
        days = max(2, min(5, step.minutes_expected // 420))
        ends_on = starts_on + timedelta(days=days - 1)
        stay = journeys.Stay(
            company=self.random.choice(self.house.companies),
            tutor_name=f"{self.random.choice(people.FIRST_MEN)} {self.random.choice(people.LAST)}",
            tutor_job=self.random.choice(people.TUTOR_JOBS),
            tutor_email="tutorat@entreprise.exemple.fr",
            objective=self.random.choice(Immersion.Objective.values),
            born_on=None if step.journey.holder.birth_year else date(1988, 6, 1),
            activities="Découvrir l’organisation, participer à l’accueil, comprendre les prix et les marges.",
            starts_on=starts_on,
            ends_on=ends_on,
            schedule=regular(starts_on, ends_on),
            protection="Chaussures fermées.",
            emergency_name=f"{self.random.choice(people.FIRST_MEN)} {self.random.choice(people.LAST)}",
            emergency_phone="06 00 00 00 00",
            insurance="Responsabilité civile de la structure, contrat 4410-2",
        )
        self.sign(journeys.plan_immersion(step, stay, by=self.house.lead), starts_on, days)

    def leave_a_draft(self) -> None:
        """One agreement is still to complete, and the company has a link to do its side."""
        planned = Step.objects.filter(kind="immersion", state=Step.State.PLANNED, immersions=None)
        step = planned.filter(journey__state="active", journey__programme=self.house.programme).order_by("pk").last()
        if step is None:
            return
        company, starts_on = self.house.companies[0], clock.today() + timedelta(days=25)
        ends_on = starts_on + timedelta(days=11)
        days = regular(starts_on, ends_on)
        stay = journeys.Stay(company=company, tutor_name="", starts_on=starts_on, ends_on=ends_on, schedule=days)
        draft = journeys.plan_immersion(step, stay, by=self.house.lead)
        journeys.share_immersion(draft, email=company.contact_email, by=self.house.lead)

    def sign(self, stay: Immersion, starts_on: date, days: int) -> None:
        """Papers come back one after another; now and then one is late, and nothing starts."""
        lead = self.house.lead
        parties = ["holder", "organisation", "company"]
        missing = self.random.random() < 0.14
        self.later(3, lambda: journeys.send_immersion_to_sign(fresh(stay), by=lead))
        for index, party in enumerate(parties[:-1] if missing else parties):
            self.later(6 + 3 * index, lambda party=party: journeys.record_signature(
                fresh(stay), party=party, signed_on=clock.today(), by=lead))  # fmt: skip
        if missing:  # nothing starts: the stay is called off, if its day has come
            words = "Convention non signée par l’entreprise à temps"
            self.replay.at(moment(starts_on, 7), lambda: journeys.cancel_immersion(fresh(stay), reason=words, by=lead))
            return
        self.later(16, lambda: journeys.validate_immersion(fresh(stay), by=lead))
        self.replay.at(moment(starts_on, 8), lambda: journeys.start_immersion(fresh(stay), by=None))
        self.replay.at(moment(starts_on + timedelta(days=days + 2), 10), lambda: self.finish(stay, days))
        Learning(self.replay, stay, starts_on, days)

    def finish(self, stay: Immersion, days: int) -> None:
        partial = self.random.random() < 0.15
        journeys.complete_immersion(
            fresh(stay),
            outcome=Immersion.Outcome.PARTIAL if partial else Immersion.Outcome.COMPLETED,
            minutes_done=stay.minutes_planned - 400 if partial else stay.minutes_planned,
            last_day_on=stay.ends_on - timedelta(days=1) if partial else None,
            reason="Semaine écourtée par l’entreprise" if partial else "",
            by=self.house.lead,
        )
        line = stay.step.journey.deliveries.filter(source=f"immersion:{stay.pk}").first()
        if line and self.random.random() < 0.75:
            self.later(2, lambda: journeys.confirm_delivery(fresh(line), by=line.journey.holder.user))

    def later(self, days: int, event: Event) -> None:
        when: datetime = moment(clock.now().date() + timedelta(days=days), 14)
        self.replay.at(when, event)
