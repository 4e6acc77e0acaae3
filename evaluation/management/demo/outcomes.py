"""What came of the journeys that ended: said by holders, noted by their lead, some of it shown, one line corrected."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.management.demo.cast import House
from evaluation.management.demo.replay import Replay, moment
from journeys.actions import outcomes
from journeys.models import Journey, Outcome

Kind = Outcome.Kind
FORMS = ("Association", "SCIC", "SCOP", "SAS ESUS")
FUNDERS = (("grant", "Nantes Métropole"), ("loan", "France Active"), ("crowdfunding", "HelloAsso"), ("own_capital", ""))
PARTNERS = (
    ("Ateliers du Bas-Chantenay", "bonjour@ateliers.exemple.fr"), ("La Cantine solidaire", "salut@cantine.exemple.fr"),
    ("Recyclerie de l’île", "contact@recyclerie.exemple.fr"),
)  # fmt: skip
NOTED, SHOWN, CORRECTED = 12, 8, 4  # days ago


class Outcomes:
    """Of one organisation: noted twelve days ago, partly proven eight days ago, one corrected four days ago."""

    def __init__(self, replay: Replay, house: House) -> None:
        self.replay, self.house = replay, house
        self.random = Random(f"outcomes-{house.organisation.slug}")
        today = replay.now.date()
        self.since = today - timedelta(days=300)  # those who ended before have told it in their time
        for days, event in ((NOTED, self.note), (SHOWN, self.show), (CORRECTED, self.correct)):
            replay.at(moment(today - timedelta(days=days), 15), event)

    def _ended(self) -> list[Journey]:
        rows = Journey.objects.filter(programme=self.house.programme, ended_on__gte=self.since)
        rows = rows.exclude(leave_reason=Journey.LeaveReason.BRIDGED).order_by("ended_on", "pk")
        return list(rows.select_related("programme__organisation", "holder__user", "project"))

    def note(self) -> None:
        """Three in four said something; what a person says of herself is in her own name."""
        for index, journey in enumerate(self._ended()):
            if index % 4 == 3:
                continue
            for kind, on, facts in self._facts(journey, index):
                own = kind in (Kind.HELP, Kind.EXIT, Kind.ACTIVITY)
                self._add(journey, kind, on, own=own, **facts)

    def _add(self, journey: Journey, kind: str, on: date, *, own: bool, **facts: Any) -> None:
        source = Outcome.Source.HOLDER if own else Outcome.Source.LEAD
        by = journey.holder.user if own else self.house.lead
        on = min(max(on, journey.started_on), clock.today())
        try:
            made = outcomes.add_outcome(journey, kind=kind, happened_on=on, by=by, source=source, **facts)
        except Refused:  # a team-mate has said it
            return
        if kind == Kind.COOPERATION and self.random.random() < 0.8:
            outcomes.confirm_cooperation(made, by=journey.holder.user)
            if self.random.random() < 0.7:
                outcomes.answer_cooperation(made, is_true=True)

    def _facts(self, journey: Journey, index: int) -> Iterator[tuple[str, date, dict[str, Any]]]:
        end = journey.ended_on or clock.today()
        dice = self.random
        if journey.state == Journey.State.LEFT:
            yield Kind.HELP, clock.today(), {"code": dice.choice(("somewhat", "not", "cannot_say"))}
            if journey.leave_reason == Journey.LeaveReason.EMPLOYMENT:
                yield Kind.EXIT, end, {"code": dice.choice(("employed", "other_job"))}
            return
        yield Kind.CREATED, end - timedelta(days=20 + 5 * (index % 6)), {"legal_form": FORMS[index % len(FORMS)]}
        yield Kind.EXIT, end, {"code": "created"}
        yield Kind.ACTIVITY, clock.today(), {"code": "active" if index % 3 else "changed"}
        yield Kind.HELP, clock.today(), {"code": "a_lot" if index % 2 else "somewhat"}
        jobs = Decimal(dice.randrange(1, 7)) / 2
        yield Kind.JOBS, clock.today(), {"jobs_created": jobs, "jobs_lost": Decimal(0 if index % 5 else 1) / 2}
        code, funder = FUNDERS[index % len(FUNDERS)]
        amount = 100 * 500 * dice.randrange(4, 60)
        yield Kind.FUNDING, end, {"code": code, "funder": funder, "amount_cents": amount}
        if index % 2 == 0:
            partner, email = PARTNERS[index // 2 % len(PARTNERS)]
            yield Kind.COOPERATION, end, {"partner": partner, "partner_email": email}

    def _standing(self, *kinds: str) -> list[Outcome]:
        of_these = {"journey__programme": self.house.programme, "journey__ended_on__gte": self.since}
        rows = Outcome.objects.standing().filter(kind__in=kinds, **of_these)
        return list(rows.select_related("journey__programme__organisation").order_by("pk"))

    def show(self) -> None:
        """One in three of what was created or granted is seen on a paper."""
        for one in self._standing(Kind.CREATED, Kind.FUNDING)[::3]:
            words = "Extrait du registre vu" if one.kind == Kind.CREATED else "Convention signée vue"
            outcomes.prove_outcome(one, note=words, by=self.house.lead)

    def correct(self) -> None:
        """One job was counted twice."""
        for one in self._standing(Kind.JOBS)[:1]:
            outcomes.correct_outcome(
                one, happened_on=one.happened_on, reason="Un mi-temps compté deux fois", by=self.house.lead,
                jobs_created=max(Decimal(0), (one.jobs_created or Decimal(0)) - Decimal("0.5")),
                jobs_lost=one.jobs_lost,
            )  # fmt: skip
