"""An invite that people answer, and a server with a calendar of somebody's own."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from backend.accounts.models import Organisation, User
from backend.calendars import actions
from backend.calendars.models import Invite
from tests.backend.calendars.fake_caldav import Fake, fake_server
from tests.backend.calendars.radicale import Radicale, radicale
from tests.backend.calendars.replies import START
from tests.factories.calendars import make_invite


@pytest.fixture
def invite(organisation: Organisation, mentor: User, holder: User, settings: Any) -> Invite:
    """A session of the two, moved once (so its answers are about SEQUENCE 1), answered to addresses of their own."""
    settings.ANSWERS_DOMAIN = "In.Example.org"
    made = make_invite(organisation, mentor, holder, starts_at=START - timedelta(hours=1))
    actions.move_invite(organisation, starts_at=START, by=mentor)
    made.refresh_from_db()
    return made


@pytest.fixture(scope="session")
def running_radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    """One for all the tests of a process."""
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture
def server(running_radicale: Radicale, settings: Any) -> Radicale:
    """A real CalDAV server with one empty calendar, which the settings let us reach."""
    settings.CALDAV_PRIVATE_HOSTS = [f"127.0.0.1:{running_radicale.port}"]
    running_radicale.empty()
    return running_radicale


@pytest.fixture
def fake(settings: Any) -> Iterator[Fake]:
    """A server that says what it is told, which the settings let us reach."""
    with fake_server() as server:
        settings.CALDAV_PRIVATE_HOSTS = [f"127.0.0.1:{server.port}"]
        yield server
