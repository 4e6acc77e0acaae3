"""The triggers go by the clock of the tests."""

from datetime import datetime, timedelta
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def triggers_by_the_clock(settings: Any) -> None:
    settings.CLOCK_MAY_TRAVEL = True


class Days:
    """The clock, day by day: `after(3)` goes three days on and tells which moment that is."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock

    def after(self, days: float) -> datetime:
        from backend.lib.clock import now

        self.clock.shift(timedelta(days=days))
        return now()


@pytest.fixture
def days(clock: Any) -> Days:
    return Days(clock)
