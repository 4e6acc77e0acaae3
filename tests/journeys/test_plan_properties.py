"""Whatever is done to a plan, in any order: no ring, limits kept or reported, hours and progress that add up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from journeys import actions
from journeys.models import Delivery, Journey, Programme, Step
from journeys.queries.cascade import breaches, compare, cycle_of
from journeys.queries.journeys import progress
from journeys.queries.ledger import ledger
from journeys.queries.offers import newest_version
from journeys.queries.plans import read_plan
from tests.factories.journeys import make_delivery, make_journey, make_programme
from tests.factories.versions import publish_next

VERBS = ("add", "move", "waive", "restore", "optional", "after", "remove", "done", "version", "undo", "hours")
deeds = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 9), st.integers(0, 9), st.integers(-40, 90)),
    min_size=1,
    max_size=7,
)


class Walk:
    """One journey, and the deeds done to it."""

    def __init__(self, organisation: Organisation, programme: Programme, lead: User) -> None:
        self.programme, self.lead = programme, lead
        self.journey = make_journey(organisation, programme=programme)
        self.hours = 0

    def step(self, number: int) -> Step:
        rows = list(self.journey.steps.select_related("journey__programme__organisation").order_by("position", "pk"))
        return rows[number % len(rows)]

    def add(self, one: int, other: int, days: int) -> None:
        wait = {"after": [self.step(other)], "max_days": abs(days)}
        own = {"due_on": self.journey.started_on + timedelta(days=abs(days))}
        title = f"Étape {one}"
        actions.add_step(
            self.journey, kind="milestone", title_fr=title, weight=one, by=self.lead, **(wait if other % 2 else own)
        )

    def move(self, one: int, other: int, days: int) -> None:
        step = self.step(one)
        before = read_plan(self.journey)
        done = actions.move_step(step, due_on=step.due_on + timedelta(days=days), holds=bool(other % 2), by=self.lead)
        reported = {(found.code, found.limit): found.days for found in done.preview.cascade.breaches}
        now = compare(before, read_plan(self.journey))
        assert {(found.code, found.limit): found.days for found in now.breaches} == reported

    def waive(self, one: int, other: int, days: int) -> None:
        actions.waive_step(self.step(one), reason="Parce que", by=self.lead)

    def restore(self, one: int, other: int, days: int) -> None:
        actions.restore_step(self.step(one), by=self.lead)

    def optional(self, one: int, other: int, days: int) -> None:
        actions.edit_step(self.step(one), is_required=bool(other % 2), weight=other, by=self.lead)

    def after(self, one: int, other: int, days: int) -> None:
        actions.edit_step(self.step(one), after=[self.step(other), self.step(abs(days))], by=self.lead)

    def remove(self, one: int, other: int, days: int) -> None:
        actions.remove_step(self.step(one), by=self.lead)

    def done(self, one: int, other: int, days: int) -> None:
        actions.advance_step(self.step(one), "done", by=self.lead)

    def version(self, one: int, other: int, days: int) -> None:
        codes = list(self.programme.versions.order_by("-number")[0].steps.values_list("code", flat=True))
        first, second = sorted((one % len(codes), other % len(codes)))
        after = {codes[second]: [codes[first]]} if first != second else {}
        publish_next(
            self.programme,
            change={codes[first]: {"weight": other, "max_days": 60 + abs(days)}},
            add=[{"code": f"new-{len(codes)}-{self.programme.versions.count()}", "max_days": abs(days)}],
            drop=[codes[-1]] if days < 0 and codes[-1] not in (codes[first], codes[second]) else [],
            after=after,
        )
        newest = newest_version(self.programme)
        assert newest is not None
        before = read_plan(self.journey)
        offer = actions.apply_version(self.journey, newest, by=self.lead)
        now = compare(before, read_plan(self.journey))
        reported = {(found.code, found.limit): found.days for found in offer.cascade.breaches}
        assert {(found.code, found.limit): found.days for found in now.breaches} == reported

    def undo(self, one: int, other: int, days: int) -> None:
        actions.undo_change(self.journey, by=self.lead)

    def hours_(self, one: int, other: int, days: int) -> None:
        make_delivery(self.journey, minutes=30 + one, by=self.lead)
        self.hours += 30 + one


def check(journey: Journey) -> None:
    """What holds after every deed."""
    plan = read_plan(journey)
    assert cycle_of(plan.after) == []
    for line in plan.lines.values():
        first, last = plan.anchor(line.code), plan.anchor(line.code)
        within = first + timedelta(line.min_days) <= line.earliest_on and line.due_on <= last + timedelta(line.max_days)
        assert within or not line.is_open or line.code in {one.code for one in breaches(plan)}
        assert line.earliest_on <= line.due_on or not line.is_open
    found = progress(journey.steps.all())
    assert 0 <= found.percent <= 100
    assert found.done_weight <= found.total_weight
    positions = list(journey.steps.order_by("position").values_list("position", flat=True))
    assert len(set(positions)) == len(positions)
    lines = Delivery.objects.filter(journey=journey)
    assert ledger(lines).minutes == (lines.standing().aggregate(all=Sum("minutes"))["all"] or 0)


@pytest.mark.any_database
@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds)
def test_whatever_is_done_the_plan_stays_whole(
    organisation: Organisation, lead: User, done: list[tuple[str, int, int, int]]
) -> None:
    with transaction.atomic():
        walk = Walk(organisation, make_programme(organisation), lead)
        for verb, one, other, days in done:
            deed: Callable[..., Any] = getattr(walk, "hours_" if verb == "hours" else verb)
            try:
                with transaction.atomic():
                    deed(one, other, days)
            except Refused:
                pass
            check(Journey.objects.get(pk=walk.journey.pk))
        assert ledger(Delivery.objects.filter(journey=walk.journey)).minutes == walk.hours
        transaction.set_rollback(True)
