"""An invite that people answer."""

from datetime import timedelta
from typing import Any

import pytest

from backend.accounts.models import Organisation, User
from backend.calendars import actions
from backend.calendars.models import Invite
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
