"""Several leads act on one journey at the same moment, each in her own connection: twice is once."""

from datetime import date, timedelta

import pytest

from backend.accounts.models import Membership
from backend.mail.models import Email
from journeys import actions
from journeys.models import Bridge, Extension, Journey
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import make_journey, make_programme
from tests.factories.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
REVIEW = date(2026, 12, 23)


@pytest.fixture
def journey() -> Journey:
    organisation = make_organisation()
    make_member(organisation, Membership.Role.LEAD)
    return make_journey(organisation)


def test_a_pause_shifts_once(journey: Journey) -> None:
    end = journey.planned_end_on
    copies = [Journey.objects.get(pk=journey.pk) for _ in range(3)]
    answers = at_once(
        *(lambda one=one: actions.pause_journey(one, reason="x", review_on=REVIEW, by=None) for one in copies)
    )
    journey.refresh_from_db()
    assert (answers.count("done"), journey.state, journey.planned_end_on) == (1, "paused", end + timedelta(days=30))


def test_two_who_decide_an_extension_give_one_answer(journey: Journey) -> None:
    asked = actions.ask_extension(journey, until_on=date(2028, 1, 31), reason="x", by=None)
    copies = [Extension.objects.select_related("journey").get(pk=asked.pk) for _ in range(3)]
    answers = at_once(
        *(
            lambda n=n, one=one: actions.decide_extension(one, granted=n == 0, reason=f"{n}", by=None)
            for n, one in enumerate(copies)
        )
    )
    asked.refresh_from_db()
    journey.refresh_from_db()
    assert answers.count("done") == 1
    winner = answers.index("done")
    assert (asked.decision, asked.state) == (f"{winner}", "granted" if winner == 0 else "refused")
    assert (journey.planned_end_on == date(2028, 1, 31)) is (winner == 0)
    assert Email.objects.filter(template__endswith="extension_decided").count() == 1


@pytest.mark.parametrize("kind", ["move", "beside"])
def test_a_bridge_opens_one_new_journey(journey: Journey, kind: str) -> None:
    other = make_programme(journey.programme.organisation)
    copies = [Journey.objects.get(pk=journey.pk) for _ in range(3)]
    answers = at_once(
        *(lambda one=one: actions.bridge_journey(one, programme=other, kind=kind, by=None) for one in copies)
    )
    assert answers.count("done") == 1
    assert (Journey.objects.filter(programme=other).count(), Bridge.objects.count()) == (1, 1)
