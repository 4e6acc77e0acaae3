"""The day of a moment as SQLite works it out: that of Python, on every clock change and at the last microsecond."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.backends.sqlite3._functions import register
from django.db.models import Max
from hypothesis import example, given
from hypothesis import strategies as st

from backend.accounts.models import User
from backend.lib.local_days import LocalDay
from tests.conftest import NOON
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
ZONES = ["Europe/Paris", "UTC", "Indian/Reunion", "America/Cayenne", "Pacific/Noumea", "Australia/Lord_Howe"]
START = datetime(1995, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 65 * 365 * 86_400 * 1_000_000).map(lambda away: START + timedelta(microseconds=away))


def day_by_sql(at: datetime, zone: str) -> object:
    User.objects.update(date_joined=at)
    return User.objects.annotate(on=LocalDay("date_joined", tzinfo=ZoneInfo(zone))).values_list("on", flat=True)[0]


@pytest.fixture
def _somebody() -> None:
    make_user()


@pytest.mark.usefixtures("_somebody")
@given(at=MOMENTS, zone=st.sampled_from(ZONES))
@example(at=datetime(2026, 3, 28, 22, 59, 59, 999999, tzinfo=UTC), zone="Europe/Paris")
@example(at=datetime(2026, 3, 28, 23, 0, tzinfo=UTC), zone="Europe/Paris")
@example(at=datetime(2026, 3, 29, 21, 59, 59, 999999, tzinfo=UTC), zone="Europe/Paris")
@example(at=datetime(2026, 3, 29, 22, 0, tzinfo=UTC), zone="Europe/Paris")
@example(at=datetime(2026, 10, 24, 22, 0, tzinfo=UTC), zone="Europe/Paris")
@example(at=datetime(2026, 10, 25, 22, 59, 59, 999999, tzinfo=UTC), zone="Europe/Paris")
@example(at=datetime(2026, 10, 25, 23, 0, tzinfo=UTC), zone="Europe/Paris")
@example(at=datetime(2019, 12, 31, 23, 0, tzinfo=UTC), zone="Europe/Paris")
@example(at=datetime(2020, 1, 1, 0, 0, tzinfo=UTC), zone="Europe/Paris")
def test_it_is_the_day_of_the_zone(at: datetime, zone: str) -> None:
    assert day_by_sql(at, zone) == at.astimezone(ZoneInfo(zone)).date()


@pytest.mark.usefixtures("_somebody")
def test_each_change_of_the_clock_is_kept_to_the_second() -> None:
    """An hour before and after each hour of the days around both changes of a year."""
    for first in (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)):
        for hour in range(72):
            at = first + timedelta(hours=hour)
            assert day_by_sql(at, "Europe/Paris") == at.astimezone(ZoneInfo("Europe/Paris")).date(), at


def test_of_sums_and_of_nothing() -> None:
    """Of the latest of several moments, and none where there is none."""
    make_user()
    zone = ZoneInfo("Europe/Paris")
    latest = User.objects.order_by().values("is_staff").annotate(on=LocalDay(Max("date_joined"), tzinfo=zone))
    assert [one["on"] for one in latest] == [User.objects.get().date_joined.astimezone(zone).date()]
    assert list(User.objects.annotate(on=LocalDay("last_login", tzinfo=zone)).values_list("on", flat=True)) == [None]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL knows time zones")
def test_sqlite_works_it_out_alone() -> None:
    """Python is called for moments of other times only."""
    make_user()
    held = connection.connection
    held.create_function("django_datetime_cast_date", 3, lambda *_given: 1 / 0)
    try:
        found = User.objects.annotate(on=LocalDay("date_joined", tzinfo=ZoneInfo("Europe/Paris")))
        assert [one.on for one in found] == [NOON.date()]
    finally:
        register(held)
