"""The cast and the guards of every test."""

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from backend.accounts.models import Membership, Organisation, User
from backend.lib import catalogues, prepared
from tests.factories.accounts import make_member, make_organisation
from tests.guards import shuffle_what_has_no_order, stay_on_this_machine  # noqa: F401 - autouse fixtures

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))
Role = Membership.Role
# The same examples in every run, however busy the machine: a failure is a change, never a draw.
hypothesis.settings.register_profile(
    "house",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--this-database",
        action="store_true",
        help="only what the kind of database can change: not what asks none, is marked any_database or about a page",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "real_clock: the clock of the machine (workers in other processes)")
    config.addinivalue_line("markers", "any_database: the same on each database, so --this-database leaves it out")
    config.addinivalue_line("markers", "long: begun first, so that no processor waits for it at the end")
    if not hasattr(config, "workerinput"):
        catalogues.run("compile", [])


ONCE = ("tests/browser/", "tests/backend/web/", "tests/house/test_permission_matrix.py", "_pages.py")
"""Where tests are about what a page says, how it looks and moves, or whom a door lets in: the same on each database.
What the page is drawn from has tests of its own, on both."""


def is_for_any(item: pytest.Item) -> bool:
    """The same on each database: marked so, or in such a place."""
    place = item.path.as_posix()
    if "assert_num_queries_same" in getattr(item, "fixturenames", ()):  # what is asked is counted before any database
        return True
    return item.get_closest_marker("any_database") is not None or any(part in place for part in ONCE)


def asks_the_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if config.getoption("this_database"):
        kept = [one for one in items if asks_the_database(one) and not is_for_any(one)]
        left = set(items).difference(kept)
        config.hook.pytest_deselected(items=list(left))
        items[:] = kept


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the garbage collector walks through it no more, and comes less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def missing(what: str) -> None:
    """Skip and say why; with JALON_REQUIRE_ALL=1 (continuous integration) fail instead."""
    if os.environ.get("JALON_REQUIRE_ALL"):
        pytest.fail(f"JALON_REQUIRE_ALL is set, and this machine has no {what}")
    pytest.skip(f"this machine has no {what}")


def emptying(style: object, tables: Iterable[str], **options: Any) -> list[str]:
    """After a test that commits: row by row, since TRUNCATE makes every file anew and waits for the disk.

    What Django would write again at once, the same, is left. What rows were goes last: it is written as they go.
    """
    kept = {"django_content_type", "auth_permission", "history_watchedtable"}
    last = sorted((table for table in tables if table not in kept), key="history_pastrow".__eq__)
    names = (connection.ops.quote_name(table) for table in last)
    return [f"DELETE FROM {name};" for name in names]  # noqa: S608 - tables of ours


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """PostgreSQL drops no database that somebody still holds: threads of the live server keep theirs open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection.ops, "sql_flush", emptying)
        yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


# --- The clock and the language -------------------------------------------------------------------
@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller | None]:
    """Monday 23 November 2026, 9:00 in Nantes, until `clock.shift(timedelta)` or `clock.move_to(moment)`."""
    if request.node.get_closest_marker("real_clock"):
        yield None
        return
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def in_french() -> Iterator[None]:
    """Every test starts in French, with an empty cache."""
    cache.clear()
    prepared.forget()
    with translation.override("fr"):
        yield


# --- The cast -------------------------------------------------------------------------------------
@pytest.fixture
def organisation(db: None) -> Organisation:
    return make_organisation("Les Écossolies", slug="ecossolies")


@pytest.fixture
def other_organisation(db: None) -> Organisation:
    return make_organisation("La Ruche d’à côté", slug="ruche")


@pytest.fixture
def lead(organisation: Organisation) -> User:
    """Responsible for the organisation's programmes."""
    return make_member(organisation, Role.LEAD, "lead@example.org", first_name="Léa", last_name="Riou")


@pytest.fixture
def mentor(organisation: Organisation) -> User:
    return make_member(organisation, Role.MENTOR, "mentor@example.org", first_name="Marc", last_name="Tessier")


@pytest.fixture
def holder(organisation: Organisation) -> User:
    return make_member(organisation, Role.HOLDER, "holder@example.org", first_name="Hawa", last_name="Diallo")


@pytest.fixture
def observer(organisation: Organisation) -> User:
    return make_member(organisation, Role.OBSERVER, "observer@example.org", first_name="Odile", last_name="Morin")


@pytest.fixture
def steward(organisation: Organisation) -> User:
    return make_member(organisation, Role.STEWARD, "steward@example.org", first_name="Sam", last_name="Le Goff")


@pytest.fixture
def outsider(other_organisation: Organisation) -> User:
    """The strongest stranger: every role there is, in another organisation."""
    person = make_member(other_organisation, Role.LEAD, "outsider@example.org", first_name="Inès", last_name="Caro")
    for role in (Role.MENTOR, Role.HOLDER, Role.OBSERVER):
        Membership.objects.create(user=person, organisation=other_organisation, role=role)
    return person


@pytest.fixture
def anonymous(db: None) -> Client:
    """A browser nobody has signed in with."""
    return Client()


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """`client_of(lead).get(url)`: a browser signed in as this person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


# --- Helpers --------------------------------------------------------------------------------------
@pytest.fixture
def assert_num_queries_same(db: None) -> Callable[..., int]:
    """`assert_num_queries_same(visit, add_rows)`: as many queries after `add_rows()` as before; returns how many.

    `visit` opens the page with one row, `add_rows` makes it three. A first visit warms what is kept per process.
    """

    def check(visit: Callable[[], Any], add_rows: Callable[[], Any]) -> int:
        visit()
        with CaptureQueriesContext(connection) as few:
            visit()
        add_rows()
        with CaptureQueriesContext(connection) as many:
            visit()
        statements = "\n".join(query["sql"] for query in many.captured_queries)
        assert len(many) == len(few), f"{len(few)} queries for few rows, {len(many)} for more:\n{statements}"
        return len(few)

    return check
