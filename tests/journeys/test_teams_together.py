"""Team-mates at the same moment: a shared step ends the same for both, and the last two do not both leave."""

import time
from typing import Any

import pytest

from backend.accounts.models import Organisation, User
from backend.lib import clock
from journeys import actions
from journeys.actions import teams
from journeys.models import Bridge, Carrier, Journey, Milestone, Step
from tests.factories.journeys import make_journey, make_programme
from tests.factories.together import at_once, fields_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair(organisation: Organisation, holder: User) -> list[Journey]:
    """Two team-mates whose plan is done once for both."""
    programme = make_programme(organisation)
    programme.versions.get().steps.filter(code="plan").update(is_shared=True)
    journey = make_journey(organisation, holder, programme=programme)
    noa = actions.Newcomer("noa@example.org", "Noa", "Petit")
    actions.join_project(journey.project, noa, part="partner", joined_on=clock.today(), programme=programme, by=None)
    return list(Journey.objects.order_by("pk"))


def plans(pair: list[Journey]) -> list[Step]:
    rows = Step.objects.filter(journey__in=pair, code="plan").select_related("journey__programme__organisation")
    return list(rows.order_by("pk"))


def test_two_members_who_do_it_at_once_have_done_it_once(pair: list[Journey]) -> None:
    one, two = plans(pair)
    said = fields_at_once(
        lambda: actions.advance_step(one, "done", by=None), lambda: actions.advance_step(two, "done", by=None)
    )
    assert said == ["done", "done"]
    after = plans(pair)
    assert [step.state for step in after] == ["done", "done"]
    assert [step.shared_from_id is None for step in after].count(True) == 1  # one did it, the other follows


def test_two_members_who_reach_a_milestone_at_once_reach_it_once(pair: list[Journey]) -> None:
    one, two = plans(pair)
    reached = {"reached_on": clock.today(), "evidence": "Plan signé", "by": None}
    said = fields_at_once(
        lambda: actions.reach_milestone(one, **reached), lambda: actions.reach_milestone(two, **reached)
    )
    assert (said, Milestone.objects.count()) == (["done", "refused"], 1)
    assert [step.state for step in plans(pair)] == ["done", "done"]


def test_the_last_two_do_not_both_leave(pair: list[Journey], monkeypatch: pytest.MonkeyPatch) -> None:
    check = teams._check_somebody_stays

    def slow(*args: Any) -> None:
        check(*args)
        time.sleep(0.3)

    monkeypatch.setattr(teams, "_check_somebody_stays", slow)
    mia, noa = Carrier.objects.order_by("pk")
    leaving = {"left_on": clock.today(), "reason": "Emploi", "by": None}
    said = fields_at_once(lambda: actions.leave_project(mia, **leaving), lambda: actions.leave_project(noa, **leaving))
    assert (said, Carrier.objects.current().count()) == (["done", "without_anybody"], 1)


def test_who_is_welcomed_twice_at_once_joins_once(pair: list[Journey]) -> None:
    project, programme = pair[0].project, pair[0].programme
    lea = actions.Newcomer("lea@example.org", "Léa", "Roux")
    told = {"part": "partner", "joined_on": clock.today(), "programme": programme, "by": None}
    said = fields_at_once(*[lambda: actions.join_project(project, lea, **told)] * 2)
    assert said.count("done") == 1
    assert Carrier.objects.filter(holder__user__email="lea@example.org").count() == 1
    assert Journey.objects.filter(holder__user__email="lea@example.org").count() == 1


def test_a_step_shared_while_a_team_mate_does_it_ends_the_same_for_both(pair: list[Journey]) -> None:
    Step.objects.filter(code="plan").update(is_shared=False)
    one, two = plans(pair)
    fields_at_once(
        lambda: actions.share_step(one, shared=True, by=None), lambda: actions.advance_step(two, "done", by=None)
    )
    after = plans(pair)
    assert [step.is_shared for step in after] == [True, True]
    assert [step.state for step in after] == ["done", "done"]


def test_a_step_read_before_it_was_shared_is_still_done_for_both(pair: list[Journey]) -> None:
    Step.objects.filter(code="plan").update(is_shared=False)
    one, read_before = plans(pair)
    actions.share_step(one, shared=True, by=None)
    actions.advance_step(read_before, "done", by=None)
    assert [step.state for step in plans(pair)] == ["done", "done"]


def test_crossing_while_leaving_is_one_or_the_other(pair: list[Journey]) -> None:
    journey = pair[0]
    other, same = make_programme(journey.programme.organisation), Journey.objects.get(pk=journey.pk)
    said = at_once(
        lambda: actions.bridge_journey(journey, programme=other, kind="move", by=None),
        lambda: actions.leave_journey(same, reason="moved", by=None),
    )
    opened = Journey.objects.filter(programme=other).count()
    assert (said.count("done"), Journey.objects.get(pk=journey.pk).is_live) == (1, False)
    assert opened == Bridge.objects.count() == int(said[0] == "done")
