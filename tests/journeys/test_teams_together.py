"""Team-mates at the same moment: a shared step ends the same for both, and the last two do not both leave."""

import time
from typing import Any

import pytest

from backend.accounts.models import Organisation, User
from backend.lib import clock
from journeys import actions
from journeys.actions import teams
from journeys.models import Carrier, Journey, Milestone, Step
from tests.factories.journeys import make_journey, make_programme
from tests.factories.together import fields_at_once

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
