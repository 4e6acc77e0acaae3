"""A house in which anything may happen, day after day."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from backend.accounts.models import Organisation
from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation import actions as evaluation
from evaluation.models import Request, Wave
from journeys import actions as journeys
from journeys.models import Delivery, Holder, Journey, Project, Step
from tests.factories.evaluation import answer, wave_of
from tests.factories.journeys import make_commune, make_delivery, make_journey, make_programme

VERBS = (
    *("open", "hours", "confirm", "void", "replace", "gender", "qpv", "commune", "done", "undone", "waive", "restore"),
    *("remove", "pause", "resume", "leave", "complete", "reopen", "bridge", "ask", "answer", "refuse"),
)
COMMUNES = (("44109", "Nantes"), ("44143", "Rezé"), ("44162", "Saint-Herblain"))


class Walk:
    """One organisation with two programmes; each verb takes two small numbers, and may be refused."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.programmes = [make_programme(organisation) for _each in range(2)]
        self.communes = [make_commune(*one) for one in COMMUNES]
        for _each in range(2):
            self.open(0, 40)

    def do(self, verb: str, one: int, other: int) -> bool:
        """Was it done? What the house refuses, or what has no row to be done to, is not."""
        try:
            with transaction.atomic():
                getattr(self, verb)(one, other)
        except (Refused, IndexError):
            return False
        return True

    def _pick(self, model: Any, one: int, **where: Any) -> Any:
        rows = list(model.objects.filter(**where).order_by("pk"))
        return rows[one % len(rows)] if rows else [][0]

    def _journey(self, one: int) -> Journey:
        found: Journey = self._pick(Journey, one)
        return found

    def open(self, one: int, other: int) -> None:
        started = clock.today() - timedelta(days=other)
        make_journey(self.organisation, programme=self.programmes[one % 2], started_on=started)

    def hours(self, one: int, other: int) -> None:
        kind = ("mentoring", "module", "immersion")[other % 3]
        make_delivery(self._journey(one), kind=kind, minutes=10 * other + 5, days_ago=other + 1)

    def confirm(self, one: int, other: int) -> None:
        journeys.confirm_delivery(self._pick(Delivery, one), by=None)

    def void(self, one: int, other: int) -> None:
        journeys.void_delivery(self._pick(Delivery, one), reason="Deux fois", by=None)

    def replace(self, one: int, other: int) -> None:
        line = self._pick(Delivery, one)
        journeys.replace_delivery(line, minutes=10 * other + 15, reason="Plus court", by=None)

    def gender(self, one: int, other: int) -> None:
        Holder.objects.filter(pk=self._journey(one).holder_id).update(gender=Holder.Gender.values[other % 4])

    def qpv(self, one: int, other: int) -> None:
        Project.objects.filter(pk=self._journey(one).project_id).update(qpv=Project.Qpv.values[other % 3])

    def commune(self, one: int, other: int) -> None:
        where = [*self.communes, None][other % 4]
        Project.objects.filter(pk=self._journey(one).project_id).update(commune=where)

    def done(self, one: int, other: int) -> None:
        journeys.advance_step(self._pick(Step, one), "done", by=None, on=clock.today() - timedelta(days=other))

    def undone(self, one: int, other: int) -> None:
        journeys.advance_step(self._pick(Step, one, state="done"), "in_progress", by=None)

    def waive(self, one: int, other: int) -> None:
        journeys.waive_step(self._pick(Step, one), reason="Parce que", by=None)

    def restore(self, one: int, other: int) -> None:
        journeys.restore_step(self._pick(Step, one, state="waived"), by=None)

    def remove(self, one: int, other: int) -> None:
        """A step nobody has recorded anything on, as if it had been added for this person."""
        step = self._pick(Step, one, state="planned", kind="milestone")
        Step.objects.filter(pk=step.pk).update(template=None)
        journeys.remove_step(Step.objects.get(pk=step.pk), by=None)

    def pause(self, one: int, other: int) -> None:
        review = clock.today() + timedelta(days=other + 1)
        journeys.pause_journey(self._journey(one), reason="Repos", review_on=review, by=None)

    def resume(self, one: int, other: int) -> None:
        journeys.resume_journey(self._pick(Journey, one, state="paused"), by=None)

    def leave(self, one: int, other: int) -> None:
        reason = ("moved", "employment", "gave_up")[other % 3]
        on = clock.today() - timedelta(days=other)
        journeys.leave_journey(self._journey(one), reason=reason, by=None, on=on)

    def complete(self, one: int, other: int) -> None:
        journeys.complete_journey(self._journey(one), by=None)

    def reopen(self, one: int, other: int) -> None:
        planned = clock.today() + timedelta(days=90)
        journeys.reopen_journey(self._journey(one), reason="Erreur", planned_end_on=planned, by=None)

    def bridge(self, one: int, other: int) -> None:
        journey = self._journey(one)
        there = next(programme for programme in self.programmes if programme.pk != journey.programme_id)
        kind = ("move", "beside")[other % 2]
        journeys.bridge_journey(journey, programme=there, kind=kind, by=None)

    def ask(self, one: int, other: int) -> None:
        journey = self._journey(one)
        wave = wave_of(journey.programme, (Wave.Moment.START, Wave.Moment.EXIT)[other % 2])
        evaluation.send_request(wave, journey, by=None)

    def answer(self, one: int, other: int) -> None:
        asked = self._pick(Request, one, state="sent")
        answer(asked, 1 + other % 8)
        evaluation.complete_request(Request.objects.get(pk=asked.pk), by=asked.respondent)

    def refuse(self, one: int, other: int) -> None:
        evaluation.refuse_request(self._pick(Request, one), by=None)


LONG = date(2028, 12, 31)
