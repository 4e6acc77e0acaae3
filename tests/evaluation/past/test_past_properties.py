"""Whatever happens in a house, a past day says again what it said."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Organisation
from backend.history.models import PastRow
from backend.history.queries import as_known_on
from backend.lib import clock
from evaluation.queries.figures import board
from evaluation.queries.measures import MEASURES, grouped
from evaluation.queries.scope import Scope
from tests.evaluation.past.conftest import Days
from tests.evaluation.past.walk import LONG, VERBS, Walk

pytestmark = [pytest.mark.django_db, pytest.mark.long]
FIRST = ("ask", "hours", "hours", "done", "ask", "hours", "done")
acts = st.tuples(
    st.permutations([*VERBS, "confirm", "void", "replace", "answer", "leave"]),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=34, max_size=34),
)
"""Every verb, in any order, after a few that the others need."""


def said(scope: Scope) -> dict[str, Any]:
    """What the page of figures says, but the titles of steps, which keep no past; and its rows added up by group."""
    made = board(scope)
    told = ("value", "shown", "numerator", "denominator", "note", "precision")
    figures = {one.code: tuple(getattr(one, name) for name in told) for one in made.figures}
    groups = grouped(MEASURES.values(), scope, "project__commune", "project__qpv", "programme")
    return {"figures": figures, "groups": groups, "hours": made.hours, "milestones": made.milestones}


@settings(max_examples=2, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
@given(acts)
def test_each_past_day_says_again_what_it_said(
    organisation: Organisation, days: Days, drawn: tuple[list[str], list[tuple[int, int]]]
) -> None:
    begin = clock.now()
    with transaction.atomic():
        walk = Walk(organisation)
        scope = Scope(organisation=organisation.pk, until=LONG)
        then: dict[datetime, dict[str, Any]] = {clock.now(): said(scope)}
        for verb, (one, other) in zip((*FIRST, *drawn[0]), drawn[1], strict=True):
            days.after(1 + other % 3)
            if walk.do(verb, one, other):
                then[clock.now()] = said(scope)
        days.after(2)
        assert len(then) > 15
        now = said(scope)
        for moment, told in [*then.items(), (clock.now(), now)]:
            with as_known_on(moment):
                assert said(scope) == told, moment
        with as_known_on(begin - timedelta(days=1)):
            assert said(scope)["figures"]["people"][0] == 0
        assert not PastRow.objects.filter(known_until__lte=F("known_from")).exists()
        transaction.set_rollback(True)
    days.clock.move_to(begin)
