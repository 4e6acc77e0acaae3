"""Two people look back at once, each to a day of her own."""

from datetime import date, datetime
from threading import Barrier

import pytest

from backend.accounts.models import Organisation
from backend.history.queries import as_known_on
from backend.lib import clock
from evaluation.queries.figures import figure
from evaluation.queries.scope import Scope
from journeys.models import Delivery
from tests.evaluation.past.conftest import Days
from tests.factories.journeys import make_delivery, make_journey
from tests.factories.together import at_once


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_read_each_her_own_day(organisation: Organisation, days: Days) -> None:
    line = make_delivery(make_journey(organisation), minutes=60, days_ago=0)
    moments = [clock.now()]
    for minutes in (90, 30):
        days.after(1)
        Delivery.objects.filter(pk=line.pk).update(minutes=minutes)
        moments.append(clock.now())
    days.after(1)
    scope = Scope(organisation=organisation.pk, until=date(2027, 1, 1))
    together, found = Barrier(2), dict[datetime, tuple[object, date]]()

    def read(moment: datetime) -> None:
        with as_known_on(moment):
            together.wait(timeout=60)  # both look back now
            found[moment] = figure("hours", scope).value, clock.today()
            together.wait(timeout=60)
        assert figure("hours", scope).value == 30

    assert at_once(lambda: read(moments[0]), lambda: read(moments[1])) == ["done"] * 2
    assert found == {moments[0]: (60, moments[0].date()), moments[1]: (90, moments[1].date())}
