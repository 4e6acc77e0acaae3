"""Two promotions of before in the first organisation of the demo: what came of them is known by now."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from backend.accounts import actions as accounts
from backend.accounts.models import Membership
from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.management.demo.cast import Cast, House
from evaluation.management.demo.group import Calendar
from evaluation.management.demo.outcomes import FORMS, FUNDERS, PARTNERS
from evaluation.management.demo.people import FORMER
from evaluation.management.demo.replay import Event, Replay, fresh, moment
from journeys import actions as journeys
from journeys.actions import outcomes
from journeys.models import Commune, FollowUp, Holder, Journey, Module, Outcome, Project, Step
from journeys.queries.follow_ups import months_after

Kind = Outcome.Kind
PROMOTIONS = ((14, 43, 8), (8, 14, 7))
"""How many people, how many months ago the first of them ended, and how many months they had."""
APART = 9
"""Days between the end of one and of the next."""
LEFT = {4: "employment", 10: "gave_up", 16: "training"}
STOPPED = {2: 19, 7: 30, 19: 10}
"""Who stopped, by their place, how many months after the end."""
SILENT = (5, 12, 17, 21)
"""Who does not answer when asked what became of it."""


class Former:
    """Opened, ended, and asked six, twelve and thirty-six months later, as far as that has come."""

    def __init__(self, replay: Replay, house: House, cast: Cast) -> None:
        self.replay, self.house, self.cast = replay, house, cast
        place = 0
        Workshops(replay, house)
        for people, months_ago, lasted in PROMOTIONS:
            for number in range(people):
                end = months_after(replay.now.date(), -months_ago) + timedelta(days=APART * number)
                FormerHolder(self, place, months_after(end, -lasted), end)
                place += 1


class Workshops(Calendar):
    """The second promotion, together, while all of it was there: what was received in its year is more than paper."""

    seed, confirmed = "workshops", 1.0

    def dates(self, modules: list[Module]) -> Iterator[tuple[Module, date]]:
        people, months_ago, lasted = PROMOTIONS[-1]
        first_end = months_after(self.replay.now.date(), -months_ago)
        last_start = months_after(first_end + timedelta(days=APART * (people - 1)), -lasted)
        for module, days in zip(modules, (56, 91), strict=False):
            yield module, last_start + timedelta(days=days)


class FormerHolder:
    """One of them."""

    def __init__(self, former: Former, place: int, start: date, end: date) -> None:
        self.house, self.replay, self.cast = former.house, former.replay, former.cast
        self.place, self.start, self.end = place, start, end
        self.random = Random(f"former-{place}")
        self.journey: Journey
        self.on(start, 10, self.open)
        self.on(end, 16, self.finish)
        if place not in LEFT:
            self.on(end - timedelta(days=14), 11, self.create)

    def on(self, day: date, hour: int, event: Event) -> None:
        self.replay.at(moment(day, hour), event)

    def open(self) -> None:
        user, gender = self.cast.person()
        accounts.grant_role(user, self.house.organisation, Membership.Role.HOLDER, by=self.house.lead)
        holder = Holder.objects.create(
            organisation=self.house.organisation, user=user, gender=gender,
            birth_year=self.random.randrange(1960, 2000), status="job_seeker", phone=user.phone,
        )  # fmt: skip
        name, pitch = FORMER[self.place]
        communes = Commune.objects.filter(projects__isnull=False).distinct().order_by("-population")[:12]
        project = Project.objects.create(
            organisation=self.house.organisation, name=name, pitch=pitch, phase="creation",
            commune=self.random.choice(list(communes)), qpv=self.random.choice(("outside", "outside", "unknown")),
        )  # fmt: skip
        project.holders.add(holder)
        lead = self.house.lead
        self.journey = journeys.open_journey(
            self.house.programme, project, holder, started_on=clock.today(), referent=lead, by=lead
        )

    def create(self) -> None:
        self._tell(Kind.CREATED, legal_form=FORMS[self.place % len(FORMS)])

    def finish(self) -> None:
        journey, lead = fresh(self.journey), self.house.lead
        for months in FollowUp.MONTHS:
            self.on(months_after(clock.today(), months), 9, lambda months=months: self.ask(months))
        if reason := LEFT.get(self.place):
            journeys.leave_journey(journey, reason=reason, by=lead)
            return
        for step in Step.objects.filter(journey=journey, is_required=True).exclude(state__in=("done", "waived")):
            if step.kind == "milestone":
                journeys.reach_milestone(step, reached_on=clock.today(), evidence="Vu avec la référente.", by=lead)
            else:
                journeys.waive_step(step, reason="Suivi sur papier à l’époque", by=lead)
        journeys.complete_journey(fresh(journey), by=lead)
        code, funder = FUNDERS[self.place % len(FUNDERS)]
        self._tell(Kind.FUNDING, code=code, funder=funder, amount_cents=50_000 * self.random.randrange(6, 70))
        if self.place % 3 == 0:
            self._cooperate()

    def _cooperate(self) -> None:
        partner, email = PARTNERS[self.place % len(PARTNERS)]
        made = self._tell(Kind.COOPERATION, partner=partner, partner_email=email)
        outcomes.confirm_cooperation(made, by=self.journey.holder.user)
        if self.place % 2 == 0:
            outcomes.answer_cooperation(fresh(made), is_true=True)

    def _tell(self, kind: str, **facts: Any) -> Outcome:
        return outcomes.add_outcome(
            self.journey, kind=kind, happened_on=clock.today(), by=self.house.lead, **facts
        )  # fmt: skip

    # --- What became of it -----------------------------------------------------------------------------
    @property
    def stopped_on(self) -> date | None:
        return months_after(self.end, STOPPED[self.place]) if self.place in STOPPED else None

    def ask(self, months: int) -> None:
        """Nobody who gave up is asked, nor about a project known to have stopped."""
        known = Outcome.objects.standing().filter(journey=self.journey, code=Outcome.Activity.STOPPED)
        if LEFT.get(self.place) == "gave_up" or known.exists():
            return
        asked = outcomes.send_follow_up(fresh(self.journey), months)
        if self.place not in SILENT and self.random.random() < 0.9:
            later = clock.now() + timedelta(days=self.random.randrange(1, 20), hours=3)
            self.replay.at(later, lambda: self.answer(fresh(asked)))

    def answer(self, asked: FollowUp) -> None:
        """Whoever left tells where they are, the others how the project goes; each whether it helped."""
        helped = self.random.choice(("a_lot", "a_lot", "somewhat", "somewhat", "not", "cannot_say"))
        told: dict[str, tuple[date | None, dict[str, Any]]] = {Kind.HELP: (None, {"code": helped})}
        if self.place in LEFT:
            told[Kind.EXIT] = (None, {"code": "employed" if LEFT[self.place] == "employment" else "training"})
        else:
            self._answer_of_project(asked, told)
        try:
            outcomes.tell_follow_up(asked, told=told)
        except Refused:  # its lead has told it meanwhile
            return

    def _answer_of_project(self, asked: FollowUp, told: dict[str, Any]) -> None:
        has_stopped = self.stopped_on is not None and self.stopped_on <= clock.today()
        activity = "stopped" if has_stopped else "changed" if self.place % 5 == 3 else "active"
        outcomes.answer_follow_up(asked, activity=activity)
        made, lost = (0, self.random.randrange(1, 4)) if has_stopped else (self.random.randrange(0, 5), 0)
        told[Kind.JOBS] = (None, {"jobs_created": Decimal(made) / 2, "jobs_lost": Decimal(lost) / 2})
        if asked.months == FollowUp.MONTHS[0]:
            told[Kind.EXIT] = (None, {"code": "created"})
