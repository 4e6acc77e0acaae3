"""What happened to each journey of the demo, from its first day to today."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation import actions as evaluation
from evaluation.management.demo import disputes, people
from evaluation.management.demo.cast import House
from evaluation.management.demo.replay import Event, Replay, fresh, moment
from evaluation.models import POSTURE, Request, Response, Wave
from journeys import actions as journeys
from journeys.models import Delivery, Holder, Journey, Project, Step
from mentoring import actions as mentoring
from mentoring.actions.logs import NextStep
from mentoring.models import Mentorship, Session, Theme

# How a journey goes; the rest is "steady", and most of the oldest ones are "complete".
TURNS = {
    2: "disputed",
    11: "argued",
    4: "silent",
    6: "hole",
    8: "paused",
    9: "left",
    15: "new",
    20: "left",
    24: "hole",
    29: "silent",
}
OLD = 190  # days
WAITING = 80  # days
ON_PAPER = 9  # of so many answer sheets, one came on paper


def cost_of(session: Session) -> mentoring.Burden:
    """What its log cost: most are one tap, some are written at length. Its own dice: the story stays the same."""
    dice = Random(session.pk)
    if dice.random() < 0.6:
        return mentoring.Burden(seconds=dice.randrange(6, 22), taps=dice.choice((1, 1, 2)))
    return mentoring.Burden(seconds=dice.randrange(35, 130), taps=dice.randrange(3, 9), keys=dice.randrange(60, 420))


class Story:
    """One holder in one programme: pairing, sessions, milestones, questionnaires, and how it turns out."""

    def __init__(self, replay: Replay, house: House, pair: tuple[Project, Holder], index: int, start: date) -> None:
        self.replay = replay
        self.house = house
        self.project, self.holder = pair
        self.index = index
        self.start = start
        self.random = Random(f"{house.organisation.slug}-{index}")
        is_old = (replay.now.date() - start).days > OLD
        self.turn = TURNS.get(index, "complete" if is_old else "steady")
        self.own = Random(f"need-{house.organisation.slug}-{index}")
        # Some of the newest still wait for a mentor: there is somebody to match.
        self.waits = (replay.now.date() - start).days < WAITING and index % 4 != 3
        self.held = 0
        self.level = 3.4 + self.random.random() * 2  # where she stands on the scale of 1 to 8 when she begins
        self.journey: Journey
        self.mentorship: Mentorship | None = None
        today = replay.now.date()
        quiet = {"silent": 48, "hole": 40, "left": 60, "paused": 25}.get(self.turn, 0)
        self.last_day = today - timedelta(days=quiet) if quiet else today + timedelta(days=400)
        replay.at(moment(start, 9), self.open)

    def later(self, days: float, hour: int, event: Event, minute: int = 0) -> None:
        """Run `event` that many days after now (the replay's now), on a working day."""
        day = clock.now().date() + timedelta(days=days)
        if day <= self.last_day:
            self.replay.at(moment(day, hour, minute), event)

    def open(self) -> None:
        self.journey = journeys.open_journey(
            self.house.programme,
            self.project,
            self.holder,
            started_on=clock.today(),
            referent=self.house.lead,
            by=self.house.lead,
        )
        self.later(1, 8, lambda: self.ask(Wave.Moment.START))
        if self.own.random() < 0.75:
            self.later(2, 18, self.say_need)
        if self.turn != "new":
            days = self.random.randrange(5, 12)
            if not self.waits:
                self.later(days, 10, self.pair)
        for step in self.journey.steps.filter(kind="milestone").order_by("position"):
            early = self.random.randrange(0, 25)
            if self.random.random() < 0.9:
                self.replay.at(moment(step.due_on - timedelta(days=early), 17), lambda step=step: self.reach(step))
        ends = {"left": self.leave, "paused": self.pause}.get(self.turn)
        if ends:
            self.replay.at(moment(self.last_day, 18), ends)
        if self.turn == "complete":
            end = min(self.replay.now.date() - timedelta(days=9), self.journey.planned_end_on)
            self.replay.at(moment(end - timedelta(days=self.random.randrange(30)), 16), self.complete)

    # --- mentoring ---------------------------------------------------------------------------------
    def say_need(self) -> None:
        """What she looks for in a mentor."""
        mentoring.say_need(
            self.journey,
            themes=self.own.sample(Theme.values, self.own.choice((2, 2, 3))),
            languages=["fr"] if self.own.random() < 0.9 else ["en"],
            meeting=self.own.choice(("any", "any", "in_person", "remote")),
            words=self.own.choice(people.MENTOR_WORDS),
            by=self.holder.user,
        )

    def pair(self) -> None:
        pairs = Mentorship.objects.live().filter(mentor__in=self.house.mentors).order_by()
        taken = Counter(pairs.values_list("mentor", flat=True))
        rooms = [one for one in self.house.mentors if taken[one.pk] < one.capacity]
        if not rooms:  # everybody is full: one waits
            self.later(9, 10, self.pair)
            return
        mentor = rooms[self.index % len(rooms)]
        self.mentorship = mentoring.pair_mentor(self.journey, mentor, by=self.house.lead)
        self.later(3, 11, self.plan)

    def plan(self) -> None:
        """The next session, a week or so ahead; at another hour when one of the two is taken."""
        if self.mentorship is None or self.journey_is_over():
            return
        day = clock.now().date() + timedelta(days=self.random.randrange(8, 16))
        for hour in (9, 14, 11, 16, 17, 18):
            try:
                session = mentoring.plan_session(
                    self.mentorship,
                    starts_at=moment(day, hour, self.random.choice((0, 30))),
                    medium=self.random.choice(("in_person", "in_person", "video", "phone")),
                    place=self.random.choice(people.PLACES),
                    agenda=self.random.choice(people.NEXT_STEPS),
                    by=self.mentorship.mentor.user,
                )
            except Refused:
                continue
            self.after(session)
            return

    def after(self, session: Session) -> None:
        """What follows a planned session: sometimes moved or cancelled, else logged (not always) and confirmed."""
        chance = self.random.random()
        if session.starts_at > self.replay.now and self.index % 3 != 1:
            self.replay.at(clock.now() + timedelta(hours=1), lambda: disputes.wonder(fresh(session), self.index))
        if chance < 0.08:
            self.replay.at(session.starts_at - timedelta(days=2), lambda: self.move(session))
        elif chance < 0.13:
            self.replay.at(session.starts_at - timedelta(days=1), lambda: self.cancel(session))
        else:
            wait = self.random.choice((1, 2, 3, 20, 30))
            recent = session.ends_at > self.replay.now - timedelta(days=8)
            if not (recent and self.random.random() < 0.7):
                self.replay.at(session.ends_at + timedelta(hours=wait), lambda: self.log(session))
        self.replay.at(session.ends_at + timedelta(minutes=5), lambda: mentoring.ask_session_log(fresh(session)))

    def move(self, session: Session) -> None:
        session = fresh(session)
        starts_at = session.starts_at + timedelta(days=7)
        mentoring.move_session(session, starts_at=starts_at, by=session.mentorship.mentor.user)
        self.replay.at(session.ends_at + timedelta(hours=3), lambda: self.log(session))

    def cancel(self, session: Session) -> None:
        mentoring.cancel_session(
            fresh(session), reason="Empêchement de dernière minute", for_mentor=True, by=self.holder.user
        )
        self.later(5, 9, self.plan)

    def log(self, session: Session) -> None:
        session = fresh(session)
        if self.journey_is_over() or session.state != Session.State.PLANNED or session.ends_at > clock.now():
            return
        if self.random.random() < 0.05:
            mentoring.miss_session(session, outcome=Session.State.NO_SHOW, by=session.mentorship.mentor.user)
            self.later(6, 9, self.plan)
            return
        mentoring.log_session(
            session,
            minutes=self.random.choice((90, 90, 90, 75, 60, 105)),
            summary=self.random.choice(people.SUMMARIES) if self.random.random() < 0.7 else "",
            themes=self.random.sample(Theme.values, 2),
            next_steps=self.next_steps(),
            burden=cost_of(session),
            by=session.mentorship.mentor.user,
        )
        self.held += 1
        delivery = self.journey.deliveries.get(source=f"session:{session.pk}", state=Delivery.State.DECLARED)
        self.answer_for(delivery)
        if self.held < session.step.occurrences:
            self.later(self.random.randrange(8, 18), 10, self.plan)

    def next_steps(self) -> list[NextStep]:
        if self.random.random() < 0.35:
            return []
        due = clock.today() + timedelta(days=self.random.randrange(7, 25))
        step = NextStep(self.random.choice(people.NEXT_STEPS), is_mentors=self.random.random() < 0.25, due_on=due)
        self.replay.at(moment(due, 12), self.tick)
        return [step]

    def tick(self) -> None:
        """Most of what was decided gets done."""
        for one in self.journey.commitments.open().filter(due_on__lte=clock.today()):
            if self.random.random() < 0.75 and self.turn != "silent":
                journeys.complete_commitment(one, by=one.owner)

    def answer_for(self, delivery: Delivery) -> None:
        """The holder confirms most hours, disputes a few, forgets some."""
        chance = self.random.random()
        soon = clock.now() + timedelta(hours=self.random.randrange(2, 60))
        if self.turn == "disputed" and self.held == 2:
            words = "Nous avons terminé une demi-heure plus tôt que ce qui est noté."
            self.replay.at(soon, lambda: disputes.begin(fresh(delivery), words))
        elif self.turn == "argued" and self.held == 2:
            self.replay.at(soon, lambda: disputes.argue(fresh(delivery)))
        elif chance < 0.82:
            self.replay.at(soon, lambda: journeys.confirm_delivery(fresh(delivery), by=self.holder.user))

    # --- milestones, questionnaires, the end -------------------------------------------------------
    def reach(self, step: Step) -> None:
        if self.journey_is_over() or clock.today() > self.last_day:
            return
        journeys.reach_milestone(
            fresh(step),
            reached_on=clock.today(),
            evidence=f"{step.evidence or step.title} : document remis et relu.",
            by=self.house.lead,
        )

    def ask(self, when: str) -> None:
        wave = self.house.programme.waves.get(moment=when, questionnaire__code=POSTURE, audience=Wave.Audience.HOLDER)
        request = evaluation.send_request(wave, self.journey, by=None)
        dice = Random(when) if self.index == 0 else self.random  # the one it signs in has a past to look back on
        if self.random.random() < 0.84 or self.index == 0:
            at = clock.now() + timedelta(hours=dice.randrange(3, 140))
            self.replay.at(at, lambda: self.reply(request, dice))

    def reply(self, request: Request, dice: Random) -> None:
        """Fifteen answers around a level that has risen a little by the exit; some leave half-way."""
        request = fresh(request)
        is_on_paper = request.pk % ON_PAPER == 0
        if not is_on_paper:
            evaluation.begin_request(request, by=self.holder.user)
        gain = dice.gauss(0.9, 0.5) if request.wave.moment == Wave.Moment.EXIT else 0
        level = self.level + gain
        codes = [item.code for item in request.version.items.order_by("position")]
        if dice.random() < 0.08 and self.index:
            codes = codes[:7]
        given = {code: max(1, min(8, round(dice.gauss(level, 1.1)))) for code in codes}
        by = self.house.lead if is_on_paper else self.holder.user
        if is_on_paper:
            evaluation.enter_answers(request, given, by=by, entry=Response.Entry.PAPER)
        else:
            evaluation.save_answers(request, given, by=by)
        if len(codes) == 15:
            evaluation.complete_request(request, by=by)

    def leave(self) -> None:
        reason = self.random.choice(("employment", "gave_up", "project_pivoted"))
        journeys.leave_journey(fresh(self.journey), reason=reason, by=self.house.lead)

    def pause(self) -> None:
        journeys.pause_journey(
            fresh(self.journey),
            reason="Naissance d’un enfant, reprise au printemps",
            review_on=clock.today() + timedelta(days=90),
            by=self.house.lead,
        )

    def complete(self) -> None:
        """The last milestones are reached, what was not useful is waived, and the journey ends well."""
        for step in self.journey.steps.exclude(state__in=("done", "waived")):
            if step.kind == "milestone":
                self.reach(step)
            else:
                journeys.waive_step(step, reason="Acquis par ailleurs, vu avec la référente", by=self.house.lead)
        self.journey.refresh_from_db()
        journeys.complete_journey(self.journey, by=self.house.lead)
        self.later(1, 9, lambda: self.ask(Wave.Moment.EXIT))

    def journey_is_over(self) -> bool:
        self.journey.state = Journey.objects.values_list("state", flat=True).get(pk=self.journey.pk)
        return self.journey.state != Journey.State.ACTIVE


def starts(number: int, now: datetime) -> list[date]:
    """First days spread over ten months, beginning with somebody half-way: she is the one the demo signs in."""
    first = now.date() - timedelta(days=300)
    days = [first + timedelta(days=round(292 * (n / max(1, number - 1)) ** 1.15)) for n in range(number)]
    return days[number // 2 :] + days[: number // 2]
