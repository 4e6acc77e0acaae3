"""Holes and silence as the database decides them, beside a slow reference: 500 journeys at random, identical."""

import random
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from backend.accounts.models import Organisation, User
from backend.calendars.models import Invite, InviteAttendee
from backend.history.models import Entry
from backend.lib import clock
from evaluation.models import Answer
from journeys.models import (
    Commitment,
    Company,
    Delivery,
    Enrolment,
    Holder,
    Immersion,
    Journey,
    Module,
    ModuleDate,
    Project,
    Step,
)
from journeys.queries.facts import facts_said, known_of
from journeys.queries.gaps import measured, predicted, totals
from journeys.queries.holes import KINDS
from journeys.queries.signs import flagged
from tests.factories.evaluation import make_answered
from tests.factories.journeys import make_confirmed_delivery, make_journey, make_programme
from tests.journeys.reference_holes import Verdict, verdict

RULES = [(30, 4), (10, 2), (45, 8), (7, 6), (31, 1)]
MOMENTS = [
    ("Europe/Paris", datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo("UTC"))),  # the hour that comes twice
    ("America/Martinique", datetime(2026, 11, 23, 3, 30, tzinfo=ZoneInfo("UTC"))),  # yesterday still, there
    ("Pacific/Auckland", datetime(2027, 4, 3, 14, 30, tzinfo=ZoneInfo("UTC"))),  # another change of hour
]
_numbers = count(1)


class Chance:
    """A world at random, the same for the same seed: rows of every state, many around midnight."""

    def __init__(self, organisation: Organisation, seed: int) -> None:
        self.dice = random.Random(seed)
        self.organisation = organisation
        self.programmes = [make_programme(organisation, hole_days=hole, silence_weeks=weeks) for hole, weeks in RULES]
        self.module = Module.objects.create(organisation=organisation, code="hasard", title_fr="Hasard")
        self.company = Company.objects.create(organisation=organisation, name="Envie 44")
        self.kind = ContentType.objects.get_for_model(Journey)
        self.module_kind = ContentType.objects.get_for_model(Module)

    def day(self, first: int, last: int) -> date:
        return clock.today() + timedelta(days=self.dice.randint(first, last))

    def moment(self, first: int, last: int) -> datetime:
        """Some minute of one of these days, half of the time within an hour of a midnight somewhere."""
        hour = self.dice.choice([9, 14, 22, 23, 0, 1, 4, 11, 12])
        at = datetime.combine(self.day(first, last), datetime.min.time(), ZoneInfo("UTC"))
        return at + timedelta(hours=hour, minutes=self.dice.choice([0, 15, 30, 59]))

    def some(self, most: int) -> range:
        return range(self.dice.randint(0, most))

    def journeys(self, size: int) -> None:
        for number in range(size):
            self.journey(number)

    def journey(self, number: int) -> Journey:
        dice, programme = self.dice, self.dice.choice(self.programmes)
        seen = self.moment(-120, -1) if dice.random() < 0.5 else None
        user = User.objects.create(email=f"hasard-{number}@example.org", last_login=seen)
        holder = Holder.objects.create(organisation=self.organisation, user=user)
        project = Project.objects.create(organisation=self.organisation, name=f"Hasard {number}")
        started = self.day(-300, 10) if dice.random() < 0.9 else self.day(-40, -20)
        state = dice.choices(["active", "paused", "completed", "left", "draft"], [75, 9, 7, 7, 2])[0]
        ended = max(started, self.day(-90, 0)) if state in ("completed", "left") else None
        journey = Journey.objects.create(
            programme=programme,
            version=programme.versions.get(),
            project=project,
            holder=holder,
            state=state,
            started_on=started,
            planned_end_on=max(started, self.day(-30, 150)),
            ended_on=ended,
            leave_reason="moved" if state == "left" else "",
            paused_on=self.day(-60, 0) if state == "paused" and dice.random() < 0.7 else None,
        )
        self.behind(journey)
        if dice.random() < 0.6:
            self.ahead(journey, user)
        return journey

    def behind(self, journey: Journey) -> None:
        lines = []
        for _each in self.some(9):
            state = self.dice.choice(["planned", "declared", "declared", "confirmed", "disputed", "void"])
            line = Delivery(
                journey=journey,
                kind="mentoring",
                sort=self.dice.choice(["contact", "contact", "contact", "preparation", "travel"]),
                source=f"hasard:{next(_numbers)}",
                happened_at=self.moment(-200, 3),
                minutes=60,
                state=state,
                confirmed_at=clock.now() if state == "confirmed" else None,
                dispute="Non." if state == "disputed" else "",
                voided_at=clock.now() if state == "void" else None,
            )
            lines.append(line)
        Delivery.objects.bulk_create(lines)
        for _each in self.some(2):
            made = Commitment.objects.create(
                journey=journey, text="Appeler", owner=journey.holder.user, created_at=self.moment(-90, -1)
            )
            if self.dice.random() < 0.4:
                Commitment.objects.filter(pk=made.pk).update(done_at=made.created_at + timedelta(days=9))
        if self.dice.random() < 0.35:
            verbs = ["pause_journey", "resume_journey", "complete_journey", "reopen_journey", "advance_step"]
            for _each in range(self.dice.randint(1, 5)):
                Entry.objects.create(
                    verb=self.dice.choice(verbs),
                    at=self.moment(-250, 0),
                    about_type=self.kind,
                    about_id=journey.pk,
                )

    def ahead(self, journey: Journey, user: User) -> None:
        step = Step.objects.create(
            journey=journey,
            code=f"hasard-{next(_numbers)}",
            kind="module",
            position=1,
            max_days=30,
            title_fr="Hasard",
            earliest_on=journey.started_on,
            due_on=journey.planned_end_on,
        )
        for _each in self.some(2):
            starts = self.moment(-3, 90)
            date_ = ModuleDate.objects.create(
                module=self.module,
                starts_at=starts,
                ends_at=starts + timedelta(hours=self.dice.choice([1, 3, 30])),
                state=self.dice.choice(["planned", "planned", "planned", "cancelled"]),
            )
            state = self.dice.choice(["enrolled", "enrolled", "enrolled", "withdrawn", "present"])
            Enrolment.objects.create(module_date=date_, step=step, state=state)
        for _each in self.some(1):
            starts_on = self.day(-10, 70)
            Immersion.objects.create(
                step=step,
                company=self.company,
                tutor_name="Denis",
                minutes_planned=600,
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=self.dice.choice([0, 4, 25])),
                state=(state := self.dice.choice(["draft", "validated", "cancelled"])),
                closing_reason="malade" if state == "cancelled" else "",
            )
        for _each in self.some(2):
            self.invite(user)

    def invite(self, user: User) -> None:
        starts = self.moment(-2, 100)
        state = self.dice.choice(["confirmed", "confirmed", "confirmed", "cancelled"])
        invite = Invite.objects.create(
            uid=f"hasard-{next(_numbers)}",
            dtstamp=clock.now(),
            about_type=self.module_kind,
            about_id=next(_numbers),
            organisation=self.organisation,
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            title_fr="Séance",
            state=state,
        )
        InviteAttendee.objects.create(
            invite=invite,
            user=user,
            email=user.email,
            partstat=self.dice.choice(["NEEDS-ACTION", "ACCEPTED", "TENTATIVE", "DECLINED"]),
            removed_at=clock.now() if self.dice.random() < 0.1 else None,
        )


def compare(expect_all: bool) -> None:
    """Every answer of the database about every journey, beside the reference's."""
    rows = list(Journey.objects.select_related("programme", "holder__user").order_by("pk"))
    slow: dict[int, Verdict] = {row.pk: verdict(row, {}) for row in rows}
    everybody = Journey.objects.all()
    for code in ("hole", "silent", "hole_ahead"):
        expected = {pk for pk, one in slow.items() if code in one.signs}
        assert set(flagged(everybody, code).values_list("pk", flat=True)) == expected, code
        assert expected or not expect_all, f"nobody shows {code}: chance is not wide enough"
    past = {pk: tuple((g.since, g.until or clock.today(), g.days) for g in gaps) for pk, gaps in _past(everybody)}
    assert past == {pk: one.past for pk, one in slow.items() if one.past}
    summed = {pk: (one.count, one.days, one.longest) for pk, one in totals(everybody).items()}
    lengths = {pk: [days for *_days, days in one.past] for pk, one in slow.items() if one.past}
    assert summed == {pk: (len(days), sum(days), max(days)) for pk, days in lengths.items()}
    ahead = {pk: (gap.since, gap.until) for pk, gap in predicted(everybody).items()}
    assert ahead == {pk: one.ahead for pk, one in slow.items() if one.ahead}


def _past(journeys: Any) -> Any:
    return measured(journeys).items()


@pytest.mark.long
@pytest.mark.django_db
def test_the_database_finds_what_a_patient_reader_finds(organisation: Organisation) -> None:
    """One world of 500 journeys, read at three difficult moments, in three places."""
    zone, moment = MOMENTS[0]
    with time_machine.travel(moment, tick=False), timezone.override(ZoneInfo(zone)):
        Chance(organisation, 20261126).journeys(500)
    for zone, moment in MOMENTS:
        with time_machine.travel(moment, tick=False), timezone.override(ZoneInfo(zone)):
            compare(expect_all=zone == MOMENTS[0][0])


@pytest.mark.django_db
def test_what_is_asked_of_a_few_is_what_is_found_among_all(organisation: Organisation) -> None:
    Chance(organisation, 7).journeys(60)
    everybody = Journey.objects.all()
    few = Journey.objects.filter(pk__in=list(Journey.objects.order_by("pk").values_list("pk", flat=True)[::3]))
    own = set(few.values_list("pk", flat=True))
    for code in ("hole", "silent", "hole_ahead", ""):
        whole = set(flagged(everybody, code).values_list("pk", flat=True))
        assert set(flagged(few, code).values_list("pk", flat=True)) == whole & own
    assert measured(few) == {pk: gaps for pk, gaps in measured(everybody).items() if pk in own}
    assert predicted(few) == {pk: gap for pk, gap in predicted(everybody).items() if pk in own}


@pytest.mark.django_db
def test_the_sign_of_a_hole_ahead_comes_with_a_prediction(organisation: Organisation) -> None:
    Chance(organisation, 11).journeys(80)
    foreseen = predicted(Journey.objects.all())
    shown = list(flagged(Journey.objects.all(), "hole_ahead").values_list("pk", flat=True))
    assert shown
    assert [pk for pk in shown if foreseen[pk].since >= clock.today()] == []


@pytest.mark.django_db
def test_a_sign_reads_the_same_from_the_few_facts_it_needs_as_from_all(organisation: Organisation) -> None:
    """Whatever sign is added: what its words need must be read for it."""
    Chance(organisation, 13).journeys(60)
    late, quiet = (make_journey(organisation, started_on=clock.today() - timedelta(days=60)) for _each in "ab")
    late.steps.filter(kind="milestone").update(due_on=clock.today() - timedelta(days=20))
    make_confirmed_delivery(quiet, happened_at=clock.now() - timedelta(days=30))
    make_answered(quiet)
    Answer.objects.update(updated_at=clock.now() - timedelta(days=29))  # the last that was heard of them
    whole = known_of(list(Journey.objects.live().values_list("pk", flat=True)))
    assert "silent" in whole[quiet.pk].codes
    assert {code for facts in whole.values() for code in facts.codes} >= {"hole", "silent", "hole_ahead", "late"}
    for code, kind in KINDS.items():
        showing = [pk for pk, facts in whole.items() if code in facts.codes]
        few = facts_said({pk: [code] for pk in showing})
        assert [kind.of(code, few[pk]) for pk in showing] == [kind.of(code, whole[pk]) for pk in showing]
